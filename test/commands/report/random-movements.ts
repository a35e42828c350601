// Random lives of a ledger with back-dated, future and deleted grants, and the same sums worked out by SQL.
import fc from 'fast-check';
import { expect } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { bodyOf, day, operation, start } from '../../sandbox/random-history.ts';
import { acme, type TestSandbox } from '../../sandbox/sandbox-at.ts';

export const step = fc.oneof(
  { weight: 5, arbitrary: operation },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('dated' as const),
      credits: fc.integer({ min: 1, max: 400 }).map((n) => n / 4),
      effective: fc.integer({ min: -20, max: 30 }),
      tag: fc.constantFrom('trial', 'promo'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), which: fc.nat(9) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: -30, max: 500 }) }),
  },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Lives through the steps, and answers the time at which they end. */
export async function live(steps: readonly Step[], box: TestSandbox): Promise<number> {
  let now = start;
  for (const each of steps) {
    if (each.do === 'wait') {
      now += each.hours * 3_600_000;
      box.at(new Date(now).toISOString());
      continue;
    }
    if (each.do === 'delete') {
      const blocks = await box.blocks({ include_all_blocks: 'true' });
      const block = blocks[each.which % Math.max(1, blocks.length)];
      if (block !== undefined) await box.remove(`/credit_blocks/${block.id}`);
      continue;
    }
    const body = each.do === 'dated' ? dated(each, now) : await bodyOf(each, box);
    if (body !== undefined) await box.add(body);
  }
  // What has fallen due is written when somebody looks.
  expect((await box.get(`${acme}/credits/ledger`)).status).toBe(200);
  return now;
}

const dated = ({ credits, effective, tag }: Extract<Step, { do: 'dated' }>, now: number): object => ({
  entry_type: 'increment',
  amount: credits,
  effective_date: new Date(now + effective * day).toISOString(),
  per_unit_cost_basis: null,
  description: `a ${tag}`,
  metadata: { tag },
});

/** Los Angeles in SQL: the clocks went forward on 2026-03-08 and go back on 2026-11-01. */
const local = `e.created_at / 1000 + CASE WHEN e.created_at < ${Date.parse('2026-03-08T10:00:00Z')} THEN -28800
  WHEN e.created_at < ${Date.parse('2026-11-01T09:00:00Z')} THEN -25200 ELSE -28800 END`;
const change = 'CAST(e.ending AS REAL) - CAST(e.starting AS REAL)';
const begun = `e.type = 'increment' AND EXISTS (SELECT 1 FROM entries o WHERE o.ledger = e.ledger AND o.sequence < e.sequence
  AND (o.new_block = e.block OR (o.block = e.block AND o.type = 'increment' AND o.starting = o.ending)))`;
const total = (types: string, sign = ''): string =>
  `SUM(CASE WHEN e.type IN (${types}) AND NOT (${begun}) THEN ${sign}(${change}) ELSE 0 END)`;

/** Quarters of credits are exact in binary, so that SQL adds them without an error. */
export async function sumsBySql(path: string, form: string): Promise<readonly Record<string, unknown>[]> {
  const database = await openDatabase(path);
  try {
    return database
      .prepare(
        `SELECT s.period, s.granted, s.used, s.expired, s.voided, s.amended, s.other,
          CAST(f.starting AS REAL) AS opening, CAST(n.ending AS REAL) AS closing
        FROM (
          SELECT strftime('${form}', ${local}, 'unixepoch') AS period, e.ledger,
            MIN(e.sequence) AS first, MAX(e.sequence) AS newest,
            ${total("'increment'")} AS granted, ${total("'decrement'", '-')} AS used,
            ${total("'credit_block_expiry', 'expiration_change'", '-')} AS expired,
            ${total("'void', 'void_initiated'", '-')} AS voided, ${total("'amendment'")} AS amended,
            SUM(CASE WHEN ${begun} THEN ${change} ELSE 0 END) AS other
          FROM entries e JOIN ledgers l ON l.ordinal = e.ledger JOIN customers c ON c.ordinal = l.customer
          WHERE c.external_id = 'acme' AND l.currency = 'credits' GROUP BY 1, 2
        ) s
        JOIN entries f ON f.ledger = s.ledger AND f.sequence = s.first
        JOIN entries n ON n.ledger = s.ledger AND n.sequence = s.newest
        ORDER BY 1`,
      )
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}
