// Holds the ledger of a customer against the record: what was written outside of it, and what only the record has. Pure.

import { hasExpired, instantOf, type LedgerEntry } from '../credits/customer.ts';
import { type Amount, agrees, amountFromText, sum } from '../credits/exact.ts';
import {
  blockPath,
  customerPath,
  invoicePath,
  markerName,
  mayBeAnswer,
  raisedInvoices,
  requestFromText,
} from '../requests/request.ts';
import { numberText } from '../wire/json.ts';
import { contentText, fingerprint } from './decide.ts';
import type { Write } from './known-write.ts';

export type AuditKind = 'not_in_record' | 'not_in_ledger' | 'differs';

export interface AuditFinding {
  readonly finding: AuditKind;
  readonly customer: string;
  readonly currency: string;
  readonly entry: string | null;
  readonly amount: Amount | null;
  /** The idempotency key of the write, as the record or the mark of the entry has it. */
  readonly key: string | null;
  readonly who: string | null;
  readonly approved_by: readonly string[];
}

/** An entry, and the document that it was read from. */
export interface AuditedEntry {
  readonly record: LedgerEntry;
  readonly document: Readonly<Record<string, unknown>>;
}

export const markOf = ({ metadata }: Pick<LedgerEntry, 'metadata'>): string | undefined =>
  metadata[markerName];

/** Entries that Orb makes by itself: of usage, invoices and expiry, and those that follow another one. */
export function isAutomatic({ record, document }: AuditedEntry): boolean {
  if (!mayBeAnswer(record)) return true;
  if (isDebtMove(record)) return true;
  const sources = [document.event_id, document.price_id, document.invoice_id];
  return record.entry_type === 'decrement' && sources.some((each) => typeof each === 'string');
}

/** Whether an expired block leaves its debt to one that never expires: it has no credits left that a person could move. */
const isDebtMove = (entry: LedgerEntry): boolean =>
  entry.entry_type === 'expiration_change' &&
  entry.new_block_expiry_date === null &&
  hasExpired(entry.credit_block, instantOf(entry));

interface Unexplained {
  readonly record: LedgerEntry;
  readonly finding: AuditFinding;
}

/**
 * Holds the findings of usage that a grant takes over from blocks in debt. Right after the grant, at the same time and
 * for the same amount, are amendments of those blocks and a decrement of the new one. Takes entries newest first.
 */
export class TakenOverUsage {
  #held: readonly Unexplained[] = [];

  /** The findings held so far, unless this entry is their grant or may be one of them. */
  release(record?: LedgerEntry): readonly AuditFinding[] {
    const isNext = record !== undefined && this.#isNext(record);
    if (isNext && record.entry_type === 'amendment') return [];
    const [decrement, ...amendments] = this.#held;
    const isGrant =
      isNext &&
      record.entry_type === 'increment' &&
      record.credit_block.id === decrement?.record.credit_block.id &&
      agrees(sum(amendments.map((each) => each.record.amount)), decrement.record.amount);
    const released = isGrant ? [] : this.#held.map(({ finding }) => finding);
    this.#held = [];
    return released;
  }

  /** Whether the entry, taken after `release`, may be part of it; its finding is held then. */
  holds(record: LedgerEntry, finding: AuditFinding): boolean {
    const isPart = record.entry_type === (this.#held.length === 0 ? 'decrement' : 'amendment');
    if (!isPart || finding.key !== null) return false;
    this.#held = [...this.#held, { record, finding }];
    return true;
  }

  #isNext({ ledger_sequence_number: number, created_at: at }: LedgerEntry): boolean {
    const before = this.#held.at(-1)?.record;
    return before?.ledger_sequence_number === number + 1 && before.created_at === at;
  }
}

/**
 * What is wrong with one entry that a person or a program made; `undefined` if nothing is.
 * @param write the write of the record that has its mark
 */
export function entryFinding(
  { record }: AuditedEntry,
  write: Write | undefined,
  customer: string,
): AuditFinding | undefined {
  const { id, currency, amount, void_amount: voided } = record;
  const key = markOf(record) ?? null;
  const found = { customer, currency, entry: id, amount: voided ?? amount, key };
  if (write === undefined) return { finding: 'not_in_record', ...found, who: null, approved_by: [] };
  const isSame =
    write.state === 'settled' && (write.entry === id ? isAmount(record, write) : isFurther(record, write));
  if (isSame) return undefined;
  return { finding: 'differs', ...found, who: write.who, approved_by: write.approvedBy };
}

/** Whether an entry may come with the one that a write is known by; credits are given once under one key. */
const isFurther = ({ entry_type: type }: LedgerEntry, { entry }: Write): boolean =>
  entry === null || (type !== 'increment' && type !== 'amendment');

/** The amount of a void is what was left in the block (contract: void), and the record has the same. */
function isAmount({ amount }: LedgerEntry, { amount: known }: Write): boolean {
  const recorded = known === null ? undefined : amountFromText(known);
  return recorded === undefined || agrees(recorded, amount);
}

/** Whether a write made a top-up, which buys credits by itself from then on. */
export const madeTopUp = (write: Pick<Write, 'state'> & Texts): boolean =>
  isDone(write, 'POST', /\/credits\/top_ups$/);

/** Whether a write deleted a top-up, which makes Orb void the credits that it bought and that are not paid for. */
export const deletedTopUp = (write: Pick<Write, 'state'> & Texts): boolean =>
  isDone(write, 'DELETE', /\/credits\/top_ups\/[^/]+$/);

function isDone({ state, texts }: Pick<Write, 'state'> & Texts, method: string, path: RegExp): boolean {
  const request = requestFromText(texts.request);
  return state === 'settled' && request?.method === method && path.test(request.path);
}

interface Texts {
  readonly texts: { readonly request: string | null };
}

/** The fingerprint of a write that deletes a block, which takes its entries out of the ledger. */
export const deletionOf = (block: string): string =>
  fingerprint(contentText({ method: 'DELETE', path: blockPath(block) }));

/** The fingerprint of a write that deletes a customer, and the ledger with it. */
export const customerDeletionOf = (id: string): string =>
  fingerprint(contentText({ method: 'DELETE', path: customerPath({ by: 'id', id }) }));

/** The fingerprint of a write that voids an invoice, which makes Orb void the credits that it charges for. */
export const voidOf = (invoice: string): string =>
  fingerprint(contentText({ method: 'POST', path: `${invoicePath(invoice)}/void` }));

/** The ids of the invoices that an entry raised. */
export const invoicesOf = ({ document }: AuditedEntry): readonly string[] => raisedInvoices(document);

/** A write that made an entry which the ledger does not have. */
export function writeFinding(write: Write & Texts, customer: string): AuditFinding {
  const request = write.texts.request === null ? undefined : requestFromText(write.texts.request);
  // What a void was asked for: the record has what was left in the block.
  const amount = amountFromText(numberText(request?.body?.amount) ?? write.amount ?? '');
  return {
    finding: 'not_in_ledger',
    customer,
    currency: write.currency ?? '',
    entry: write.entry,
    amount: amount ?? null,
    key: write.key,
    who: write.who,
    approved_by: write.approvedBy,
  };
}
