// Replaces names and e-mail addresses in the documents of a customer, so that a copy is no list of persons.
import { isJsonObject, type Json, type JsonObject } from '../../wire/json.ts';

/** What one person is called in a copy: the same each time, because it follows from the id alone. */
export interface Disguise {
  /** The customer's own document. */
  customer(document: JsonObject): JsonObject;
  /** Any other document of the customer: names and addresses are replaced wherever a person may have written them. */
  other(document: JsonObject): JsonObject;
}

/** Leaves every document as it is. */
export const noDisguise: Disguise = { customer: (document) => document, other: (document) => document };

/** Text without a space or a mark that cannot be in an e-mail address. */
const word = /[^\s<>()[\]",;:'`|=]+/gu;

/** The host of an address, at the beginning of what follows its `@`. */
const host = /^.+\.[\p{L}\p{N}-]+/u;

/**
 * Replaces each e-mail address of a text. It goes from one `@` to the next: a pattern for the whole address would try
 * again at every letter, which takes hours for a long word.
 */
function replaceAddresses(text: string, replacement: (address: string) => string): string {
  return text.replace(word, (found) => {
    const [first = '', ...others] = found.split('@');
    let done = '';
    let local = first;
    for (const part of others) {
      const after = local === '' ? undefined : host.exec(part)?.[0];
      done += after === undefined ? `${local}@` : replacement(`${local}@${after}`);
      local = part.slice(after?.length ?? 0);
    }
    return done + local;
  });
}

/** Any other address; nothing is ever delivered below `.invalid` (RFC 2606). */
const otherMailbox = 'someone@example.invalid';

/** A shorter name would be found in words that mean something else. */
const nameMin = 3;

/** @param document of the customer, with the name and the address that are replaced */
export function disguiseOf(document: JsonObject): Disguise {
  const { id, name, email } = document;
  const pseudonym = `Customer ${String(id)}`;
  const mailbox = `${String(id)}@example.invalid`;
  const own = typeof email === 'string' ? email.toLowerCase() : '';
  const named = typeof name === 'string' && name.length >= nameMin ? wordsOf(name) : undefined;
  const inText = (text: string): string => {
    const anonymous = replaceAddresses(text, (found) =>
      found.toLowerCase() === own || found === mailbox ? mailbox : otherMailbox,
    );
    return named === undefined ? anonymous : anonymous.replace(named, () => pseudonym);
  };
  return {
    customer: (document) => ({
      ...document,
      name: pseudonym,
      email: mailbox,
      metadata: inValues(document.metadata, inText),
      additional_emails: [],
      ...withoutPersonal,
    }),
    other: (document) => inFields(document, inText),
  };
}

/** What names a person, or the customer in another system, and has nothing to do with credits. */
const withoutPersonal = {
  shipping_address: null,
  billing_address: null,
  tax_id: null,
  payment_provider_id: null,
  payment_configuration: null,
  accounting_sync_configuration: null,
} as const;

/** The fields with free text. */
const written = new Set(['description', 'memo']);

function inFields(document: JsonObject, inText: (text: string) => string): JsonObject {
  return Object.fromEntries(
    Object.entries(document).map(([field, value]) => {
      if (field === 'metadata') return [field, inValues(value, inText)];
      return [field, written.has(field) && typeof value === 'string' ? inText(value) : value];
    }),
  );
}

function inValues(metadata: Json | undefined, inText: (text: string) => string): Json | undefined {
  if (!isJsonObject(metadata)) return metadata;
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, typeof value === 'string' ? inText(value) : value]),
  );
}

/** The name as a whole word or words, in these letters. */
const wordsOf = (name: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'gu');
