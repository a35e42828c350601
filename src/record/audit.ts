// Compares the ledger of a customer with the record: finds entries that only one of them has, or that differ. Pure.

import { defaultCurrency, isDebtMove, type LedgerEntry } from '../credits/customer.ts';
import { type Amount, agreeTo15Digits, amountFromText, sum } from '../credits/exact.ts';
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
import { isOpen } from './facts.ts';
import type { Write } from './known-write.ts';

export interface AuditFinding {
  readonly finding: 'not_in_record' | 'not_in_ledger' | 'differs';
  readonly customer: string;
  readonly currency: string;
  readonly entry: string | null;
  /** Type of the entry, or, of a missing entry, of its request; `null` if the request was erased. */
  readonly entry_type: string | null;
  readonly block: string | null;
  readonly amount: Amount | null;
  /** The idempotency key of the write, from the record or from the entry's metadata. */
  readonly key: string | null;
  readonly who: string | null;
  readonly approved_by: readonly string[];
  /** Whether the outcome of the write is unknown. */
  readonly isOpen: boolean;
  /** When the entry was made, or, of a missing entry, when its write began: by the clock of the ledger. */
  readonly at: string;
}

/** A ledger entry, decoded and as the API sent it. */
export interface AuditedEntry {
  readonly record: LedgerEntry;
  readonly document: Readonly<Record<string, unknown>>;
}

export const markOf = ({ metadata }: Pick<LedgerEntry, 'metadata'>): string | undefined =>
  metadata[markerName];

/** Whether Orb made the entry automatically: for usage, an invoice or an expiry, or as a consequence of another entry. */
export function isAutomatic({ record, document }: AuditedEntry): boolean {
  if (!mayBeAnswer(record)) return true;
  if (isDebtMove(record)) return true;
  const sources = [document.event_id, document.price_id, document.invoice_id];
  return record.entry_type === 'decrement' && sources.some((each) => typeof each === 'string');
}

/**
 * Drops findings that only show how a grant pays the debt of older blocks. Orb writes such entries right after the grant,
 * at the same time: amendments of the old blocks and an equal decrement of the new block. Takes entries newest first.
 */
export class TakenOverUsage {
  #held: readonly { readonly record: LedgerEntry; readonly finding: AuditFinding }[] = [];

  /** Returns the findings held so far, unless this entry explains them as their grant or may belong to them. */
  release(record?: LedgerEntry): readonly AuditFinding[] {
    const isNext = record !== undefined && this.#isNext(record);
    if (isNext && record.entry_type === 'amendment') return [];
    const [decrement, ...amendments] = this.#held;
    const isGrant =
      isNext &&
      record.entry_type === 'increment' &&
      record.credit_block.id === decrement?.record.credit_block.id &&
      agreeTo15Digits(sum(amendments.map((each) => each.record.amount)), decrement.record.amount);
    const released = isGrant ? [] : this.#held.map(({ finding }) => finding);
    this.#held = [];
    return released;
  }

  /** Holds the finding if its entry may belong to a paid debt, and returns whether it does. Call it after `release`. */
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
 * The finding about one entry that a person or a program made; `undefined` if record and ledger agree.
 * @param write the write of the record under the key in the entry's metadata
 */
export function entryFinding(
  { record }: AuditedEntry,
  write: Write | undefined,
  customer: string,
): AuditFinding | undefined {
  const { id, currency, amount, void_amount: voided, entry_type, credit_block, created_at: at } = record;
  const key = markOf(record) ?? null;
  const about = { customer, currency, entry: id, entry_type, block: credit_block.id };
  const found = { ...about, amount: voided ?? amount, key, at };
  if (write === undefined)
    return { finding: 'not_in_record', ...found, who: null, approved_by: [], isOpen: false };
  const isSame =
    write.state === 'settled' && (write.entry === id ? isAmount(record, write) : isFurther(record, write));
  if (isSame) return undefined;
  const { who, approvedBy } = write;
  return { finding: 'differs', ...found, who, approved_by: approvedBy, isOpen: isOpen(write) };
}

/** Whether a write may have made this entry beside its main one. Under one key, credits are granted only once. */
const isFurther = ({ entry_type: type }: LedgerEntry, { entry }: Write): boolean =>
  entry === null || (type !== 'increment' && type !== 'amendment');

/** The amount of a void is what was left in the block (contract: void), in the record too. */
function isAmount({ amount }: LedgerEntry, { amount: known }: Write): boolean {
  const recorded = known === null ? undefined : amountFromText(known);
  return recorded === undefined || agreeTo15Digits(recorded, amount);
}

/** Whether a write created a top-up, which buys credits automatically from then on. */
export const madeTopUp = (write: Pick<Write, 'state'> & Texts): boolean =>
  isDone(write, 'POST', /\/credits\/top_ups$/);

/** Whether a write deleted a top-up. Orb then voids the unpaid credits that the top-up bought. */
export const deletedTopUp = (write: Pick<Write, 'state'> & Texts): boolean =>
  isDone(write, 'DELETE', /\/credits\/top_ups\/[^/]+$/);

function isDone({ state, texts }: Pick<Write, 'state'> & Texts, method: string, path: RegExp): boolean {
  const request = requestFromText(texts.request);
  return state === 'settled' && request?.method === method && path.test(request.path);
}

interface Texts {
  readonly texts: { readonly request: string | null };
}

/** The fingerprint of a write that deletes a block. The deletion removes the block's entries from the ledger. */
export const deletionOf = (block: string): string =>
  fingerprint(contentText({ method: 'DELETE', path: blockPath(block) }));

/** The fingerprint of a write that deletes a customer. The deletion removes the whole ledger. */
export const customerDeletionOf = (id: string): string =>
  fingerprint(contentText({ method: 'DELETE', path: customerPath({ by: 'id', id }) }));

/** The fingerprint of a write that voids an invoice. Orb then voids the credits on that invoice. */
export const voidOf = (invoice: string): string =>
  fingerprint(contentText({ method: 'POST', path: `${invoicePath(invoice)}/void` }));

/** The ids of the invoices that an entry raised. */
export const invoicesOf = ({ document }: AuditedEntry): readonly string[] => raisedInvoices(document);

/** The currency of the entry that a write made; `undefined` if the record has neither its request nor its reservation. */
export function entryCurrency({ currency, texts }: Pick<Write, 'currency'> & Texts): string | undefined {
  const body = texts.request === null ? undefined : requestFromText(texts.request)?.body;
  if (currency !== null || body === undefined) return currency ?? undefined;
  return typeof body.currency === 'string' ? body.currency : defaultCurrency;
}

/** The finding about a write whose entry is missing in the ledger. */
export function writeFinding(
  write: Write & Texts,
  ledger: Pick<AuditFinding, 'customer' | 'currency'>,
): AuditFinding {
  const request = write.texts.request === null ? undefined : requestFromText(write.texts.request);
  const { amount: asked, entry_type: type } = request?.body ?? {};
  // The request has the amount that a void asked for. The recorded amount is what was left in the block.
  const amount = amountFromText(numberText(asked) ?? write.amount ?? '');
  return {
    finding: 'not_in_ledger',
    ...ledger,
    entry: write.entry,
    entry_type: typeof type === 'string' ? type : null,
    block: write.block,
    amount: amount ?? null,
    key: write.key,
    who: write.who,
    approved_by: write.approvedBy,
    isOpen: false,
    at: write.ledgerAt ?? write.notedAt,
  };
}
