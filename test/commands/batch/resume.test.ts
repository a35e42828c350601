import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, csvOf, errorOf, notesOf, posts } from '../../support/command.ts';
import { begunWithAnotherKey, currentRows, forget, forgetKeys } from '../../support/forgotten.ts';
import { granted } from '../../support/granted.ts';
import { leavingOut } from '../../support/lying-lists.ts';
import { recordFile } from '../../support/recorded.ts';
import { freshHome, homeAfter, noon, type RunOptions } from '../../support/run.ts';

const rows = Array.from({ length: 6 }, (_, row) => `${['acme', 'globex'][row % 2]},${row + 1}`);
const grants = `external_customer_id,amount\n${rows.join('\n')}\n`;

const planned = (where = '--sandbox'): Promise<string> => homeAfter(`plan ${where}`, () => plan(where));

async function plan(where: string): Promise<string> {
  const home = freshHome();
  await creditctl('config set kind sandbox --profile p', { home });
  writeFileSync(path.join(home, 'x.csv'), grants);
  const result = await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --batch-id b ${where}`, {
    home,
  });
  if (result.code !== 0) throw new Error(result.stderr);
  return home;
}

/** As a kill leaves it: everything was sent, and the record has only so many of the outcomes. */
const cutOff = (outcomes: number, where = '--sandbox'): Promise<string> =>
  homeAfter(`cut off after ${outcomes} ${where}`, () => applyAndForget(outcomes, where));

async function applyAndForget(outcomes: number, where: string): Promise<string> {
  const home = await plan(where);
  const applied = await creditctl(`batch apply ${home}/x.plan ${where} --yes`, { home });
  expect(applied.code, applied.stderr).toBe(0);
  forget(home, { outcomes: `row > ${outcomes}` });
  for (const name of readdirSync(home)) if (name.startsWith('x.succeeded')) rmSync(path.join(home, name));
  return home;
}

/** The connection is lost for the last four rows: they are noted, and never arrive. */
const lostRows = (): Promise<string> => homeAfter('lost rows', loseRows);

async function loseRows(): Promise<string> {
  const home = await plan('--sandbox');
  const { code, stderr } = await creditctl(`batch apply ${home}/x.plan --sandbox --yes`, {
    home,
    between: async (request, exchange) => {
      if (request.method === 'POST' && /"amount":[3-6]\b/.test(request.body ?? ''))
        throw new TransportFailure('the connection was lost', 'maybe');
      return exchange(request);
    },
  });
  expect(code, stderr).toBe(11);
  return home;
}

async function count(home: string): Promise<number> {
  let sum = 0;
  for (const who of ['acme', 'globex']) {
    const { stdout } = await creditctl(`ledger list ${who} --all --sandbox --json id`, { home });
    sum += (JSON.parse(stdout) as unknown[]).length;
  }
  return sum;
}

test('rows that were begun and are in the ledger are found there, nothing is written twice, and the files are whole', async () => {
  // The record names the folder of its files, so that a copy of a home has none.
  const home = await applyAndForget(2, '--sandbox');
  const result = await creditctl('batch resume --sandbox --yes --json succeeded,already,unprocessed', {
    home,
  });
  expect(result.code, result.stderr).toBe(0);
  expect(notesOf(result)).toContainEqual({ found_in_ledger: 4 });
  expect(JSON.parse(result.stdout)).toEqual({ succeeded: 6, already: 6, unprocessed: 0 });
  expect(posts(result)).toEqual([]);
  expect(await count(home)).toBe(6);
  expect(csvOf(readFileSync(path.join(home, 'x.succeeded.csv'), 'utf8'))).toHaveLength(6);
  const again = await creditctl('batch resume --sandbox --yes', { home });
  expect(again.code, again.stderr).toBe(0);
  expect(again.stderr).toContain(
    'No batch of yours is left to resume. To see all batches: creditctl batch status --all',
  );
});

test('rows that were begun are looked for before they are sent again, so also a key that the API forgot writes nothing twice', async () => {
  const home = await cutOff(2);
  // A clock that was ahead when they were noted: to the record the keys are young.
  forgetKeys(home);
  const line = 'batch resume --sandbox --yes --allow-drift --json succeeded,already,unprocessed';
  const result = await creditctl(line, { home });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual({ succeeded: 6, already: 6, unprocessed: 0 });
  expect(posts(result)).toEqual([]);
  expect(await count(home)).toBe(6);
});

test('rows that were begun and are in no ledger are sent again under the same keys', async () => {
  const home = await lostRows();
  const line = 'batch resume --sandbox --yes --allow-drift --json succeeded,already,unprocessed';
  const result = await creditctl(line, { home });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual({ succeeded: 6, already: 2, unprocessed: 0 });
  expect(posts(result)).toHaveLength(4);
  expect(await count(home)).toBe(6);
});

test('a ledger that has moved since the plan stops it and names the entry; rows of the batch are none, begun ones neither', async () => {
  const home = await cutOff(2);
  await creditctl('ledger add globex --amount 3 --sandbox --yes', { home });
  // Of the last row, nothing was noted; its entry is in the ledger all the same.
  forget(home, { rows: 'row = 6' });
  const result = await creditctl('batch resume --sandbox --yes', { home });
  expect(result.code).toBe(10);
  expect(result.stderr).toContain('globex: entry 4, increment of 3 credits');
  expect(result.stderr.match(/: entry /g)).toHaveLength(1);
  expect(result.stderr).toContain('--allow-drift');
  expect(posts(result)).toEqual([]);
  const allowed = await creditctl('batch resume --sandbox --yes --allow-drift', { home });
  expect(allowed.code, allowed.stderr).toBe(0);
  expect(await count(home)).toBe(7);
});

test('a customer for whom nothing is left may have moved', async () => {
  const home = await cutOff(6);
  forget(home, { rows: 'row = 6' });
  await creditctl('ledger add acme --amount 3 --sandbox --yes', { home });
  const result = await creditctl('batch resume --sandbox --yes', { home });
  expect(result.code, result.stderr).toBe(0);
  expect(await count(home)).toBe(7);
});

test('what an earlier plan of the same name left open is gone on with, and then the batch can be taken back', async () => {
  const home = await cutOff(6);
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nglobex,9\n');
  const plan = `batch plan ${home}/x.csv --out ${home}/y.plan --batch-id b --sandbox`;
  expect((await creditctl(plan, { home })).code).toBe(0);
  expect((await creditctl(`batch apply ${home}/y.plan --sandbox --yes`, { home })).code).toBe(0);
  forget(home, { outcomes: 'row = 2' });
  expect((await creditctl('batch resume b --sandbox', { home })).code).toBe(10);
  const result = await creditctl('batch resume b --sandbox --yes', { home });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain('1 row of unknown outcome: settled first');
  expect(posts(result)).toEqual([]);
  expect((await creditctl('batch undo b --sandbox --yes', { home })).code).toBe(0);
  expect(await count(home)).toBe(7 + 2 * 7);
});

test('a deduction of an earlier plan that never arrived is not sent after others used the credits', async () => {
  const home = freshHome();
  const grant = await creditctl('ledger add acme --amount 30 --sandbox --yes', { home });
  expect(grant.code, grant.stderr).toBe(0);
  const plan = async (name: string, text: string): Promise<string> => {
    writeFileSync(path.join(home, `${name}.csv`), `external_customer_id,type,amount\n${text}\n`);
    const line = `batch plan ${home}/${name}.csv --out ${home}/${name}.plan --batch-id b --sandbox`;
    const made = await creditctl(line, { home });
    expect(made.code, made.stderr).toBe(0);
    return `batch apply ${home}/${name}.plan --sandbox --yes`;
  };
  const lost = await creditctl(await plan('first', 'acme,decrement,20'), {
    home,
    between: async (request, exchange) => {
      if (request.method === 'POST') throw new TransportFailure('the connection was lost', 'maybe');
      return exchange(request);
    },
  });
  expect(lost.code).toBe(11);
  const used = await creditctl('ledger add acme --type decrement --amount 25 --sandbox --yes', { home });
  expect(used.code).toBe(0);
  const second = await creditctl(await plan('second', 'globex,increment,1'), { home });
  expect([second.code, posts(second).length], second.stderr).toEqual([11, 1]);
  // Once it cannot be on its way any more, it was never applied.
  const later = { home, now: noon + 4 * 60_000 };
  const settled = await creditctl('batch resume b --sandbox --yes', later);
  expect([settled.code, posts(settled)], settled.stderr).toEqual([9, []]);
  expect(settled.stderr).toContain('Never applied: 1 row of an earlier plan of this name');
  const balance = await creditctl('balance acme --sandbox --json available', later);
  expect(JSON.parse(balance.stdout)).toEqual({ available: 5 });
});

async function deletedAcme(home: string): Promise<void> {
  const { stdout } = await creditctl('customers show acme --sandbox --json id', { home });
  const path = `/customers/${(JSON.parse(stdout) as { id: string }).id}`;
  await creditctl(`api DELETE ${path} --sandbox --yes --confirm "DELETE ${path}"`, { home });
}

test('a customer who was deleted since keeps no other row from its end, nor from its undo', async () => {
  const home = await lostRows();
  await deletedAcme(home);
  await creditctl(
    'customers create --name Other --email other@example.com --external-id acme --sandbox --yes',
    { home },
  );
  const drifted = await creditctl('batch resume b --sandbox --yes', { home });
  expect([drifted.code, posts(drifted)], drifted.stderr).toEqual([10, []]);
  expect(drifted.stderr).toMatch(/acme: the customer \w+ is not there any more/);
  const resumed = await creditctl('batch resume b --sandbox --yes --allow-drift -o json', { home });
  expect(resumed.code, resumed.stderr).toBe(9);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ succeeded: 4, failed: 2, unknown: 0, unprocessed: 0 });
  const undone = await creditctl('batch undo b --sandbox --yes -o json', { home });
  expect(undone.code, undone.stderr).toBe(9);
  expect(JSON.parse(undone.stdout)).toMatchObject({ taken_back: 3, not_taken_back: 1, writes: 3 });
  // Whoever has the name by now got nothing and lost nothing.
  expect(await count(home)).toBe(3 + 2 * 3);
});

test('past 47 hours a deleted customer has no ledger, and a proxy that answers 404 proves nothing', async () => {
  const home = await lostRows();
  await deletedAcme(home);
  const later = { home, now: noon + 49 * 3_600_000 };
  const line = 'batch resume b --sandbox --yes --allow-drift -o json';
  const away = await creditctl(line, {
    ...later,
    between: async (request, exchange) =>
      request.path.includes('/credits/ledger')
        ? { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not Found</h1>' }
        : exchange(request),
  });
  expect([away.code, posts(away)], away.stderr).toEqual([11, []]);
  const resumed = await creditctl(line, later);
  expect(resumed.code, resumed.stderr).toBe(9);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ succeeded: 4, failed: 2, unknown: 0, unprocessed: 0 });
});

test('a record that lost its end: --verify-remote finds rows also where nobody looks for drift', async () => {
  const home = await cutOff(0);
  forget(home, { rows: 'TRUE' });
  const later = noon + 49 * 3_600_000;
  const line = 'batch resume --sandbox --yes --allow-drift --verify-remote';
  const result = await creditctl(line, { home, now: later });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain('Found in the ledger: 6 rows of this batch');
  expect(posts(result)).toEqual([]);
});

test('a batch that began before a loss of the record was accepted is looked for in every ledger', async () => {
  const home = await cutOff(0);
  forget(home, { rows: 'TRUE' });
  const heads = path.join(path.dirname(recordFile(home)), 'heads.json');
  const seen = readFileSync(heads, 'utf8').replaceAll(/"link":\d+/g, '"link":99');
  writeFileSync(heads, seen);
  expect((await creditctl('record accept --sandbox --yes', { home })).code).toBe(0);
  const now = noon + 49 * 3_600_000;
  const result = await creditctl('batch resume --sandbox --yes --allow-drift', { home, now });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain('Found in the ledger: 6 rows of this batch');
  expect(posts(result)).toEqual([]);
});

test('past 47 hours they are looked for in the ledger, and nothing that is there is sent', async () => {
  const home = await cutOff(2);
  const later = noon + 49 * 3_600_000;
  const result = await creditctl('batch resume b --sandbox --yes -o json', { home, now: later });
  expect(result.code, result.stderr).toBe(0);
  expect(posts(result)).toEqual([]);
  expect(JSON.parse(result.stdout)).toMatchObject({ succeeded: 6, unknown: 0 });
  expect(await count(home)).toBe(6);
  // Each is looked for, and noted, once.
  expect(currentRows(home, "state = 'settled'")).toHaveLength(6);
});

test('the pace of a run counts the rows that it took over from a run that was killed, in a millisecond at least', async () => {
  const home = await cutOff(0);
  const now = noon + 600_000;
  const result = await creditctl('batch resume b --sandbox --yes --allow-drift', { home, now });
  expect(result.code, result.stderr).toBe(0);
  const status = await creditctl('batch status b --sandbox --json rows_per_second', { home, now });
  expect(JSON.parse(status.stdout)).toEqual({ rows_per_second: 6000 });
});

test('past 47 hours a row that is not in the ledger was never applied, and is sent', async () => {
  const home = await lostRows();
  const later = noon + 49 * 3_600_000;
  const result = await creditctl('batch resume b --sandbox --yes -o json', { home, now: later });
  expect(result.code, result.stderr).toBe(0);
  expect(posts(result)).toHaveLength(4);
  expect(await count(home)).toBe(6);
  expect(currentRows(home, 'attempt = 2').length).toBeGreaterThan(0);
});

test('past 47 hours a row that the API leaves out of its list is unknown, and nothing is sent', async () => {
  const home = await cutOff(2);
  const now = noon + 49 * 3_600_000;
  const between = leavingOut(({ amount }: { readonly amount: number }) => amount === 5);
  const line = 'batch resume b --sandbox --yes -o json';
  const result = await creditctl(line, { home, now, between });
  expect([result.code, posts(result)], result.stderr).toEqual([11, []]);
  expect(errorOf(result).message).toContain('The API may have left its entry out');
  const whole = await creditctl(line, { home, now });
  expect([whole.code, posts(whole)], whole.stderr).toEqual([0, []]);
  expect(await count(home)).toBe(6);
});

test('rows that another API key sent are absent only once their lease has run out; before that nothing of them is sent', async () => {
  const home = await lostRows();
  begunWithAnotherKey(home);
  const line = 'batch resume b --sandbox --yes -o json';
  const early = await creditctl(line, { home, now: noon + 60_000 });
  expect([early.code, posts(early)], early.stderr).toEqual([11, []]);
  // A colleague's `batch resume` without the name would look for a batch of their own.
  expect(errorOf(early)).toMatchObject({
    message: expect.stringMatching(/Until \S+Z, 2 rows may be on the way under another API key/),
    next: ['creditctl batch resume b --sandbox'],
  });
  const late = await creditctl(line, { home, now: noon + 300_000 });
  expect([late.code, posts(late).length], late.stderr).toEqual([0, 4]);
  expect(await count(home)).toBe(6);
});

test('interrupted, the program finishes what is under way, says how to go on, and exits 130; resume does the rest', async () => {
  const home = await planned();
  const interruption = new AbortController();
  interruption.abort(new CreditctlError('interrupted', 'Interrupted'));
  const line = `batch apply ${home}/x.plan --sandbox --yes --rate 1`;
  const result = await creditctl(line, { home, signal: interruption.signal });
  expect(result.code).toBe(130);
  expect(result.stderr).toContain('creditctl batch resume b');
  const before = await count(home);
  const resumed = await creditctl('batch resume --sandbox --yes', { home });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await count(home)).toBe(6);
  expect(before).toBeLessThan(6);
  // The files of the first run stay as they are, and those of the second have a number.
  const files = readdirSync(home).filter((name) => /^x\..*csv$/.test(name));
  expect(files).toEqual(expect.arrayContaining(['x.unprocessed.csv', 'x.succeeded.2.csv']));
  expect(files).not.toContain('x.unprocessed.2.csv');
});

test('without a name, another process that finishes the batch meanwhile leads to no older batch', async () => {
  const home = await planned();
  const stopped = new AbortController();
  stopped.abort(new CreditctlError('interrupted', 'Interrupted'));
  await creditctl(`batch plan ${home}/x.csv --out ${home}/y.plan --batch-id c --sandbox`, { home });
  for (const plan of ['x', 'y'])
    await creditctl(`batch apply ${home}/${plan}.plan --sandbox --yes`, { home, signal: stopped.signal });
  const line = 'batch resume --sandbox --yes';
  let others = 0;
  const between: Required<RunOptions>['between'] = async (request, exchange) => {
    if (request.path.includes('/credits/ledger')) others += 1;
    if (others === 1) expect((await creditctl(line, { home })).code).toBe(0);
    return exchange(request);
  };
  const late = await creditctl(`${line} -o json`, { home, between });
  expect([late.code, posts(late)], late.stderr).toEqual([10, []]);
  expect(errorOf(late)).toMatchObject({ applied: 'no', retry_safe: false });
  expect(errorOf(late).next).toContain('Go on with this batch: creditctl batch resume c --sandbox');
});

test('a batch that has come to its end has nothing to go on with; one that was never begun is not found', async () => {
  const home = await planned();
  const none = await creditctl('batch resume --sandbox --yes', { home });
  expect([none.code, none.stdout]).toEqual([0, '']);
  expect(none.stderr).toContain(
    'No batch of yours is left to resume. To see all batches: creditctl batch status --all',
  );
  expect((await creditctl('batch resume nobody --sandbox --yes', { home })).code).toBe(4);
  await creditctl(`batch apply ${home}/x.plan --sandbox --yes`, { home });
  const over = await creditctl('batch resume b --sandbox --yes', { home });
  expect(over.code).toBe(0);
  expect(over.stderr).toContain('nothing to resume');
  expect(over.requests).toEqual([]);
  expect((await creditctl('batch resume --sandbox --yes', { home })).stderr).toContain(
    'No batch of yours is left to resume. To see all batches: creditctl batch status --all',
  );
  expect((await creditctl('batch resume b --sandbox', { home })).code).toBe(0);
});

test('a longer version of the file settles what the shorter one left open, from its own copy, and adds the rest', async () => {
  const home = await cutOff(2);
  writeFileSync(path.join(home, 'x.csv'), `${grants}initech,9\n`);
  const plan = `batch plan ${home}/x.csv --out ${home}/y.plan --batch-id b --sandbox`;
  expect((await creditctl(plan, { home })).code).toBe(0);
  const line = `batch apply ${home}/y.plan --sandbox --yes --json succeeded,unknown`;
  const result = await creditctl(line, { home });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual({ succeeded: 7, unknown: 0 });
  expect(posts(result)).toHaveLength(1);
  expect(await count(home)).toBe(6);
});

const cap = (credits: number, home: string) =>
  creditctl(`config set policy.customer_day_cap ${credits} --profile p`, { home });

test('what a customer may get in a day counts rows that are there already once, whether noted or not', async () => {
  const home = await cutOff(2, '--profile p');
  writeFileSync(path.join(home, 'x.csv'), `${grants}globex,7\n`);
  const plan = `batch plan ${home}/x.csv --out ${home}/y.plan --batch-id b --profile p`;
  expect((await creditctl(plan, { home })).code).toBe(0);
  const line = `batch apply ${home}/y.plan --profile p --yes`;
  await cap(18, home);
  const refused = await creditctl(line, { home });
  expect(refused.code).toBe(10);
  expect(refused.stderr).toContain(
    '7 credits for globex is too much: a customer may get 18 in a day, and 12 are granted',
  );
  expect(posts(refused)).toEqual([]);
  await cap(19, home);
  const result = await creditctl(line, { home });
  expect(result.code, result.stderr).toBe(0);
  expect(await count(home)).toBe(7);
});

test('a row that was made on an earlier day is no grant of today, though nobody has noted that it was made', async () => {
  const home = await cutOff(2, '--profile p');
  writeFileSync(path.join(home, 'x.csv'), `${grants}globex,7\n`);
  const now = noon + 30 * 3_600_000;
  const plan = `batch plan ${home}/x.csv --out ${home}/y.plan --batch-id b --profile p`;
  expect((await creditctl(plan, { home, now })).code).toBe(0);
  await cap(7, home);
  const result = await creditctl(`batch apply ${home}/y.plan --profile p --yes`, { home, now });
  expect(result.code, result.stderr).toBe(0);
  expect(await count(home)).toBe(7);
});

test('what is left has to fit into the day of its customer, with what was granted meanwhile', async () => {
  const home = await planned('--profile p');
  const interruption = new AbortController();
  interruption.abort(new CreditctlError('interrupted', 'Interrupted'));
  const line = `batch apply ${home}/x.plan --profile p --yes`;
  expect((await creditctl(line, { home, signal: interruption.signal })).code).toBe(130);
  await creditctl('ledger add globex --amount 3 --profile p --yes', { home });
  const resume = () => creditctl('batch resume --profile p --yes --allow-drift', { home });
  await cap(14, home);
  const refused = await resume();
  expect(refused.code).toBe(10);
  expect(refused.stderr).toContain(
    '12 credits for globex is too much: a customer may get 14 in a day, and 3 are granted',
  );
  expect(posts(refused)).toEqual([]);
  await cap(15, home);
  expect((await resume()).code).toBe(0);
  expect(await count(home)).toBe(7);
});

test('rows that another plan of the name left open are held against the policy of now before they are sent again', async () => {
  const home = await cutOff(2, '--profile p');
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\ninitech,1\n');
  const plan = `batch plan ${home}/x.csv --out ${home}/y.plan --batch-id b --profile p`;
  expect((await creditctl(plan, { home })).code).toBe(0);
  await creditctl('config set policy.entry_cap 2 --profile p', { home });
  const refused = await creditctl(`batch apply ${home}/y.plan --profile p --yes`, { home });
  expect(refused.code, refused.stderr).toBe(10);
  expect(refused.stderr).toContain('row 6 (line 7): 6 credits is over the limit of 2 for one entry');
  expect(posts(refused)).toEqual([]);
});

test('a colleague with the same record goes on with the batch, and has neither its plan nor its input', async () => {
  const home = await lostRows();
  const colleague = freshHome();
  mkdirSync(path.dirname(recordFile(colleague)), { recursive: true });
  symlinkSync(recordFile(home), recordFile(colleague));
  rmSync(path.join(home, 'x.plan'));
  rmSync(path.join(home, 'x.csv'));
  const db = path.join(home, '.local/state/creditctl/sandbox.db');
  const line = `batch resume b --sandbox --db ${db} --yes --results ${colleague} -o json`;
  const result = await creditctl(line, { home: colleague });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ succeeded: 6, unknown: 0, unprocessed: 0 });
  expect(await count(home)).toBe(6);
  const status = await creditctl('batch status b --sandbox --json state,succeeded', { home });
  expect(JSON.parse(status.stdout)).toEqual({ state: 'finished', succeeded: 6 });
});

test('a rule that asks for signatures after a batch has begun holds for what is left of it', async () => {
  const home = await lostRows();
  await creditctl('config set policy.approval.from 20 --profile p', { home });
  const refused = await creditctl('batch resume --profile p --yes', { home });
  expect(refused.code, refused.stderr).toBe(10);
  expect(refused.stderr).toContain('approval.signers names no person who may sign');
  expect(posts(refused)).toEqual([]);
  await creditctl('config set policy.approval.from 21 --profile p', { home });
  expect((await creditctl('batch resume --profile p --yes', { home })).code).toBe(0);
});

test('a void that never arrived is not sent again after metering used its credits', async () => {
  const { home, block } = await granted('--amount 100');
  const later = { home, now: noon + 86_400_000 };
  writeFileSync(path.join(home, 'x.csv'), `external_customer_id,type,amount,block\nacme,void,100,${block}\n`);
  await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --sandbox`, later);
  const lost = await creditctl(`batch apply ${home}/x.plan --sandbox --yes`, {
    ...later,
    between: async (request, exchange) => {
      if (request.method === 'POST') throw new TransportFailure('the connection was lost', 'maybe');
      return exchange(request);
    },
  });
  expect(lost.code, lost.stderr).toBe(11);
  await creditctl('sandbox usage acme --amount 60 --sandbox', later);
  const refused = await creditctl('batch resume --sandbox --yes', later);
  expect(refused.code, refused.stderr).toBe(10);
  expect(posts(refused)).toEqual([]);
});

test.each([
  ['a part of it', /"amount":[3-6]\b/],
  ['nothing of it', /"amount"/],
])('what is left of a batch that was undone is written by no run: %s was written', async (_, refused) => {
  const home = await planned();
  const type = 'https://docs.withorb.com/reference/error-responses#401-authentication-error';
  const applied = await creditctl(`batch apply ${home}/x.plan --sandbox --yes`, {
    home,
    between: async (request, exchange) =>
      request.method === 'POST' && refused.test(request.body ?? '')
        ? { status: 401, headers: {}, body: JSON.stringify({ type, status: 401 }) }
        : exchange(request),
  });
  expect(applied.stderr).toContain('creditctl batch resume b');
  const question = { message: 'Undo batch b with', answer: false };
  const declined = await creditctl('batch undo b --sandbox', { home, terminal: 120, answers: [question] });
  expect(declined.code, declined.stderr).toBe(10);
  expect(declined.stderr).toContain('after the undo it cannot be resumed');
  expect((await creditctl('batch undo b --sandbox --yes', { home })).code).toBe(0);
  const status = await creditctl('batch status b --sandbox --json state', { home });
  expect(JSON.parse(status.stdout)).toEqual({ state: 'undone' });
  const again = `ledger import ${home}/x.csv --batch-id b`;
  for (const line of ['batch resume b', `batch apply ${home}/x.plan`, again]) {
    const result = await creditctl(`${line} --sandbox --yes`, { home });
    expect(result.code, result.stderr).toBe(10);
    expect(result.stderr).toContain('began to undo batch b');
    expect(posts(result)).toEqual([]);
  }
  // Rows that were never planned under its name are no part of what was undone.
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,7\n');
  expect((await creditctl(`${again} --sandbox --yes`, { home })).code).toBe(0);
});
