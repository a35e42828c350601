// A command line that is named as a way on leads where this one led: it gets the flags that chose the connection. Pure.
import type { CreditctlError } from '../../errors.ts';
import type { Note } from './notes.ts';

/** How the connection was chosen on the command line, each part as it would be typed; empty where it was not. */
export interface Where {
  readonly profile: string;
  readonly sandbox: string;
  readonly db: string;
}

/** Of settings and keys, only the profile is meant; of the embedded ledger's own commands, its file too. */
const parts: Readonly<Record<string, readonly (keyof Where)[]>> = {
  auth: ['profile'],
  config: ['profile'],
  sandbox: ['profile', 'db'],
};
const all = ['profile', 'sandbox', 'db'] as const;

/** They are about all profiles, or name theirs in a word. */
const ofNone = /^(help|completion|config (list|path|use|remove-profile))\b/;

/** At the end of a sentence, or all of it; words after it would be taken for its own. What is quoted may be anything. */
const commandAtEnd = /(?:^|: |^ +)creditctl ((?:'[^']*'|\\'|(?!, |\. | shows |\\')[^'])+)$/;
const quoted = /'[^']*'/g;

/** The same sentence, in which the command line at its end repeats the flags of this one unless it has its own. */
export function leadingTo(step: string, where: Where): string {
  const command = commandAtEnd.exec(step)?.[1];
  if (command === undefined || ofNone.test(command)) return step;
  if (/(?:^| )(--help|--profile|--sandbox|--db)\b/.test(command.replaceAll(quoted, ''))) return step;
  const [noun = ''] = command.split(' ');
  const flags = (parts[noun] ?? all).map((part) => where[part]).filter((flag) => flag !== '');
  return [step, ...flags].join(' ');
}

/** The same error, whose ways on lead there. */
export function errorLeadingTo(error: CreditctlError, where: Where): CreditctlError {
  const { next = [] } = error.facts;
  return next.length === 0 ? error : error.with({ next: next.map((step) => leadingTo(step, where)) });
}

/** The same note. */
export function noteLeadingTo(note: Note, where: Where): Note {
  if (!note.text.includes('creditctl ')) return note;
  const lead = (step: string): string => leadingTo(step, where);
  const { next } = note.data;
  const data = Array.isArray(next)
    ? { ...note.data, next: next.map((step) => lead(String(step))) }
    : note.data;
  return { ...note, text: note.text.split('\n').map(lead).join('\n'), data };
}
