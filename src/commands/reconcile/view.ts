// Defines the view of a reconciliation: a row for each finding, with expected and actual values.
import type { Amount } from '../../credits/exact.ts';
import { type Column, numberColumn, plainColumn, viewOf } from '../../output/view.ts';
import type { MatchedBy } from '../../reports/claimed-grants.ts';
import type { FindingKind } from '../../reports/reconciliation.ts';

export interface FindingRow {
  readonly finding: FindingKind;
  /** The external id, or `id:…`. */
  readonly customer: string;
  readonly currency: string;
  readonly expected_amount: Amount | null;
  readonly actual_amount: Amount | null;
  /** A day of the customer's zone, or RFC 3339; `null` for never, and if expiries are not compared. */
  readonly expected_expiry: string | null;
  readonly actual_expiry: string | null;
  readonly entry: string | null;
  readonly line: number | null;
  readonly matched_by: MatchedBy | null;
  readonly reference: string | null;
  readonly expected_cost_basis: Amount | null;
  readonly actual_cost_basis: Amount | null;
}

const plain = plainColumn<FindingRow>;
const number = numberColumn<FindingRow>;

const columns: readonly Column<FindingRow>[] = [
  { ...plain('finding', 0), show: ({ finding }) => ({ text: finding, meaning: 'bad' }) },
  plain('customer', 0),
  plain('currency', 4),
  number('expected_amount', 0),
  number('actual_amount', 0),
  plain('expected_expiry', 1),
  plain('actual_expiry', 1),
  plain('entry', 3),
  number('line', 1),
  plain('matched_by', 2),
  { ...plain('reference', 5), shortens: true },
  number('expected_cost_basis', 6),
  number('actual_cost_basis', 6),
];

export const reconciliationView = viewOf<FindingRow>({
  columns,
  usual: columns.slice(0, 10).map(({ name }) => name),
  none: 'every grant of the file is in the ledgers, once and as expected',
});
