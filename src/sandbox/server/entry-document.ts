// A ledger entry as the API tells it, with the fields of its type (contract: CreditLedgerEntry).
import { formatInstant, type Instant } from '../../credits/instant.ts';
import { type Json, type JsonObject, jsonNumber } from '../../wire/json.ts';
import { type Entry, entryStatus } from '../ledger/entry.ts';
import type { UsageKind } from '../ledger/usage.ts';
import type { StoredCustomer } from '../store/customers.ts';
import type { StoredEntry } from '../store/entries.ts';
import { affectedBlockDocument, instantOrNull } from './block-document.ts';

export interface EntrySetting {
  readonly customer: StoredCustomer;
  readonly currency: string;
  readonly now: Instant;
  /** The document of the invoice that an entry raised. */
  readonly invoice: (id: string) => JsonObject | undefined;
  /** What the automatic deductions among the entries were for, by sequence number. */
  readonly usage?: ReadonlyMap<number, UsageKind>;
}

export function entryDocument({ entry, block }: StoredEntry, setting: EntrySetting): JsonObject {
  const { customer, currency, now } = setting;
  return {
    metadata: entry.metadata,
    id: entry.id,
    ledger_sequence_number: entry.sequence,
    entry_status: entryStatus(entry.createdAt, now),
    customer: { id: customer.id, external_customer_id: customer.externalId },
    starting_balance: jsonNumber(entry.starting),
    ending_balance: jsonNumber(entry.ending),
    amount: jsonNumber(entry.amount),
    currency,
    created_at: formatInstant(entry.createdAt),
    description: entry.description,
    credit_block: affectedBlockDocument(block),
    entry_type: entry.type,
    ...typeFields(entry, setting),
  };
}

function typeFields(entry: Entry, { invoice, usage }: EntrySetting): Record<string, Json> {
  switch (entry.type) {
    case 'increment':
      return { created_invoices: createdInvoices(entry, invoice) };
    case 'decrement':
      return usageFields(usage?.get(entry.sequence));
    case 'expiration_change':
      return { new_block_expiry_date: instantOrNull(entry.newBlockExpiresAt) };
    case 'void_initiated':
      return { new_block_expiry_date: instantOrNull(entry.newBlockExpiresAt), ...voidFields(entry) };
    case 'void':
      return voidFields(entry);
    default:
      return {};
  }
}

/** A decrement made by hand has none of them; the event id has been null for all since 2026-03 (contract: CreditLedgerEntry). */
function usageFields(facts: UsageKind | undefined): Record<string, Json> {
  return { price_id: facts?.priceId ?? null, invoice_id: facts?.invoiceId ?? null, event_id: null };
}

function voidFields(entry: Entry): Record<string, Json> {
  return { void_reason: entry.voidReason, void_amount: jsonNumber(entry.voidAmount ?? entry.amount) };
}

function createdInvoices({ invoiceId }: Entry, invoice: EntrySetting['invoice']): Json {
  const document = invoiceId === null ? undefined : invoice(invoiceId);
  return document === undefined ? null : [document];
}
