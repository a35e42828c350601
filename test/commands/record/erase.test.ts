import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl } from '../../support/command.ts';
import { recordedIn, recordFile } from '../../support/recorded.ts';

const granted = async (): Promise<string> => {
  const { home } = await creditctl(
    'ledger add acme --amount 1 --description "Ada Lovelace asked" --sandbox --yes',
  );
  await creditctl('ledger add globex --amount 2 --description "Another reason" --sandbox --yes', { home });
  return home;
};

test("a customer's texts are gone, the other's stay, and the chain still holds", async () => {
  const home = await granted();
  const { code, stderr } = await creditctl('record erase acme --sandbox --yes --confirm acme', { home });
  expect(code).toBe(0);
  expect(stderr).toContain('1 write');
  const kept = JSON.stringify(recordedIn(home));
  expect(kept).not.toContain('Ada Lovelace');
  expect(kept).toContain('Another reason');
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
  const { stdout } = await creditctl('history list --sandbox --customer acme -o json', { home });
  expect(JSON.parse(stdout)).toMatchObject([{ outcome: 'settled', why: null }]);
});

test('what was written under the other name of the customer goes, too', async () => {
  const home = await granted();
  const { stdout: shown } = await creditctl('customers show acme --sandbox --json id', { home });
  const { id } = JSON.parse(shown) as { id: string };
  await creditctl(`ledger add id:${id} --amount 3 --description "Ada again" --sandbox --yes`, { home });
  const { stderr } = await creditctl('record erase acme --sandbox --yes --confirm acme', { home });
  expect(stderr).toContain('2 writes');
  expect(JSON.stringify(recordedIn(home))).not.toContain('Ada');
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
});

test('from where nobody wrote, nothing was looked at, and that is said', async () => {
  const home = await granted();
  rmSync(path.join(path.dirname(recordFile(home)), 'heads.json'));
  const line = 'record erase acme --sandbox --yes --confirm acme';
  const { code, stderr } = await creditctl(line, { home });
  expect([code, stderr], stderr).toEqual([4, expect.stringContaining('--all-accounts')]);
  expect((await creditctl(`${line} --all-accounts`, { home })).stderr).toContain('1 write');
});

test('without the customer typed back nothing is erased', async () => {
  const home = await granted();
  for (const flags of ['--yes', '--yes --confirm globex', ''])
    expect((await creditctl(`record erase acme --sandbox ${flags}`, { home })).code).toBe(10);
  expect(JSON.stringify(recordedIn(home))).toContain('Ada Lovelace');
  expect((await creditctl('record erase --sandbox --yes', { home })).code).toBe(2);
});
