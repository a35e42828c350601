// A draft as the one command line that says the same: printed after an interactive run, kept in the record.
import { type CustomerRef, customerRefText, parseCustomerRef } from '../credits/customer-ref.ts';
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
    if (Array.isArray(value)) return (value as readonly string[]).flatMap((each) => flagWords(flag, each));
    return typeof value === 'string' ? flagWords(flag, value) : [flag];
  });
  return ['ledger', 'add', ...customerWords(customer), ...flags];
}

/** An id that a positional would not give back (it begins like a flag or `id:`, or has blanks around it) needs its flag. */
export function customerWords(customer: CustomerRef): readonly string[] {
  const text = customerRefText(customer);
  const read = text.startsWith('-') ? undefined : parseCustomerRef(text);
  if (read?.by === customer.by && read.id === customer.id) return [text];
  return [`--${customer.by === 'id' ? 'customer-id' : 'external-customer-id'}=${customer.id}`];
}

/** A flag with its value, or nothing where there is none. A value that could be taken for a flag is joined to it. */
export function flagWords(flag: string, value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  return value.startsWith('-') ? [`${flag}=${value}`] : [flag, value];
}

/** The flags that choose a connection, as far as they were said. */
export function connectionWords({
  profile,
  sandbox,
  db,
}: {
  readonly profile?: string;
  readonly sandbox?: boolean;
  readonly db?: string;
}): readonly string[] {
  return [
    ...flagWords('--profile', profile),
    ...(sandbox === true ? ['--sandbox'] : []),
    ...flagWords('--db', db),
  ];
}
