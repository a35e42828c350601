// Compares the movements that a report printed earlier with today's, in the periods that are over.
import { type Difference, differences, type PrintedPeriod } from '../../reports/comparison.ts';
import { type Period, type PeriodLength, type PeriodPlan, readPeriod } from '../../reports/periods.ts';
import type { JsonObject } from '../../wire/json.ts';
import type { ReadLedger } from './each-ledger.ts';
import { amountNames, movementAmounts, valueNames } from './movements-view.ts';
import { amountFields, refused, textField } from './printed-report.ts';

/** First and last day of a report, and the last day that was over when the report was printed. */
interface Days {
  readonly since: Period['first'];
  readonly until: Period['last'];
  readonly completeUntil: Period['last'];
}

interface EarlierRow extends PrintedPeriod, Pick<Period, 'first' | 'last'> {
  readonly by: PeriodLength;
  /** `undefined` for a row that does not name its days: the report had whole periods then, or the days of the flags. */
  readonly days: Days | undefined;
}

type EarlierSpan = Partial<Omit<PeriodPlan, 'zone'>>;

const names = [...amountNames, ...valueNames];

export class EarlierMovements {
  /** Names of periods that were not compared: not over today, not over when printed, or of other days then. */
  readonly open = new Set<string>();
  readonly wereOpen = new Set<string>();
  readonly ofOtherDays = new Set<string>();
  readonly #isGrouped: boolean;
  readonly #by: PeriodLength | undefined;
  /** The days of all reports in the file, the earliest last day first. */
  readonly #days: readonly Days[];
  readonly #namesDays: boolean;
  readonly #customers: ReadonlySet<string>;
  readonly #rows = new Map<string, EarlierRow[]>();

  /**
   * Throws a `usage` error for documents that are not rows of this report.
   * @param flags `isGrouped` by `--group`; `by` of today's report, if the command line says it
   */
  constructor(
    documents: readonly JsonObject[],
    { isGrouped, by }: { readonly isGrouped: boolean; readonly by: string | undefined },
  ) {
    this.#isGrouped = isGrouped;
    const rows = documents.map((document, index) => earlierRow(document, { place: index + 1, isGrouped }));
    this.#by = rows[0]?.by;
    if (rows.some(({ by }) => by !== this.#by)) throw refused('has periods of several lengths');
    if (this.#by !== undefined && by !== undefined && by !== this.#by)
      throw refused(`is by ${this.#by} and not by ${by}`);
    this.#days = daysOf(rows);
    this.#namesDays = rows.some(({ days }) => days !== undefined);
    this.#customers = new Set(rows.map(({ customer }) => customer));
    for (const row of rows) {
      const key = keyOf(row);
      const known = this.#rows.get(key);
      if (known === undefined) this.#rows.set(key, [row]);
      else known.push(row);
    }
  }

  /**
   * The flags of the earlier report, or of one ledger in it: a report up to today ends on different days in different
   * zones. Empty for a report without rows.
   */
  span(ledger?: ReadLedger['ledger']): EarlierSpan {
    return this.#spanOf(
      ledger === undefined ? '' : keyOf({ customer: ledger.name, currency: ledger.currency }),
    );
  }

  #spanOf(key: string): EarlierSpan {
    const days = this.#daysOf(key);
    if (this.#by === undefined || days === undefined) return {};
    return { since: days.since, until: days.until, by: this.#by };
  }

  #daysOf(key: string): Days | undefined {
    const own = (this.#rows.get(key) ?? []).flatMap(({ days }) => days ?? []);
    return together(own, this.#days);
  }

  /** Throws a `usage` error for the report of another customer. A report of many may lack one that had no movement. */
  checkCustomer(name: string): void {
    const [other, ...more] = this.#customers;
    if (other !== undefined && other !== name && more.length === 0)
      throw refused(`is the report of ${other} and not of ${name}`);
  }

  /** Differences in the periods of one ledger that are over. */
  differencesIn({ ledger, plan, running, movements }: ReadLedger): readonly Difference[] {
    const { name: customer, currency } = ledger;
    const isCompared = (period: Period, days: Days | undefined): boolean => {
      const { name, last } = period;
      if (last >= running) this.open.add(name);
      else if (this.#namesDays && !isSameSpan(period, { plan, days })) this.ofOtherDays.add(name);
      else return this.#wasOver(name, earliest(last, plan.until), days);
      return false;
    };
    const key = keyOf({ customer, currency });
    const days = this.#daysOf(key);
    const own = (this.#rows.get(key) ?? []).filter((row) => isWithin(row, plan));
    this.#rows.delete(key);
    const earlier = own.filter((row) =>
      isCompared({ ...row, name: row.period }, row.days ?? wholePeriod(row)),
    );
    const left = new Set(own.filter((row) => !earlier.includes(row)).map(({ period }) => period));
    const later = movements.rows
      .filter(({ period }) => !left.has(period.name) && isCompared(period, days))
      .map((row): PrintedPeriod => {
        const amounts = movementAmounts(row);
        const group = this.#isGrouped ? { group: row.group } : {};
        return { customer, currency, period: row.period.name, ...group, amounts };
      });
    return differences(earlier, later);
  }

  /** Whether the period was over when it was printed; notes one that was not. */
  #wasOver(period: string, last: Period['last'], days: Days | undefined): boolean {
    const wasOver = days === undefined || earliest(last, days.until) <= days.completeUntil;
    if (!wasOver) this.wereOpen.add(period);
    return wasOver;
  }

  /**
   * Differences of the ledgers that only the earlier report has.
   * @param planOf the days that are compared, from the days that the earlier report has of the ledger
   */
  removedLedgers(planOf: (own: EarlierSpan) => PeriodPlan): readonly Difference[] {
    const rows = [...this.#rows].flatMap(([key, all]) => {
      const plan = planOf(this.#spanOf(key));
      return all.filter((row) => isWithin(row, plan));
    });
    return differences(
      rows.filter(({ period, last, days }) => this.#wasOver(period, last, days)),
      [],
    );
  }
}

function earlierRow(
  document: JsonObject,
  { place, isGrouped }: { readonly place: number; readonly isGrouped: boolean },
): EarlierRow {
  const period = readPeriod(textField(document, 'period', place));
  if (period === undefined) throw refused(`has no period as "period" at place ${place}`);
  if ('group' in document !== isGrouped)
    throw refused(isGrouped ? 'has no groups' : 'has groups, so it needs the same --group');
  const { group } = document;
  const [since, until, complete] = dayNames.map((name) => dayField(document, name, place));
  return {
    customer: textField(document, 'customer', place),
    currency: textField(document, 'currency', place),
    period: period.name,
    ...(isGrouped ? { group: typeof group === 'string' ? group : null } : {}),
    amounts: amountFields(document, names, place),
    by: period.by,
    first: period.first,
    last: period.last,
    days:
      since === undefined || until === undefined
        ? undefined
        : { since, until, completeUntil: complete ?? until },
  };
}

const isWithin = ({ first, last }: Pick<Period, 'first' | 'last'>, { since, until }: PeriodPlan): boolean =>
  last >= since && first <= until;

/** Whether the earlier report has the same days of a period. @param days of the earlier report; `undefined` if it has no rows */
function isSameSpan(
  { first, last }: Period,
  { plan, days }: { readonly plan: PeriodPlan; readonly days: Days | undefined },
): boolean {
  if (days === undefined) return true;
  const { since, until } = days;
  if (plan.by === 'total') return since === plan.since && until === plan.until;
  const from = (day: Period['first']) => (day < first ? first : day);
  return from(since) === from(plan.since) && earliest(last, until) === earliest(last, plan.until);
}

const dayNames = ['since', 'until', 'complete_until'] as const;

function dayField(document: JsonObject, name: string, place: number): Period['first'] | undefined {
  if (document[name] === undefined) return undefined;
  const day = readPeriod(textField(document, name, place));
  if (day?.by !== 'day') throw refused(`has no day as "${name}" at place ${place}`);
  return day.first;
}

const wholePeriod = ({ first, last }: Pick<Period, 'first' | 'last'>): Days => ({
  since: first,
  until: last,
  completeUntil: last,
});

function daysOf(rows: readonly EarlierRow[]): readonly Days[] {
  const whole = rows.flatMap((row) => (row.days === undefined ? wholePeriod(row) : []));
  const said = new Map(rows.map(({ days }) => [JSON.stringify(days), days]));
  return [around(whole), ...said.values()]
    .filter((days) => days !== undefined)
    .sort((a, b) => (a.until < b.until ? -1 : 1));
}

/** Joins a ledger's days with the days of other reports. Days that overlap the ledger's own are of the same report. */
function together(own: readonly Days[], all: readonly Days[]): Days | undefined {
  const known = [...own];
  for (const days of all)
    if (!known.some(({ since, until }) => since <= days.until && days.since <= until)) known.push(days);
  return around(known);
}

const around = (some: readonly Days[]): Days | undefined =>
  some.length === 0
    ? undefined
    : some.reduce((sum, { since, until, completeUntil }) => ({
        since: earliest(since, sum.since),
        until: until > sum.until ? until : sum.until,
        completeUntil: completeUntil > sum.completeUntil ? completeUntil : sum.completeUntil,
      }));

const earliest = (...days: readonly Period['first'][]): Period['first'] =>
  days.reduce((first, day) => (day < first ? day : first));

const keyOf = ({ customer, currency }: Pick<PrintedPeriod, 'customer' | 'currency'>): string =>
  JSON.stringify([customer, currency]);
