// Defines the records of a batch file and their positions, for both formats, and checks for UTF-8.
import { isUtf8 } from 'node:buffer';

export const batchFormats = ['csv', 'ndjson'] as const;
export type BatchFormat = (typeof batchFormats)[number];

/** A record's content: the cells of a CSV record or the text of an NDJSON line. */
export type Source = readonly string[] | string;

/** One record, including a CSV header; a blank line is not a record. */
export interface SourceRecord {
  /** Line on which the record begins, from 1. */
  readonly line: number;
  readonly source: Source;
  /** The record's original text without line ending, if formatting its cells again would give another text. */
  readonly text?: string;
  /** Delimiter of a CSV record; `undefined` for a comma. */
  readonly delimiter?: string;
}

/** The point from which the file is unreadable, with its problem. */
export interface BrokenOff {
  readonly line: number;
  readonly problem: string;
}

/** Longest record, in bytes. A longer one is a mistake and would not fit in flat memory. */
export const recordSizeMax = 1_000_000;

/** A byte stream in chunks of any size. */
export type Chunks = AsyncIterable<Uint8Array>;

export const notUtf8 = 'is not UTF-8 text; save the file as UTF-8 ("CSV UTF-8" in a spreadsheet)';

/** Passes bytes on while they are valid UTF-8, and withholds everything from the first invalid line. */
export class Utf8Check {
  isRight = true;
  /** Whether the reader takes no more. Without it, a quote that is never closed costs the time of the whole file. */
  isEnough = false;

  async *checked(chunks: Chunks): AsyncGenerator<Uint8Array> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let isFirst = true;
    for await (const chunk of chunks) {
      this.isRight = !isFirst || !isUtf16(chunk);
      if (!this.isRight) return;
      isFirst = false;
      if (this.isEnough) return;
      if (!this.#holds(() => decoder.decode(chunk, { stream: true }))) {
        yield linesOfUtf8(chunk);
        return;
      }
      yield chunk;
    }
    this.#holds(() => decoder.decode());
  }

  #holds(decode: () => string): boolean {
    try {
      decode();
    } catch {
      this.isRight = false;
    }
    return this.isRight;
  }
}

/** Whether bytes begin like UTF-16 without a byte order mark. Such bytes pass as UTF-8 but no batch file begins so. */
const isUtf16 = (begin: Uint8Array): boolean => begin[0] === 0 || begin[1] === 0;

const lineFeed = 0x0a;

/**
 * The complete lines before the first invalid UTF-8. They are still parsed, so that the problem names the right line.
 * @param chunk may begin inside a character whose earlier bytes were valid
 */
function linesOfUtf8(chunk: Uint8Array): Uint8Array {
  let begin = chunk.findIndex((byte) => !isContinuation(byte));
  let end = 0;
  for (;;) {
    const next = chunk.indexOf(lineFeed, end) + 1;
    if (next === 0 || !isUtf8(chunk.subarray(begin, next))) return chunk.subarray(0, end);
    begin = next;
    end = next;
  }
}

/** Whether a byte continues a UTF-8 character. */
const isContinuation = (byte: number): boolean => byte >> 6 === 0b10;
