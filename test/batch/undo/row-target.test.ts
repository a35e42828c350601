import { expect, test } from 'vitest';
import { creditctl, errorOf, posts } from '../../support/command.ts';
import { currentRows, standAs } from '../../support/forgotten.ts';
import { available, balances, granted, use } from '../../support/granted.ts';
import { imported, stateOf, undo as undoBatch } from '../../support/imported.ts';
import { changeRecord, recordedIn } from '../../support/recorded.ts';
import { copyOfHome, freshHome, type RunResult } from '../../support/run.ts';

function rowOf(home: string, row: number): { readonly key: string; readonly entry: string } {
  const [found] = currentRows(home, `row = ${row} AND undoes IS NULL`);
  if (found === undefined) throw new Error(`no row ${row}`);
  return { key: String(found.key), entry: String(found.entry) };
}

const undo = (home: string, named: string, more = '--yes'): Promise<RunResult> =>
  creditctl(`undo ${named} --sandbox ${more}`, { home });

async function expectDone(running: Promise<RunResult>): Promise<RunResult> {
  const result = await running;
  expect(result.code, result.stderr).toBe(0);
  return result;
}

async function expectUndoneAlready(home: string, named: string): Promise<readonly string[]> {
  const result = await undo(home, named, '--yes -o json');
  expect(result.code, result.stderr).toBe(1);
  expect(posts(result)).toEqual([]);
  const { message, next } = errorOf(result);
  expect(message).toContain('already undone on 2026-11-23 12:00Z');
  return next as string[];
}

const grants = 'external_customer_id,amount\nacme,5\nglobex,7\nacme,9\n';

test('the entry of a row is taken back by itself: shown first, recorded, and not twice', async () => {
  const home = await imported(grants);
  const { entry, key } = rowOf(home, 1);
  const dry = await expectDone(undo(home, entry, '--dry-run -o json'));
  expect(posts(dry)).toEqual([]);
  expect(JSON.parse(dry.stdout)).toMatchObject([
    {
      request: { body: { entry_type: 'void', amount: 5, description: 'Takes back row 1 of batch b' } },
      effect: { balance_before: 14, balance_after: 9 },
    },
  ]);
  const silent = await undo(home, entry, '');
  expect(silent.code).toBe(10);
  expect(posts(silent)).toEqual([]);
  const result = await expectDone(undo(home, entry, '--yes --json entry_type,amount'));
  expect(JSON.parse(result.stdout)).toMatchObject([{ entry_type: 'void_initiated', amount: 5 }]);
  expect(await available(home)).toBe(9);
  const noted = recordedIn(home).filter(({ undoes }) => undoes === key);
  expect(noted).toMatchObject([
    { event: 'noted', command: `undo ${entry} --sandbox --yes --json entry_type,amount` },
  ]);
  for (const named of [entry, key, key.slice(0, 16)])
    expect(await expectUndoneAlready(home, named)).toContain(
      `creditctl history show ${noted[0]?.key} --sandbox`,
    );
  expect(await available(home)).toBe(9);
  const shown = await creditctl(`history show ${entry} --sandbox --json undone_by`, { home });
  expect(JSON.parse(shown.stdout)).toEqual({ undone_by: noted[0]?.key });
});

test('an undoing of the whole batch knows which rows were taken back by themselves', async () => {
  const home = await imported(grants);
  await expectDone(undo(home, rowOf(home, 1).key, '--yes --description Mistake'));
  const result = await expectDone(undoBatch(home));
  expect(posts(result)).toHaveLength(2);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 3, taken_back: 3, writes: 2, already: 1 });
  expect(await available(home)).toBe(0);
});

test('after an undoing of the whole batch each of its rows was undone already', async () => {
  const home = await imported(grants);
  const { entry, key } = rowOf(home, 3);
  await expectDone(undoBatch(home));
  for (const named of [entry, key]) {
    const [next = ''] = await expectUndoneAlready(home, named);
    const shown = await expectDone(
      creditctl(`${next.replace('creditctl ', '')} --sandbox --json batch,row`, { home }),
    );
    expect(JSON.parse(shown.stdout)).toEqual({ batch: 'b', row: 3 });
  }
  expect(await available(home)).toBe(0);
});

test('both send the very same write under the very same key, so that the API itself makes it happen once', async () => {
  const home = await imported('external_customer_id,amount\nacme,5\n');
  const twin = copyOfHome(home);
  const [single] = posts(await expectDone(undo(home, rowOf(home, 1).entry)));
  const [whole] = posts(await expectDone(undoBatch(twin)));
  expect(single?.headers['idempotency-key']).toMatch(/^undo-[0-9a-f]{40}$/);
  expect([whole?.headers['idempotency-key'], whole?.body, whole?.path]).toEqual([
    single?.headers['idempotency-key'],
    single?.body,
    single?.path,
  ]);
});

test('an undoing by itself that was refused is not shown as the one that took the row back', async () => {
  const home = await imported(grants);
  const { entry } = rowOf(home, 1);
  await expectDone(undo(home, entry));
  standAs(home, 'refused', 'undoes IS NOT NULL');
  const result = await undo(home, entry, '--yes -o json');
  expect(errorOf(result).message).toBe('This write was already undone on 2026-11-23 12:00Z');
});

const kinds: Readonly<Record<string, (block: string) => string>> = {
  decrement: () => 'external_customer_id,type,amount\nacme,decrement,130\n',
  expiration_change: (block) =>
    `external_customer_id,type,amount,block,target-expires\nacme,expiration_change,40,${block},2027-03-31\n`,
  void: (block) => `external_customer_id,type,amount,block\nacme,void,40,${block}\n`,
};

for (const [kind, rows] of Object.entries(kinds))
  for (const first of ['row', 'batch'] as const)
    test(`a ${kind} is taken back once, the ${first} first`, async () => {
      const { home, block } = await granted('--amount 100 --expires 2027-06-30');
      await granted('--amount 50', home);
      await imported(rows(block), home);
      const { entry } = rowOf(home, 1);
      const before = Object.values(await balances(home)).sort();
      if (first === 'row') await expectDone(undo(home, entry));
      else expect(JSON.parse((await expectDone(undoBatch(home))).stdout)).toMatchObject({ taken_back: 1 });
      const after = await balances(home);
      expect(Object.values(after).sort()).not.toEqual(before);
      expect(await available(home)).toBe(150);
      await expectUndoneAlready(home, entry);
      const again = await expectDone(undoBatch(home));
      expect(posts(again)).toEqual([]);
      expect(JSON.parse(again.stdout)).toMatchObject({ taken_back: 1, not_taken_back: 0, writes: 0 });
      expect(await balances(home)).toEqual(after);
    });

test('an amendment is taken back once, too', async () => {
  const { home, block } = await granted('--amount 100');
  await creditctl('ledger add acme --type decrement --amount 30 --sandbox --yes', { home });
  await imported(`external_customer_id,type,amount,block\nacme,amendment,20,${block}\n`, home);
  expect(await available(home)).toBe(90);
  await expectDone(undo(home, rowOf(home, 1).entry));
  expect(await available(home)).toBe(70);
  await expectUndoneAlready(home, rowOf(home, 1).entry);
  expect(JSON.parse((await expectDone(undoBatch(home))).stdout)).toMatchObject({ taken_back: 1, writes: 0 });
});

test('what a killed run left open is settled under its key, and nothing is taken back twice', async () => {
  const home = await imported(grants);
  const { entry } = rowOf(home, 1);
  await expectDone(undo(home, entry));
  standAs(home, 'noted', 'undoes IS NOT NULL');
  const again = await expectDone(undo(home, entry, '--yes --json entry_type,amount'));
  expect(JSON.parse(again.stdout)).toMatchObject([{ entry_type: 'void_initiated', amount: 5 }]);
  expect(await available(home)).toBe(9);
});

test('a row that was never applied, or of which nobody knows, is not undone', async () => {
  const home = await imported(grants);
  const { key } = rowOf(home, 1);
  standAs(home, 'refused', 'row = 1');
  const refused = await undo(home, key, '--yes -o json');
  expect([refused.code, errorOf(refused).message]).toEqual([
    1,
    `The row "${key}" was never applied, so there is nothing to undo`,
  ]);
  standAs(home, 'unknown', 'row = 1');
  const unknown = await undo(home, key, '--yes -o json');
  expect(errorOf(unknown)).toMatchObject({
    exit_code: 1,
    next: [`creditctl history settle ${key} --sandbox`],
  });
  expect([refused, unknown].flatMap(posts)).toEqual([]);
  expect(await available(home)).toBe(14);
});

test('a row whose entry the record does not name is found by its key', async () => {
  const home = await imported(grants);
  changeRecord(home, 'UPDATE writes SET entry = NULL WHERE row = 3');
  await expectDone(undo(home, rowOf(home, 3).key));
  expect(await available(home)).toBe(5);
});

test('what took a row back with its batch is not undone itself', async () => {
  const home = await imported(grants);
  await expectDone(undoBatch(home));
  const [next = ''] = await expectUndoneAlready(home, rowOf(home, 1).entry);
  const result = await undo(home, next.split(' ').at(-2) ?? '', '--yes -o json');
  expect(result.code).toBe(1);
  expect(errorOf(result).message).toMatch(
    /^The write "undo-\w+" took back row 1 of batch b, and is not undone/,
  );
});

test('the row of the ledger in use is meant, and one that is only in another is not found', async () => {
  const home = await imported(grants);
  const { key } = rowOf(home, 1);
  const other = `--db ${home}/other.db`;
  const away = await undo(home, key, `--yes -o json ${other}`);
  expect([away.code, away.requests.filter(({ method }) => method === 'POST')]).toEqual([4, []]);
  const line = `ledger import ${home}/x.csv --batch-id b --sandbox --yes ${other}`;
  await expectDone(creditctl(line, { home }));
  await expectDone(undo(home, key));
  expect(await available(home)).toBe(9);
});

test('a name that a batch might have means no row, and "last" stops at the batch', async () => {
  const home = await imported('external_customer_id,amount\nacme,5\n');
  const { key } = rowOf(home, 1);
  for (const named of ['batch-', key.slice(0, 7), key.slice(0, 11)])
    expect((await undo(home, named)).code, named).toBe(4);
  expect((await undo(home, 'last')).code).toBe(1);
  await expectDone(undo(home, rowOf(home, 1).entry));
  expect((await undo(home, 'last')).code).toBe(4);
});

const line = (amount: number) => `ledger add globex --amount ${amount} --sandbox --yes`;
const voided = (result: RunResult): unknown =>
  (JSON.parse(result.stdout) as readonly { amount: unknown }[])[0]?.amount;

test('a batch whose rows were undone one by one says so, and "last" passes over it', async () => {
  const home = freshHome();
  await expectDone(creditctl(line(3), { home }));
  await imported(grants, home);
  const states = [];
  for (const row of [1, 2, 3]) {
    expect((await undo(home, 'last')).code).toBe(1);
    await expectDone(undo(home, rowOf(home, row).entry));
    states.push(await stateOf(home));
  }
  expect(states).toEqual(['partly_undone', 'partly_undone', 'undone']);
  expect(voided(await expectDone(undo(home, 'last', '--yes --json amount')))).toBe(3);
});

test('a row that is undone in part leaves its batch partly undone', async () => {
  const home = await imported('external_customer_id,amount\nacme,100\n');
  await use('40', home);
  await expectDone(undo(home, rowOf(home, 1).entry));
  expect(await stateOf(home)).toBe('partly_undone');
  expect((await undoBatch(home)).code).toBe(9);
  expect(await stateOf(home)).toBe('partly_undone');
});

test('"last" passes over a batch that a colleague undid, and stops at one whose undoing stopped', async () => {
  const home = freshHome();
  await expectDone(creditctl(line(3), { home }));
  await imported(grants, home);
  let writes = 0;
  const stopped = await creditctl('batch undo b --sandbox --yes', {
    ...{ home, who: 'colleague' },
    between: async (request, exchange) => {
      if (request.method === 'POST' && ++writes > 1)
        return { status: 401, headers: {}, body: JSON.stringify(keyRefused) };
      return exchange(request);
    },
  });
  expect(stopped.code, stopped.stderr).toBe(9);
  expect((await undo(home, 'last')).code).toBe(1);
  await expectDone(creditctl('batch undo b --sandbox --yes', { home, who: 'colleague' }));
  expect(await stateOf(home)).toBe('undone');
  expect(voided(await expectDone(undo(home, 'last', '--yes --json amount')))).toBe(3);
});

test('"last" goes by the order of the record, not by a clock that was set back', async () => {
  const home = await imported('external_customer_id,amount\nacme,5\n');
  const line = 'ledger add globex --amount 3 --sandbox --yes';
  await expectDone(creditctl(line, { home, now: Date.UTC(2026, 10, 23, 11) }));
  const result = await expectDone(undo(home, 'last', '--yes --json entry_type,amount'));
  expect(JSON.parse(result.stdout)).toMatchObject([{ entry_type: 'void_initiated', amount: 3 }]);
  expect((await undo(home, 'last')).code).toBe(1);
});

test.each([
  0, 1,
])('a batch of which %i of 2 rows were undone stands, and "last" passes over none', async (most) => {
  const before = await creditctl('ledger add acme --amount 3 --sandbox --yes');
  const home = await imported('external_customer_id,amount\nacme,5\nacme,6\n', before.home);
  const undone = new Set<unknown>();
  const failed = await creditctl('batch undo b --sandbox --yes', {
    home,
    between: async (request, exchange) => {
      if (request.method !== 'POST') return exchange(request);
      if (undone.size < most) undone.add(request.headers['idempotency-key']);
      return undone.has(request.headers['idempotency-key'])
        ? exchange(request)
        : { status: 400, headers: {}, body: JSON.stringify(refusal) };
    },
  });
  expect([failed.code, undone.size], failed.stderr).toEqual([9, most]);
  expect((await undo(home, 'last')).code).toBe(1);
  await expectDone(undoBatch(home));
  await expectDone(undo(home, 'last'));
  expect(await available(home)).toBe(0);
});

test('a batch stands whose undoing was killed, and not one that a colleague took back', async () => {
  const before = await creditctl('ledger add acme --amount 3 --sandbox --yes');
  const home = await imported('external_customer_id,amount\nacme,5\n', before.home);
  await expectDone(creditctl('batch undo b --sandbox --yes', { home, who: 'colleague' }));
  const [planned] = JSON.parse((await expectDone(undo(home, 'last', '--dry-run -o json'))).stdout);
  expect(planned.request.body.amount).toBe(3);
  changeRecord(home, 'UPDATE runs SET ended_at = NULL, counts = NULL WHERE is_undo = 1');
  expect((await undo(home, 'last')).code).toBe(1);
});

const keyRefused = {
  ...{ type: 'https://docs.withorb.com/reference/error-responses#401-authentication-error', status: 401 },
  title: 'No',
};
const refusal = { type: 'https://docs.withorb.com/reference/error-responses#400-constraint-violation' };
