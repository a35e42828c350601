import fc from 'fast-check';
import { expect, test } from 'vitest';
import { followEntries } from '../../../src/commands/ledger/follow-entries.ts';
import type { LedgerEntry } from '../../../src/credits/customer.ts';
import { CreditctlError } from '../../../src/errors.ts';
import type { ListOptions } from '../../../src/orb/pages.ts';

/** A ledger of sequence numbers, listed newest first in pages of at most 100; `cursor` is the number to go on below. */
async function* listed(ledger: readonly number[], { limit = 1e9, cursor, onMore }: ListOptions) {
  const below = [...ledger]
    .sort((a, b) => b - a)
    .filter((each) => cursor === undefined || each < Number(cursor));
  for (const ledger_sequence_number of below.slice(0, limit))
    yield { record: { ledger_sequence_number } as LedgerEntry, document: { ledger_sequence_number } };
  if (below.length > limit) onMore?.(String(below[limit - 1]));
}

interface Scene {
  readonly ledger: number[];
  /** What happens before each look; the following ends after the last. */
  readonly steps: readonly (() => void)[];
  readonly failing?: () => CreditctlError | undefined;
  readonly backlog?: (entry: number) => boolean;
}

async function followed({ ledger, steps, failing, backlog }: Scene) {
  const reported: string[] = [];
  const rests: number[] = [];
  const got: number[] = [];
  const left = [...steps];
  const end = new Error('the end of the scene');
  const list = async function* (options: ListOptions) {
    const failure = failing?.();
    if (failure !== undefined) throw failure;
    yield* listed(ledger, options);
  };
  const entries = followEntries({
    list,
    backlog: backlog === undefined ? undefined : (options) => listed(ledger.filter(backlog), options),
    wait: async (failures) => {
      rests.push(failures);
      const step = left.shift();
      if (step === undefined) throw end;
      step();
    },
    line: {
      begun: () => reported.push('begun'),
      lost: (why) => reported.push(`lost ${why}`),
      back: () => reported.push('back'),
    },
  });
  try {
    for await (const { record } of entries) got.push(record.ledger_sequence_number);
  } catch (error) {
    if (error !== end) throw error;
  }
  return { got, rests, reported };
}

test('whatever is added between two looks comes once, in order, and what was there before does not', async () => {
  const batches = fc.array(fc.integer({ min: 0, max: 130 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 150 }), batches, async (before, counts) => {
      const ledger = Array.from({ length: before }, (_, index) => index);
      const grow = (count: number) => () => {
        for (let index = 0; index < count; index += 1) ledger.push(ledger.length);
      };
      const { got } = await followed({ ledger, steps: counts.map(grow) });
      expect(got).toEqual(ledger.slice(before));
    }),
  );
});

test('numbers with gaps, as a filter leaves them, are followed all the same', async () => {
  const ledger = [3];
  const add =
    (...entries: number[]) =>
    () =>
      void ledger.push(...entries);
  expect((await followed({ ledger, steps: [add(9, 7), add(), add(40)] })).got).toEqual([7, 9, 40]);
});

test('the backlog comes first, and nothing of it again', async () => {
  const ledger = [1, 2, 3, 4];
  const steps = [() => void ledger.push(5)];
  expect((await followed({ ledger, steps, backlog: (entry) => entry >= 3 })).got).toEqual([3, 4, 5]);
  expect((await followed({ ledger: [1, 2], steps: [() => {}], backlog: () => false })).got).toEqual([]);
});

/** What is followed of entries with ids, each look of them newest first; the first look only sees where they end. */
async function followedIds(looks: readonly (readonly (readonly [id: string, second: number])[])[]) {
  const got: string[] = [];
  const left = [...looks];
  let now = left.shift() ?? [];
  const end = new Error('the end of the looks');
  const entries = followEntries({
    list: async function* ({ limit = 1e9 }: ListOptions) {
      for (const [at, [id, second]] of now.slice(0, limit).entries()) {
        const created_at = `2026-11-27T12:00:0${second}+00:00`;
        const record = { id, created_at, ledger_sequence_number: now.length - at } as LedgerEntry;
        yield { record, document: { id } };
      }
    },
    backlog: undefined,
    wait: async () => {
      const next = left.shift();
      if (next === undefined) throw end;
      now = next;
    },
    line: { begun: () => {}, lost: () => {}, back: () => {} },
  });
  try {
    for await (const { record } of entries) got.push(record.id);
  } catch (error) {
    if (error !== end) throw error;
  }
  return got;
}

test.each([
  [
    'the last one is gone, and a new one has its number and its second',
    [
      [
        ['b', 2],
        ['a', 1],
      ],
      [
        ['c', 2],
        ['a', 1],
      ],
    ],
  ],
  [
    'older ones are gone, and a new one has a lower number',
    [
      [
        ['c', 2],
        ['b', 1],
        ['a', 1],
      ],
      [
        ['d', 2],
        ['c', 2],
      ],
    ],
  ],
  [
    'many have one second, and all but two of them are gone',
    [
      [
        ['c', 2],
        ['b', 2],
      ],
      [
        ['d', 2],
        ['b', 2],
      ],
    ],
  ],
] as const)('numbers that were given again within one second: %s', async (_what, looks) => {
  const start = [['z', 0]] as const;
  const [before, after] = looks.map((look) => [...look, ...start]);
  const seen = [...(before ?? [])].reverse().slice(1);
  const fresh = (after ?? []).filter(([id]) => !(before ?? []).some(([known]) => known === id));
  const expected = [...seen, ...fresh].map(([id]) => id);
  expect(await followedIds([start, before ?? [], after ?? [], after ?? []])).toEqual(expected);
});

test('what was there before the first look stays unsaid, also where the newest of its second is gone', async () => {
  expect(
    await followedIds([
      [
        ['b', 1],
        ['a', 1],
      ],
      [['a', 1]],
      [
        ['c', 2],
        ['a', 1],
      ],
    ]),
  ).toEqual(['c']);
});

test('a failure that may pass is reported and waited out, and what was missed comes after it', async () => {
  const ledger = [1];
  const failures = [undefined, network('cut'), network('still cut'), undefined, undefined];
  const scene = { ledger, failing: () => failures.shift() };
  const steps = [() => void ledger.push(2), () => void ledger.push(3), () => {}, () => void ledger.push(4)];
  expect(await followed({ ...scene, steps })).toEqual({
    got: [2, 3, 4],
    rests: [0, 1, 2, 0, 0],
    reported: ['begun', 'lost cut', 'lost still cut', 'back', 'back'],
  });
});

test('what will not pass is thrown: a refusal, a breach of the contract, a failure of the first look', async () => {
  const at = async (look: number, error: CreditctlError) => {
    const failures = Array.from({ length: look }, () => undefined as CreditctlError | undefined);
    const failing = () => (failures.length > 0 ? failures.shift() : error);
    return followed({ ledger: [1], steps: [() => {}, () => {}], failing });
  };
  await expect(at(0, network('cut'))).rejects.toThrow('cut');
  await expect(at(1, new CreditctlError('not-found', 'gone', { mayPass: true }))).rejects.toThrow('gone');
  await expect(at(1, new CreditctlError('server', 'breach'))).rejects.toThrow('breach');
});

const network = (message: string) => new CreditctlError('network', message, { mayPass: true });
