// What is told beside the data, on stderr: a sentence for a person, one JSON object a line for a script.
import { type CreditctlError, exitCodeOf } from '../../errors.ts';
import type { JsonObject } from '../../wire/json.ts';
import { cleanLine, cleanText, escapeActive } from '../clean-text.ts';
import { wrapSentence } from '../text-width.ts';

/** A sentence, and what of it a script would want: plain values, none of them an amount. */
export interface Note {
  readonly text: string;
  readonly data: JsonObject;
}

export type NoteStyle = 'text' | 'json';

/** @param width cells of the terminal that shows it; `undefined` where none does */
export function noteText(note: Note, style: NoteStyle, width?: number): string {
  if (style === 'json') return lineOf(note.data);
  // A line that is set off is a command line, to be copied in one piece.
  const lines = cleanText(note.text).split('\n');
  return lines.map((line) => (line.startsWith(' ') ? line : wrapSentence(line, width))).join('\n');
}

/** A failure as it is told on stderr (product page, "Output"). @param width as of `noteText` */
export function errorText(error: CreditctlError, style: NoteStyle, width?: number): string {
  return style === 'json' ? lineOf(errorDocument(error)) : errorSentences(error, width);
}

/** Notes hold no amounts, so the exact JSON of `wire/` is not needed, and not loaded at every start. */
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
      retry_safe: facts.retrySafe ?? false,
      next: facts.next ?? [],
    },
  };
}

function errorSentences({ message, facts }: CreditctlError, width: number | undefined): string {
  const [first = '', ...others] = message.split('\n').map(cleanText);
  const name = 'creditctl: ';
  const blank = ' '.repeat(name.length);
  const about = [
    ...(facts.applied === 'unknown' ? ['Applied: unknown'] : facts.applied === 'yes' ? ['Applied: yes'] : []),
    ...(facts.requestId === undefined ? [] : [`Request id: ${facts.requestId}`]),
    // Of a write that was refused for good, the key is of no more use to a person.
    ...(facts.idempotencyKey === undefined || facts.retrySafe === false
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

/** What to do next; a command line in it stays in one piece, so that it can be copied. */
function nextLine(step: string, width: number | undefined): string {
  const line = `  → ${step}`;
  return step.includes('creditctl ') ? line : wrapSentence(line, width, 4);
}
