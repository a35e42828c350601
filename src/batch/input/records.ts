// What a batch file is made of: records and where they stand, whichever its format.
import { isUtf8 } from 'node:buffer';

export const batchFormats = ['csv', 'ndjson'] as const;
export type BatchFormat = (typeof batchFormats)[number];

/** The content of one record as it came: the cells of a CSV record, the text of an NDJSON line. */
export type Source = readonly string[] | string;

/** A record, the header of a CSV file included; blank lines are none. */
export interface SourceRecord {
  /** The line of the file on which it begins, from 1. */
  readonly line: number;
  readonly source: Source;
  /** The same as it stands in the file, without its line end; only where cells could be written in another way. */
  readonly text?: string;
  /** What stands between the cells of a CSV record, where it is no comma. */
  readonly delimiter?: string;
}

/** The end of what can be read: past this line nothing is known for sure. */
export interface BrokenOff {
  readonly line: number;
  readonly problem: string;
}

/** A line that is longer than this is a mistake, and would not fit into flat memory. Bytes. */
export const recordSizeMax = 1_000_000;

/** Bytes in pieces of any size, which may be read again from the beginning. */
export type Chunks = AsyncIterable<Uint8Array>;

/** Whether bytes begin like UTF-16 without a byte order mark, which is valid UTF-8 and yet nothing of ours. */
export const isUtf16 = (begin: Uint8Array): boolean => begin[0] === 0 || begin[1] === 0;

export const notUtf8 = 'is not UTF-8 text; save the file as UTF-8 ("CSV UTF-8" in a spreadsheet)';

const lineFeed = 0x0a;

/**
 * The lines before the first one that is not UTF-8: those bytes are read, so that the problem names the right line.
 * @param chunk may begin within a character that was right so far
 */
export function linesOfUtf8(chunk: Uint8Array): Uint8Array {
  let begin = chunk.findIndex((byte) => !isContinuation(byte));
  let end = 0;
  for (;;) {
    const next = chunk.indexOf(lineFeed, end) + 1;
    if (next === 0 || !isUtf8(chunk.subarray(begin, next))) return chunk.subarray(0, end);
    begin = next;
    end = next;
  }
}

/** Whether a byte goes on with a character of UTF-8. */
const isContinuation = (byte: number): boolean => byte >> 6 === 0b10;
