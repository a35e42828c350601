// Compares the amounts of an earlier report with those of a later one, period by period.
import { type Amount, isZero } from '../credits/exact.ts';

/** The amounts of one period as a report printed them. */
export interface PrintedPeriod {
  readonly customer: string;
  readonly currency: string;
  readonly period: string;
  /** `undefined` for a report without groups. */
  readonly group?: string | null | undefined;
  /** The amounts by the field's name. */
  readonly amounts: ReadonlyMap<string, Amount>;
}

/** An amount that differs between two reports; `null` where a report does not have the amount. */
export interface Difference extends Omit<PrintedPeriod, 'amounts'> {
  readonly field: string;
  readonly before: Amount | null;
  readonly after: Amount | null;
}

/** The differences between two reports, in the order of the earlier report; then periods that only the later report has. */
export function differences(
  earlier: readonly PrintedPeriod[],
  later: readonly PrintedPeriod[],
): readonly Difference[] {
  const now = new Map(later.map((each) => [keyOf(each), each]));
  const changed = earlier.flatMap((each) => {
    const key = keyOf(each);
    const found = now.get(key);
    now.delete(key);
    return ofOne(each, each.amounts, found?.amounts ?? new Map());
  });
  return [...changed, ...[...now.values()].flatMap((each) => ofOne(each, new Map(), each.amounts))];
}

function ofOne(
  { amounts: _, ...named }: PrintedPeriod,
  before: PrintedPeriod['amounts'],
  after: PrintedPeriod['amounts'],
): readonly Difference[] {
  // A column that the earlier report did not have is no difference; a missing amount equals 0.
  const fields = before.size > 0 ? [...before.keys(), ...newEntries(before, after)] : [...after.keys()];
  return fields.flatMap((field) => {
    const [was, is] = [before.get(field) ?? null, after.get(field) ?? null];
    if (was === is || (was === null && is !== null && isZero(is))) return [];
    if (is === null && was !== null && isZero(was) && after.size === 0) return [];
    return [{ ...named, field, before: was, after: is }];
  });
}

/** A field that is named by an entry's id may be new; any other column is in all rows or in none. */
const newEntries = (before: PrintedPeriod['amounts'], after: PrintedPeriod['amounts']): readonly string[] =>
  [...after.keys()].filter((field) => field.startsWith(entryPrefix) && !before.has(field));

/** Begins the field of a single entry: `movements.<id>`. */
export const entryPrefix = 'movements.';

const keyOf = ({ customer, currency, period, group = null }: PrintedPeriod): string =>
  JSON.stringify([customer, currency, period, group]);
