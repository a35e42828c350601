// What is reported of an undoing that stopped in the middle, or that could not look again at what it did.
import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf } from '../../support/command.ts';
import { spoilRecord } from '../../support/forgotten.ts';
import { available } from '../../support/granted.ts';
import { endOf, imported, stateOf, undo } from '../../support/imported.ts';
import { recordedIn } from '../../support/recorded.ts';
import type { RunOptions, RunResult } from '../../support/run.ts';

type Between = NonNullable<RunOptions['between']>;

const firstLineOf = (result: RunResult): string | undefined => String(errorOf(result).message).split('\n')[0];

const wayOn = ['creditctl batch undo b --sandbox'];
const cut = new TransportFailure('orb.example cut the connection', 'maybe');

/** Lets everything through, and reports each write by its number. */
const atWrites = (act: (count: number) => void): Between => {
  let count = 0;
  return (request, exchange) => {
    if (request.method === 'POST') {
      count += 1;
      act(count);
    }
    return exchange(request);
  };
};

/** Carries out so many writes, and the next one too, whose reply is lost; from then on nobody is there. */
const cutAfter = (writes: number): Between => {
  let count = 0;
  let isCut = false;
  return async (request, exchange) => {
    if (isCut) throw new TransportFailure('orb.example refused the connection', 'no');
    if (request.method === 'POST') count += 1;
    const answer = await exchange(request);
    isCut = count > writes;
    if (isCut) throw cut;
    return answer;
  };
};

/** Carries out every write, and loses the replies of those from this one on. */
const deafFrom = (write: number): Between => {
  const keys = new Set<string>();
  return async (request, exchange) => {
    const answer = await exchange(request);
    if (request.method !== 'POST') return answer;
    keys.add(request.headers['idempotency-key'] ?? '');
    if (keys.size >= write) throw cut;
    return answer;
  };
};

const four = 'external_customer_id,amount\nacme,1\nacme,2\nacme,3\nacme,4\n';
const mixed = 'external_customer_id,type,amount\nacme,increment,9\nacme,decrement,1\nacme,decrement,2\n';

for (const [name, rows] of [
  ['grants', four],
  ['rows that drew on one block', mixed],
] as const) {
  test(`interrupted after some writes, it reports them and ends the run: ${name}`, async () => {
    const home = await imported(rows);
    const interruption = new AbortController();
    const { signal } = interruption;
    const between = atWrites((count) => {
      if (count === 2) interruption.abort(new CreditctlError('interrupted', 'Interrupted'));
    });
    const result = await undo(home, {
      signal,
      between: (request, exchange) => {
        if (signal.aborted) throw signal.reason;
        return between(request, exchange);
      },
    });
    expect(result.code).toBe(130);
    const count = rows.trimEnd().split('\n').length - 1;
    expect(JSON.parse(result.stdout)).toMatchObject({ rows: count, taken_back: 0, writes: 2 });
    expect(errorOf(result)).toMatchObject({ code: 'interrupted', applied: 'yes', next: wayOn });
    expect(firstLineOf(result)).toBe(
      `Batch b: how many of ${count} rows are taken back could not be looked up; 2 writes of this run are in the ledger`,
    );
    expect(endOf(home)).toMatchObject({ event: 'batch_ended', unknown: 0, unprocessed: count });
    const again = await undo(home);
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ taken_back: count, writes: count - 2, already: 2 });
    expect(await available(home)).toBe(0);
    expect(await stateOf(home)).toBe('undone');
  });
}

test.each([
  [' b', true],
  ['', false],
])('cut off, "batch undo%s" can be repeated only with the name of the batch', async (name, isSafe) => {
  const home = await imported(four);
  const cut = await creditctl(`batch undo${name} --sandbox --yes -o json`, { home, between: cutAfter(2) });
  expect(errorOf(cut)).toMatchObject({ exit_code: 11, applied: 'unknown', retry_safe: isSafe });
  const between = cutAfter(0);
  const early = await creditctl(`batch undo${name} --sandbox --yes -o json`, { home, between });
  expect(errorOf(early)).toMatchObject({ applied: 'unknown', retry_safe: isSafe });
});

test('cut off after some writes, it reports them and the one of unknown outcome', async () => {
  const home = await imported(four);
  const result = await undo(home, { between: cutAfter(2) });
  expect(result.code).toBe(11);
  expect(JSON.parse(result.stdout)).toMatchObject({
    rows: 4,
    taken_back: 0,
    not_taken_back: 0,
    writes: 2,
    credits: [{ voided: 7 }],
    reasons: [
      { rows: 4, reason: expect.stringMatching(/could not be looked at again.*neither count has them/) },
    ],
  });
  expect(errorOf(result)).toMatchObject({ code: 'outcome-unknown', applied: 'unknown' });
  expect(firstLineOf(result)).toBe(
    'Batch b: how many of 4 rows are taken back could not be looked up; 2 writes of this run are in the ledger, and 1 of unknown outcome',
  );
  expect(errorOf(result).next).toContain(wayOn[0]);
  expect(endOf(home)).toMatchObject({ event: 'batch_ended', succeeded: 0, unknown: 1, unprocessed: 3 });
  const again = await undo(home);
  expect(again.code, again.stderr).toBe(0);
  expect(await available(home)).toBe(0);
});

test('a customer who cannot be looked up between two writes stops it, and what was done is reported', async () => {
  const home = await imported(mixed);
  let isCut = false;
  const result = await undo(home, {
    between: async (request, exchange) => {
      if (isCut) throw new TransportFailure('orb.example refused the connection', 'no');
      isCut = request.method === 'POST';
      return exchange(request);
    },
  });
  expect(result.code).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 3, writes: 1 });
  expect(errorOf(result)).toMatchObject({ code: 'partly-done', applied: 'yes' });
  expect(errorOf(result).message).toContain('orb.example refused the connection');
});

test('a write that was not sent holds back its customer alone', async () => {
  const home = await imported(
    'external_customer_id,type,amount\nacme,increment,5\nglobex,increment,7\nglobex,decrement,2\ninitech,increment,9\ninitech,decrement,4\n',
  );
  const result = await undo(home, {
    between: (request, exchange) => {
      if (request.method === 'POST' && /"amount":5\b/.test(request.body ?? ''))
        throw new TransportFailure('orb.example refused the connection', 'no');
      return exchange(request);
    },
  });
  expect(result.code, result.stderr).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 5, taken_back: 4, writes: 4 });
  expect(errorOf(result).message).toContain('orb.example refused the connection');
});

test('stopped before its first write, it ends with what stopped it', async () => {
  const home = await imported(four);
  let looks = 0;
  const result = await undo(home, {
    between: async (request, exchange) => {
      if (request.path.endsWith('/credits/ledger')) looks += 1;
      if (looks > 1) throw new TransportFailure('orb.example refused the connection', 'no');
      return exchange(request);
    },
  });
  expect(result.code).toBe(8);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 4, writes: 0 });
  expect(errorOf(result)).toMatchObject({ code: 'network', applied: 'no' });
  expect(errorOf(result).next).toContain(wayOn[0]);
});

test('interrupted before its first write, it reports the run that was begun, and how to go on', async () => {
  const home = await imported(four);
  const interruption = new AbortController();
  const { signal } = interruption;
  let looks = 0;
  const result = await undo(home, {
    signal,
    between: async (request, exchange) => {
      if (request.path.endsWith('/credits/ledger')) looks += 1;
      if (looks > 1) interruption.abort(new CreditctlError('interrupted', 'Interrupted'));
      if (signal.aborted) throw signal.reason;
      return exchange(request);
    },
  });
  expect(result.code).toBe(130);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 4, taken_back: 0, writes: 0 });
  expect(errorOf(result)).toMatchObject({
    code: 'interrupted',
    applied: 'no',
    retry_safe: true,
    next: wayOn,
  });
  expect(endOf(home)).toMatchObject({ event: 'batch_ended', unknown: 0, unprocessed: 4 });
});

test('a record that takes nothing more is named, and what was done is reported', async () => {
  const home = await imported(four);
  const result = await undo(home, {
    between: atWrites((count) => {
      if (count === 1) spoilRecord(home);
    }),
  });
  expect(result.stderr).not.toContain('defect');
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 4, writes: 4 });
  expect(errorOf(result)).toMatchObject({ exit_code: 9, applied: 'yes' });
  expect(errorOf(result).message).toContain('record');
});

const whichRows = 'See which rows: creditctl history list --batch b --not-undone --all --sandbox';

test('a write whose reply was lost is known once it is found: only what is not taken back is reported', async () => {
  const home = await imported('external_customer_id,amount\nacme,5\nglobex,7\n');
  await creditctl('ledger add globex --amount 1 --type decrement --sandbox --yes', { home });
  const result = await undo(home, { between: deafFrom(1) });
  expect(result.code).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({ taken_back: 1, not_taken_back: 1, writes: 2 });
  expect(errorOf(result)).toMatchObject({ code: 'partly-done', applied: 'yes', next: [whichRows] });
  expect(endOf(home)).toMatchObject({ succeeded: 1, failed: 1, unknown: 0, unprocessed: 0 });
  expect(await stateOf(home)).toBe('partly_undone');
});

test('what a run left in doubt ends with the run that finds it, also where nothing is left to be sent', async () => {
  const home = await imported('external_customer_id,amount\nacme,5\n');
  expect((await undo(home, { between: cutAfter(0) })).code).toBe(11);
  expect(await stateOf(home)).toBe('unfinished');
  const again = await undo(home);
  expect(again.code, again.stderr).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ taken_back: 1, writes: 0, already: 1 });
  expect(await stateOf(home)).toBe('undone');
  const events = recordedIn(home);
  await undo(home);
  expect(recordedIn(home)).toEqual(events);
});
