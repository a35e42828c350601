// Keeps rows and plans that a run reads more than once, in private files of the state folder.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unwrittenFile } from '../../platform/machine-fault.ts';
import { makeFolder, removeLeftBehind } from '../../platform/whole-file.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** The state folder, and the process id and clock for file names. */
export type InputSpace = Pick<Runtime, 'folders' | 'system' | 'now'>;

/** A temporary file of rows. Each write error is a `failure` that names the folder. */
export class InputFile {
  readonly path: string;
  readonly #descriptor: number;
  #length = 0;
  #isOpen = true;

  /** @param what one word for the file's name */
  constructor(what: string, { folders, system, now }: InputSpace) {
    const name = `${system.process.runner.pid}-${what}-${now()}`;
    this.path = path.join(inputFolder(folders.state), name);
    this.#descriptor = this.#try(() => openSync(this.path, 'wx+', 0o600));
    removeLeftBehind(this.path, isOfOneRun);
  }

  /** Writes all of `data` and returns the file's size in bytes. */
  add(data: string | Uint8Array): number {
    // `writeFileSync`, because `writeSync` can write only a part on a full disk, without an error.
    this.#try(() => writeFileSync(this.#descriptor, data));
    this.#length += Buffer.byteLength(data);
    return this.#length;
  }

  /** The text between two byte offsets. */
  read(begin: number, end: number): string {
    const bytes = Buffer.alloc(end - begin);
    readSync(this.#descriptor, bytes, 0, bytes.length, begin);
    return bytes.toString('utf8');
  }

  /** Closes the descriptor: no more `add` or `read`. The file stays. */
  close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }

  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
  }

  #try<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw notKept(path.dirname(this.path), error);
    }
  }
}

/** Makes an empty folder for a plan; the caller removes the folder. Throws as `InputFile` does. @param state the state folder */
export function makePlanFolder(state: string): string {
  const parent = inputFolder(state);
  try {
    const folder = mkdtempSync(path.join(parent, 'plan-'));
    removeLeftBehind(folder, isOfOneRun);
    return folder;
  } catch (error) {
    throw notKept(parent, error);
  }
}

function inputFolder(state: string): string {
  const folder = path.join(state, 'input');
  try {
    makeFolder(folder);
    return folder;
  } catch (error) {
    throw notKept(folder, error);
  }
}

/** Matches the names that this module gives, so that cleaning up never removes a user's own file. */
const isOfOneRun = (name: string): boolean => /^(\d+|plan)-/.test(name);

/** @param error from the file system */
export const notKept = (folder: string, error: unknown) =>
  unwrittenFile(
    `Rows cannot be kept in ${folder}`,
    error,
    'Give yourself access to that folder, or name another one in CREDITCTL_STATE_DIR',
  );
