// The file of a batch, readable from its beginning as often as needed; a pipe is first kept in a file of its own.
import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { CreditctlError, oneOfProblems, usageError } from '../../errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { readDelimiter } from './csv-delimiter.ts';
import { type BatchFormat, batchFormats, type Chunks } from './records.ts';

export interface BatchFile {
  /** As it was named; `-` for stdin. */
  readonly name: string;
  readonly format: BatchFormat;
  /** Between the cells of a CSV file, if a flag says it. */
  readonly delimiter?: string | undefined;
  chunks(): Chunks;
  /** Removes what was kept of a pipe. */
  close(): void;
}

export interface BatchFileWords {
  readonly name: string;
  /** From `--format`. */
  readonly format?: string | undefined;
  /** From `--delimiter`. */
  readonly delimiter?: string | undefined;
}

/** Throws a `usage` error that names the file, or the format if it is not one. */
export async function openBatchFile(
  { name, format, delimiter: typed }: BatchFileWords,
  runtime: Runtime,
): Promise<BatchFile> {
  const said = batchFormats.find((known) => known === format);
  const unknown = oneOfProblems('--format', format, batchFormats);
  if (unknown.length > 0) throw usageError(unknown);
  const reading = typed === undefined ? { delimiter: undefined } : readDelimiter(typed);
  if ('problem' in reading) throw usageError([{ where: '--delimiter', problem: reading.problem }]);
  const { delimiter } = reading;
  const isKept = name !== '-' && isPlainFile(name);
  const file = isKept ? name : await keptInput(name, runtime);
  const close = (): void => (isKept ? undefined : rmSync(file, { force: true }));
  try {
    const chosen = said ?? formatByName(name) ?? (await formatByContent(file));
    if (delimiter !== undefined && chosen !== 'csv')
      throw usageError([{ where: '--delimiter', problem: `is for CSV, and ${name} is ${chosen}` }]);
    return { name, format: chosen, delimiter, chunks: () => chunksOf(file, name), close };
  } catch (error) {
    close();
    throw error;
  }
}

const endings: Readonly<Record<string, BatchFormat>> = {
  '.csv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

const formatByName = (name: string): BatchFormat | undefined => endings[path.extname(name).toLowerCase()];

/** A row of NDJSON begins with a brace, an array with a bracket; no header of a CSV file does. */
async function formatByContent(file: string): Promise<BatchFormat> {
  for await (const chunk of chunksOf(file, file)) {
    const text = Buffer.from(chunk)
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trimStart();
    if (text !== '') return /^[{[]/.test(text) ? 'ndjson' : 'csv';
  }
  return 'csv';
}

async function* chunksOf(file: string, name: string): Chunks {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof CreditctlError) throw error;
    throw unreadable(name, error);
  }
}

function isPlainFile(name: string): boolean {
  try {
    const stat = statSync(name);
    if (stat.isDirectory()) throw Object.assign(new Error(name), { code: 'EISDIR' });
    return stat.isFile();
  } catch (error) {
    throw unreadable(name, error);
  }
}

function unreadable(name: string, error: unknown): CreditctlError {
  const { code } = error as NodeJS.ErrnoException;
  const why =
    code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
  return usageError([{ where: '<file>', problem: `${name} ${why}` }]);
}

/** A pipe can be read only once, and a plan needs its rows twice. */
async function keptInput(name: string, runtime: Runtime): Promise<string> {
  const { folders, parts, terminal, interruption } = runtime;
  const folder = path.join(folders.state, 'input');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${parts.process.runner.pid}-${runtime.now()}`);
  const chunks = name === '-' ? terminal.inputChunks(interruption) : chunksOf(name, name);
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const chunk of chunks) await handle.write(chunk);
    return file;
  } catch (error) {
    rmSync(file, { force: true });
    if (error instanceof CreditctlError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new CreditctlError('failure', `The input cannot be kept in ${folder} (${code})`, {
      applied: 'no',
      cause: error,
      next: ['Make room there, name another folder in CREDITCTL_STATE_DIR, or give the rows as a file'],
    });
  } finally {
    await handle.close();
  }
}
