// Reads the statement of one ledger for one month, together with the API's own documents.
import type { CreditBlock } from '../../credits/block.ts';
import { type CalendarMonth, dayAfter, firstDayOf, lastDayOf, startOfDay } from '../../credits/calendar.ts';
import { instantOf, type LedgerEntry } from '../../credits/entry.ts';
import { parseInstant } from '../../credits/instant.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Decoded } from '../../orb/decode/records.ts';
import type { LedgerBreak } from '../../reports/ledger-check.ts';
import { noMovements } from '../../reports/movements.ts';
import { Periods } from '../../reports/periods.ts';
import type { Statement } from '../../reports/statement.ts';
import { blocksOf, type Ledger } from '../every-ledger.ts';
import { ledgerMovements } from './ledger-movements.ts';
import type { AsOf } from './span-flags.ts';

export interface StatementOf {
  readonly ledger: Ledger;
  readonly month: CalendarMonth;
  readonly asOf: AsOf;
  readonly onEntry: () => void;
}

export interface ReadStatement {
  readonly statement: Statement;
  /** Oldest first. */
  readonly movements: readonly Decoded<LedgerEntry>[];
  readonly blocks: readonly Decoded<CreditBlock>[];
  readonly firstBreak: LedgerBreak | null;
}

/** The customer's zone must be one that this Node knows. */
export async function readStatement(
  { ledger, month, asOf, onEntry }: StatementOf,
  connection: Connection,
): Promise<ReadStatement> {
  const { timezone: zone, name: customerName, currency: valueCurrency } = ledger.customer;
  const [since, until] = [firstDayOf(month), lastDayOf(month)];
  const periods = new Periods({ since, until, by: 'total', zone });
  const { today, before = Number.POSITIVE_INFINITY } = asOf;
  const movements: Decoded<LedgerEntry>[] = [];
  const { opening, closing, rows, firstBreak } = await ledgerMovements(ledger, connection, {
    periods,
    before,
    onEntry: (entry) => {
      const at = instantOf(entry.record);
      if (at < before && typeof periods.of(at) !== 'string') movements.push(entry);
      onEntry();
    },
  });
  movements.reverse();
  const named = new Set(movements.map(({ record }) => record.credit_block.id));
  const end = Math.min(startOfDay(dayAfter(until), zone), before);
  const blocks = await blocksAround({ named, end }, ledger, connection);
  const statement: Statement = {
    customer: ledger.name,
    customerName,
    currency: ledger.currency,
    month,
    zone,
    isOver: until < today,
    opening,
    closing,
    sums: rows[0] ?? noMovements(),
    valueCurrency,
    movements: movements.map(({ record }) => record),
    blocks: blocks.map(({ record }) => record),
  };
  return { statement, movements, blocks, firstBreak };
}

/** The blocks as they are now: those that a movement names, and those that are open and began before the end. */
async function blocksAround(
  { named, end }: { readonly named: ReadonlySet<string>; readonly end: number },
  ledger: Ledger,
  connection: Connection,
): Promise<readonly Decoded<CreditBlock>[]> {
  const open = new Set<string>();
  for await (const { record } of blocksOf(ledger, connection, { all: false }))
    if ((parseInstant(record.effective_date ?? '') ?? Number.NEGATIVE_INFINITY) < end) open.add(record.id);
  const blocks: Decoded<CreditBlock>[] = [];
  for await (const block of blocksOf(ledger, connection))
    if (named.has(block.record.id) || open.has(block.record.id)) blocks.push(block);
  return blocks;
}
