// What a run reads more than once, rows and plans, kept in files of the state folder that no other user sees.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeLeftBehind } from '../../platform/atomic-file.ts';
import { unwrittenFile } from '../../platform/machine-fault.ts';
import { makeFolder } from '../../platform/make-folder.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** Where such files lie, and what their names are made of. */
export type InputSpace = Pick<Runtime, 'folders' | 'parts' | 'now'>;

/** A file of rows. What cannot be kept is a `failure` that names the folder. */
export class InputFile {
  readonly path: string;
  readonly #descriptor: number;
  #length = 0;
  #isOpen = true;

  /** @param what is kept: one word, for the name of the file */
  constructor(what: string, { folders, parts, now }: InputSpace) {
    const name = `${parts.process.runner.pid}-${what}-${now()}`;
    this.path = path.join(inputFolder(folders.state), name);
    this.#descriptor = this.#try(() => openSync(this.path, 'wx+', 0o600));
    removeLeftBehind(this.path, isOfOneRun);
  }

  /** Adds all of it, and returns the number of bytes so far. */
  add(data: string | Uint8Array): number {
    // `writeSync` writes a part where the disk is nearly full, and of the last rows nothing else would say so.
    this.#try(() => writeFileSync(this.#descriptor, data));
    this.#length += Buffer.byteLength(data);
    return this.#length;
  }

  /** What was added between two numbers of bytes. */
  read(begin: number, end: number): string {
    const bytes = Buffer.alloc(end - begin);
    readSync(this.#descriptor, bytes, 0, bytes.length, begin);
    return bytes.toString('utf8');
  }

  /** Nothing can be added or read by it any more; the file stays. */
  close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }

  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
  }

  #try<Result>(act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      throw notKept(path.dirname(this.path), error);
    }
  }
}

/** Makes an empty folder for a plan; whoever asks for it removes it. Throws as `InputFile` does. @param state the folder of all state */
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

/** The names that are given here, and nothing that a person put there. */
const isOfOneRun = (name: string): boolean => /^(\d+|plan)-/.test(name);

/** @param error what the system said */
export const notKept = (folder: string, error: unknown) =>
  unwrittenFile(
    `Rows cannot be kept in ${folder}`,
    error,
    'Give yourself access to that folder, or name another one in CREDITCTL_STATE_DIR',
  );
