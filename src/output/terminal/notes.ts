// Notes and errors for stderr: sentences for a person, or one JSON object per line for a script.
import { type CreditctlError, type ErrorKind, exitCodeOf, isRetrySafe } from '../../errors.ts';
import type { JsonObject } from '../../wire/json.ts';
import { cleanLine, cleanText, escapeActive } from '../clean-text.ts';
import { wrapSentence } from '../text-width.ts';
import { type TargetKind, withBadge } from './theme.ts';

/** A sentence, and the same facts for a script: plain values, none of them an amount. */
export interface Note {
  readonly text: string;
  readonly data: JsonObject;
  /** Said under `--quiet` too: where a write goes, and what it is that a person is asked about. */
  readonly isKept?: true;
  /** Names a target of writes with its first word, which stands out where there is colour. */
  readonly target?: TargetKind;
}

/** Whether `--quiet` leaves a note out. */
export const isLeftOut = ({ data, isKept }: Note): boolean => isKept !== true && !('warning' in data);

export type NoteStyle = 'text' | 'json';

export interface NoteScreen {
  /** Cells of the terminal; `undefined` if stderr is not a terminal. */
  readonly width?: number | undefined;
  readonly hasColour?: boolean;
}

export function noteText(
  note: Note,
  style: NoteStyle,
  { width, hasColour = false }: NoteScreen = {},
): string {
  if (style === 'json') return lineOf(note.data);
  // An indented line is a command line and stays on one line, so that it can be copied.
  const lines = cleanText(note.text).split('\n');
  const text = lines.map((line) => (line.startsWith(' ') ? line : wrapSentence(line, width))).join('\n');
  return hasColour && note.target !== undefined ? withBadge(text, note.target) : text;
}

/** What a failed line was. */
export interface FailedLine {
  readonly noteStyle: NoteStyle;
  /** It asked for a write, so it is said, too, that nothing came of it. */
  readonly mayWrite?: boolean;
}

/** The text of an error on stderr. @param width as in `noteText` */
export function errorText(
  error: CreditctlError,
  { noteStyle, mayWrite }: FailedLine,
  width?: number,
): string {
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

/** After a refusal that is final, the key is of no use. */
const finalKinds: ReadonlySet<string> = new Set(['credentials', 'not-found', 'rejected']);

/** Here a person has to wonder whether the write was made; a refusal or a mistyped line says it by itself. */
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
