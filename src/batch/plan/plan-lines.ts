// Defines the lines of a plan: the header, each row's request, each account's sums, and the totals.

import { defaultCurrency } from '../../credits/customer.ts';
import type { Amount } from '../../credits/exact.ts';
import { type MovedCredits, movements } from '../../requests/moved-credits.ts';
import type { ApiRequest } from '../../requests/request.ts';
import { type JsonNumber, type JsonObject, jsonNumber } from '../../wire/json.ts';
import type { BatchFormat, Source } from '../input/records.ts';
import type { TextForm } from '../input/text-form.ts';
import type { AccountTotals } from './account.ts';

/** Version of the plan format; plans of other versions are refused. */
export const planVersion = 2;

export interface PlanHeader {
  readonly creditctl_plan: typeof planVersion;
  readonly batch: { readonly id: string; readonly is_named: boolean };
  readonly source: {
    /** File name as typed; `-` for stdin. */
    readonly file: string;
    readonly format: BatchFormat;
    /** The cells of a CSV header; `null` for NDJSON. */
    readonly header: readonly string[] | null;
    /** The header's original text, if formatting its cells again would give another text. */
    readonly header_text?: string;
    readonly form: TextForm;
  };
  /** RFC 3339, UTC, by the connection's clock; relative dates count from this time. */
  readonly planned_at: string;
  /** User who planned; shown but never trusted. */
  readonly planned_by: string;
  readonly account: PlannedAccount;
  /** Version of the creditctl that made the plan. */
  readonly version: string;
}

/** The account that a plan was made for, by properties that every key of the account can see. */
export interface PlannedAccount {
  /** `https://api.withorb.com` for all of Orb's hosts, else the base URL's origin, or `sandbox`. */
  readonly origin: string;
  readonly mode: 'live' | 'test' | 'sandbox';
  /** Id of an embedded ledger; `null` for another account. */
  readonly ledger: string | null;
  /** Up to three customers that existed at planning time: the API's own ids. */
  readonly customers: readonly string[];
}

/** The way to a new plan that writes no row twice. A command that makes the rows itself is named in place of a file. */
export function planAgain({ batch: { id, is_named: isNamed }, source: { file } }: PlanHeader): string {
  if (file === 'batch select')
    return 'Plan only what is left: each selection is a new batch, and writes again what was applied';
  const flag = file === 'ledger add' ? '--idempotency-key' : '--batch-id';
  return `Plan again${isNamed ? ` with ${flag} ${id}` : ''}. Rows that were applied already stay applied`;
}

/** The ways on without a plan. A new plan of a named batch or of a selection has other keys: what was begun would be written twice. */
export const otherPlan: readonly string[] = [
  'To go on with a batch that was begun: creditctl batch resume <batch>',
  'To plan what was not: creditctl batch plan <file> --out <plan>',
];

export interface PlanCustomer {
  readonly id: string;
  readonly external_customer_id: string | null;
}

export interface PlanRow {
  readonly row: number;
  readonly line: number;
  /** The request's idempotency key. */
  readonly key: string;
  readonly customer: PlanCustomer;
  readonly request: { readonly method: 'POST'; readonly path: string; readonly body: JsonObject };
  /** The input record unchanged, for the result files. */
  readonly source: Source;
  /** A CSV record's original text, if formatting its cells again would give another text. */
  readonly text?: string;
  /** The block's balance at planning time, for an expiry change that omits its amount. */
  readonly moves?: Amount;
}

/** A request of a batch, ready to send. */
export interface BatchWrite {
  readonly row: number;
  readonly key: string;
  readonly customer: PlanCustomer;
  readonly request: ApiRequest;
  /** The key of the row that this request undoes. */
  readonly undoes?: string;
  /** Number of later writes that undo other parts of the same row. */
  readonly toFollow?: number;
}

export interface PlanAccount extends AccountTotals {
  readonly customer: PlanCustomer;
  readonly currency: string;
  /** Currency of revenue and invoices. */
  readonly invoicing_currency: string | null;
  /** Number of the newest entry at planning time; `null` for an empty ledger. */
  readonly ledger_sequence_number: number | null;
  /** Id of the same entry, because deleting a block renumbers entries. */
  readonly ledger_entry_id: string | null;
}

/** Sums over all accounts in one currency; a policy checks these. */
export interface CurrencyTotals extends MovedCredits {
  readonly largest_row: Amount;
}

export interface MoneyTotals extends Pick<AccountTotals, 'revenue' | 'invoices' | 'invoiced'> {
  /** `null` if the customers have no invoicing currency yet. */
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
  /** SHA-256 in hex over every earlier byte of the file. */
  readonly sha256: string;
}

/** A header as JSON, with the field names of the file. */
export const headerDocument = (header: PlanHeader): JsonObject => ({
  ...header,
  batch: { ...header.batch },
  source: { ...header.source, form: { ...header.source.form } },
  account: { ...header.account },
});

/** A row as JSON, with the field names of the file. */
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

/** The last line as JSON, without its hash. */
export const endDocument = ({ rows, totals }: Pick<PlanEnd, 'rows' | 'totals'>): JsonObject => ({
  end: true,
  rows,
  totals: totalsDocument(totals),
});

/** As in the API, credits are JSON numbers and money is text. */
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

/** An open plan. */
export interface Plan {
  readonly header: PlanHeader;
  readonly end: PlanEnd;
  /** Every row in file order, in constant memory. Each call reads all rows again. */
  rows(): AsyncGenerator<PlanRow>;
  /** Every row in file order, grouped by the pieces in which the file is read. */
  rowGroups(): AsyncGenerator<readonly PlanRow[]>;
  /** Every row with its offset in the file. */
  placedRows(): AsyncGenerator<PlacedRow>;
  rowAt(start: number): PlanRow;
  /** Every account; reads only the part of the file after the rows. */
  accounts(): AsyncGenerator<PlanAccount>;
  /** All bytes of the file, in pieces. */
  bytes(): AsyncIterable<Uint8Array>;
  /** The bytes that the hash covers; `planTail` gives the rest. */
  hashedBytes(): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

interface PlacedRow {
  readonly row: PlanRow;
  /** Offset in bytes. */
  readonly start: number;
}

/** The currency of a row's entry: a custom pricing unit, a currency, or `credits` by default. */
export const currencyOf = ({ request: { body } }: { readonly request: Pick<ApiRequest, 'body'> }): string =>
  typeof body?.currency === 'string' ? body.currency : defaultCurrency;

/** Identifies a ledger. @param customer Orb's id */
export const ledgerName = (customer: string, currency: string): string => `${customer} ${currency}`;

export const ledgerOf = (row: Pick<PlanRow, 'request' | 'customer'>): string =>
  ledgerName(row.customer.id, currencyOf(row));
