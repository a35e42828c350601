// A finding as a row: amounts as JSON numbers, expiries as days of the customer's zone.
import { dayBeginningAt, zonedText } from '../../credits/calendar.ts';
import type { Instant } from '../../credits/exact.ts';
import type { Row } from '../../output/view.ts';
import type { ExpectedGrant } from '../../reports/claimed-grants.ts';
import type { Finding } from '../../reports/reconciliation.ts';
import { jsonNumber } from '../../wire/json.ts';
import type { FindingRow } from './view.ts';

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
