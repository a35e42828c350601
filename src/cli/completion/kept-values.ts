// Live values kept for a short while in the state folder, so that pressing Tab again asks for nothing.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../../platform/atomic-file.ts';
import type { LiveValue } from './live-values.ts';

export interface KeptOptions {
  /** The state folder. */
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What was asked of whom. */
  readonly question: readonly string[];
  /** The key it was asked with, since another key is another account. */
  readonly key?: string | undefined;
  /** Identifies this process among others that may write at the same moment. */
  readonly writer: string;
  /** Another text after any change, where a change can be seen. */
  readonly stamp: string;
}

interface Kept {
  /** Empty where a key was needed: then the name of the file stands for it. */
  readonly question: readonly string[];
  readonly at: number;
  readonly life: number;
  readonly stamp: string;
  readonly values: readonly LiveValue[];
}

/** More files than this, and the old ones go. */
const filesMost = 64;
const oldAfter = 60 * 60 * 1000;

/** What was kept and still holds. Throws nothing: a file that cannot be read was not kept. */
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

/** Keeps values for so many milliseconds, where that can be done. */
export function keepValues(options: KeptOptions, values: readonly LiveValue[], life: number): void {
  const file = fileOf(options);
  const folder = path.dirname(file);
  const { now: at, stamp, writer } = options;
  const kept: Kept = { at, life, stamp, question: keptQuestion(options), values };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Two shells may write at once, each under its own name.
    replaceFile(file, JSON.stringify(kept), `${file}.${writer}`);
    removeOld(folder, at);
  } catch {
    // Nothing is lost but a moment at the next press of the key.
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

/** The name does not give away the key. Without one it need not be hard to guess, and hashing loads for 5 ms. */
function fileOf({ state, question, key }: KeptOptions): string {
  const asked = JSON.stringify(question);
  const name =
    key === undefined
      ? checksum(asked)
      : createHash('sha256').update(`${key} ${asked}`).digest('hex').slice(0, 32);
  return path.join(state, 'completion', `${name}.json`);
}

/** FNV-1a of 32 bits. Two questions may share it: the file says which one it answers. */
function checksum(text: string): string {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(text)) sum = Math.imul(sum ^ byte, 0x01000193);
  return (sum >>> 0).toString(16);
}

function isValue(value: LiveValue): boolean {
  return typeof value?.id === 'string' && typeof value.description === 'string';
}
