// Replaces names and e-mail addresses in the documents of a customer, so that a copy does not identify persons.
import { isJsonObject, type Json, type JsonObject } from '../../wire/json.ts';

/** Pseudonyms of one person, made from the id alone, so that every copy has the same. */
export interface Disguise {
  /** The customer's own document. */
  customer(document: JsonObject): JsonObject;
  /** Any other document of the customer: names and addresses are replaced wherever a person may have written them. */
  other(document: JsonObject): JsonObject;
}

/** Leaves every document as it is. */
export const noDisguise: Disguise = { customer: (document) => document, other: (document) => document };

/** Text without spaces and other characters that no e-mail address has. */
const word = /[^\s<>()[\]",;:'`|=]+/gu;

/** Host of an address, at the beginning of the text after the `@`. */
const host = /^.+\.[\p{L}\p{N}-]+/u;

/**
 * Replaces each e-mail address of a text by splitting the text at each `@`. A pattern for the whole address would retry
 * at every letter, which takes hours for a long word.
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

/** Replacement for every other address. Mail to `.invalid` is never delivered (RFC 2606). */
const otherMailbox = 'someone@example.invalid';

/** A shorter name would be found in words with another meaning. */
const nameMin = 3;

/** @param document of the customer, with the name and the address to replace */
export function disguiseOf(document: JsonObject): Disguise {
  const { id, name, email } = document;
  const pseudonym = `Customer ${String(id)}`;
  const mailbox = `${String(id)}@example.invalid`;
  const own = typeof email === 'string' ? email.toLowerCase() : '';
  const named = typeof name === 'string' && name.length >= nameMin ? name : undefined;
  const inText = (text: string): string => {
    const anonymous = replaceAddresses(text, (found) =>
      found.toLowerCase() === own || found === mailbox ? mailbox : otherMailbox,
    );
    return named === undefined ? anonymous : replaceWords(anonymous, named, pseudonym);
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

/** Fields that name a person, or the customer in another system, and do not affect credits. */
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

const beginsWithLetter = /^[\p{L}\p{N}]/u;

/**
 * Replaces a name that stands as a whole word or words, in the same upper and lower case. The name is no pattern, because
 * a pattern of a very long name cannot be compiled.
 */
function replaceWords(text: string, name: string, replacement: string): string {
  let done = '';
  let from = 0;
  let at = text.indexOf(name);
  while (at >= 0) {
    const end = at + name.length;
    // Two code units hold any character before the name or after it. Node 26 finds no character of two units before `$`.
    const before = [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? '';
    const isPart = beginsWithLetter.test(before) || beginsWithLetter.test(text.slice(end, end + 2));
    if (!isPart) {
      done += text.slice(from, at) + replacement;
      from = end;
    }
    at = text.indexOf(name, isPart ? at + 1 : end);
  }
  return done + text.slice(from);
}
