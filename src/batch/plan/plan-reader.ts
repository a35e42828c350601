// Reads a plan: first checks the whole file against its own hash, then reads lines from that very file.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, type FileHandle, open, stat } from 'node:fs/promises';
import { CreditctlError } from '../../errors.ts';
import {
  noPlan,
  readAccount,
  readEnd,
  readHeaderLine,
  readRowLine,
  readSameRowLine,
} from './plan-line-reading.ts';
import type { PlanAccount, PlanEnd, PlanHeader, PlanRow } from './plan-lines.ts';
import { digestOf, type HashedPieces, pieces, samePieces } from './plan-pieces.ts';
import { lineAt, placedLines } from './plan-places.ts';

export interface Plan {
  readonly header: PlanHeader;
  readonly end: PlanEnd;
  /** Every row in the order of the file, in constant memory. Each call reads all rows again. */
  rows(): AsyncGenerator<PlanRow>;
  /** The same, as many at a time as come with one piece of the file. */
  rowGroups(): AsyncGenerator<readonly PlanRow[]>;
  /** The same rows, each with where it begins in the file. */
  placedRows(): AsyncGenerator<PlacedRow>;
  /** The row that begins there. */
  rowAt(start: number): PlanRow;
  /** Every account; reads only the end of the file, after the rows. */
  accounts(): AsyncGenerator<PlanAccount>;
  /** All of its bytes, in pieces. */
  bytes(): AsyncIterable<Uint8Array>;
  /** Those that its hash is of; `planTail` makes them whole again. */
  hashedBytes(): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

interface PlacedRow {
  readonly row: PlanRow;
  /** In bytes. */
  readonly start: number;
}

/** How a plan ends after its hash. */
const tail = '"}\n';
/** What comes after the bytes that a plan's hash is of. */
export const planTail = (sha256: string): string => sha256 + tail;

const digestSize = 64;

/**
 * Opens a plan after checking all of it. Throws a `usage` error if it is no plan, and a `refused` one if it is cut short,
 * or has a line that this program would write in other bytes, whenever that line is read. The file that was checked is
 * the one that is read, even if its name means another by then; rows of which a byte changed meanwhile are a `refused`
 * error before the first of their piece is told.
 * @param copy the path of a file to be made, which is read in its place: then no change of the file is seen any more
 */
export async function openPlan(file: string, copy?: string): Promise<Plan> {
  const handle = await opened(file, copy);
  try {
    const { sha256, accountsAt, ...read } = await checked(handle, file);
    const hashedBytes = () => samePieces(handle, read, file);
    const header = await readHeader(handle, file);
    const last = await lastLine(handle, file);
    const end = readEnd(last.slice(0, -(',"sha256":"'.length + digestSize + tail.length - 1)), file);
    const readRow = (line: string, place?: number): PlanRow => readRowLine({ line, place }, file);
    let isRead = false;
    const rowGroups = async function* () {
      // The second time the bytes are known to be those that were read strictly.
      const readLine = isRead ? readSameRowLine : readRowLine;
      yield* rowsOf(hashedBytes(), (line, place) => readLine({ line, place }, file));
      isRead = true;
    };
    return {
      header,
      end: { ...end, sha256 },
      rows: async function* () {
        for await (const group of rowGroups()) yield* group;
      },
      rowGroups,
      placedRows: async function* () {
        for await (const { line, start } of placedLines(handle))
          if (line.startsWith('{"row":')) yield { row: readRow(line), start };
      },
      rowAt: (start) => readRow(lineAt(handle, start)),
      accounts: async function* () {
        let place = end.rows + 1;
        for await (const found of lines(pieces(handle, { from: accountsAt }))) {
          for (const line of found) {
            place += 1;
            if (isEnd(line)) return;
            yield readAccount({ line, place }, file);
          }
        }
      },
      bytes: async function* () {
        for await (const piece of pieces(handle, {})) yield Buffer.from(piece);
      },
      hashedBytes: async function* () {
        // Whoever takes a piece may keep it.
        for await (const piece of hashedBytes()) yield Buffer.from(piece);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error instanceof SyntaxError ? noPlan(file, 'is not a plan of creditctl') : error;
  }
}

async function opened(file: string, copy: string | undefined): Promise<FileHandle> {
  let isFolder: boolean;
  try {
    const stats = await stat(file);
    // A pipe would be waited for without an end, and a plan is read more than once.
    if (stats.isFile()) {
      const handle = await open(file, 'r');
      return copy === undefined ? handle : await copied(handle, { file, copy });
    }
    isFolder = stats.isDirectory();
  } catch (error) {
    if (error instanceof CreditctlError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw noPlan(file, code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`);
  }
  throw noPlan(file, isFolder ? 'is a folder' : 'is a pipe or a device and not a file');
}

async function copied(
  handle: FileHandle,
  { file, copy }: { readonly file: string; readonly copy: string },
): Promise<FileHandle> {
  await handle.close();
  try {
    // A file system that can shares the bytes.
    await copyFile(file, copy, constants.COPYFILE_FICLONE);
    await chmod(copy, 0o600);
    return await open(copy, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CreditctlError('failure', `The plan ${file} cannot be copied to ${copy} (${code})`, {
      applied: 'no',
      cause: error,
      next: ['Make room or give yourself access to it, or name another folder in CREDITCTL_STATE_DIR'],
    });
  }
}

const accountLine = Buffer.from('\n{"account":');

interface CheckedFile extends HashedPieces {
  readonly sha256: string;
  /** The byte at which the first account begins, or the end of the hashed bytes. */
  readonly accountsAt: number;
}

/** Hashes every byte before the hash that ends the file. Throws a `refused` error if the two differ. */
async function checked(handle: FileHandle, file: string): Promise<CheckedFile> {
  const { size } = await handle.stat();
  const hashed = size - digestSize - tail.length;
  if (hashed <= 0) throw noPlan(file, 'is not a plan of creditctl, or is cut short');
  const hash = createHash('sha256');
  const digests: string[] = [];
  let accountsAt = hashed;
  let at = 0;
  let before: Uint8Array = Buffer.alloc(0);
  for await (const piece of pieces(handle, { to: hashed })) {
    hash.update(piece);
    digests.push(digestOf(piece));
    if (accountsAt === hashed) {
      // The line may begin in one piece and go on in the next.
      const bytes = Buffer.concat([before, piece]);
      const found = bytes.indexOf(accountLine);
      if (found !== -1) accountsAt = at - before.length + found + 1;
      before = bytes.subarray(-accountLine.length);
    }
    at += piece.length;
  }
  const digest = hash.digest('hex');
  const end = Buffer.alloc(digestSize + tail.length);
  await handle.read(end, 0, end.length, hashed);
  if (end.toString('latin1') === digest + tail) return { sha256: digest, accountsAt, digests, hashed };
  const begins = await textAt(handle, 0, 32);
  throw begins.startsWith('{"creditctl_plan":')
    ? noPlan(file, 'was changed or cut short after it was written: its hash is another', 'refused')
    : noPlan(file, 'is not a plan of creditctl');
}

async function readHeader(handle: FileHandle, file: string): Promise<PlanHeader> {
  for await (const [line] of lines(pieces(handle, {}))) {
    if (line === undefined) continue;
    return readHeaderLine(line, file);
  }
  throw noPlan(file, 'is empty');
}

/** The rows stand between the header and the accounts, and nothing else does. */
async function* rowsOf(
  bytes: AsyncIterable<Uint8Array>,
  readRow: (line: string, place: number) => PlanRow,
): AsyncGenerator<readonly PlanRow[]> {
  let place = 0;
  for await (const found of lines(bytes)) {
    const stop = found.findIndex((line) => line.startsWith('{"account":') || isEnd(line));
    const here = stop === -1 ? found : found.slice(0, stop);
    const before = place;
    place += here.length;
    yield here.flatMap((line, index) => (before + index === 0 ? [] : [readRow(line, before + index + 1)]));
    if (stop !== -1) return;
  }
}

const isEnd = (line: string): boolean => line.startsWith('{"end":');

async function lastLine(handle: FileHandle, file: string): Promise<string> {
  const { size } = await handle.stat();
  for (let length = 4096; ; length *= 4) {
    const start = Math.max(0, size - length);
    const text = (await textAt(handle, start, size - start)).slice(0, -1);
    const newline = text.lastIndexOf('\n');
    if (newline !== -1) return text.slice(newline + 1);
    if (start === 0) throw noPlan(file, 'is not a plan of creditctl');
  }
}

async function textAt(handle: FileHandle, start: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
  return buffer.toString('utf8', 0, bytesRead);
}

/** As many lines at a time as come with one piece of the file. @param bytes from where a line begins */
async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of bytes) {
    const found = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = found.pop() ?? '';
    yield found;
  }
}
