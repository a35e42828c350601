// The small file beside a chained one: how far the chain went, so that lines missing at its end are found.
import { replaceFile } from '../platform/atomic-file.ts';
import { readOwnFile } from '../platform/own-file.ts';
import type { JsonObject } from '../wire/json.ts';
import { isJsonObject, numberText, parseJson, writeJson } from '../wire/json.ts';
import type { Link } from './chain-line.ts';

export interface ChainHead extends Link {
  /** The last line that was flushed; those after it may be lost in a power cut. */
  readonly flushed: number;
}

/** `undefined` where there is none, or none that can be read. */
export function readHead(file: string): ChainHead | undefined {
  try {
    const head = parseJson(readOwnFile(file));
    if (!isJsonObject(head) || typeof head.hash !== 'string' || !isHash(head.hash)) return undefined;
    const line = Number(numberText(head.line));
    const flushed = Number(numberText(head.flushed));
    return Number.isSafeInteger(line) && Number.isSafeInteger(flushed)
      ? { line, hash: head.hash, flushed }
      : undefined;
  } catch {
    return undefined;
  }
}

const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Replaces it at once, unflushed. That it cannot be is no failure: a head that lags behind says less, nothing false. */
export function writeHead(file: string, { line, hash, flushed }: ChainHead): void {
  const document: JsonObject = { v: 2, line, hash, flushed };
  try {
    replaceFile(file, `${writeJson(document)}\n`, `${file}.new`);
  } catch {
    // The line itself is on the disk, which is what the caller was promised.
  }
}
