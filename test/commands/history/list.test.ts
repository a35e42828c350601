import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, csvOf, expectUsage, orb } from '../../support/command.ts';
import { made } from '../../support/documents.ts';
import { forget } from '../../support/forgotten.ts';
import { granted } from '../../support/granted.ts';
import { freshDatabase, hasPostgres } from '../../support/postgres.ts';
import { recordedIn, recordFile } from '../../support/recorded.ts';
import { freshHome, homeAfter, noon } from '../../support/run.ts';

const day = 24 * 3_600_000;

/** A home with a grant of noon, a decrement of the day after that failed, and one of the day after that is not known. */
const home = (): Promise<string> => homeAfter('a history of four days', write);

async function write(): Promise<string> {
  const line = 'ledger add acme --amount 100 --description "Trial credits" --sandbox --yes';
  const { home } = await creditctl(line);
  const less = 'ledger add globex --type decrement --amount 5 --sandbox --yes';
  await creditctl(less, { home, now: noon + day });
  const refused = 'ledger add acme --type void --amount 9 --block nowhere --sandbox --yes';
  await creditctl(refused, { home, now: noon + 2 * day });
  await creditctl('sandbox faults set reset-after=1', { home });
  await creditctl('ledger add initech --amount 7 --sandbox --yes', { home, now: noon + 3 * day });
  await creditctl('sandbox faults clear', { home });
  return home;
}

test('the newest comes first, each with who, what and outcome', async () => {
  const place = await home();
  const { code, stdout } = await creditctl('history list --sandbox -o csv', { home: place });
  expect(code).toBe(0);
  const rows = csvOf(stdout);
  expect(rows.map(({ what, outcome, who, kind }) => [what, outcome, who, kind])).toEqual([
    ['increment 7 credits → initech', 'unknown', 'tester', 'sandbox'],
    ['void 9 credits → acme', 'refused', 'tester', 'sandbox'],
    ['decrement 5 credits → globex', 'settled', 'tester', 'sandbox'],
    ['increment 100 credits → acme', 'settled', 'tester', 'sandbox'],
  ]);
  expect(rows[3]).toMatchObject({ why: 'Trial credits', key: 'key-1', at: '2026-11-23T12:00:00.000Z' });
});

test('on a terminal of 80 columns, too, the list says why, and what each outcome means', async () => {
  const { stdout, stderr } = await creditctl('history list --sandbox', { home: await home(), terminal: 80 });
  for (const remark of [
    'settled: the write was applied.',
    'refused: the API refused it',
    'unknown: it may have been',
  ])
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(remark);
  expect(stderr).not.toContain('absent:');
  const rows = stripVTControlCharacters(stdout).split('\n');
  expect(rows[0]).toMatch(/^when +who +what +why +outcome/);
  expect(rows.join('\n')).toContain('Trial credits');
});

/** A home with a file of two grants, and the outcomes that its history lists. */
function homeWithGrants() {
  const place = freshHome();
  const file = path.join(place, 'g.csv');
  writeFileSync(file, 'external_customer_id,amount\nacme,5\nglobex,7\n');
  const outcomesOf = async (more = ''): Promise<unknown> => {
    const { stdout } = await creditctl(`history list --sandbox --json outcome ${more}`, { home: place });
    return (JSON.parse(stdout) as { outcome: string }[]).map(({ outcome }) => outcome);
  };
  return { place, file, outcomesOf };
}

test('a run of a batch is unknown until its rows are settled', async () => {
  const { place, file, outcomesOf } = homeWithGrants();
  const lost = await creditctl(`ledger import ${file} --sandbox --yes`, {
    home: place,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      if (request.method === 'POST') throw new TransportFailure('the connection was lost', 'maybe');
      return answer;
    },
  });
  expect(lost.code, lost.stderr).toBe(11);
  expect(await outcomesOf()).toEqual(['unknown']);
  expect((await creditctl('batch resume --sandbox --yes', { home: place })).code).toBe(0);
  expect(await outcomesOf()).toEqual(['settled', 'settled']);
  expect(await outcomesOf('--outcome unknown')).toEqual([]);
});

test('a run of a batch that was cut off is unfinished until another finishes its plan', async () => {
  const { place, file, outcomesOf } = homeWithGrants();
  const line = `ledger import ${file} --sandbox --yes`;
  expect((await creditctl(`${line} --batch-id whole`, { home: place })).code).toBe(0);
  expect((await creditctl(`${line} --batch-id cut`, { home: place })).code).toBe(0);
  forget(place, { rows: "batch = 'cut' AND row = 2" });
  expect(await outcomesOf('--batch cut --outcome noted')).toEqual(['noted']);
  expect((await creditctl('batch resume cut --sandbox --yes', { home: place })).code).toBe(0);
  expect(await outcomesOf('--outcome noted')).toEqual(['noted']);
  expect(await outcomesOf()).toEqual(['settled', 'settled', 'noted']);
});

test('a customer is found under each of its names, whichever is asked for', async () => {
  const add = 'ledger add --sandbox --yes --amount';
  const { home: place, stdout } = await creditctl(`${add} 1 acme -o json`);
  const { customer } = JSON.parse(stdout) as { customer: { id: string } };
  await creditctl(`${add} 2 id:${customer.id}`, { home: place, now: noon + day });
  await creditctl(`${add} 3 globex`, { home: place });
  for (const name of ['acme', `id:${customer.id}`]) {
    const line = `history list --sandbox -o csv --columns what --customer ${name}`;
    const rows = csvOf((await creditctl(line, { home: place })).stdout);
    expect(rows.map(({ what }) => what?.slice(0, 11))).toEqual(['increment 2', 'increment 1']);
  }
});

test('an undo differs from a write, and a person sees which write was undone', async () => {
  const { home: place } = await granted('--amount 100');
  await creditctl('undo last --sandbox --yes', { home: place });
  const { stdout } = await creditctl('history list --sandbox -o csv --columns what,outcome', { home: place });
  expect(csvOf(stdout)).toEqual([
    { what: 'undo: void 100 credits → acme', outcome: 'settled' },
    { what: 'increment 100 credits → acme', outcome: 'settled' },
  ]);
  const shown = await creditctl('history list --sandbox', { home: place, terminal: 100 });
  expect(shown.stderr).toContain('Times are in UTC.');
  expect(stripVTControlCharacters(shown.stdout)).toMatch(
    /tester +undo: void .* settled .*\n.* tester +increment .* undone /,
  );
});

test('as JSON a write is complete', async () => {
  const { home: place, stdout: made } = await creditctl(
    'ledger add acme --amount 100 --description Trial --sandbox --yes -o json',
  );
  const answer = JSON.parse(made) as { id: string };
  const { stdout, requests } = await creditctl('history list --sandbox -o json', { home: place });
  expect(requests).toEqual([]);
  expect(JSON.parse(stdout)).toEqual([
    {
      key: 'key-1',
      account: 1,
      kind: 'sandbox',
      origin: 'sandbox',
      at: '2026-11-23T12:00:00.000Z',
      who: 'tester',
      os_user: 'tester',
      actor: null,
      machine: 'test',
      pid: process.pid,
      command: 'ledger add acme --amount 100 --description Trial --sandbox --yes -o json',
      what: 'increment 100 credits → acme',
      why: 'Trial',
      customer: 'acme',
      outcome: 'settled',
      outcome_at: expect.stringMatching(/^2026-11-23T12:/),
      outcome_by: 'tester',
      status: 201,
      request_id: null,
      replayed: false,
      message: null,
      entry: answer.id,
      answer,
      reported: true,
      undoes: null,
      undone_by: null,
      undone_by_who: null,
      approved_by: [],
      batch: null,
      row: null,
      request: {
        method: 'POST',
        path: '/customers/external_customer_id/acme/credits/ledger_entry',
        body: {
          entry_type: 'increment',
          amount: 100,
          description: 'Trial',
          metadata: { creditctl_key: 'key-1' },
        },
      },
    },
  ]);
});

test('filters narrow it, and what is left out is named', async () => {
  const place = await home();
  const what = async (more: string): Promise<string[]> => {
    const { stdout, stderr, code } = await creditctl(`history list --sandbox -o csv ${more}`, {
      home: place,
    });
    expect(code, stderr).toBe(0);
    return csvOf(stdout).map(({ customer }) => customer ?? '');
  };
  expect(await what('--customer acme')).toEqual(['acme', 'acme']);
  expect(await what('--customer acme --outcome settled')).toEqual(['acme']);
  expect(await what('--outcome unknown')).toEqual(['initech']);
  expect(await what('--who nobody')).toEqual([]);
  expect(await what('--since 2026-11-24 --until 2026-11-25')).toEqual(['acme', 'globex']);
  expect(await what('--until 2026-11-23T12:00:00Z')).toEqual(['acme']);
  expect(await what('--limit 1')).toEqual(['initech']);
  const { stderr } = await creditctl('history list --sandbox --limit 1', { home: place });
  expect(stderr).toBe('There are older writes: --all shows them\n');
});

test('the account is that of the connection in use, or one that is named, or all', async () => {
  const { home: place } = await granted('--amount 1');
  const url = '/customers/external_customer_id/acme/credits/ledger_entry';
  const exchanges = [{ method: 'POST', path: url, answer: { status: 201, json: made() } }];
  await creditctl('ledger add acme --amount 2 --yes', { home: place, env: orb, exchanges });
  const kinds = async (more: string): Promise<unknown> => {
    const { stdout } = await creditctl(`history list --json kind,account ${more}`, { home: place });
    return JSON.parse(stdout);
  };
  expect(await kinds('')).toEqual([{ kind: 'live', account: 2 }]);
  expect(await kinds('--sandbox')).toEqual([{ kind: 'sandbox', account: 1 }]);
  expect(await kinds('--account 1')).toEqual([{ kind: 'sandbox', account: 1 }]);
  expect(await kinds('--all-accounts')).toHaveLength(2);
  const none = await creditctl('history list --account 7', { home: place });
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('--account')]);
});

test('a key never gets into the record, wherever it was put', async () => {
  const url = '/customers/external_customer_id/acme/credits/ledger_entry';
  const env = { ...orb, ORB_API_KEY: 'secret_key_of_a_test' };
  const mirror = made({ note: 'you sent secret_key_of_a_test' });
  const exchanges = [{ method: 'POST', path: url, answer: { status: 201, json: mirror } }];
  const line = 'ledger add acme --amount 2 --yes --profile default --columns id';
  const { home: place, code } = await creditctl(line, { env, exchanges });
  expect(code).toBe(0);
  expect(JSON.stringify(recordedIn(place))).not.toContain('secret_key');
  expect(JSON.stringify(recordedIn(place))).toContain('you sent ***');
  for (const more of ['--description secret_key_of_a_test', '--idempotency-key xsecret_key_of_a_test'])
    expectUsage(await creditctl(`ledger add acme --amount 2 --yes ${more}`, { env, exchanges: [] }), [
      'The write holds the API key itself; nothing was sent',
    ]);
  const customers = 'customers create --name secret_key_of_a_test --email a@b.example --yes --sandbox';
  expectUsage(await creditctl(customers, { env }), ['holds the API key itself']);
  const other = freshHome();
  const db = path.join(other, 'secret_key_of_a_test.db');
  await creditctl(`ledger add acme --amount 2 --yes --sandbox --db ${db}`, { env, home: other });
  expect(recordedIn(other)).toHaveLength(3);
  expect(JSON.stringify(recordedIn(other))).not.toContain('secret_key');
});

test('what cannot be meant is refused with all problems at once', async () => {
  expectUsage(await creditctl('history list --outcome done --since soon --limit 0 --batch last'), [
    '--batch must not be "last"',
    '--outcome must be one of settled, refused, unknown, noted, absent, unsent: "done"',
    '--since ',
    '--limit must be a whole number above 0: "0"',
  ]);
});

test('a customer or person without a name is refused: a script whose variable is empty finds no writes', async () => {
  expectUsage(await creditctl('history list --not-undone --outcome settled'), [
    '--not-undone cannot be used with --outcome',
  ]);
  expectUsage(await creditctl('history list --customer "" --who " "'), [
    '--customer is empty',
    '--who is empty',
  ]);
});

test.skipIf(!hasPostgres)('on a server, too, a list may end with the last instant of all', async () => {
  const env = { CREDITCTL_RECORD: (await freshDatabase()).url('ana') };
  const { home } = await creditctl('ledger add acme --amount 5 --sandbox --yes', { env });
  for (const last of ['9999-12-31T23:59:59Z', '9999-12-31']) {
    const line = `history list --sandbox --until ${last} --json who`;
    const { stdout, stderr } = await creditctl(line, { home, env });
    expect(stdout, stderr).toBe('[\n  {\n    "who": "ana"\n  }\n]\n');
  }
});

test('where nothing was written yet, there is nothing to list, but perhaps in another account', async () => {
  const other = 'Profile default has not written from here; --all-accounts searches every account\n';
  for (const [more, hint] of [
    ['', other],
    ['--all-accounts', ''],
  ] as const) {
    const { code, stdout, stderr } = await creditctl(`history list ${more}`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe(`no writes\n${hint}`);
  }
});

test("a machine that never wrote shows what the record has of the profile's mode, and audits it", async () => {
  const place = await home();
  rmSync(path.join(path.dirname(recordFile(place)), 'heads.json'));
  const list = await creditctl('history list --sandbox --json what', { home: place });
  expect(JSON.parse(list.stdout), list.stderr).toHaveLength(4);
  const shown = await creditctl('history show key-1 --sandbox --json what', { home: place });
  expect(JSON.parse(shown.stdout)).toEqual({ what: 'increment 100 credits → acme' });
  for (const customers of ['acme', '--all'])
    expect((await creditctl(`history audit ${customers} --sandbox`, { home: place })).stderr).toContain(
      customers === 'acme'
        ? 'the record and the ledger agree'
        : 'The ledger and the record differ; findings: 1',
    );
  // An embedded ledger may also be served on this machine.
  const served = { ...orb, ORB_BASE_URL: 'http://127.0.0.1:9/v1' };
  const there = await creditctl('history list --json what', { home: place, env: served });
  expect(JSON.parse(there.stdout), there.stderr).toHaveLength(4);
  // The accounts of another mode are none of this profile's.
  const live = await creditctl('history list', { home: place, env: orb });
  expect([live.code, live.stdout]).toEqual([0, '']);
});

test('who undid a write stands beside who made it, and --who finds each', async () => {
  const { home } = await creditctl('ledger add acme --amount 5 --idempotency-key gift --sandbox --yes');
  const undone = await creditctl('undo gift --sandbox --yes', { home, who: 'anna' });
  expect(undone.code, undone.stderr).toBe(0);
  expect(undone.stderr).toContain('Undoes the grant of 5 credits for acme, by tester on 2026-11-23 12:00Z');
  const { stdout } = await creditctl('history list --sandbox --json key,who,undone_by_who,undoes', { home });
  expect(JSON.parse(stdout)).toEqual([
    { key: expect.stringMatching(/^undo-/), who: 'anna', undone_by_who: null, undoes: 'gift' },
    { key: 'gift', who: 'tester', undone_by_who: 'anna', undoes: null },
  ]);
  const own = await creditctl('history list --sandbox --who anna --json who', { home });
  expect(JSON.parse(own.stdout)).toEqual([{ who: 'anna' }]);
});

test('last is the newest write of the same person, for undo and for show', async () => {
  const { home } = await creditctl('ledger add acme --amount 5 --idempotency-key hers1 --sandbox --yes', {
    who: 'anna',
  });
  await creditctl('ledger add acme --amount 6 --idempotency-key his --sandbox --yes', { home });
  const last = async (who: string): Promise<unknown> => {
    const { stdout } = await creditctl('history show last --sandbox --json key', { home, who });
    return JSON.parse(stdout);
  };
  expect([await last('anna'), await last('tester')]).toEqual([{ key: 'hers1' }, { key: 'his' }]);
  const undone = await creditctl('undo last --sandbox --yes --json amount', { home, who: 'anna' });
  expect(JSON.parse(undone.stdout)).toEqual([{ amount: 5 }]);
  const none = await creditctl('undo last --sandbox --yes', { home, who: 'bob' });
  expect(none.code).toBe(4);
});

test('rows of a batch are found by the id of the API, too', async () => {
  const { home: place, stdout } = await creditctl('customers show acme --sandbox -o json');
  const { id } = JSON.parse(stdout) as { id: string };
  const plan = `batch plan - --out ${place}/plan --sandbox --batch-id spring`;
  const stdin = 'external_customer_id,amount\nacme,5\nglobex,6\n';
  expect(await creditctl(plan, { home: place, stdin })).toMatchObject({ code: 0 });
  expect(
    await creditctl(`batch apply ${place}/plan --sandbox --yes --results ${place}`, { home: place }),
  ).toMatchObject({ code: 0 });
  for (const name of ['acme', `id:${id}`]) {
    const line = `history list --sandbox -o csv --columns what --customer ${name}`;
    const rows = csvOf((await creditctl(line, { home: place })).stdout);
    expect(rows.map(({ what }) => what)).toEqual([expect.stringContaining('5')]);
  }
});

test.each([
  'sqlite',
  ...(hasPostgres ? ['postgres'] : []),
])('what is not undone is listed without runs and undos, on %s', async (engine) => {
  const place = freshHome();
  const env = engine === 'sqlite' ? {} : { CREDITCTL_RECORD: (await freshDatabase()).url('ana') };
  const run = (line: string) => creditctl(`${line} --sandbox`, { home: place, env });
  const file = path.join(place, 'g.csv');
  writeFileSync(file, 'external_customer_id,amount\nacme,5\nglobex,7\ninitech,9\n');
  await run(`ledger import ${file} --batch-id b --yes`);
  await run('ledger add globex --type decrement --amount 2 --yes');
  await run('batch undo b --yes');
  const left = await run('history list --batch b --not-undone -o csv --columns row,customer,what');
  expect(csvOf(left.stdout).map(({ row, customer }) => [row, customer])).toEqual([['2', 'globex']]);
  const byHand = await run('history list --not-undone -o csv');
  expect(csvOf(byHand.stdout).map(({ what }) => what)).toEqual(['decrement 2 credits → globex']);
});
