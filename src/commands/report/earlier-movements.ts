// The movements that a report printed earlier, and what differs from them now in the periods that are over.
import { type Difference, differences, type PrintedPeriod } from '../../reports/comparison.ts';
import { type Period, type PeriodLength, readPeriod } from '../../reports/periods.ts';
import type { JsonObject } from '../../wire/json.ts';
import type { ReadLedger } from './each-ledger.ts';
import { amountNames, valueNames } from './movements-view.ts';
import { amountFields, refused, textField } from './printed-report.ts';
import type { SpanFlags } from './span-flags.ts';

interface EarlierRow extends PrintedPeriod, Pick<Period, 'first' | 'last'> {
  readonly by: PeriodLength;
  /** The days of the report; `undefined` where the row does not say them. */
  readonly since: Period['first'] | undefined;
  readonly until: Period['last'] | undefined;
}

const names = [...amountNames, ...valueNames];

export class EarlierMovements {
  /** The names of periods that were not compared, because they are not over. */
  readonly open = new Set<string>();
  readonly #isGrouped: boolean;
  readonly #span: Pick<SpanFlags, 'since' | 'until' | 'by'>;
  readonly #rows = new Map<string, EarlierRow[]>();

  /** Throws a `usage` error for documents that are no rows of this report. @param isGrouped by `--group` */
  constructor(documents: readonly JsonObject[], isGrouped: boolean) {
    this.#isGrouped = isGrouped;
    const rows = documents.map((document, index) => earlierRow(document, { place: index + 1, isGrouped }));
    this.#span = spanOf(rows);
    for (const row of rows) {
      const key = keyOf(row);
      const known = this.#rows.get(key);
      if (known === undefined) this.#rows.set(key, [row]);
      else known.push(row);
    }
  }

  /** The flags that the earlier report says of itself; none for a report without rows. */
  get span(): Pick<SpanFlags, 'since' | 'until' | 'by'> {
    return this.#span;
  }

  /** The same for one ledger: where the report ended today, that was another day for customers in other zones. */
  spanOf({ name, currency }: ReadLedger['ledger']): EarlierMovements['span'] {
    const rows = this.#rows.get(keyOf({ customer: name, currency })) ?? [];
    return rows.some(({ since }) => since !== undefined) ? spanOf(rows) : this.#span;
  }

  /** What differs in the periods of one ledger that are over. */
  against({ ledger, plan, running, movements }: ReadLedger): readonly Difference[] {
    const { name: customer, currency } = ledger;
    const isOver = (period: string, last: Period['last']): boolean => {
      if (last >= running) this.open.add(period);
      return last < running;
    };
    const key = keyOf({ customer, currency });
    const earlier = (this.#rows.get(key) ?? []).filter(
      ({ period, first, last }) => last >= plan.since && first <= plan.until && isOver(period, last),
    );
    this.#rows.delete(key);
    const later = movements.rows
      .filter(({ period }) => isOver(period.name, period.last))
      .map((row): PrintedPeriod => {
        const values = Object.entries(row.values).map(([kind, value]) => [`${kind}_value`, value] as const);
        const amounts = new Map([...amountNames.map((name) => [name, row[name]] as const), ...values]);
        const group = this.#isGrouped ? { group: row.group } : {};
        return { customer, currency, period: row.period.name, ...group, amounts };
      });
    return differences(earlier, later);
  }

  /** What only the earlier report has: ledgers that are not there any more. */
  left(): readonly Difference[] {
    return differences([...this.#rows.values()].flat(), []);
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
  return {
    customer: textField(document, 'customer', place),
    currency: textField(document, 'currency', place),
    period: period.name,
    ...(isGrouped ? { group: typeof group === 'string' ? group : null } : {}),
    amounts: amountFields(document, names, place),
    by: period.by,
    first: period.first,
    last: period.last,
    since: dayField(document, 'since', place),
    until: dayField(document, 'until', place),
  };
}

function dayField(document: JsonObject, name: string, place: number): Period['first'] | undefined {
  if (document[name] === undefined) return undefined;
  const day = readPeriod(textField(document, name, place));
  if (day?.by !== 'day') throw refused(`has no day as "${name}" at place ${place}`);
  return day.first;
}

/** The days that all ledgers of the rows had. A report that does not say them had whole periods. */
function spanOf(rows: readonly EarlierRow[]): EarlierMovements['span'] {
  const [some] = rows;
  if (some === undefined) return {};
  if (rows.some(({ by }) => by !== some.by)) throw refused('has periods of several lengths');
  const since =
    latest(rows.flatMap((row) => row.since ?? [])) ?? earliest(rows.map(({ first }) => first)) ?? some.first;
  const until =
    earliest(rows.flatMap((row) => row.until ?? [])) ?? latest(rows.map(({ last }) => last)) ?? some.last;
  return { since, until: until < since ? since : until, by: some.by };
}

const earliest = (days: readonly Period['first'][]) => days.toSorted()[0];
const latest = (days: readonly Period['last'][]) => days.toSorted().at(-1);

const keyOf = ({ customer, currency }: Pick<PrintedPeriod, 'customer' | 'currency'>): string =>
  JSON.stringify([customer, currency]);
