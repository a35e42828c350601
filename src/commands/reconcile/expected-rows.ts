// Reads the file of expected grants, and checks every row before any ledger is read.
import { createHash } from 'node:crypto';
import {
  type BatchFile,
  type BatchRow,
  batchRows,
  fieldNames,
  noteReadAs,
} from '../../batch/input/batch-file.ts';
import type { ProblemReport } from '../../batch/input/problem-report.ts';
import { secretProblem } from '../../batch/input/row-secret.ts';
import { type CustomerRef, customerRefKey, defaultCurrency } from '../../credits/customer.ts';
import { type Amount, type Instant, readAmount } from '../../credits/exact.ts';
import { type Problem, usageErrorAt } from '../../errors.ts';
import { type ExpectedGrant, referenceOf } from '../../reports/claimed-grants.ts';
import { cachedResolver, dateResolver, type ResolveDate } from '../../requests/draft-reader.ts';
import {
  draftType,
  type EntryDraft,
  type EntryField,
  entryFieldNames,
  entryFields,
  isFieldSet,
  neverExpires,
  withDefaultExpiry,
} from '../../requests/entry-draft.ts';
import { entryBody } from '../../requests/entry-request.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { isJsonObject, parseJson } from '../../wire/json.ts';
import type { KeptRows } from './kept-rows.ts';

/** A row of the file that has no problem. */
export interface FileRow {
  readonly line: number;
  readonly draft: EntryDraft;
  readonly amount: Amount;
  readonly currency: string;
  readonly reference: string | undefined;
  /** Whether the row or the header names an expiry. Without one, the expiry is not compared. */
  readonly comparesExpiry: boolean;
  /** `null` for free; `undefined` if neither the row nor the header names a cost basis. */
  readonly costBasis?: Amount | null | undefined;
}

export interface ExpectedCustomer {
  readonly ref: CustomerRef;
  /** The line of the first row. */
  readonly line: number;
  /** Numbers of the rows in `KeptRows`. */
  readonly rows: number[];
}

/** An expected grant of one ledger, and the draft that would make the grant. */
export interface ExpectedRow extends ExpectedGrant {
  readonly draft: EntryDraft;
}

export interface ReadingExpected {
  /** The metadata key that holds the reference. */
  readonly referenceKey: string;
  readonly report: ProblemReport;
  readonly kept: KeptRows<FileRow>;
  readonly runtime: Runtime;
}

const referenceColumn = 'reference';

/**
 * Reads the customers in the order of the file, each with its rows. Only numbers of rows stay in memory. Throws a
 * `usage` error with every problem of every row.
 */
export async function readExpected(
  file: BatchFile,
  { referenceKey, report, kept, runtime }: ReadingExpected,
): Promise<readonly ExpectedCustomer[]> {
  const more = { [referenceColumn]: referenceKey };
  const nameOf = fieldNames(file);
  const checking = {
    now: runtime.now(),
    nameOf,
    resolve: cachedResolver(dateResolver(runtime.now(), 'UTC')),
  };
  const customers = new Map<string, ExpectedCustomer>();
  const references = new References(nameOf);
  let header: readonly string[] | null = null;
  let named: readonly EntryField[] = [];
  let rows = 0;
  const readings = batchRows(
    file,
    (read) => {
      header = read.cells;
      named = read.columns.flatMap((column) => (column.holds === 'field' ? [column.field] : []));
      noteReadAs(read, runtime);
    },
    more,
  );
  for await (const row of readings) {
    if (runtime.interruption.aborted) throw runtime.interruption.reason;
    if (row.row !== undefined) rows += 1;
    const secret = secretProblem(row.source, header, runtime.secrets);
    const checked = secret === undefined ? checkedRow(row, { ...checking, referenceKey, named }) : [secret];
    if ('line' in checked && row.customer !== undefined) {
      const key = customerRefKey(row.customer);
      const customer = customers.get(key) ?? { ref: row.customer, line: checked.line, rows: [] };
      customers.set(key, customer);
      customer.rows.push(kept.add(checked));
      report.add(row, references.problems(key, checked));
    } else report.add(row, 'line' in checked ? row.problems : checked);
  }
  if (rows === 0 && report.isEmpty) throw usageErrorAt('<file>', `${file.name} has no rows`);
  report.end();
  return [...customers.values()];
}

interface Checking {
  readonly now: Instant;
  readonly nameOf: (field: EntryField) => string;
  readonly resolve: ResolveDate;
  readonly referenceKey: string;
  /** The fields that have a column. */
  readonly named: readonly EntryField[];
}

function checkedRow(
  { line, draft, problems, source }: BatchRow,
  checking: Checking,
): FileRow | readonly Problem[] {
  if (draft === undefined) return problems;
  const { nameOf, named, referenceKey } = checking;
  const other = notGranting(draft);
  if (other !== undefined)
    return [
      ...problems,
      {
        where: nameOf(other.field),
        problem: `${other.must}: only grants are compared: "${draft[other.field]}"`,
      },
    ];
  const reading = entryBody(comparable(draft), { ...checking, zone: undefined });
  const cost = draft.costBasis === undefined ? { amount: null } : readAmount(draft.costBasis);
  const wrongCost = 'problem' in cost ? [{ where: nameOf('costBasis'), problem: cost.problem }] : [];
  const amount = readAmount(draft.amount ?? '');
  const all = [...problems, ...('problems' in reading ? reading.problems : []), ...wrongCost];
  if (all.length > 0 || 'problem' in amount || 'problem' in cost) return all;
  const pair = draft.metadata?.find((each) => each.startsWith(`${referenceKey}=`));
  const isCompared = (field: EntryField): boolean =>
    named.includes(field) || isFieldSet(draft, field) || isNull(source, entryFields[field].body);
  return {
    line,
    draft,
    amount: amount.amount,
    currency: draft.currency ?? defaultCurrency,
    reference: referenceOf(pair?.slice(referenceKey.length + 1)),
    comparesExpiry: isCompared('expires'),
    costBasis: isCompared('costBasis') ? cost.amount : undefined,
  };
}

/** Whether a line of NDJSON has null in a field, which means the same as an empty cell: never, or free. */
function isNull(source: BatchRow['source'], field: string): boolean {
  if (typeof source !== 'string' || !source.includes('null')) return false;
  const line = parseJson(source);
  return isJsonObject(line) && line[field] === null;
}

/** The field that shows that a row is no grant. Only grants can be compared. */
function notGranting(
  draft: EntryDraft,
): { readonly field: 'type' | 'amount'; readonly must: string } | undefined {
  if (draftType(draft) !== 'increment') return { field: 'type', must: 'must be increment' };
  if (draft.amount?.trim().startsWith('-') === true) return { field: 'amount', must: 'must not be negative' };
  return undefined;
}

/** A price without an invoice can be compared, though the API would refuse such a grant. */
function comparable(draft: EntryDraft): EntryDraft {
  const hasInvoice = entryFieldNames.some(
    (field) => entryFields[field].body.startsWith('invoice_settings.') && isFieldSet(draft, field),
  );
  if (hasInvoice) return draft;
  const { costBasis, ...rest } = draft;
  return rest;
}

/** The references of each ledger. A duplicate reference would mean two grants, or one row too many. */
export class References {
  readonly #lines = new Map<string, number>();
  readonly #nameOf: (field: EntryField) => string;

  constructor(nameOf: (field: EntryField) => string) {
    this.#nameOf = nameOf;
  }

  /** @param customer text that identifies the customer */
  problems(customer: string, { reference, currency, line }: FileRow): readonly Problem[] {
    if (reference === undefined) return [];
    const whole = JSON.stringify([customer, currency, reference]);
    // A short hash saves memory: a million rows take the same few bytes each, however long their references are.
    const key = createHash('sha256').update(whole).digest('base64').slice(0, 24);
    const earlier = this.#lines.get(key);
    this.#lines.set(key, earlier ?? line);
    if (earlier === undefined) return [];
    const problem = `"${reference}" is also in line ${earlier}, for the same customer and ${this.#nameOf('currency')}`;
    return [{ where: referenceColumn, problem }];
  }
}

/** Expected grants of one ledger. @param defaultExpiry of the policy, for rows without an expiry */
export function expectedIn(
  rows: readonly FileRow[],
  {
    zone,
    now,
    defaultExpiry,
  }: { readonly zone: string; readonly now: Instant; readonly defaultExpiry: string | undefined },
): readonly ExpectedRow[] {
  const resolve = cachedResolver(dateResolver(now, zone));
  return rows.map(({ line, draft, amount, reference, costBasis, comparesExpiry }) => {
    const { expires } = withDefaultExpiry(draft, defaultExpiry);
    return {
      ...{ line, draft, amount, reference, costBasis },
      expiryOf: comparesExpiry ? expiryIn(expires, { resolve, zone }) : undefined,
      near: draft.effective === undefined ? undefined : (instantOf(draft.effective, resolve) ?? undefined),
    };
  });
}

/** Each day is looked up once, because many rows share it. A period such as `+30d` counts from the day of each grant. */
function expiryIn(
  text: string | undefined,
  { resolve, zone }: { readonly resolve: ResolveDate; readonly zone: string },
): (grantedAt: Instant) => Instant | null {
  const typed = text?.trim() ?? neverExpires;
  if (typed === neverExpires) return () => null;
  if (!/^\d/.test(typed)) return (at) => instantOf(typed, dateResolver(at, zone));
  const fixed = instantOf(typed, resolve);
  return () => fixed;
}

function instantOf(text: string, resolve: ResolveDate): Instant | null {
  const resolved = resolve(text);
  return resolved.kind === 'problem' ? null : resolved.at;
}
