// Masks a key that was typed in the wrong place, so that the error message does not repeat it.
import { CreditctlError } from '../errors.ts';

/** The same usage error without the words of the command line that it quotes and that look like a key. */
export function withoutMistypedKeys(error: CreditctlError, argv: readonly string[]): CreditctlError {
  if (error.kind !== 'usage') return error;
  const words = argv.flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]);
  // A word that is quoted was refused; an id that is only repeated in a command line to copy stays.
  const refused = words.filter((word) => looksLikeKey(word) && isQuoted(word, error.message));
  if (refused.length === 0) return error;
  const clean = (text: string): string => refused.reduce((rest, word) => rest.replaceAll(word, '***'), text);
  const { next = [], cause: _cause, ...facts } = error.facts;
  return new CreditctlError(error.kind, clean(error.message), { ...facts, next: next.map(clean) });
}

const isQuoted = (word: string, message: string): boolean =>
  message.includes(`"${word}"`) || message.includes(`'${word}'`);

/** Letters and digits in a row that no person would type: names and ids in use are shorter, or have dashes. */
export const looksLikeKey = (word: string): boolean =>
  (word.match(/[A-Za-z0-9]{20,}/g) ?? []).some((run) => /\d/.test(run) && /[A-Za-z]/.test(run));
