// Derives a row's idempotency key from its batch, its content as written, and the number of equal rows before it.
import { createHash, hash as digest } from 'node:crypto';
import { type CustomerRef, defaultCurrency } from '../../credits/customer.ts';
import { readAmount } from '../../credits/exact.ts';
import { type EntryDraft, type EntryField, isFieldSet } from '../../requests/entry-draft.ts';
import { reservedProblem } from '../../requests/request.ts';

/** The identity of a batch: its name, or a hash of its content. */
export interface BatchIdentity {
  readonly id: string;
  /** True for a name from `--batch-id`, false for a hash of the content. */
  readonly isNamed: boolean;
}

/** Prefix of the id of an unnamed batch; no `--batch-id` may begin with it. */
const contentPrefix = 'content-';

/** SHA-256 of a row in hex: equal for rows with the same values, regardless of format and day. */
export function rowDigest(customer: CustomerRef, draft: EntryDraft): string {
  return digest('sha256', canonicalRow(customer, draft), 'hex');
}

/**
 * The row as one text: fields sorted, defaults filled in, amounts in canonical form. Dates stay as typed:
 * `+30d` is the same row tomorrow, although it then means another day.
 */
export function canonicalRow(customer: CustomerRef, draft: EntryDraft): string {
  const meant: EntryDraft = {
    ...draft,
    type: draft.type ?? 'increment',
    currency: draft.currency ?? defaultCurrency,
  };
  // A draft sets few of all fields, and this code runs twice for every row.
  const fields = (Object.keys(meant) as EntryField[])
    .filter((field) => isFieldSet(meant, field))
    .sort()
    .map((field) => [field, canonicalValue(meant, field)]);
  return JSON.stringify([[customer.by, customer.id], fields]);
}

const amounts: readonly EntryField[] = ['amount', 'costBasis'];

function canonicalValue(draft: EntryDraft, field: EntryField): EntryDraft[EntryField] {
  const value = draft[field];
  // Filters and metadata are sets, so their order has no meaning.
  if (Array.isArray(value)) return [...new Set<string>(value)].sort();
  if (typeof value !== 'string' || !amounts.includes(field)) return value;
  const reading = readAmount(value);
  return 'amount' in reading ? reading.amount : value;
}

/** Hashes the content of a batch: the digests of its rows, in order. */
export class BatchDigest {
  readonly #hash = createHash('sha256');

  add(row: string): void {
    this.#hash.update(row);
  }

  /** The hash in hex; call it last. */
  end(): string {
    return this.#hash.digest('hex');
  }
}

/** @param name from `--batch-id` @param content the result of `BatchDigest.end` */
export function batchIdentity(name: string | undefined, content: string): BatchIdentity {
  if (name !== undefined) return { id: name, isNamed: true };
  return { id: `${contentPrefix}${content.slice(0, 24)}`, isNamed: false };
}

/** Whether a name is the id of an unnamed batch, which no user can choose. */
export const isContentName = (name: string): boolean => name.startsWith(contentPrefix);

/** Whether a name is safe as the name of one folder or file. */
const isFolderName = (name: string): boolean => /^(?!\.)[A-Za-z0-9._-]{1,64}$/.test(name);

/** The problem of a batch name, which is also a folder's name; some words are reserved. */
export function batchNameProblem(name: string): string | undefined {
  if (!isFolderName(name)) {
    return `must be 1 to 64 letters, digits, dots, dashes or underscores, and not begin with a dot: "${name.slice(0, 80)}"`;
  }
  return reservedProblem(name);
}

/** The problem of a `--batch-id`. */
export function newBatchNameProblem(name: string): string | undefined {
  if (!isContentName(name)) return batchNameProblem(name);
  return `must not begin with "${contentPrefix}", as the ids of batches without a name do`;
}

export const rowKeyForm = /^batch-[0-9a-f]{40}$/;

/**
 * The idempotency key of a row, 46 characters, independent of the row's position and the time.
 * @param occurrence 1 for the first row of this content in the file, 2 for the second, …
 */
export function rowKey(batch: BatchIdentity, row: string, occurrence: number): string {
  const identity = ['creditctl batch row 1', batch.isNamed, batch.id, row, occurrence];
  return `batch-${digest('sha256', JSON.stringify(identity), 'hex').slice(0, 40)}`;
}
