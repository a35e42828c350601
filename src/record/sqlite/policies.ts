// The team's policy in the record: the latest version and its text.
import { bytes, type Database, type Row, text } from '../../database/driver.ts';
import { readBody } from '../chained-fact.ts';
import type { PolicySet } from '../facts.ts';

/** The policy as it is by now; `undefined` where none was set. */
export function policyOf(database: Database, account: number) {
  const row = latestPolicy(database, account);
  const fact = row && factOf(row);
  if (row === undefined || fact === undefined) return undefined;
  const { version, sha256 } = fact;
  return { version, sha256, text: Buffer.from(bytes(row, 'text')).toString() };
}

/** 0 where none was set. */
export function policyVersion(database: Database, account: number): number {
  const row = latestPolicy(database, account);
  return (row && factOf(row)?.version) ?? 0;
}

/** By its index: the database would rather go through all texts, newest first. */
const latestPolicy = (database: Database, account: number): Row | undefined =>
  database
    .prepare(
      `SELECT e.body, t.text FROM texts AS t INDEXED BY texts_policies JOIN events AS e ON e.account = t.account AND e.seq = t.seq
       WHERE t.account = ? AND t.name = 'policy' ORDER BY t.seq DESC LIMIT 1`,
    )
    .get(account);

function factOf(row: Row): PolicySet | undefined {
  const { fact } = readBody(text(row, 'body'));
  return fact.kind === 'policy_set' ? fact : undefined;
}
