// Compares the grants of one ledger with the expected grants: missing, doubled, wrong, or not expected. Pure.
import { agreeTo15Digits, type Instant, isPositive, sum } from '../credits/exact.ts';
import { ClaimedGrants, type ExpectedGrant, type MatchedBy } from './claimed-grants.ts';
import { type Grant, isSameCost, type Lot } from './granted.ts';

export const findingKinds = [
  'missing',
  'doubled',
  'wrong_amount',
  'wrong_expiry',
  'wrong_cost_basis',
  'unexpected',
] as const;
export type FindingKind = (typeof findingKinds)[number];

export interface Finding<Row extends ExpectedGrant = ExpectedGrant> {
  readonly finding: FindingKind;
  /** `undefined` for an unexpected grant. */
  readonly row: Row | undefined;
  /** `undefined` for a missing grant. */
  readonly grant: Grant | undefined;
  /** `null` without a match. */
  readonly matchedBy: MatchedBy | null;
  readonly expectedExpiry: Instant | null;
  readonly actualExpiry: Instant | null;
}

export interface Reconciling<Row extends ExpectedGrant> {
  /** In the order of the file; each reference occurs once. */
  readonly expected: readonly Row[];
  /** Oldest first. */
  readonly grants: readonly Grant[];
  /** The key of the metadata that holds the reference. */
  readonly referenceKey: string;
  /** A grant outside the window is neither matched by a guess nor reported as unexpected. */
  readonly isInWindow: (at: Instant) => boolean;
  readonly now: Instant;
}

export interface Reconciliation<Row extends ExpectedGrant> {
  readonly findings: readonly Finding<Row>[];
  /** Rows that were matched by a guess, with or without a finding. */
  readonly guesses: number;
}

/** The findings in the order of the file, then the unexpected grants, oldest first. */
export function reconcileLedger<Row extends ExpectedGrant>({
  expected,
  grants,
  referenceKey,
  isInWindow,
  now,
}: Reconciling<Row>): Reconciliation<Row> {
  // A grant that was voided completely counts as never made.
  const live = grants.filter(({ amount }) => isPositive(amount));
  const claimed = new ClaimedGrants(live, { referenceKey, isInWindow });
  claimed.byReference(expected);
  claimed.byGuess(expected);
  const findings = expected.flatMap((row) => {
    const claim = claimed.of(row);
    return claim === undefined ? [missing(row, now)] : findingsOf(row, claim.grants, claim.by);
  });
  const guesses = expected.filter((row) => claimed.of(row)?.by === 'guess').length;
  return { findings: [...findings, ...claimed.left().map((grant) => unexpected<Row>(grant))], guesses };
}

/** The finding for a row without a grant in the ledger. */
export const missing = <Row extends ExpectedGrant>(row: Row, now: Instant): Finding<Row> => ({
  finding: 'missing',
  row,
  grant: undefined,
  matchedBy: null,
  expectedExpiry: row.expiryOf?.(now) ?? null,
  actualExpiry: null,
});

const unexpected = <Row extends ExpectedGrant>(grant: Grant): Finding<Row> => ({
  finding: 'unexpected',
  row: undefined,
  grant,
  matchedBy: null,
  expectedExpiry: null,
  actualExpiry: grant.expiry,
});

function findingsOf<Row extends ExpectedGrant>(
  row: Row,
  grants: readonly Grant[],
  matchedBy: MatchedBy,
): readonly Finding<Row>[] {
  const { kept, surplus } = keptOf(row, grants);
  const found = (finding: FindingKind, grant: Grant, actualExpiry = grant.expiry): Finding<Row> => ({
    finding,
    row,
    grant,
    matchedBy,
    expectedExpiry: row.expiryOf?.(grant.at) ?? null,
    actualExpiry,
  });
  const total = sum(kept.map(({ amount }) => amount));
  const [first] = kept;
  const amounts =
    agreeTo15Digits(total, row.amount) || first === undefined ? [] : [found('wrong_amount', first)];
  const expiries = kept.flatMap((grant) => {
    const expected = row.expiryOf?.(grant.at);
    const wrong = expected === undefined ? undefined : wrongExpiry(grant, expected);
    return wrong === undefined ? [] : [found('wrong_expiry', grant, wrong.expiry)];
  });
  const { costBasis } = row;
  const costs = kept.filter((grant) => costBasis !== undefined && !isSameCost(grant.costBasis, costBasis));
  return [
    ...amounts,
    ...expiries,
    ...costs.map((grant) => found('wrong_cost_basis', grant)),
    ...surplus.map((grant) => found('doubled', grant)),
  ];
}

/** Grants that add up to the row's amount are its parts. Otherwise one is kept: the grant of that amount, or the oldest. */
function keptOf(
  { amount }: ExpectedGrant,
  grants: readonly Grant[],
): { readonly kept: readonly Grant[]; readonly surplus: readonly Grant[] } {
  if (agreeTo15Digits(sum(grants.map((grant) => grant.amount)), amount)) return { kept: grants, surplus: [] };
  const meant = grants.find((grant) => agreeTo15Digits(grant.amount, amount)) ?? grants[0];
  return {
    kept: grants.filter((grant) => grant === meant),
    surplus: grants.filter((grant) => grant !== meant),
  };
}

/** Credits left must have the expected expiry; if none are left, the grant's own expiry counts. */
function wrongExpiry({ lots, expiry }: Grant, expected: Instant | null): Pick<Lot, 'expiry'> | undefined {
  if (lots.length > 0) return lots.find((lot) => lot.expiry !== expected);
  return expiry === expected ? undefined : { expiry };
}
