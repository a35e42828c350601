import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { entry, made, page, searched } from '../../support/documents.ts';
import { recordedIn, recordFile } from '../../support/recorded.ts';
import { noon, type PlannedExchange } from '../../support/run.ts';

const grant = 'ledger add acme --amount 1 --sandbox --yes';
const accept = 'record accept --sandbox --yes';
const balance = async (home: string, now = noon): Promise<number> => {
  const { stdout } = await creditctl('balance acme --sandbox --json available', { home, now });
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

test('a record that is accepted by another command during the question is not accepted twice', async () => {
  const { home } = await creditctl(grant);
  const backup = `${recordFile(home)}.backup`;
  copyFileSync(recordFile(home), backup);
  await creditctl(grant, { home });
  copyFileSync(backup, recordFile(home));
  const meanwhile = () => creditctl(accept, { home });
  const answers = [{ message: 'Go on with ', answer: true, meanwhile }];
  const result = await creditctl('record accept --sandbox', { home, terminal: 100, answers });
  expect(result.code, result.stderr).toBe(10);
  expect(result.stderr.replaceAll(/\s+/g, ' ')).toContain(
    'changed while you were asked; it was not accepted',
  );
  expect(recordedIn(home).filter(({ event }) => event === 'accepted')).toHaveLength(1);
});

/** A key under which a backup lost a write, days ago, so that the API has forgotten it too. The ledger has a clock of its own. */
async function lostMonthly() {
  const { home } = await creditctl(grant);
  await creditctl('sandbox clock advance 10d', { home });
  const backup = `${recordFile(home)}.backup`;
  copyFileSync(recordFile(home), backup);
  const written = await creditctl(`${monthly} --json id`, { home });
  copyFileSync(backup, recordFile(home));
  await creditctl(accept, { home });
  return { home, written, later: { home, now: noon + 3 * 86_400_000 } };
}

const monthly = 'ledger add acme --amount 5 --expires +30d --idempotency-key monthly --sandbox --yes';

test('a write under a key of its own that a backup lost is found in the ledger, and not made again', async () => {
  const { home, written, later } = await lostMonthly();
  const again = await creditctl(`${monthly} --json id`, later);
  expect(again).toMatchObject({ code: 0, stdout: written.stdout });
  expect(again.stderr).toContain('"manner":"recovered"');
  expect(again.stderr).not.toContain('warning');
  expect(await balance(home, later.now)).toBe(6);
  const known = await creditctl(`${monthly} --json id`, later);
  expect(known).toMatchObject({ code: 0, stdout: written.stdout });
  expect(known.stderr).toContain('"manner":"known"');
  for (const check of ['history verify', 'history audit --all'])
    expect((await creditctl(`${check} --sandbox`, later)).code).toBe(0);
});

test('another key writes after a loss, and a lost key is good for no other write', async () => {
  const { home, later } = await lostMonthly();
  const other = await creditctl(monthly.replace('--amount 5', '--amount 7'), later);
  expect(other.code).toBe(2);
  expect(other.stderr).toContain('was used for another write');
  expect(await balance(home, later.now)).toBe(6);
  expect((await creditctl(monthly.replace('monthly', 'weekly'), later)).code).toBe(0);
  expect(await balance(home, later.now)).toBe(11);
});

test('an HTTP API is asked about the span that was lost alone, and only after a loss', async () => {
  const line = (key: string) => `ledger add acme --amount 5 --idempotency-key ${key} --yes -o json`;
  const acme = '/customers/external_customer_id/acme';
  const ledger = `${acme}/credits/ledger`;
  const post = { method: 'POST', path: `${ledger}_entry`, answer: { status: 201, json: made() } };
  const { home } = await creditctl('ledger add acme --amount 5 --yes -o json', {
    exchanges: [post],
    env: orb,
  });
  const backup = `${recordFile(home)}.backup`;
  copyFileSync(recordFile(home), backup);
  const ran = (text: string, exchanges: readonly PlannedExchange[] = [], now = noon) =>
    creditctl(text, { home, env: orb, exchanges, now });
  await ran(line('lost'), [searched(acme, 'entry_type=increment'), post], noon + 60_000);
  copyFileSync(backup, recordFile(home));
  const later = noon + 30 * 86_400_000;
  await ran('record accept --yes', [], noon + 120_000);
  const search = (data: readonly object[]) => ({
    method: 'GET',
    path: `${ledger}?created_at[gte]=2026-11-16T12:00:00+00:00&created_at[lte]=2026-11-30T12:02:00+00:00&limit=100`,
    answer: { json: page(data) },
  });
  const mine = entry({ amount: 5, metadata: { creditctl_key: 'lost' } });
  const failed = await ran(line('lost'), [{ ...search([]), answer: { status: 403, json: {} } }], later);
  expect(errorOf(failed)).toMatchObject({ exit_code: 3, applied: 'unknown', idempotency_key: 'lost' });
  expect((await ran(line('lost'), [search([mine])], later)).code).toBe(0);
  expect((await ran(line('lost'), [], later)).code).toBe(0);
  expect((await ran(line('new'), [search([mine]), post], later)).code).toBe(0);
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

test('a damaged file of heads lets no write pass until it is accepted, and what only reads goes on', async () => {
  const { home } = await creditctl(grant);
  const file = recordFile(home).replace('record.db', 'heads.json');
  writeFileSync(file, '[]');
  expect(errorOf(await creditctl(`${grant} -o json`, { home }))).toMatchObject({
    exit_code: 10,
    next: expect.arrayContaining(['If you know why, keep using it: creditctl record accept --sandbox']),
  });
  const warned = { code: 0, stderr: expect.stringContaining(`${file} is damaged`) };
  for (const read of ['history list', 'history show last', 'history head', 'batch status'])
    expect(await creditctl(`${read} --sandbox`, { home })).toMatchObject(warned);
  for (const check of ['history verify', 'record status']) {
    const { code, stdout, stderr } = await creditctl(`${check} --sandbox --json account`, { home });
    expect({ code, rows: JSON.parse(stdout) as unknown }).toEqual({ code: 1, rows: [{ account: 1 }] });
    expect(stderr).toContain(`cannot be checked for lost writes: ${file} is damaged`);
  }
  expect((await creditctl(`record erase acme --confirm acme --sandbox --yes`, { home })).code).toBe(10);
  expect(readFileSync(file, 'utf8')).toBe('[]');
  const backup = `${recordFile(home)}.backup`;
  copyFileSync(recordFile(home), backup);
  expect(await creditctl(accept, { home })).toMatchObject(warned);
  // What is there now was seen: a record that loses it later is noticed.
  rmSync(`${recordFile(home)}`);
  expect((await creditctl(grant, { home })).code).toBe(10);
  copyFileSync(backup, recordFile(home));
  expect((await creditctl(grant, { home })).code).toBe(0);
  expect(await balance(home)).toBe(2);
});

/** Notes in the file of heads that another profile last wrote to the same targets, through another record. */
function takeElsewhere(home: string): void {
  const file = recordFile(home).replace('record.db', 'heads.json');
  const { targets, ...heads } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, object>;
  const elsewhere = Object.keys(targets ?? {}).map((key) => [key, { record: 'of the team', account: 1 }]);
  writeFileSync(file, JSON.stringify({ ...heads, profiles: {}, targets: Object.fromEntries(elsewhere) }));
}

test('an embedded ledger that another profile took to another record is accepted for this record', async () => {
  const { home } = await creditctl(grant);
  takeElsewhere(home);
  expect((await creditctl(grant, { home })).code).toBe(10);
  const accepted = await creditctl(accept, { home });
  expect(accepted).toMatchObject({ code: 0, stderr: expect.stringContaining('last written to through') });
  expect((await creditctl(grant, { home })).code).toBe(0);
});

test('so is an embedded ledger over HTTP', async () => {
  const headers = { 'creditctl-ledger': 'l' };
  const none = { method: 'GET', path: '/customers?limit=3', answer: { json: page([]), headers } };
  const path = '/customers/external_customer_id/acme/credits/ledger_entry';
  const post = { method: 'POST', path, answer: { status: 201, json: made(), headers } };
  const line = 'ledger add acme --amount 5 --yes -o json';
  const { home, ...first } = await creditctl(line, { exchanges: [none, post], env: orb });
  expect(first.code, first.stderr).toBe(0);
  takeElsewhere(home);
  expect((await creditctl(line, { home, exchanges: [none], env: orb })).code).toBe(10);
  const accepted = await creditctl('record accept --yes', { home, env: orb });
  expect(accepted).toMatchObject({ code: 0, stderr: expect.stringContaining('last written to through') });
  expect((await creditctl(line, { home, exchanges: [none, post], env: orb })).code).toBe(0);
});

test('a key that another profile took to another record is accepted for this record', async () => {
  const path = '/customers/external_customer_id/acme/credits/ledger_entry';
  const answer = { status: 201, json: made() };
  const line = 'ledger add acme --amount 5 --yes -o json';
  const ran = (exchanges: readonly PlannedExchange[], home?: string) =>
    creditctl(line, { env: orb, exchanges, ...(home === undefined ? {} : { home }) });
  const { home } = await ran([{ method: 'POST', path, answer }]);
  takeElsewhere(home);
  const next = expect.arrayContaining(['If you know why, keep using it: creditctl record accept']);
  expect(errorOf(await ran([], home))).toMatchObject({ exit_code: 10, next });
  const accepted = await creditctl('record accept --yes', { home, env: orb });
  expect(accepted).toMatchObject({ code: 0, stderr: expect.stringContaining('last written to through') });
  expect((await ran([{ method: 'POST', path, answer }], home)).code).toBe(0);
});

test('a key that turns out to open a known account goes on there, and nothing is to be accepted', async () => {
  const acme = '/customers/external_customer_id/acme';
  const write = {
    method: 'POST',
    path: `${acme}/credits/ledger_entry`,
    answer: { status: 201, json: made() },
  };
  const none = { method: 'GET', path: '/customers?limit=3', answer: { json: page([]) } };
  const line = 'ledger add acme --amount 5 --yes -o json';
  const { home } = await creditctl(line, { exchanges: [none, write], env: orb });
  const other = { ...orb, ORB_API_KEY: 'another_key_of_the_account' };
  await creditctl(line, { home, exchanges: [write], env: other });
  const joined = await creditctl(line, { home, exchanges: [write], env: orb });
  expect(joined).toMatchObject({ code: 0 });
  const notes = recordedIn(home).filter(({ event }) => event === 'noted');
  expect(notes.map(({ account }) => account)).toEqual([1, 2, 2]);
});
