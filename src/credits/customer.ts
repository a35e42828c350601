// Defines the customer, the blocks that hold credits, and the entries of a ledger, as the API returns them.
import { type Amount, type Instant, parseInstant, subtract, sum, timeOf } from './exact.ts';
import { unsendable } from './text.ts';

/** The fields of a customer that this tool works with; names are the API's. */
export interface Customer {
  readonly id: string;
  readonly external_customer_id: string | null;
  readonly name: string;
  readonly email: string;
  /** IANA zone; fixed when the customer is created (Orb docs: time zones). */
  readonly timezone: string;
  /** Invoicing currency, ISO 4217; `null` until it is first needed. */
  readonly currency: string | null;
  readonly created_at: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Whether a customer's ids, name or e-mail contain a text, in upper or lower case. */
export function holdsText({ id, external_customer_id, name, email }: Customer, text: string): boolean {
  const wanted = text.toLowerCase();
  return [id, external_customer_id ?? '', name, email].some((field) => field.toLowerCase().includes(wanted));
}

/** Names a customer: by the external id (the operator's own), or by Orb's id as `id:4QYWy9UbDY8yXKKd`. */
export type CustomerRef =
  | { readonly by: 'external'; readonly id: string }
  | { readonly by: 'id'; readonly id: string };

/**
 * Reads `acme` as an external customer id and `id:4QYWy9UbDY8yXKKd` as Orb's own; `undefined` for an empty or invalid id.
 * The text is not trimmed: `acme` and `acme ` may be two customers.
 */
export function parseCustomerRef(text: string): CustomerRef | undefined {
  if (text.trim() === '') return undefined;
  const ref: CustomerRef = text.startsWith('id:')
    ? { by: 'id', id: text.slice(3) }
    : { by: 'external', id: text };
  return isPathSegment(ref.id) ? ref : undefined;
}

/** An id is sent as one path segment, and `.` or `..` would name another path (Orb docs: API reference). */
export function isPathSegment(id: string): boolean {
  return id !== '' && id !== '.' && id !== '..' && unsendable(id) === undefined;
}

/** A key for a map, different for each reference: `id:x` may also be an external id. */
export const customerRefKey = ({ by, id }: CustomerRef): string => `${by} ${id}`;

/** The reference as it is typed on a command line. */
export function customerRefText(ref: CustomerRef): string {
  return ref.by === 'id' ? `id:${ref.id}` : ref.id;
}

/** The ids of a customer, as entries, invoices and plans hold them. */
type Named = Pick<Customer, 'id' | 'external_customer_id'>;

/** The name by which a customer is shown: the external id, or `id:…` without one. */
export const customerName = ({ id, external_customer_id: external }: Named): string => external ?? `id:${id}`;

/** All names that commands accept for a customer. */
export const customerNames = (customer: Named): ReadonlySet<string> =>
  new Set([`id:${customer.id}`, customerName(customer)]);

/** The reference by the external id, or by Orb's id without one. */
export const refOf = ({ id, external_customer_id: external }: Named): CustomerRef =>
  external === null ? { by: 'id', id } : { by: 'external', id: external };

/** The entry types that can be created (contract: AddCreditLedgerEntryRequestParams). */
export const creatableEntryTypes = [
  'increment',
  'decrement',
  'expiration_change',
  'void',
  'amendment',
] as const;
export type CreatableEntryType = (typeof creatableEntryTypes)[number];

/** Every entry type that a ledger may hold; only Orb writes the last two. */
export const entryTypes = [...creatableEntryTypes, 'void_initiated', 'credit_block_expiry'] as const;
export type EntryType = (typeof entryTypes)[number];

export const entryStatuses = ['committed', 'pending'] as const;
export type EntryStatus = (typeof entryStatuses)[number];

/** The only reason a void may have (contract: AddVoidCreditLedgerEntryRequestParams). */
export const voidReasons = ['refund'] as const;

/** The default pricing unit (contract: Fetch Credit Balance). */
export const defaultCurrency = 'credits';

/** The unit after an amount in a sentence: `1 credit`, `2 credits`, `1 tokens`. */
export const unitAfter = (amount: string, currency: string): string =>
  amount === '1' && currency === defaultCurrency ? 'credit' : currency;

/** The block that an entry changed, as the entry contains it: without a balance. */
export type AffectedBlock = Pick<CreditBlock, 'id' | 'expiry_date' | 'per_unit_cost_basis' | 'filters'>;

/**
 * One line of a customer's ledger. Field names are the API's; times are the API's RFC 3339 text.
 * `amount` is never negative: the direction is `ending_balance` against `starting_balance` (contract: CreditLedgerEntry).
 */
export interface LedgerEntry {
  readonly id: string;
  readonly ledger_sequence_number: number;
  /** One of `entryTypes`, or a type that Orb added since. */
  readonly entry_type: string;
  /** One of `entryStatuses`. */
  readonly entry_status: string;
  readonly customer: { readonly id: string; readonly external_customer_id: string | null };
  /** The customer's eligible credits in this currency before the entry, not the block's. */
  readonly starting_balance: Amount;
  readonly ending_balance: Amount;
  readonly amount: Amount;
  readonly currency: string;
  readonly created_at: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly credit_block: AffectedBlock;
  /** Only in an `expiration_change` or a `void_initiated`. */
  readonly new_block_expiry_date?: string | null;
  /** Only in a `void_initiated` or a `void`. */
  readonly void_amount?: Amount;
  readonly void_reason?: string | null;
}

/** The signed change of the customer's balance; the API's `amount` has no sign (contract: CreditLedgerEntry). */
export const changeOf = ({ starting_balance, ending_balance }: LedgerEntry): Amount =>
  subtract(ending_balance, starting_balance);

/** Whether the entry moves the debt of an expired block to a block that never expires. No person can move such credits. */
export const isDebtMove = (entry: LedgerEntry): boolean =>
  entry.entry_type === 'expiration_change' &&
  entry.new_block_expiry_date === null &&
  hasExpired(entry.credit_block, instantOf(entry));

/** When the entry was created; minus infinity for a time that cannot be read. */
export const instantOf = ({ created_at: at }: Pick<LedgerEntry, 'created_at'>): Instant =>
  parseInstant(at) ?? Number.NEGATIVE_INFINITY;

export const blockStatuses = ['active', 'pending_payment'] as const;
export type BlockStatus = (typeof blockStatuses)[number];

export const blockSources = ['allocation', 'top_up', 'commitment', 'manual'] as const;
export type BlockSource = (typeof blockSources)[number];

/** Which items a block may be spent on (contract: BlockPriceFilter). */
export interface BlockFilter {
  readonly field: string;
  /** `includes`, `excludes`, or an operator that Orb added since. */
  readonly operator: string;
  readonly values: readonly string[];
}

/** A block as the API returns it. Field names are the API's; times are RFC 3339 text. */
export interface CreditBlock {
  readonly id: string;
  /** Credits left; negative where a decrement went below zero. */
  readonly balance: Amount;
  /** Drawable from this instant on; `null` means always. */
  readonly effective_date: string | null;
  /** Credits lapse at this instant, the start of a day in the customer's zone; `null` means never. */
  readonly expiry_date: string | null;
  /** Money per credit in the customer's currency. */
  readonly per_unit_cost_basis: Amount | null;
  /** One of `blockStatuses`; a block that waits for its payment cannot be drawn from. */
  readonly status: string;
  readonly maximum_initial_balance: Amount | null;
  readonly filters: readonly BlockFilter[];
  /** One of `blockSources`. */
  readonly credit_block_source: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The instant at which the credits lapse; `undefined` for never, and for an invalid time. */
export const endOf = ({ expiry_date }: Pick<CreditBlock, 'expiry_date'>): Instant | undefined =>
  timeOf(expiry_date);

/** Whether credits have lapsed by an instant; credits lapse exactly at their expiry. */
export const hasExpired = (block: Pick<CreditBlock, 'expiry_date'>, at: Instant): boolean =>
  (endOf(block) ?? Number.POSITIVE_INFINITY) <= at;

/** Whether a block is effective by an instant; a missing or invalid date means always. */
export const hasBegun = ({ effective_date }: Pick<CreditBlock, 'effective_date'>, at: Instant): boolean =>
  (timeOf(effective_date) ?? Number.NEGATIVE_INFINITY) <= at;

/** Whether a decrement may draw on a block at an instant: active, effective and not expired. */
export function isDrawable(block: CreditBlock, at: Instant): boolean {
  return block.status === 'active' && hasBegun(block, at) && !hasExpired(block, at);
}

/** The sum of the blocks that a decrement may draw on at an instant, negative blocks included. */
export const drawableBalance = (blocks: readonly CreditBlock[], at: Instant): Amount =>
  sum(blocks.filter((block) => isDrawable(block, at)).map(({ balance }) => balance));

/** The invoice that charged for a credit block, in short (contract: InvoiceMinified). */
export interface BlockInvoice {
  readonly id: string;
  readonly invoice_number: string;
  /** `issued`, `paid`, `synced`, `void` or `draft`. */
  readonly status: string;
  readonly customer: { readonly id: string; readonly external_customer_id: string | null };
  readonly subscription: { readonly id: string } | null;
}
