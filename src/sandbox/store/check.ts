// Checks a whole database against the rules of SQLite and of the ledger in flat memory: chains of entries, heads, sums of blocks.
import type { EntryType } from '../../credits/customer.ts';
import { type Amount, add, compare, isNegative, isZero, negate, zero } from '../../credits/exact.ts';
import { amountIn, type Database, integer, integerOrNull, type Row, text } from '../../database/driver.ts';
import { deductionKey, nextDueAt } from '../ledger/model.ts';
import { blockColumns, signOf, storedBlock } from './blocks.ts';
import { ledgerByOrdinal, type StoredLedger } from './ledgers.ts';
import { rowsInPortions } from './pages.ts';

/** At most `most` problems, each a sentence; none if the database is intact. Call it within `database.read`. */
export function storeProblems(database: Database, most: number): readonly string[] {
  const problems: string[] = [];
  for (const problem of allProblems(database)) {
    problems.push(problem);
    if (problems.length >= most) break;
  }
  return problems;
}

function* allProblems(database: Database): Iterable<string> {
  for (const row of database.prepare('PRAGMA integrity_check(20)').all()) {
    const finding = text(row, 'integrity_check');
    if (finding !== 'ok') yield `SQLite: ${finding}`;
  }
  for (const row of database.prepare(strayEntries).all()) {
    yield `${ledgerName(database, integer(row, 'ledger'))}: entry ${integer(row, 'sequence')} names a credit block that is not there`;
  }
  for (const row of database.prepare(strayUsage).all()) {
    yield `${ledgerName(database, integer(row, 'ledger'))}: usage is kept for entry ${integer(row, 'sequence')}, which is no such deduction`;
  }
  for (const row of database.prepare(wrongBalances).all()) {
    yield `${text(row, 'name')}: the balance of money is ${text(row, 'balance')}, but its last change left ${text(row, 'remaining')}`;
  }
  for (let after = 0; ; ) {
    const row = database.prepare('SELECT min(ordinal) AS ordinal FROM ledgers WHERE ordinal > ?').get(after);
    if (row === undefined || row.ordinal === null) return;
    after = integer(row, 'ordinal');
    const ledger = ledgerByOrdinal(database, after);
    if (ledger === undefined) return;
    for (const problem of ledgerProblems(database, ledger))
      yield `${ledgerName(database, after)}: ${problem}`;
  }
}

const strayEntries = `SELECT ledger, sequence FROM entries
  WHERE NOT EXISTS (SELECT 1 FROM blocks WHERE blocks.id = entries.block AND blocks.ledger = entries.ledger) LIMIT 20`;

const strayUsage = `SELECT ledger, sequence FROM usage_entries WHERE NOT EXISTS (SELECT 1 FROM entries
  WHERE entries.ledger = usage_entries.ledger AND entries.sequence = usage_entries.sequence
    AND entries.type = 'decrement' AND entries.block = usage_entries.block) LIMIT 20`;

const wrongBalances = `SELECT * FROM (SELECT coalesce(external_id, 'id:' || id) AS name, balance,
  coalesce((SELECT ending FROM balance_transactions WHERE customer = customers.ordinal ORDER BY ordinal DESC LIMIT 1), '0') AS remaining
  FROM customers) WHERE balance <> remaining LIMIT 20`;

function ledgerName(database: Database, ordinal: number): string {
  const row = database
    .prepare(
      `SELECT coalesce(external_id, 'id:' || id) AS name, ledgers.currency AS currency
       FROM ledgers JOIN customers ON customers.ordinal = ledgers.customer WHERE ledgers.ordinal = ?`,
    )
    .get(ordinal);
  return row === undefined ? `ledger ${ordinal}` : `${text(row, 'name')}, ${text(row, 'currency')}`;
}

/** One sentence for each problem of a ledger. After a broken link the check continues from the stored values. */
function* ledgerProblems(database: Database, ledger: StoredLedger): Iterable<string> {
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
  const rows = rowsInPortions({
    begin: 0,
    pointOf: (row) => integer(row, 'sequence'),
    read: (after, most) => database.prepare(linksAfter).all(ordinal, after, most),
  });
  for (const row of rows) {
    yield* linkProblems(last, row);
    last = {
      sequence: integer(row, 'sequence'),
      balance: amountIn(row, 'ending'),
      at: integer(row, 'created_at'),
    };
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

/** Whether an entry must change the balance. Entries of other types need not: their block may not count. */
const mustMove = (type: EntryType, amount: Amount): boolean =>
  (type === 'decrement' || type === 'amendment') && !isZero(amount);

function effectOf(type: EntryType, amount: Amount): Amount {
  if (type === 'expiration_change' || type === 'void_initiated') return zero;
  return type === 'increment' || type === 'amendment' ? amount : negate(amount);
}

const blocksAfter = `SELECT ${blockColumns}, sign, deduction_key, due_at FROM blocks WHERE ledger = ? AND ordinal > ? ORDER BY ordinal LIMIT ?`;

function* blockProblems(database: Database, { ordinal, head }: StoredLedger): Iterable<string> {
  let sum = zero;
  const rows = rowsInPortions({
    begin: 0,
    pointOf: (row) => integer(row, 'ordinal'),
    read: (after, most) => database.prepare(blocksAfter).all(ordinal, after, most),
  });
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
  }
  if (sum !== head.balance)
    yield `the credit blocks hold ${sum} together, but the ledger's balance is ${head.balance}`;
}
