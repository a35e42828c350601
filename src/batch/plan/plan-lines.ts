// The lines of a plan as data: who planned what, each row's request, what each account comes to, the sums of all.

import { defaultCurrency } from '../../credits/customer.ts';
import type { Amount } from '../../credits/exact.ts';
import { type MovedCredits, movements } from '../../requests/moved-credits.ts';
import type { ApiRequest } from '../../requests/request.ts';
import { type JsonNumber, type JsonObject, jsonNumber } from '../../wire/json.ts';
import type { BatchFormat, Source } from '../input/records.ts';
import type { BatchIdentity } from '../input/row-key.ts';
import type { TextForm } from '../input/text-form.ts';
import type { AccountTotals } from './account.ts';

/** The version of the form of a plan; another one is not read. */
export const planVersion = 2;

export interface PlanHeader {
  readonly creditctl_plan: typeof planVersion;
  readonly batch: { readonly id: string; readonly is_named: boolean };
  readonly source: {
    /** As it was named; `-` for stdin. */
    readonly file: string;
    readonly format: BatchFormat;
    /** The cells of a CSV file's header. */
    readonly header: readonly string[] | null;
    /** The header as it stands in the file, where it differs from how its cells would be written. */
    readonly header_text?: string;
    readonly form: TextForm;
  };
  /** RFC 3339, UTC, by the connection's clock; relative dates count from here. */
  readonly planned_at: string;
  /** Shown, and never trusted. */
  readonly planned_by: string;
  readonly account: PlannedAccount;
  /** Of the program that made it. */
  readonly version: string;
}

/** The account that a plan was made for, recognised by what every key of it can see. */
export interface PlannedAccount {
  /** `https://api.withorb.com` for all hosts of Orb, else that of the base URL, or `sandbox`. */
  readonly origin: string;
  readonly mode: 'live' | 'test' | 'sandbox';
  /** The id that an embedded ledger gives itself. */
  readonly ledger: string | null;
  /** Up to three customers that existed when the plan was made: the API's own ids. */
  readonly customers: readonly string[];
}

export interface PlanCustomer {
  readonly id: string;
  readonly external_customer_id: string | null;
}

export interface PlanRow {
  readonly row: number;
  readonly line: number;
  /** The idempotency key under which the request is sent. */
  readonly key: string;
  readonly customer: PlanCustomer;
  readonly request: { readonly method: 'POST'; readonly path: string; readonly body: JsonObject };
  /** The record as it came, for the files that say what became of it. */
  readonly source: Source;
  /** A CSV record as it stands in the file, where it differs from how its cells would be written. */
  readonly text?: string;
  /** Credits that an expiry change without an amount moved when it was planned: all that its block held. */
  readonly moves?: Amount;
}

/** A request of a batch, ready to be sent. */
export interface BatchWrite {
  readonly row: number;
  readonly key: string;
  readonly customer: PlanCustomer;
  readonly request: ApiRequest;
  /** The key of the row that it takes back. */
  readonly undoes?: string;
  /** How many further writes are to take parts of that row back after this one. */
  readonly toFollow?: number;
}

export interface PlanAccount extends AccountTotals {
  readonly customer: PlanCustomer;
  readonly currency: string;
  /** Of revenue and invoices. */
  readonly invoicing_currency: string | null;
  /** The newest entry's when the plan was made; `null` if there was none. */
  readonly ledger_sequence_number: number | null;
  /** Its id, because deleting a block numbers entries anew. */
  readonly ledger_entry_id: string | null;
}

/** What all accounts of one currency come to; a policy judges these. */
export interface CurrencyTotals extends MovedCredits {
  readonly largest_row: Amount;
}

export interface MoneyTotals extends Pick<AccountTotals, 'revenue' | 'invoices' | 'invoiced'> {
  /** `null` where the customer has no invoicing currency yet. */
  readonly currency: string | null;
}

export interface PlanTotals {
  readonly rows: number;
  readonly rows_by_type: Readonly<Record<string, number>>;
  readonly customers: number;
  readonly refusals: number;
  readonly credits: readonly CurrencyTotals[];
  readonly money: readonly MoneyTotals[];
}

export interface PlanEnd {
  readonly rows: number;
  readonly totals: PlanTotals;
  /** In hex, over every byte of the file before it. */
  readonly sha256: string;
}

export const batchDocument = ({ id, isNamed }: BatchIdentity): PlanHeader['batch'] => ({
  id,
  is_named: isNamed,
});

/** A header as JSON; its fields are those of the file. */
export const headerDocument = ({ batch, source, account, ...rest }: PlanHeader): JsonObject => ({
  creditctl_plan: rest.creditctl_plan,
  batch: { ...batch },
  source: { ...source, form: { ...source.form } },
  planned_at: rest.planned_at,
  planned_by: rest.planned_by,
  account: { ...account },
  version: rest.version,
});

/** A row as JSON; its fields are those of the file. */
export const rowDocument = ({ customer, request, moves, ...rest }: PlanRow): JsonObject => ({
  row: rest.row,
  line: rest.line,
  key: rest.key,
  customer: { ...customer },
  request: { ...request },
  source: rest.source,
  ...(rest.text === undefined ? {} : { text: rest.text }),
  ...(moves === undefined ? {} : { moves: jsonNumber(moves) }),
});

/** The last line without its hash. */
export const endDocument = ({ rows, totals }: Pick<PlanEnd, 'rows' | 'totals'>): JsonObject => ({
  end: true,
  rows,
  totals: totalsDocument(totals),
});

/** Credits are JSON numbers and money is text, as in the API. */
export function accountDocument(account: PlanAccount): JsonObject {
  return { ...account, customer: { ...account.customer }, ...numbers(account, accountCredits) };
}

export function totalsDocument({ credits, money, rows_by_type, ...rest }: PlanTotals): JsonObject {
  return {
    ...rest,
    rows_by_type: { ...rows_by_type },
    credits: credits.map((each) => ({ ...each, ...numbers(each, currencyCredits) })),
    money: money.map((each) => ({ ...each })),
  };
}

const currencyCredits = [...movements, 'largest_row'] as const;

const accountCredits = [...currencyCredits, 'balance_before', 'balance_after'] as const;

function numbers<Name extends string>(
  record: Readonly<Record<Name, Amount>>,
  names: readonly Name[],
): Readonly<Record<Name, JsonNumber>> {
  return Object.fromEntries(names.map((name) => [name, jsonNumber(record[name])])) as Record<
    Name,
    JsonNumber
  >;
}

/** A plan that is open to be read. */
export interface Plan {
  readonly header: PlanHeader;
  readonly end: PlanEnd;
  /** Every row in the order of the file, in constant memory. Each call reads all rows again. */
  rows(): AsyncGenerator<PlanRow>;
  /** The same, as many at a time as come with one piece of the file. */
  rowGroups(): AsyncGenerator<readonly PlanRow[]>;
  /** The same rows, each with where it begins in the file. */
  placedRows(): AsyncGenerator<PlacedRow>;
  rowAt(start: number): PlanRow;
  /** Every account; reads only the end of the file, after the rows. */
  accounts(): AsyncGenerator<PlanAccount>;
  /** All of its bytes, in pieces. */
  bytes(): AsyncIterable<Uint8Array>;
  /** Those that its hash is of; `planTail` makes them whole again. */
  hashedBytes(): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

interface PlacedRow {
  readonly row: PlanRow;
  /** In bytes. */
  readonly start: number;
}

/** Of the credits that a row moves: a custom pricing unit or a currency, or the credits of those that name none. */
export const currencyOf = ({ request: { body } }: { readonly request: Pick<ApiRequest, 'body'> }): string =>
  typeof body?.currency === 'string' ? body.currency : defaultCurrency;

/** What identifies a ledger. @param customer Orb's id */
export const ledgerName = (customer: string, currency: string): string => `${customer} ${currency}`;

export const ledgerOf = (row: Pick<PlanRow, 'request' | 'customer'>): string =>
  ledgerName(row.customer.id, currencyOf(row));
