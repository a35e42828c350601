// Holds one ledger against its own rules: the chain of its entries, its head, and the sum of its blocks.

import type { EntryType } from '../../credits/customer.ts';
import { type Amount, add, compare, isNegative, isZero, negate, zero } from '../../credits/exact.ts';
import { amountIn, type Database, integer, integerOrNull, type Row, text } from '../../database/driver.ts';
import { deductionKey, nextDueAt } from '../ledger/model.ts';
import { blockColumns, signOf, storedBlock } from './blocks.ts';
import type { StoredLedger } from './ledgers.ts';

/** How many rows are held in memory at a time. */
const portion = 512;

/** Every sentence says one thing that is wrong; an intact ledger has none. After a broken link the chain goes on from what is there. */
export function* ledgerProblems(database: Database, ledger: StoredLedger): Iterable<string> {
  yield* chainProblems(database, ledger);
  yield* blockProblems(database, ledger);
}

interface Link {
  readonly sequence: number;
  readonly balance: Amount;
  readonly at: number | null;
}

const linksAfter =
  'SELECT sequence, type, amount, starting, ending, created_at FROM entries WHERE ledger = ? AND sequence > ? ORDER BY sequence LIMIT ?';

function* chainProblems(database: Database, { ordinal, head }: StoredLedger): Iterable<string> {
  let last: Link = { sequence: 0, balance: zero, at: null };
  for (;;) {
    const rows = database.prepare(linksAfter).all(ordinal, last.sequence, portion);
    for (const row of rows) {
      yield* linkProblems(last, row);
      last = {
        sequence: integer(row, 'sequence'),
        balance: amountIn(row, 'ending'),
        at: integer(row, 'created_at'),
      };
    }
    if (rows.length < portion) break;
  }
  if (last.sequence !== head.sequence)
    yield `the last entry is ${last.sequence}, but the ledger says ${head.sequence}`;
  if (last.balance !== head.balance)
    yield `the last entry ends at ${last.balance}, but the ledger says ${head.balance}`;
  if (last.at !== head.lastAt) yield 'the last entry is not dated as the ledger says';
}

function* linkProblems(last: Link, row: Row): Iterable<string> {
  const sequence = integer(row, 'sequence');
  const starting = amountIn(row, 'starting');
  const ending = amountIn(row, 'ending');
  const amount = amountIn(row, 'amount');
  const type = text(row, 'type') as EntryType;
  if (sequence !== last.sequence + 1) yield `entry ${last.sequence + 1} is missing before entry ${sequence}`;
  if (starting !== last.balance)
    yield `entry ${sequence} starts at ${starting}, but the entry before it ended at ${last.balance}`;
  if (integer(row, 'created_at') < (last.at ?? Number.NEGATIVE_INFINITY))
    yield `entry ${sequence} is dated before the entry before it`;
  if (starting === ending ? mustMove(type, amount) : ending !== add(starting, effectOf(type, amount)))
    yield `entry ${sequence}, ${type} of ${amount}, goes from ${starting} to ${ending}`;
}

/** Other types leave the balance alone where their block does not count, or always. */
const mustMove = (type: EntryType, amount: Amount): boolean =>
  (type === 'decrement' || type === 'amendment') && !isZero(amount);

function effectOf(type: EntryType, amount: Amount): Amount {
  if (type === 'expiration_change' || type === 'void_initiated') return zero;
  return type === 'increment' || type === 'amendment' ? amount : negate(amount);
}

const blocksAfter = `SELECT ${blockColumns}, sign, deduction_key, due_at FROM blocks WHERE ledger = ? AND ordinal > ? ORDER BY ordinal LIMIT ?`;

function* blockProblems(database: Database, { ordinal, head }: StoredLedger): Iterable<string> {
  let sum = zero;
  for (let after = 0; ; ) {
    const rows = database.prepare(blocksAfter).all(ordinal, after, portion);
    for (const row of rows) {
      const { block } = storedBlock(row);
      if (block.counted && !isZero(block.balance)) sum = add(sum, block.balance);
      if (compare(block.balance, block.ceiling) > 0)
        yield `credit block ${block.id} holds ${block.balance}, above the ${block.ceiling} that it may hold`;
      if (isNegative(block.ceiling) || compare(block.ceiling, block.initial) > 0)
        yield `credit block ${block.id} may hold ${block.ceiling}, of the ${block.initial} it began with`;
      const derived = [signOf(block), deductionKey(block), nextDueAt(block)];
      const kept = [integer(row, 'sign'), text(row, 'deduction_key'), integerOrNull(row, 'due_at')];
      if (derived.join() !== kept.join())
        yield `credit block ${block.id} stands in the wrong place of an index`;
      after = integer(row, 'ordinal');
    }
    if (rows.length < portion) break;
  }
  if (sum !== head.balance)
    yield `the credit blocks hold ${sum} together, but the ledger's balance is ${head.balance}`;
}
