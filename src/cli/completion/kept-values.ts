// Caches live values in the state folder for a short time, so that pressing Tab again sends no request.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../../platform/whole-file.ts';
import type { LiveValue } from './live-values.ts';

export interface KeptOptions {
  /** The state folder. */
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The request and its target. */
  readonly question: readonly string[];
  /** The key of the request, because another key opens another account. */
  readonly key?: string | undefined;
  /** Identifies this process among others that may write at the same time. */
  readonly writer: string;
  /** Changes with every change of the source, if changes are visible. */
  readonly stamp: string;
}

interface Kept {
  /** Empty for a request with a key: the name of the file already identifies the request. */
  readonly question: readonly string[];
  readonly at: number;
  readonly life: number;
  readonly stamp: string;
  readonly values: readonly LiveValue[];
}

/** With more files than this, the old ones are deleted. */
const filesMost = 64;
const oldAfter = 60 * 60 * 1000;

/** The cached values that are still valid. Throws nothing: an unreadable file counts as no cache. */
export function keptValues(options: KeptOptions): readonly LiveValue[] | undefined {
  try {
    const { at, life, stamp, question, values } = JSON.parse(readFileSync(fileOf(options), 'utf8')) as Kept;
    const age = options.now - at;
    if (!(age >= 0 && age < life) || stamp !== options.stamp) return undefined;
    const isAnswer = JSON.stringify(question) === JSON.stringify(keptQuestion(options));
    return isAnswer ? values.filter(isValue) : undefined;
  } catch {
    return undefined;
  }
}

/** Caches values for that many milliseconds. Ignores a file that cannot be written. */
export function keepValues(options: KeptOptions, values: readonly LiveValue[], life: number): void {
  const file = fileOf(options);
  const folder = path.dirname(file);
  const { now: at, stamp, writer } = options;
  const kept: Kept = { at, life, stamp, question: keptQuestion(options), values };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Two shells may write at once, so each writes its own draft.
    replaceFile(file, JSON.stringify(kept), `${file}.${writer}`);
    removeOld(folder, at);
  } catch {
    // Without the cache, only the next press of the key is slower.
  }
}

function removeOld(folder: string, now: number): void {
  const names = readdirSync(folder);
  if (names.length <= filesMost) return;
  for (const name of names) {
    const file = path.join(folder, name);
    if (now - statSync(file).mtimeMs > oldAfter) rmSync(file);
  }
}

const keptQuestion = ({ key, question }: KeptOptions): readonly string[] =>
  key === undefined ? question : [];

/** The file name does not reveal the key. Without a key a checksum is enough, because loading a hash takes 5 ms. */
function fileOf({ state, question, key }: KeptOptions): string {
  const asked = JSON.stringify(question);
  const name =
    key === undefined
      ? checksum(asked)
      : createHash('sha256').update(`${key} ${asked}`).digest('hex').slice(0, 32);
  return path.join(state, 'completion', `${name}.json`);
}

/** FNV-1a of 32 bits. Two questions may collide, so the file repeats its question. */
function checksum(text: string): string {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(text)) sum = Math.imul(sum ^ byte, 0x01000193);
  return (sum >>> 0).toString(16);
}

function isValue(value: LiveValue): boolean {
  return typeof value?.id === 'string' && typeof value.description === 'string';
}
