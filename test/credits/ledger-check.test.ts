// The chain of a ledger: whole histories hold, the first entry that was changed is named, and what the API does is no break.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CreditBlock, LedgerEntry } from '../../src/credits/customer.ts';
import { type Amount, add, amount, isPositive, subtract, sum, zero } from '../../src/credits/exact.ts';
import { LedgerCheck, type LedgerVerdict } from '../../src/credits/ledger-check.ts';
import { creditBlock } from '../support/blocks.ts';

const start = Date.UTC(2026, 0, 1);
const day = 86_400_000;
const at = (days: number): string => new Date(start + days * day).toISOString();

const entry = (changes: Partial<LedgerEntry>): LedgerEntry => ({
  id: `e${changes.ledger_sequence_number}`,
  ledger_sequence_number: 1,
  entry_type: 'decrement',
  entry_status: 'committed',
  customer: { id: 'c', external_customer_id: 'acme' },
  starting_balance: zero,
  ending_balance: zero,
  amount: zero,
  currency: 'credits',
  created_at: at(changes.ledger_sequence_number ?? 0),
  description: null,
  metadata: {},
  credit_block: { id: 'b', expiry_date: null, per_unit_cost_basis: null, filters: [] },
  ...changes,
});

const block = (changes: Partial<CreditBlock>): CreditBlock =>
  creditBlock({ id: 'b', balance: zero, ...changes });

/** Entries that move a balance by these amounts, oldest first; grants are positive. */
function chain(moves: readonly Amount[]): LedgerEntry[] {
  let balance = zero;
  return moves.map((move, index) => {
    const starting = balance;
    balance = add(balance, move);
    const grants = isPositive(move);
    return entry({
      ledger_sequence_number: index + 1,
      entry_type: grants ? 'increment' : 'decrement',
      starting_balance: starting,
      ending_balance: balance,
      amount: grants ? move : subtract(zero, move),
      credit_block: { ...entry({}).credit_block, id: `b${index + 1}` },
    });
  });
}

/** @param oldestFirst as written; the API lists them the other way round */
function verdict(
  oldestFirst: readonly LedgerEntry[],
  blocks: readonly CreditBlock[],
  now = start + 1000 * day,
  since?: number,
): LedgerVerdict {
  const check = new LedgerCheck();
  for (const each of oldestFirst.toReversed()) check.add(each);
  return check.end(blocks, now, since);
}

const holding = (balance: Amount): CreditBlock[] => [block({ balance })];
const moves = fc.array(
  fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 10_000_000 })).map(([grants, hundredths]) => {
    const size = amount(`${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`);
    return grants ? size : subtract(zero, size);
  }),
  { minLength: 2, maxLength: 30 },
);

test('a ledger whose balances follow from one another is whole', () => {
  fc.assert(
    fc.property(moves, (drawn) => {
      const entries = chain(drawn);
      expect(verdict(entries, holding(sum(drawn)))).toEqual({
        entries: drawn.length,
        firstBreak: null,
        notes: [],
      });
    }),
  );
});

test('whichever balance is changed, the first entry that does not follow is named', () => {
  fc.assert(
    fc.property(moves, fc.nat(), (drawn, place) => {
      const entries = chain(drawn);
      const index = place % drawn.length;
      // From here on everything is too high by more than any grant, and the blocks agree with it.
      const shifted = entries.map((each, position) => ({
        ...each,
        ...(position < index ? {} : { starting_balance: add(each.starting_balance, amount('1000000')) }),
        ...(position < index ? {} : { ending_balance: add(each.ending_balance, amount('1000000')) }),
      }));
      const found = verdict(shifted, holding(add(sum(drawn), amount('1000000'))));
      expect(found.firstBreak).toMatchObject({ ledger_sequence_number: index + 1, id: `e${index + 1}` });
    }),
  );
});

test('of several breaks the oldest is named', () => {
  const entries = chain(['10', '10', '10', '10'].map(amount));
  const two = entries.map((each, index) =>
    index === 1 || index === 3 ? { ...each, starting_balance: amount('7') } : each,
  );
  expect(verdict(two, holding(amount('40'))).firstBreak).toEqual({
    ledger_sequence_number: 2,
    id: 'e2',
    what: 'entry 2 starts at 7, and the entry before it ended at 10',
  });
  const since = (days: number) => verdict(two, holding(amount('40')), undefined, start + days * day);
  expect(since(2).firstBreak).toMatchObject({ id: 'e2' });
  expect(since(2.5).firstBreak).toMatchObject({ id: 'e4' });
  const check = new LedgerCheck();
  for (const each of two.toReversed()) check.add(each);
  expect(check.endOfEntries([], start + 9 * day, start + 2.5 * day).firstBreak).toMatchObject({ id: 'e4' });
});

test('the blocks hold what can be used now', () => {
  const others = [
    block({ id: 'unpaid', balance: amount('5'), status: 'pending_payment' }),
    block({ id: 'later', balance: amount('5'), effective_date: at(1001) }),
  ];
  const now = block({ balance: amount('10'), effective_date: at(1000) });
  expect(verdict(chain([amount('10')]), [now, ...others])).toMatchObject({ firstBreak: null, notes: [] });
});

test('after a clock was set back, the blocks count as at the newest entry', () => {
  const entries = chain(['10', '5'].map(amount));
  const begun = block({ balance: amount('15'), effective_date: at(2) });
  expect(verdict(entries, [begun], start - day)).toMatchObject({ firstBreak: null, notes: [] });
  const check = new LedgerCheck();
  for (const each of entries.toReversed()) check.add(each);
  expect(check.isExplainedBy([begun], start - day)).toBe(true);
});

test('blocks that hold another sum than the last balance break the last entry', () => {
  const entries = chain(['10', '5'].map(amount));
  expect(verdict(entries, holding(amount('14'))).firstBreak).toEqual({
    ledger_sequence_number: 2,
    id: 'e2',
    what: 'entry 2 ends at 15, and the blocks hold 14',
  });
  expect(verdict([], holding(amount('3'))).firstBreak).toEqual({
    ledger_sequence_number: null,
    id: null,
    what: 'the ledger has no entry, and its blocks hold 3',
  });
  expect(verdict([], [])).toEqual({ entries: 0, firstBreak: null, notes: [] });
});

test('a ledger that does not start at 0 breaks at its first entry', () => {
  const [, ...later] = chain(['10', '5'].map(amount));
  expect(verdict(later, holding(amount('15'))).firstBreak).toMatchObject({ id: 'e2' });
});

test('numbers that are missing are a note, numbers that come twice a break', () => {
  const [first, second, third] = chain(['10', '5', '1'].map(amount));
  if (first === undefined || second === undefined || third === undefined) throw new Error('no chain');
  const gap = { ...third, ledger_sequence_number: 4 };
  expect(verdict([first, second, gap], holding(amount('16')))).toEqual({
    entries: 3,
    firstBreak: null,
    notes: ['sequence numbers missing, as after a block was deleted: 1'],
  });
  const twice = { ...third, ledger_sequence_number: 2 };
  expect(verdict([first, second, twice], holding(amount('16'))).firstBreak).toMatchObject({ id: 'e3' });
});

test('credits that became effective or were paid for without an entry are notes, once each', () => {
  const waiting = entry({
    ledger_sequence_number: 1,
    entry_type: 'increment',
    amount: amount('20'),
    credit_block: { ...entry({}).credit_block, id: 'later' },
  });
  const use = entry({
    ledger_sequence_number: 2,
    starting_balance: amount('20'),
    ending_balance: amount('15'),
    amount: amount('5'),
    created_at: at(10),
  });
  const effective = block({ id: 'later', balance: amount('15'), effective_date: at(4) });
  const begun = verdict([waiting, use], [effective]);
  expect(begun).toEqual({
    entries: 2,
    firstBreak: null,
    notes: ['before entry 2: 20 became effective without an entry (block later)'],
  });
  const paid = verdict([waiting, use], [block({ id: 'later', balance: amount('15') })]);
  expect(paid.notes).toEqual(['before entry 2: 20 were paid for without an entry (block later)']);
  // The same block cannot explain a second jump.
  const again = { ...use, id: 'e3', ledger_sequence_number: 3, starting_balance: amount('35') };
  expect(
    verdict([waiting, use, { ...again, ending_balance: amount('30') }], holding(amount('30'))).firstBreak,
  ).toMatchObject({ id: 'e3' });
  // Nor can it explain more than it held.
  const more = { ...use, starting_balance: amount('21'), ending_balance: amount('16') };
  expect(verdict([waiting, more], [{ ...effective, balance: amount('16') }]).firstBreak).toMatchObject({
    id: 'e2',
  });
});

/** A grant of 10, then one of 20 that waits until a day, then a use of 5, and what is said of the balance before that. */
const beforeUse = (balance: string, effective: number) => {
  const [first = entry({})] = chain([amount('10')]);
  const waiting = entry({
    ledger_sequence_number: 2,
    entry_type: 'increment',
    ...{ starting_balance: amount('10'), ending_balance: amount('10'), amount: amount('20') },
    credit_block: { ...entry({}).credit_block, id: 'later' },
  });
  const left = subtract(amount(balance), amount('5'));
  const use = entry({
    ledger_sequence_number: 3,
    ...{ starting_balance: amount(balance), ending_balance: left, amount: amount('5') },
  });
  const blocks = [block({ id: 'later', balance: left, effective_date: at(effective) })];
  return verdict([first, waiting, use], blocks).firstBreak?.id ?? 'whole';
};

test('a block explains a balance only from the moment on at which it became effective', () => {
  // 5 of the 20 were voided meanwhile.
  expect([2, 2.5, 3, 3.5].map((effective) => beforeUse('25', effective))).toEqual([
    ...['e3', 'whole', 'whole', 'e3'],
  ]);
  expect(beforeUse('8', 2.5)).toBe('e3');
});

test('neither a grant that counted nor a later one explains a balance', () => {
  const [first = entry({}), use = entry({})] = chain(['10', '-1'].map(amount));
  const doubled = { ...use, starting_balance: amount('20'), ending_balance: amount('19') };
  expect(verdict([first, doubled], holding(amount('19'))).firstBreak).toMatchObject({ id: 'e2' });
  const late = { ...first, ledger_sequence_number: 3, starting_balance: amount('9') };
  const early = { ...use, starting_balance: amount('10'), ledger_sequence_number: 2 };
  expect(verdict([early, { ...late, ending_balance: amount('9') }], holding(amount('9'))).firstBreak).toEqual(
    expect.objectContaining({ id: 'e2' }),
  );
});

test('credits that expired a moment ago may have no entry yet', () => {
  const entries = chain(['10', '5'].map(amount));
  const blocks = [
    block({ balance: amount('10') }),
    block({ id: 'x', balance: amount('5'), expiry_date: at(20) }),
  ];
  expect(verdict(entries, blocks, start + 20 * day).notes).toEqual([
    'after the last entry: 5 expired, and the entry is not there yet',
  ]);
  expect(verdict(entries, blocks, start + 19 * day)).toMatchObject({ firstBreak: null, notes: [] });
  const [held = block({}), lapsed = block({})] = blocks;
  const unpaid = { status: 'pending_payment', expiry_date: at(2000) };
  for (const changes of [{ balance: amount('6') }, { expiry_date: at(2) }, unpaid])
    expect(verdict(entries, [held, { ...lapsed, ...changes }]).firstBreak).toMatchObject({ id: 'e2' });
  const used = entries.map((each, index) =>
    index === 1 ? { ...each, starting_balance: amount('5') } : each,
  );
  expect(verdict(used, [held, { ...lapsed, expiry_date: at(1.5) }]).firstBreak).toMatchObject({ id: 'e2' });
});

test('differences beyond the 15th digit and entries that were dated back are notes', () => {
  const [first, second] = chain([amount('0.1'), amount('0.2')]);
  if (first === undefined || second === undefined) throw new Error('no chain');
  const rounded = { ...second, starting_balance: amount('0.10000000000000001'), created_at: at(-3) };
  expect(verdict([first, rounded], holding(amount('0.3')))).toMatchObject({
    firstBreak: null,
    notes: [
      'entries dated before the one that precedes them, as after a back-dated grant: 1',
      'balances that differ beyond the 15th significant digit: 1',
    ],
  });
  const atOnce = { ...second, created_at: first.created_at };
  expect(verdict([first, atOnce], holding(amount('0.3'))).notes).toEqual([]);
  expect(verdict([first], holding(amount('0.10000000000000001')))).toMatchObject({
    firstBreak: null,
    notes: ['balances that differ beyond the 15th significant digit: 1'],
  });
});
