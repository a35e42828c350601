// Opens a plan's file and reads it once: hashes it, copies it if asked, and finds its first and last line.
import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { CreditctlError } from '../../errors.ts';
import { noPlan } from './plan-line-reading.ts';
import { digestOf, type HashedPieces, pieces } from './plan-pieces.ts';

const beforeHash = ',"sha256":"';
const afterHash = '"}\n';
/** The bytes after those that a plan's hash covers. */
export const planTail = (sha256: string): string => sha256 + afterHash;

const hashSize = 64;

interface Checked extends HashedPieces {
  readonly sha256: string;
  /** The first line. */
  readonly header: string;
  /** The last line up to its hash. */
  readonly last: string;
  /** Offset of the first account, or the end of the hashed bytes. */
  readonly accountsAt: number;
}

interface PlanFile extends Checked {
  /** Handle of the copy if there is one, else of the file. */
  readonly handle: FileHandle;
}

/**
 * Throws a `usage` error for a file that is not a plan, and a `refused` error for a plan that was cut short or changed.
 * @param copy path of a copy to make; later reads use the copy
 */
export async function openPlanFile(file: string, copy?: string): Promise<PlanFile> {
  const source = await opened(file);
  if (copy === undefined) return openWhile(source, () => checked(source, file, () => Promise.resolve()));
  try {
    const target = await copying(() => open(copy, 'wx+', 0o600), { file, copy });
    const keep = (bytes: Uint8Array) => copying(() => target.appendFile(bytes), { file, copy });
    return await openWhile(target, () => checked(source, file, keep));
  } finally {
    await source.close();
  }
}

/** Closes the file if the check fails. */
async function openWhile(handle: FileHandle, check: () => Promise<Checked>): Promise<PlanFile> {
  try {
    return { handle, ...(await check()) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function opened(file: string): Promise<FileHandle> {
  let isFolder: boolean;
  try {
    const stats = await stat(file);
    // Opening a pipe could block forever, and a plan is read more than once.
    if (stats.isFile()) return await open(file, 'r');
    isFolder = stats.isDirectory();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw noPlan(file, code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`);
  }
  throw noPlan(file, isFolder ? 'is a folder' : 'is a pipe or a device and not a file');
}

async function copying<Result>(
  write: () => Promise<Result>,
  { file, copy }: { readonly file: string; readonly copy: string },
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CreditctlError('failure', `The plan ${file} cannot be copied to ${copy} (${code})`, {
      applied: 'no',
      cause: error,
      next: ['Make room or give yourself access to it, or name another folder in CREDITCTL_STATE_DIR'],
    });
  }
}

/** Throws a `refused` error if the hash at the end of the file does not match the bytes before it. */
async function checked(
  source: FileHandle,
  file: string,
  keep: (bytes: Uint8Array) => Promise<void>,
): Promise<Checked> {
  const { size } = await source.stat();
  const hashed = size - hashSize - afterHash.length;
  if (hashed <= 0) throw noPlan(file, 'is not a plan of creditctl, or is cut short');
  const hash = createHash('sha256');
  const digests: string[] = [];
  const ends = new Ends();
  for await (const piece of pieces(source, { to: hashed })) {
    if (digests.length === 0 && !begun.equals(piece.subarray(0, begun.length)))
      throw noPlan(file, 'is not a plan of creditctl');
    hash.update(piece);
    digests.push(digestOf(piece));
    ends.add(piece);
    await keep(piece);
  }
  const sha256 = hash.digest('hex');
  const tail = Buffer.alloc(hashSize + afterHash.length);
  await source.read(tail, 0, tail.length, hashed);
  await keep(tail);
  if (tail.toString('latin1') !== planTail(sha256))
    throw noPlan(file, 'was changed or cut short after it was written: its hash is another', 'refused');
  const { header, last, accountsAt = hashed } = ends;
  if (header === undefined || !last.endsWith(beforeHash)) throw noPlan(file, 'is not a plan of creditctl');
  return { sha256, digests, hashed, header, last: last.slice(0, -beforeHash.length), accountsAt };
}

const begun = Buffer.from('{"creditctl_plan":');
const accountLine = Buffer.from('\n{"account":');
const lineFeed = 0x0a;

/** Collects the first and last line of a plan and the offset of its first account, piece by piece. */
class Ends {
  #first: Buffer[] = [];
  #last: Buffer[] = [];
  #before: Uint8Array = Buffer.alloc(0);
  #at = 0;
  header: string | undefined;
  accountsAt: number | undefined;

  add(piece: Uint8Array): void {
    const bytes = Buffer.from(piece);
    const start = bytes.indexOf(lineFeed);
    if (this.header === undefined) {
      this.#first.push(bytes.subarray(0, start === -1 ? bytes.length : start));
      if (start !== -1) this.header = Buffer.concat(this.#first).toString('utf8');
    }
    if (start !== -1) this.#last = [];
    this.#last.push(bytes.subarray(bytes.lastIndexOf(lineFeed) + 1));
    if (this.accountsAt === undefined) {
      // The line may span two pieces.
      const joined = Buffer.concat([this.#before, bytes]);
      const found = joined.indexOf(accountLine);
      if (found !== -1) this.accountsAt = this.#at - this.#before.length + found + 1;
      this.#before = joined.subarray(-accountLine.length);
    }
    this.#at += bytes.length;
  }

  /** The last line of the pieces so far. */
  get last(): string {
    return Buffer.concat(this.#last).toString('utf8');
  }
}
