// What is told beside the data, on stderr: a sentence for a person, one JSON object a line for a script.
import { type CreditctlError, exitCodeOf } from '../errors.ts';
import { cleanText } from '../output/clean-text.ts';
import { escapeActive } from '../output/escape-active.ts';
import type { JsonObject } from '../wire/json.ts';

/** A sentence, and what of it a script would want: plain values, none of them an amount. */
export interface Note {
  readonly text: string;
  readonly data: JsonObject;
}

export type NoteStyle = 'text' | 'json';

export function noteText(note: Note, style: NoteStyle): string {
  return style === 'json' ? lineOf(note.data) : cleanText(note.text);
}

/** A failure as it is told on stderr (product page, "Output"). */
export function errorText(error: CreditctlError, style: NoteStyle): string {
  return style === 'json' ? lineOf(errorDocument(error)) : errorSentences(error);
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

function errorSentences({ message, facts }: CreditctlError): string {
  const [first = '', ...others] = message.split('\n');
  const about = [
    ...(facts.applied === 'unknown' ? ['Applied: unknown'] : facts.applied === 'yes' ? ['Applied: yes'] : []),
    ...(facts.requestId === undefined ? [] : [`Request id: ${facts.requestId}`]),
    // Of a write that was refused for good, the key is of no more use to a person.
    ...(facts.idempotencyKey === undefined || facts.retrySafe === false
      ? []
      : [`Idempotency key: ${facts.idempotencyKey}`]),
  ];
  return [
    `creditctl: ${first}`,
    ...others.map((line) => `           ${line}`),
    ...about.map((line) => `  ${line}`),
    ...(facts.next ?? []).map((line) => `  → ${line}`),
  ]
    .map(cleanText)
    .join('\n');
}

/** Whether the command line asks for a machine format; read before it is parsed, because parsing too may fail. */
export function noteStyleOf(argv: readonly string[]): NoteStyle {
  const ends = argv.indexOf('--');
  const words = ends === -1 ? argv : argv.slice(0, ends);
  const asked = words.some((word, index) => {
    if (word === '--json' || word.startsWith('--json=')) return true;
    const value = isOutputFlag(word) ? words[index + 1] : /^(?:--output=|-[ny]*o)(.+)$/.exec(word)?.[1];
    return value !== undefined && value !== 'table';
  });
  return asked || isRaw(words) ? 'json' : 'text';
}

const isOutputFlag = (word: string): boolean => word === '--output' || /^-[ny]*o$/.test(word);

/** `api` prints JSON unasked; a value before it belongs to a flag of the whole program. */
function isRaw(words: readonly string[]): boolean {
  const takesValue = (word = ''): boolean => isOutputFlag(word) || /^--(?:profile|db|columns)$/.test(word);
  return words.find((word, index) => !word.startsWith('-') && !takesValue(words[index - 1])) === 'api';
}
