// The signatures of a plan, one after the other in a file beside it.
import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { CreditctlError } from '../../errors.ts';
import { unwrittenFile } from '../../platform/machine-fault.ts';
import { finalLine, firstLine } from '../../platform/ssh-keygen.ts';

/** @param plan the file of the plan */
export const signaturesPath = (plan: string): string => `${plan}.sigs`;

/** More bytes than any number of signatures that a plan needs. */
const sizeMax = 1024 * 1024;

/** The signatures in the order in which they were made; none where there is no such file. Throws a `refused` error. */
export function readSignatures(file: string): readonly string[] {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isFile() || stats.size > sizeMax) throw refused(file, 'is not a file of signatures');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw refused(file, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const pieces = text.split(firstLine);
  if (pieces.shift()?.trim() !== '') throw refused(file, 'holds something else than signatures');
  return pieces.map((piece) => {
    const [signature = '', rest, ...more] = piece.split(finalLine);
    if (rest?.trim() !== '' || more.length > 0) throw refused(file, 'holds something else than signatures');
    return `${firstLine}${signature}${finalLine}\n`;
  });
}

/** Adds it as a whole or not at all. Throws a `failure` that names the file if it cannot be written. */
export function addSignature(file: string, signature: string): void {
  const before = sizeOf(file);
  try {
    appendFileSync(file, signature);
  } catch (error) {
    // On a full disk a part may have been written, and would make the signatures before it unreadable.
    if (sizeOf(file) > before) truncateSync(file, before);
    const otherwise = 'Copy the plan and its signatures to a folder that you may write to, and sign there';
    throw unwrittenFile(`The signature cannot be added to ${file}`, error, otherwise);
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const refused = (file: string, problem: string): CreditctlError =>
  new CreditctlError('refused', `The file of signatures ${file} ${problem}; nothing was written`, {
    applied: 'no',
    next: ['Remove that file, and have the plan signed again: creditctl batch approve <plan>'],
  });
