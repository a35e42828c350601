import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../../support/command.ts';
import { recordedIn, recordFile } from '../../support/recorded.ts';

const grant = 'ledger add acme --amount 1 --sandbox --yes';
const accept = 'record accept --sandbox --yes';
const balance = async (home: string): Promise<number> => {
  const { stdout } = await creditctl('balance acme --sandbox --json available', { home });
  return (JSON.parse(stdout) as { available: number }).available;
};

/** What happens to a record behind the program's back, after its first write was copied and a second one made. */
const losses: readonly (readonly [string, (file: string, backup: string) => void])[] = [
  ['restored', (file, backup) => copyFileSync(backup, file)],
  ['removed', (file) => rmSync(file)],
  ['emptied', (file) => writeFileSync(file, '')],
];

test.each(losses)('a record that was %s lets no write pass until it is accepted', async (_, lose) => {
  const { home } = await creditctl(grant);
  const backup = `${recordFile(home)}.backup`;
  copyFileSync(recordFile(home), backup);
  await creditctl(grant, { home });
  lose(recordFile(home), backup);
  const refused = await creditctl(grant, { home });
  expect(refused.code).toBe(10);
  expect(refused.stderr).toContain('record accept');
  expect(await balance(home)).toBe(2);
  const accepted = await creditctl(accept, { home });
  expect(accepted.code).toBe(0);
  expect((await creditctl(grant, { home })).code).toBe(0);
  expect(await balance(home)).toBe(3);
});

test('accounts that a backup does not have are missed, and come again under other numbers once that is accepted', async () => {
  const { home } = await creditctl(grant);
  const backup = `${recordFile(home)}.backup`;
  copyFileSync(recordFile(home), backup);
  const [second, third] = ['second', 'third'].map((name) => `${grant} --db ${home}/${name}.db`) as [
    string,
    string,
  ];
  for (const line of [second, third, third]) await creditctl(line, { home });
  copyFileSync(backup, recordFile(home));
  for (const check of ['record status', 'history verify --all-accounts']) {
    const { code, stderr } = await creditctl(`${check} --sandbox`, { home });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('lost account 2') });
  }
  // The third account now has the number of the second one.
  expect((await creditctl(third, { home })).code).toBe(10);
  expect((await creditctl(accept, { home })).code).toBe(0);
  for (const line of [third, second]) expect((await creditctl(line, { home })).code).toBe(0);
  expect((await creditctl('record status --sandbox', { home })).code).toBe(0);
});

test('what was accepted stands in the chain', async () => {
  const { home } = await creditctl(grant);
  const backup = `${recordFile(home)}.backup`;
  copyFileSync(recordFile(home), backup);
  await creditctl(grant, { home });
  copyFileSync(backup, recordFile(home));
  await creditctl(accept, { home });
  expect(recordedIn(home).map(({ event }) => event)).toContain('accepted');
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
});

test('where nothing is missing, there is nothing to accept; off a terminal it needs --yes where something is', async () => {
  const { home } = await creditctl(grant);
  const events = recordedIn(home).length;
  expect((await creditctl('record accept --sandbox', { home })).code).toBe(0);
  expect(recordedIn(home)).toHaveLength(events);
  rmSync(recordFile(home));
  const { code, stderr } = await creditctl('record accept --sandbox', { home });
  expect(code).toBe(10);
  expect(stderr).toContain('--yes');
  expectUsage(await creditctl('record accept now --sandbox', { home }), ['too many arguments']);
});
