// A draft as the one command line that says the same: printed after an interactive run, kept in the journal.
import { type CustomerRef, customerRefText } from '../credits/customer-ref.ts';
import { type EntryDraft, entryFieldNames, entryFields, isSaid } from './entry-draft.ts';

/** Words joined so that a POSIX shell reads them back as they are. */
export function shellText(words: readonly string[]): string {
  return words
    .map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** The words of `ledger add` for a draft. */
export function entryWords(customer: CustomerRef, draft: EntryDraft): readonly string[] {
  const flags = entryFieldNames.flatMap((field) => {
    const value = draft[field];
    const { flag } = entryFields[field];
    if (!isSaid(draft, field)) return [];
    if (Array.isArray(value)) return (value as readonly string[]).flatMap((each) => [flag, each]);
    return typeof value === 'string' ? [flag, value] : [flag];
  });
  return ['ledger', 'add', ...customerWords(customer), ...flags];
}

/** An external id that begins like a flag or like `id:` needs its flag. */
export function customerWords(customer: CustomerRef): readonly string[] {
  const plain = customer.by === 'id' || !/^(-|id:)/.test(customer.id);
  return plain ? [customerRefText(customer)] : [`--external-customer-id=${customer.id}`];
}
