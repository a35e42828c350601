// Formats notes and errors for stderr: sentences for a person, or one JSON object per line for a script.
import {
  type ConnectionTexts,
  type CreditctlError,
  type ErrorKind,
  exitCodeOf,
  isRetrySafe,
} from '../../errors.ts';
import type { JsonObject } from '../../wire/json.ts';
import { cleanLine, cleanText, escapeActive, wrapSentence } from '../shown-text.ts';
import { type TargetKind, withBadge } from './streams.ts';

/** A sentence, and the same facts for a script: plain values, none of them an amount. */
export interface Note {
  readonly text: string;
  readonly data: JsonObject;
  /** Shown under `--quiet`, too: where a write goes, and what a person is asked about. */
  readonly isKept?: true;
  /** The target of writes that the note's first word names; the word stands out where there is colour. */
  readonly target?: TargetKind;
}

/** Whether `--quiet` leaves a note out. */
export const isLeftOut = ({ data, isKept }: Note): boolean => isKept !== true && !('warning' in data);

export type NoteStyle = 'text' | 'json';

export interface NoteScreen {
  /** Cells of the terminal; `undefined` if stderr is not a terminal. */
  readonly width?: number | undefined;
  readonly hasColour?: boolean;
  /** The flags that chose the connection; command lines in a note repeat them. */
  readonly where?: ConnectionTexts;
}

export function noteText(
  said: Note,
  style: NoteStyle,
  { width, hasColour = false, where }: NoteScreen = {},
): string {
  const note = where === undefined ? said : noteWithFlags(said, where);
  if (style === 'json') return lineOf(note.data);
  // An indented line is a command line and stays on one line, so that it can be copied.
  const lines = cleanText(note.text).split('\n');
  const text = lines.map((line) => (line.startsWith(' ') ? line : wrapSentence(line, width))).join('\n');
  return hasColour && note.target !== undefined ? withBadge(text, note.target) : text;
}

export interface FailedLine {
  readonly noteStyle: NoteStyle;
  /** The command line asked for a write, so the error also says that nothing was applied. */
  readonly mayWrite?: boolean;
  /** As in `NoteScreen`. */
  readonly where?: ConnectionTexts;
}

/** A line of a message that repeats a whole file, or a value of thousands of characters: its start and its end are enough. */
const overlong = /^([^\n]{600})[^\n]{100,}([^\n]{300})$/gmu;
/** A longer step repeats such a value; cut, it would name another one, so it is left out. */
const stepMost = 4000;

/** The text of an error on stderr. @param width as in `noteText` */
export function errorText(
  failure: CreditctlError,
  { noteStyle, mayWrite, where }: FailedLine,
  width?: number,
): string {
  const next = (failure.facts.next ?? []).filter((step) => step.length <= stepMost);
  const brief = failure.with({ next }, failure.message.replaceAll(overlong, '$1 … $2'));
  const error = where === undefined ? brief : errorWithFlags(brief, where);
  if (noteStyle === 'json') return lineOf(errorDocument(error));
  const { applied = 'no' } = error.facts;
  const isOpen = leavesDoubt.has(error.kind) && !error.message.endsWith('nothing was written');
  const isSaid = applied !== 'no' || (mayWrite === true && isOpen);
  return errorSentences(error, isSaid ? [`Applied: ${applied}`] : [], width);
}

/** Notes hold no amounts, so the exact JSON of `wire/` is not needed and need not be loaded at start. */
const lineOf = (data: JsonObject): string => escapeActive(JSON.stringify(data));

function errorDocument(error: CreditctlError): JsonObject {
  const { kind, message, facts } = error;
  return {
    error: {
      code: kind,
      message,
      exit_code: exitCodeOf(error),
      status: facts.status ?? null,
      request_id: facts.requestId ?? null,
      idempotency_key: facts.idempotencyKey ?? null,
      applied: facts.applied ?? 'no',
      retry_safe: isRetrySafe(error),
      next: facts.next ?? [],
    },
  };
}

/** After a final refusal, the idempotency key is of no use. */
const finalKinds: ReadonlySet<string> = new Set(['credentials', 'not-found', 'rejected']);

/** After these errors a person does not know whether the write was applied; a refusal or a usage error makes that clear. */
const leavesDoubt: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  'network',
  'server',
  'rate-limited',
  'interrupted',
  'terminated',
  'hung-up',
]);

function errorSentences(
  { kind, message, facts }: CreditctlError,
  applied: readonly string[],
  width: number | undefined,
): string {
  const [first = '', ...others] = cleanText(message).split('\n');
  const name = 'creditctl: ';
  const blank = ' '.repeat(name.length);
  const about = [
    ...applied,
    ...(facts.requestId === undefined ? [] : [`Request id: ${facts.requestId}`]),
    ...(facts.idempotencyKey === undefined || finalKinds.has(kind)
      ? []
      : [`Idempotency key: ${facts.idempotencyKey}`]),
  ];
  return [
    wrapSentence(name + first, width, name.length),
    ...others.map((line) => wrapSentence(blank + line, width, name.length)),
    ...about.map((line) => `  ${cleanLine(line)}`),
    ...(facts.next ?? []).map((step) => nextLine(cleanLine(step), width)),
  ].join('\n');
}

/** What to do next. A command line stays on one line, so that it can be copied. */
function nextLine(step: string, width: number | undefined): string {
  const line = `  → ${step}`;
  return step.includes('creditctl ') ? line : wrapSentence(line, width, 4);
}

/** The connection flags that the commands of a noun take; any other noun takes all of them. */
const flagsOfNoun: Readonly<Record<string, readonly (keyof ConnectionTexts)[]>> = {
  auth: ['profile'],
  config: ['profile'],
  sandbox: ['profile', 'db'],
};
const all = ['profile', 'sandbox', 'db'] as const;

/** Commands that concern all profiles, or name their profile as an argument, so they take no connection flags. */
const takesNoFlags = /^(help|completion|config (list|path|use|remove-profile))\b/;

/** A command line that is or ends a sentence: words after it would be read as arguments. Quoted text may be anything. */
const commandAtEnd = /(?:^|: |^ +)creditctl ((?:'[^']*'|\\'|(?!, |\. | shows |\\')[^'])+)$/;
const quoted = /'[^']*'/g;
/** The part before `--`, after which a flag would be read as a value. */
const beforeValues = /^(?:'[^']*'|\\'|(?! -- )[^'])*/;

/** The sentence, in which the command line at its end repeats this run's connection flags, unless it has its own. */
export function withFlags(step: string, where: ConnectionTexts): string {
  const command = commandAtEnd.exec(step)?.[1];
  if (command === undefined || takesNoFlags.test(command)) return step;
  const [typed = ''] = beforeValues.exec(command) ?? [];
  if (/(?:^| )(--help|--profile|--sandbox|--db)\b/.test(typed.replaceAll(quoted, ''))) return step;
  const [noun = ''] = command.split(' ');
  const flags = (flagsOfNoun[noun] ?? all).map((part) => where[part]).filter((flag) => flag !== '');
  const at = step.length - command.length + typed.length;
  return [step.slice(0, at), ...flags].join(' ') + step.slice(at);
}

/** The error, in which the command lines of the next steps repeat the connection flags. */
function errorWithFlags(error: CreditctlError, where: ConnectionTexts): CreditctlError {
  const { next = [] } = error.facts;
  return next.length === 0 ? error : error.with({ next: next.map((step) => withFlags(step, where)) });
}

/** The note, in which the command lines repeat the connection flags. */
function noteWithFlags(note: Note, where: ConnectionTexts): Note {
  if (!note.text.includes('creditctl ')) return note;
  const completed = (step: string): string => withFlags(step, where);
  const { next } = note.data;
  const steps = Array.isArray(next) ? next.map((step) => completed(String(step))) : completed(String(next));
  const data = next === undefined ? note.data : { ...note.data, next: steps };
  return { ...note, text: note.text.split('\n').map(completed).join('\n'), data };
}
