// Holds a whole database against the rules of SQLite and of the ledger, in flat memory.

import { type Database, integer, text } from '../../database/driver.ts';
import { ledgerProblems } from './check-ledger.ts';
import { ledgerByOrdinal } from './ledgers.ts';

/** What is wrong, each a sentence; nothing if all is well. Stops after `most` of them. Call it within `database.read`. */
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
