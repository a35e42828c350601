// Masks a key that was typed in the wrong place, so that the error message does not repeat it.
import { CreditctlError } from '../errors.ts';

/** The same usage error, with every quoted word masked that looks like a key. */
export function withoutMistypedKeys(error: CreditctlError, argv: readonly string[]): CreditctlError {
  if (error.kind !== 'usage') return error;
  const words = argv.flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]);
  // A quoted word is the refused one; an id in a command line to copy is not quoted and stays.
  const refused = words.filter((word) => looksLikeKey(word) && isQuoted(word, error.message));
  if (refused.length === 0) return error;
  const clean = (text: string): string => refused.reduce((rest, word) => rest.replaceAll(word, '***'), text);
  const { next = [], cause: _cause, ...facts } = error.facts;
  return new CreditctlError(error.kind, clean(error.message), { ...facts, next: next.map(clean) });
}

const isQuoted = (word: string, message: string): boolean =>
  message.includes(`"${word}"`) || message.includes(`'${word}'`);

/** Whether a word holds 20 letters and digits in a row: names and ids in use are shorter, or have dashes. */
export const looksLikeKey = (word: string): boolean =>
  (word.match(/[A-Za-z0-9]{20,}/g) ?? []).some((run) => /\d/.test(run) && /[A-Za-z]/.test(run));
