// Reads and appends the signatures of a plan, which stand one after the other in a file beside the plan.
import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { type CreditctlError, notApplied } from '../../errors.ts';
import { unwrittenFile } from '../../platform/machine-fault.ts';
import { finalLine, firstLine } from '../../platform/ssh-keygen.ts';

export const signaturesPath = (plan: string): string => `${plan}.sigs`;

/** Largest accepted file in bytes, larger than any realistic number of signatures. */
const sizeMax = 1024 * 1024;

/**
 * The signatures of a plan, oldest first; empty without a file. Throws a `refused` error.
 * @param plan the plan's file
 */
export function readSignatures(plan: string): readonly string[] {
  const file = signaturesPath(plan);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isFile() || stats.size > sizeMax) throw refused(file, 'is not a file of signatures');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw refused(file, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const signatures = signaturesIn(text);
  if (signatures === undefined) throw refused(file, 'holds something else than signatures');
  return signatures;
}

/** The signatures in a text; `undefined` if the text holds anything else. */
export function signaturesIn(text: string): readonly string[] | undefined {
  const [before = '', ...pieces] = text.split(firstLine);
  const ends = pieces.map((piece) => piece.split(finalLine));
  const isOther = ends.some(([, rest, ...more]) => rest?.trim() !== '' || more.length > 0);
  if (before.trim() !== '' || isOther) return undefined;
  return ends.map(([signature = '']) => `${firstLine}${signature}${finalLine}\n`);
}

/** Adds a signature completely or not at all. Throws a `failure` that names the file if the write fails. */
export function addSignature(plan: string, signature: string): void {
  const file = signaturesPath(plan);
  const before = sizeOf(file);
  try {
    appendFileSync(file, signature);
  } catch (error) {
    // A full disk can cut the signature short, and the remnant would make the earlier signatures unreadable.
    if (sizeOf(file) > before) truncateSync(file, before);
    const otherwise = 'Copy the plan and its signatures to a folder that you may write to, and sign there';
    throw unwrittenFile(`The signature cannot be added to ${file}`, error, otherwise);
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const refused = (file: string, problem: string): CreditctlError =>
  notApplied('refused', `The file of signatures ${file} ${problem}; nothing was written`, [
    'Remove that file, and have the plan signed again: creditctl batch approve <plan>',
  ]);
