// Reads the ledgers of the file's customers, a few at a time, and compares each ledger with the rows of its customer.

import { dayBeginningAt, zonedText } from '../../credits/calendar.ts';
import { customerRefText, type LedgerEntry } from '../../credits/customer.ts';
import type { Instant } from '../../credits/exact.ts';
import { usageError } from '../../errors.ts';
import { defaultExpiry } from '../../policy/policy-of.ts';
import { referenceUnder } from '../../reports/claimed-grants.ts';
import { grantEntryTypes, grantsOf } from '../../reports/granted.ts';
import { type Finding, missing, reconcileLedger } from '../../reports/reconciliation.ts';
import { type RangeDraft, readTimeRange, type TimeRange } from '../../requests/ledger-query.ts';
import type { Invocation } from '../../runtime/show.ts';
import { jsonNumber } from '../../wire/json.ts';
import { knownZone } from '../../writes/customer.ts';
import {
  blocksAtAnEntry,
  entriesOf,
  type Ledger,
  ledgersOf,
  type OpenLedgers,
  readEachShown,
} from '../every-ledger.ts';
import type { ExpectedCustomers, FoundCustomer } from './expected-customers.ts';
import { type ExpectedRow, expectedIn, type FileRow } from './expected-rows.ts';
import type { KeptRows } from './kept-rows.ts';
import type { FindingRow } from './view.ts';
import { findGap, type LedgerRead } from './whole-ledger.ts';

export interface FoundInLedger {
  readonly finding: Finding<ExpectedRow>;
  readonly ledger: {
    /** The external id, or `id:…`. */
    readonly customer: string;
    /** Orb's own id; `undefined` for a customer that does not exist. */
    readonly id: string | undefined;
    readonly currency: string;
    readonly zone: string;
    readonly dayOf: ExpiryText;
    /** Sequence number of the newest entry that was read; minus infinity for an empty ledger. */
    readonly newest: number;
    /** Evidence that the API left out a part of the ledger. Looked for only if a plan repairs the findings. */
    readonly leftOut: string | undefined;
    readonly now: Instant;
    readonly referenceKey: string;
    readonly defaultExpiry: string | undefined;
  };
}

export interface ComparingLedgers
  extends Invocation<RangeDraft & { readonly out?: string }>,
    Pick<OpenLedgers, 'connection'> {
  readonly kept: KeptRows<FileRow>;
  readonly referenceKey: string;
  /** Called with the number of rows of a ledger that were matched by a guess. */
  readonly guessed: (rows: number) => void;
}

/** Yields findings by customer, in the order of the file. At the end, customers that do not exist lack all their rows. */
export async function* eachFinding(
  { found, unknown }: ExpectedCustomers,
  comparing: ComparingLedgers,
): AsyncGenerator<FoundInLedger> {
  const { connection, flags, runtime, referenceKey, kept } = comparing;
  const expiry = defaultExpiry((await runtime.policyToRead(connection, flags)).policy);
  const compare = (customer: FoundCustomer, onEntry: () => void) =>
    findingsOf(customer, { ...comparing, defaultExpiry: expiry, onEntry });
  for await (const findings of readEachShown(found, compare, runtime)) yield* findings;
  for (const { ref, rows: numbers } of unknown) {
    const rows = kept.read(numbers);
    const now = connection.now();
    const place = { zone: 'UTC', dayOf: expiryTexts('UTC'), now, defaultExpiry: expiry };
    for (const [index, row] of expectedIn(rows, place).entries()) {
      const currency = rows[index]?.currency ?? '';
      const ledger = { ...place, customer: customerRefText(ref), id: undefined, currency, referenceKey };
      const nothing = { newest: Number.NEGATIVE_INFINITY, leftOut: undefined };
      yield { finding: missing(row, now), ledger: { ...ledger, ...nothing } };
    }
  }
}

interface ComparingCustomer extends ComparingLedgers {
  readonly defaultExpiry: string | undefined;
  readonly onEntry: () => void;
}

/** Compares the currencies of the file and the customer's other currencies: a grant may be in the wrong currency. */
async function findingsOf(
  { customer, rows: numbers }: FoundCustomer,
  { kept, connection, flags, runtime, referenceKey, guessed, ...comparing }: ComparingCustomer,
): Promise<readonly FoundInLedger[]> {
  const { defaultExpiry: expiry, onEntry } = comparing;
  const found: FoundInLedger[] = [];
  const rows = kept.read(numbers);
  const zone = knownZone(customer.timezone);
  const dayOf = expiryTexts(zone);
  const currencies = new Set([
    ...rows.map(({ currency }) => currency),
    ...ledgersOf(customer, undefined, connection).map(({ currency }) => currency),
  ]);
  for (const currency of currencies)
    for (const ledger of ledgersOf(customer, currency, connection)) {
      if (runtime.interruption.aborted) throw runtime.interruption.reason;
      const now = connection.now();
      const read = await readLedger(ledger, onEntry);
      const { newest } = read;
      const grants = grantsOf(read.entries, read.blocks, now);
      const place = { zone, dayOf, now, defaultExpiry: expiry };
      const expected = expectedIn(
        rows.filter((row) => row.currency === currency),
        place,
      );
      const isInWindow = windowOf(flags, { zone, now });
      const { findings, guesses } = reconcileLedger({ expected, grants, referenceKey, isInWindow, now });
      guessed(guesses);
      const isRepaired = flags.out !== undefined && findings.some(({ finding }) => finding !== 'unexpected');
      const leftOut = isRepaired ? await findGap(ledger, read) : undefined;
      const foundIn = {
        ...place,
        customer: ledger.name,
        id: customer.id,
        currency,
        newest,
        leftOut,
        referenceKey,
      };
      for (const finding of findings) found.push({ finding, ledger: foundIn });
    }
  return found;
}

/** Reads the blocks and the entries about grants, up to the newest entry. Usage is not read. */
async function readLedger(ledger: Ledger, onEntry: () => void): Promise<LedgerRead> {
  const { last, blocks } = await blocksAtAnEntry(ledger);
  const entries: LedgerEntry[] = [];
  if (Number.isFinite(last))
    for (const type of grantEntryTypes)
      for await (const { record } of entriesOf(ledger, { type })) {
        onEntry();
        if (record.ledger_sequence_number <= last) entries.push(record);
      }
  return { entries, blocks, newest: last };
}

function windowOf(
  { since, until }: RangeDraft,
  { zone, now }: { readonly zone: string; readonly now: Instant },
): (at: Instant) => boolean {
  const reading = readTimeRange({ since, until }, { now, zone });
  if ('problems' in reading) throw usageError(reading.problems);
  const { from, upTo, before }: TimeRange = reading.range;
  return (at) =>
    (from === undefined || at >= from) &&
    (before === undefined || at < before) &&
    (upTo === undefined || at < upTo + 1000);
}

/** A finding as a row: amounts as JSON numbers, expiries as days of the customer's zone. */
export function findingRow({ finding: found, ledger }: FoundInLedger) {
  const { customer, currency, dayOf, referenceKey } = ledger;
  const { finding, row, grant, matchedBy, expectedExpiry, actualExpiry } = found;
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
    reference: row?.reference ?? (grant && referenceUnder(referenceKey, grant)) ?? null,
    expected_cost_basis: row?.costBasis ?? null,
    actual_cost_basis: grant?.costBasis ?? null,
  };
  return { record, document: { ...record, ...amountsOf(record) } };
}

const amountsOf = ({ expected_amount, actual_amount }: FindingRow) => ({
  expected_amount: expected_amount === null ? null : jsonNumber(expected_amount),
  actual_amount: actual_amount === null ? null : jsonNumber(actual_amount),
});

type ExpiryText = (at: Instant | null) => string | null;

/** Expiries of one customer as days of the zone, or as RFC 3339, cached because findings repeat the same few expiries. */
function expiryTexts(zone: string): ExpiryText {
  const known = new Map<Instant, string>();
  return (at) => {
    if (at === null) return null;
    const text = known.get(at) ?? dayBeginningAt(at, zone) ?? zonedText(at, zone);
    if (known.size < knownMax) known.set(at, text);
    return text;
  };
}

/** Limit of the cache, for a file of exact times that all differ. */
const knownMax = 10_000;
