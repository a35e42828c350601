// Turns rows of known customers into the lines of a plan, and simulates their effect.
import {
  type CustomerRef,
  customerRefKey,
  customerRefText,
  defaultCurrency,
} from '../../credits/customer.ts';
import { type Amount, type Instant, zero } from '../../credits/exact.ts';
import { customerSearch, type Problem } from '../../errors.ts';
import { defaultExpiry } from '../../policy/policy-of.ts';
import type { Policy } from '../../policy/rules.ts';
import {
  type EntryDraft,
  type EntryField,
  isFieldSet,
  withDefaultExpiry,
} from '../../requests/entry-draft.ts';
import { entryBody, entryRequest } from '../../requests/entry-request.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { JsonObject } from '../../wire/json.ts';
import { type BatchFile, type BatchRow, type CsvHeader, placeName } from '../input/batch-file.ts';
import { customerColumns } from '../input/csv-header.ts';
import { type BatchIdentity, rowKey } from '../input/row-key.ts';
import { secretProblem } from '../input/row-secret.ts';
import type { TextForm } from '../input/text-form.ts';
import type { BatchCustomer, KnownCustomers } from './customers.ts';
import { planTotals } from './plan-check.ts';
import {
  accountDocument,
  endDocument,
  headerDocument,
  type PlanAccount,
  type PlanCustomer,
  type PlanEnd,
  type PlanHeader,
  type PlannedAccount,
  planVersion,
  rowDocument,
} from './plan-lines.ts';
import { PlanWriter } from './plan-writer.ts';
import { RowBreaches } from './row-breaches.ts';

/** A row that the API will probably refuse. */
interface RowWarning extends Pick<BatchRow, 'row' | 'line'> {
  /** Position of the row in messages. */
  readonly place: string;
  readonly text: string;
}

export interface MadePlan {
  readonly header: PlanHeader;
  readonly accounts: readonly PlanAccount[];
  readonly end: PlanEnd;
  /** The first warnings; `end.totals.refusals` counts all. */
  readonly warnings: readonly RowWarning[];
  /** Number of the first row that omits its amount; `undefined` if every row has one. */
  readonly openRow: number | undefined;
}

export interface Drafting {
  readonly file: BatchFile;
  readonly out: string;
  readonly mayReplace: boolean;
  readonly batch: BatchIdentity;
  /** The header of a CSV file; `null` for NDJSON. */
  readonly header: CsvHeader | null;
  readonly form: TextForm;
  readonly customers: KnownCustomers;
  readonly account: Omit<PlannedAccount, 'customers'>;
  readonly now: Instant;
  /** Rows that break a rule of this policy are refused before the plan is written. */
  readonly policy: Policy;
  readonly runtime: Runtime;
}

/** What makes a row's key, and how messages name its fields. */
interface RowIdentity {
  readonly digest: string;
  readonly occurrence: number;
  readonly nameOf: (field: EntryField) => string;
}

const warningsMax = 20;

export class PlanDrafting {
  readonly #drafting: Drafting;
  readonly #header: PlanHeader;
  readonly #writer: PlanWriter;
  readonly #rowsByType: Record<string, number> = {};
  readonly #warnings: RowWarning[] = [];
  readonly #breaches: RowBreaches;
  /** The way on from the first customer that was not found; a file may name thousands. */
  #search: string | undefined;
  #openRow: MadePlan['openRow'];

  constructor(drafting: Drafting) {
    this.#drafting = drafting;
    const { out, mayReplace, runtime } = drafting;
    this.#header = headerOf(drafting);
    this.#breaches = new RowBreaches(drafting.policy);
    this.#writer = new PlanWriter(out, { pid: runtime.system.process.runner.pid, mayReplace });
    this.#writer.line(headerDocument(this.#header));
  }

  /** Adds a row to the plan; returns the problems that need its customer. */
  add(row: BatchRow, { digest, occurrence, nameOf }: RowIdentity): readonly Problem[] {
    const { customer: ref, draft } = row;
    // The API key may have been fetched only after the first reading of this row, so the check runs again.
    const { header, runtime } = this.#drafting;
    const secret = secretProblem(row.source, header?.cells ?? null, runtime.secrets);
    if (secret !== undefined) return [secret];
    if (ref === undefined || draft === undefined || row.row === undefined) return row.problems;
    const customer = this.#drafting.customers.get(customerRefKey(ref));
    if (customer === undefined || 'problem' in customer) {
      const problem = customer?.problem ?? 'was not looked up';
      this.#search ??= customerSearch(customerRefText(ref));
      return [{ where: customerColumns[ref.by], problem, next: this.#search }];
    }
    const { zone, resolve } = customer;
    const expiry = defaultExpiry(this.#drafting.policy);
    const reading = entryBody(withDefaultExpiry(draft, expiry), {
      now: this.#drafting.now,
      zone,
      resolve,
      nameOf,
    });
    const problems = [
      ...blockProblems(draft, { ref, customer, nameOf }),
      ...('problems' in reading ? reading.problems : []),
    ];
    if (problems.length > 0 || 'problems' in reading) return problems;
    const moves = this.#play(row, customer, reading.body);
    if (moves !== undefined) this.#openRow ??= row.row;
    const { id } = customer;
    const { path, body = {} } = entryRequest({ by: 'id', id }, reading.body);
    this.#breaches.add(row, { method: 'POST', path, body });
    this.#writer.line(
      rowDocument({
        row: row.row,
        line: row.line,
        key: rowKey(this.#drafting.batch, digest, occurrence),
        customer: planCustomer(customer),
        request: { method: 'POST', path, body },
        source: row.source,
        ...(row.text === undefined ? {} : { text: row.text }),
        ...(moves === undefined ? {} : { moves }),
      }),
    );
    return [];
  }

  /** Throws a `refused` error that names the rows that break a rule. */
  checkAllowed(): void {
    this.#breaches.end();
  }

  end(): MadePlan {
    const accounts = this.#accounts();
    for (const account of accounts) this.#writer.line({ account: accountDocument(account) });
    const totals = planTotals(accounts, this.#rowsByType);
    const { rows } = totals;
    const sha256 = this.#writer.end(endDocument({ rows, totals }));
    const end = { rows, totals, sha256 };
    return { header: this.#header, accounts, end, warnings: this.#warnings, openRow: this.#openRow };
  }

  /** Removes the file unless the plan is complete. */
  close(): void {
    this.#writer.close();
  }

  /** Simulates a row. Returns the credits that it moves if the request omits its amount. */
  #play(row: BatchRow, customer: BatchCustomer, body: JsonObject): Amount | undefined {
    const type = String(body.entry_type);
    this.#rowsByType[type] = (this.#rowsByType[type] ?? 0) + 1;
    const played = accountOf(customer, body.currency)?.account.apply(body);
    const { credits = zero, warnings = [] } = played ?? {};
    for (const text of warnings)
      if (this.#warnings.length < warningsMax) this.#warnings.push({ ...row, place: placeName(row), text });
    return body.amount === undefined ? credits : undefined;
  }

  #accounts(): PlanAccount[] {
    const customers = new Set(this.#drafting.customers.values());
    return [...customers].flatMap((customer) =>
      'problem' in customer
        ? []
        : [...customer.accounts].map(([currency, { account, newest }]) => ({
            customer: planCustomer(customer),
            currency,
            invoicing_currency: customer.invoicing_currency,
            ledger_sequence_number: newest?.sequence ?? null,
            ledger_entry_id: newest?.id ?? null,
            ...account.totals,
          })),
    );
  }
}

/** Number of customers that is enough to recognise an account. */
const accountCustomersMax = 3;

function headerOf(drafting: Drafting): PlanHeader {
  const { file, batch, header, form, account, customers, now, runtime } = drafting;
  const existing = new Set(
    [...customers.values()].flatMap((customer) => ('problem' in customer ? [] : [customer.id])),
  );
  return {
    creditctl_plan: planVersion,
    batch: { id: batch.id, is_named: batch.isNamed },
    source: {
      file: file.name,
      format: file.format,
      header: header?.cells ?? null,
      ...(header?.text === undefined ? {} : { header_text: header.text }),
      form,
    },
    planned_at: new Date(now).toISOString(),
    planned_by: runtime.system.process.who,
    account: { ...account, customers: [...existing].slice(0, accountCustomersMax) },
    version: runtime.version,
  };
}

const planCustomer = ({ id, external_customer_id }: BatchCustomer): PlanCustomer => ({
  id,
  external_customer_id,
});

const accountOf = ({ accounts }: BatchCustomer, currency: unknown) =>
  accounts.get(typeof currency === 'string' ? currency : defaultCurrency);

interface RowContext {
  readonly ref: CustomerRef;
  readonly customer: BatchCustomer;
  readonly nameOf: (field: EntryField) => string;
}

/** A block that the customer does not have is a mistake in the file, reported before any request. */
function blockProblems(draft: EntryDraft, { ref, customer, nameOf }: RowContext): readonly Problem[] {
  const { block, currency } = draft;
  if (block === undefined || !isFieldSet(draft, 'block')) return [];
  if (accountOf(customer, currency)?.account.hasBlock(block) === true) return [];
  const where = nameOf('block');
  const whose = `${customerRefText(ref)} in ${currency ?? defaultCurrency}`;
  return [{ where, problem: `is not a block of ${whose}: "${block}"` }];
}
