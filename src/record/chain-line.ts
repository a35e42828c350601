// One line of a hash-chained file: how it is sealed, and what its seal says. Pure.
import { hash as hashOf } from 'node:crypto';
import { type JsonObject, writeJson } from '../wire/json.ts';

/** How far a chain goes: the number and the hash of its last line. */
export interface Link {
  /** Counts the lines of the chain from 1; 0 before the first. */
  readonly line: number;
  /** SHA-256 in hex. */
  readonly hash: string;
}

export const chainStart: Link = { line: 0, hash: '0'.repeat(64) };

/** Bytes before a line that are no part of the chain: what a crash left of a line, or lines of an earlier version. */
export interface Unchained {
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

/** The seal of a line as it stands there, and the hash that its bytes really have. */
export interface Seal {
  readonly line: number;
  readonly prev: string;
  readonly stated: string;
  readonly computed: string;
}

/** The names that a fact may not use, because the chain does. */
const ownNames = ['v', 'unchained', 'line', 'prev', 'hash'];

/** A fact as the text of the line after `last`, its newline included. */
export function sealedLine(
  fact: JsonObject,
  last: Link,
  unchained?: Unchained,
): { readonly text: string; readonly link: Link } {
  for (const name of ownNames)
    if (name in fact) throw new TypeError(`a line of the chain cannot have a field "${name}" of its own`);
  const line = last.line + 1;
  const own = unchained === undefined ? '' : `"unchained":${JSON.stringify(unchained)},`;
  // Joined as text: a batch seals two lines a row.
  const covered = `{"v":2,${writeJson(fact).slice(1, -1)},${own}"line":${line},"prev":"${last.hash}"`;
  const hash = sha256(covered);
  return { text: `${covered},"hash":"${hash}"}\n`, link: { line, hash } };
}

/** `,"hash":"…"}` at the end, which the hash does not cover. */
const uncovered = 75;
const sealAtEnd = /,"line":([1-9]\d{0,14}),"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/;

/** The seal of a line without its newline; `undefined` for one that has none. */
export function readSeal(line: Buffer): Seal | undefined {
  const found = sealAtEnd.exec(line.toString('latin1', Math.max(0, line.length - 200)));
  if (found === null) return undefined;
  const [, number = '', prev = '', stated = ''] = found;
  const computed = sha256(line.subarray(0, line.length - uncovered));
  return { line: Number(number), prev, stated, computed };
}

/** What a sealed line says of the bytes before it. */
export function unchainedBefore(line: Buffer): Unchained | undefined {
  const found =
    /,"unchained":\{"bytes":(\d{1,15}),"sha256":"([0-9a-f]{64})"\},"line":\d+,"prev":"\w+","hash"/.exec(
      line.toString('latin1', Math.max(0, line.length - 400)),
    );
  return found === null ? undefined : { bytes: Number(found[1]), sha256: found[2] ?? '' };
}

export function sha256(content: string | Buffer): string {
  return hashOf('sha256', content, 'hex');
}
