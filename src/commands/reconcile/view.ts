// The view of a reconciliation, and each finding as a row: what should be there beside what is.

import { dayBeginningAt, zonedText } from '../../credits/calendar.ts';
import type { Amount, Instant } from '../../credits/exact.ts';
import type { Column, Row, View } from '../../output/view.ts';
import type { ExpectedGrant, MatchedBy } from '../../reports/claimed-grants.ts';
import type { Finding, FindingKind } from '../../reports/reconciliation.ts';
import { jsonNumber } from '../../wire/json.ts';

export interface FindingRow {
  readonly finding: FindingKind;
  /** The external id, or `id:…`. */
  readonly customer: string;
  readonly currency: string;
  readonly expected_amount: Amount | null;
  readonly actual_amount: Amount | null;
  /** A day of the customer's zone, or RFC 3339; `null` for never, and where it is not compared. */
  readonly expected_expiry: string | null;
  readonly actual_expiry: string | null;
  readonly entry: string | null;
  readonly line: number | null;
  readonly matched_by: MatchedBy | null;
  readonly reference: string | null;
  readonly expected_cost_basis: Amount | null;
  readonly actual_cost_basis: Amount | null;
}

const plain = (name: keyof FindingRow, yields: number): Column<FindingRow> => ({
  name,
  header: name.replaceAll('_', ' '),
  yields,
  text: (found) => String(found[name] ?? ''),
});
const number = (name: keyof FindingRow, yields: number): Column<FindingRow> => ({
  ...plain(name, yields),
  align: 'right',
});

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

export const reconciliationView: View<FindingRow> = {
  columns,
  usual: columns.slice(0, 10).map(({ name }) => name),
  fields: columns.map(({ name }) => name),
  none: 'every grant of the file is in the ledgers, once and as expected',
};

/** Of one ledger. @param dayOf see `expiryTexts` */
export function findingRow<Expected extends ExpectedGrant>(
  { finding, row, grant, matchedBy, expectedExpiry, actualExpiry }: Finding<Expected>,
  {
    customer,
    currency,
    dayOf,
  }: { readonly customer: string; readonly currency: string; readonly dayOf: ExpiryText },
): Row<FindingRow> {
  const record: FindingRow = {
    finding,
    customer,
    currency,
    expected_amount: row?.amount ?? null,
    actual_amount: grant?.amount ?? null,
    expected_expiry: dayOf(expectedExpiry),
    actual_expiry: dayOf(actualExpiry),
    entry: grant?.entry.id ?? null,
    line: row?.line ?? null,
    matched_by: matchedBy,
    reference: row?.reference ?? null,
    expected_cost_basis: row?.costBasis ?? null,
    actual_cost_basis: grant?.costBasis ?? null,
  };
  return { record, document: { ...record, ...amountsOf(record) } };
}

const amountsOf = ({ expected_amount, actual_amount }: FindingRow) => ({
  expected_amount: expected_amount === null ? null : jsonNumber(expected_amount),
  actual_amount: actual_amount === null ? null : jsonNumber(actual_amount),
});

export type ExpiryText = (at: Instant | null) => string | null;

/** Expiries of one customer as days of the zone, or as RFC 3339; findings have the same few again and again. */
export function expiryTexts(zone: string): ExpiryText {
  const known = new Map<Instant, string>();
  return (at) => {
    if (at === null) return null;
    const text = known.get(at) ?? dayBeginningAt(at, zone) ?? zonedText(at, zone);
    if (known.size < knownMax) known.set(at, text);
    return text;
  };
}

/** A file of exact times, each another, must not fill the memory. */
const knownMax = 10_000;
