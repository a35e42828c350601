// A batch with rows of unknown outcome is taken back: these are looked for, and no row of it is written for that.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf } from '../../support/command.ts';
import { currentRows } from '../../support/forgotten.ts';
import { use } from '../../support/granted.ts';
import { imported, stateOf, undo } from '../../support/imported.ts';
import { leavingOut } from '../../support/lying-lists.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome, noon, type RunResult } from '../../support/run.ts';

const minute = 60_000;

/** Three grants: one is answered, the reply to the next is lost, and then the connection is. @param isApplied of the lost one */
async function cutOff(isApplied: boolean): Promise<string> {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\nglobex,7\ninitech,9\n');
  const result = await creditctl(`ledger import ${home}/x.csv --batch-id b --sandbox --yes`, {
    home,
    between: async (request, exchange) => {
      const [, amount] = /"amount":(\d)/.exec(request.body ?? '') ?? [];
      if (request.method !== 'POST' || amount === '5') return exchange(request);
      if (amount === '7' && isApplied) await exchange(request);
      throw new TransportFailure('orb.example cut the connection', amount === '7' ? 'maybe' : 'no');
    },
  });
  expect(result.code, result.stderr).toBe(11);
  expect(currentRows(home).map(({ state }) => state)).toEqual(['settled', 'unknown', 'unsent']);
  return home;
}

const posts = ({ requests }: RunResult) =>
  requests
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => (JSON.parse(body ?? '{}') as { entry_type: string }).entry_type);

const statesIn = (home: string) => currentRows(home, 'undoes IS NULL').map(({ state }) => state);

test('a row whose reply was lost is found and taken back, and what was not sent stays so', async () => {
  const home = await cutOff(true);
  const events = recordedIn(home);
  const shown = await creditctl('batch undo b --sandbox --dry-run -o json', { home });
  expect([shown.code, posts(shown)], shown.stderr).toEqual([0, []]);
  expect(JSON.parse(shown.stdout)).toMatchObject({ rows: 2, writes: 2 });
  expect(recordedIn(home)).toEqual(events);
  const undone = await undo(home);
  expect([undone.code, posts(undone)], undone.stderr).toEqual([0, ['void', 'void']]);
  expect(JSON.parse(undone.stdout)).toMatchObject({ rows: 2, taken_back: 2 });
  expect(statesIn(home)).toEqual(['settled', 'settled', 'unsent']);
  expect(await stateOf(home)).toBe('undone');
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
});

test('a row that is in no ledger was never applied, once it cannot be on its way any more', async () => {
  const home = await cutOff(false);
  const early = await undo(home);
  expect([early.code, posts(early)], early.stderr).toEqual([11, []]);
  expect(errorOf(early)).toMatchObject({
    message: expect.stringMatching(
      /^Batch b: 1 row is not in the ledger, but may still arrive; nothing was written$/,
    ),
    applied: 'unknown',
    retry_safe: true,
    next: [expect.stringMatching(/^After 2\d{3}-\S+Z: creditctl batch undo b --sandbox$/)],
  });
  expect(statesIn(home)).toEqual(['settled', 'unknown', 'unsent']);
  const later = { now: noon + 10 * minute };
  const undone = await undo(home, later);
  expect([undone.code, posts(undone)], undone.stderr).toEqual([0, ['void']]);
  expect(statesIn(home)).toEqual(['settled', 'absent', 'unsent']);
  expect(await stateOf(home)).toBe('undone');
  const resumed = await creditctl('batch resume b --sandbox --yes', { home, ...later });
  expect(posts(resumed)).toEqual([]);
});

test('a ledger that does not add up proves nothing of a row, nor does one with another entry for it', async () => {
  const home = await cutOff(true);
  const between = leavingOut(({ entry_type: type }: { readonly entry_type: string }) => type === 'increment');
  const undone = await undo(home, { now: noon + 10 * minute, between });
  expect([undone.code, posts(undone)], undone.stderr).toEqual([11, []]);
  expect(errorOf(undone).next).toContainEqual(
    expect.stringContaining('creditctl history settle --found <what> batch-'),
  );
  const other = await undo(home, {
    between: async (request, exchange) => {
      const answer = await exchange(request);
      return { ...answer, body: answer.body.replaceAll('"amount":7', '"amount":8') };
    },
  });
  expect([other.code, posts(other)], other.stderr).toEqual([11, []]);
  expect(errorOf(other).message).toContain('Under the key of row 2 the ledger has an entry of amount 8');
  expect(statesIn(home)).toEqual(['settled', 'unknown', 'unsent']);
});

test.each([
  true,
  false,
])('a single row is settled by itself, and is not sent: applied %s', async (isApplied) => {
  const home = await cutOff(isApplied);
  const [{ key = '' } = {}] = currentRows(home, "state = 'unknown'");
  const later = { home, now: noon + 10 * minute };
  const open = await creditctl(`undo ${key} --sandbox --yes -o json`, later);
  expect(errorOf(open)).toMatchObject({ exit_code: 1, next: [`creditctl history settle ${key} --sandbox`] });
  const settled = await creditctl(`history settle ${key} --sandbox --yes --json step,outcome`, later);
  expect([settled.code, posts(settled)], settled.stderr).toEqual([0, []]);
  expect(JSON.parse(settled.stdout)).toEqual([{ step: 'look', outcome: isApplied ? 'settled' : 'absent' }]);
  const undone = await creditctl(`undo ${key} --sandbox --yes -o json`, later);
  expect([undone.code, posts(undone)], undone.stderr).toEqual(isApplied ? [0, ['void']] : [1, []]);
});

test('an undo that is sent again for less, because credits were used, does not complete its row', async () => {
  const home = await imported('external_customer_id,amount\nacme,100\n');
  const lost = await undo(home, {
    between: async (request, exchange) => {
      if (request.method !== 'POST') return exchange(request);
      throw new TransportFailure('orb.example cut the connection', 'maybe');
    },
  });
  expect(lost.code, lost.stderr).toBe(11);
  await use('40', home);
  for (const writes of [1, 0]) {
    const result = await undo(home);
    expect(result.code, result.stderr).toBe(9);
    expect(JSON.parse(result.stdout)).toMatchObject({ rows: 1, taken_back: 0, not_taken_back: 1, writes });
    expect(errorOf(result).message).toContain('40 of the 100 credits were used or moved since');
    expect(await stateOf(home)).toBe('partly_undone');
  }
});
