// The idempotency key of a row: of its batch, its content as written, and how many equal rows came before it.
import { createHash, hash as digest } from 'node:crypto';
import { type CustomerRef, defaultCurrency } from '../../credits/customer.ts';
import { readAmount } from '../../credits/exact.ts';
import { type EntryDraft, type EntryField, isSaid } from '../../requests/entry-draft.ts';
import { reservedProblem } from '../../requests/request.ts';

/** Which batch a row belongs to: the one of a name, or the one of this content. */
export interface BatchIdentity {
  readonly id: string;
  /** The name came from `--batch-id`; the content otherwise. */
  readonly isNamed: boolean;
}

/** How the id of a batch without a name begins; a name may not begin so. */
const contentPrefix = 'content-';

/** A SHA-256 in hex over a row as written: equal for rows that say the same, whatever the format or the day. */
export function rowDigest(customer: CustomerRef, draft: EntryDraft): string {
  return digest('sha256', canonicalRow(customer, draft), 'hex');
}

/**
 * The row in one text: fields sorted, what is meant where nothing is said filled in, amounts in canonical form.
 * Dates stay as typed: `+30d` is the same row tomorrow, although it means another day then.
 */
export function canonicalRow(customer: CustomerRef, draft: EntryDraft): string {
  const meant: EntryDraft = {
    ...draft,
    type: draft.type ?? 'increment',
    currency: draft.currency ?? defaultCurrency,
  };
  // A draft says few of the fields there are, and this is done for every row twice.
  const fields = (Object.keys(meant) as EntryField[])
    .filter((field) => isSaid(meant, field))
    .sort()
    .map((field) => [field, canonicalValue(meant, field)]);
  return JSON.stringify([[customer.by, customer.id], fields]);
}

const amounts: readonly EntryField[] = ['amount', 'costBasis'];

function canonicalValue(draft: EntryDraft, field: EntryField): EntryDraft[EntryField] {
  const value = draft[field];
  // Filters and metadata are sets: in which order they were typed says nothing.
  if (Array.isArray(value)) return [...new Set<string>(value)].sort();
  if (typeof value !== 'string' || !amounts.includes(field)) return value;
  const reading = readAmount(value);
  return 'amount' in reading ? reading.amount : value;
}

/** The content of a batch: the digests of its rows, in order. */
export class BatchDigest {
  readonly #hash = createHash('sha256');

  add(row: string): void {
    this.#hash.update(row);
  }

  /** In hex; nothing can be added after it. */
  end(): string {
    return this.#hash.digest('hex');
  }
}

/** @param name from `--batch-id` @param content the end of a `BatchDigest` */
export function batchIdentity(name: string | undefined, content: string): BatchIdentity {
  if (name !== undefined) return { id: name, isNamed: true };
  return { id: `${contentPrefix}${content.slice(0, 24)}`, isNamed: false };
}

/** Whether a name is that of a batch without one: no person can give it. */
export const isContentName = (name: string): boolean => name.startsWith(contentPrefix);

/** Whether a name, of a batch or a profile, can be that of a folder or a file and of nothing beside it. */
const isFolderName = (name: string): boolean => /^(?!\.)[A-Za-z0-9._-]{1,64}$/.test(name);

/** What is wrong with the name of a batch: it is also the name of a folder, and some words mean something else. */
export function batchNameProblem(name: string): string | undefined {
  if (!isFolderName(name)) {
    return `must be 1 to 64 letters, digits, dots, dashes or underscores, and not begin with a dot: "${name.slice(0, 80)}"`;
  }
  return reservedProblem(name);
}

/** What is wrong with a `--batch-id`. */
export function newBatchNameProblem(name: string): string | undefined {
  if (!isContentName(name)) return batchNameProblem(name);
  return `must not begin with "${contentPrefix}", as the ids of batches without a name do`;
}

export const rowKeyForm = /^batch-[0-9a-f]{40}$/;

/**
 * The idempotency key of a row, 46 characters: never of its position or the time.
 * @param occurrence 1 for the first row of this content in the file, 2 for the second, …
 */
export function rowKey(batch: BatchIdentity, row: string, occurrence: number): string {
  const identity = ['creditctl batch row 1', batch.isNamed, batch.id, row, occurrence];
  return `batch-${digest('sha256', JSON.stringify(identity), 'hex').slice(0, 40)}`;
}
