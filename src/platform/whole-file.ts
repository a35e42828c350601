// Writes the program's own files as a whole, in folders that it makes; removes drafts of killed runs.
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

/** Whether an existing file of that name is an error or is replaced. */
export type Naming = 'new' | 'replacing';

/** A file that is written in pieces and flushed to the disk. Every method throws the system's error. */
export class AtomicFile {
  readonly #draft: string;
  #descriptor: number | undefined;

  /** @param beside a path in the folder of the draft; @param pid of this process, part of the draft's name */
  constructor(beside: string, pid: number) {
    const { draft, descriptor } = openDraft(path.dirname(beside), pid);
    this.#draft = draft;
    this.#descriptor = descriptor;
  }

  write(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor ?? -1, bytes, at);
  }

  /** Flushes the draft and renames it. With `new`, throws `EEXIST` if the name is taken, even at the same moment. */
  commit(name: string, naming: Naming): void {
    const descriptor = this.#descriptor ?? -1;
    fsyncSync(descriptor);
    closeSync(descriptor);
    this.#descriptor = undefined;
    if (naming === 'new') takeName(this.#draft, name);
    else renameSync(this.#draft, name);
  }

  /** Removes the draft unless it was committed. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    rmSync(this.#draft, { force: true });
  }
}

/** Takes the name in one step if the disk has hard links: a kill between two steps would leave an empty file. */
function takeName(draft: string, name: string): void {
  try {
    linkSync(draft, name);
    rmSync(draft);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    renameReserved(draft, name);
  }
}

function renameReserved(draft: string, name: string): void {
  reserveName(name);
  try {
    renameSync(draft, name);
  } catch (error) {
    rmSync(name, { force: true });
    throw error;
  }
}

/** Writes a file of one text, whole or not at all. Throws as `AtomicFile` does. @param pid of this process */
export function writeWhole(
  name: string,
  text: string,
  { naming, pid }: { readonly naming: Naming; readonly pid: number },
): void {
  const file = new AtomicFile(name, pid);
  try {
    file.write(text);
    file.commit(name, naming);
  } finally {
    file.close();
  }
}

function openDraft(folder: string, pid: number) {
  for (let count = 1; ; count += 1) {
    const draft = path.join(folder, `.creditctl-${pid}-${count}.part`);
    try {
      const descriptor = openSync(draft, 'wx', 0o600);
      removeLeftBehind(draft, (name) => /^\.creditctl-\d+-\d+\.part$/.test(name));
      return { draft, descriptor };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/**
 * Replaces a small file that only its owner may read. Does not flush: after a power cut the old text may be back.
 * Removes drafts of killed runs if their name is `<file>.<process id>.new`.
 * Throws the system's error.
 * @param draft path of the draft, in the same folder; two processes that may write at once need two names
 */
export function replaceFile(file: string, text: string, draft: string): void {
  try {
    writeFileSync(draft, text, { mode: 0o600 });
    const begin = `${path.basename(file)}.`;
    removeLeftBehind(draft, (name) => name.startsWith(begin) && /^\d+\.new$/.test(name.slice(begin.length)));
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Creates an empty file. Throws `EEXIST` if a file or link of that name exists. */
export function reserveName(name: string): void {
  closeSync(openSync(name, 'wx', 0o600));
}

/** The target of a symbolic link, so that replacing the file keeps the link; any other path made absolute. */
export function resolveLink(name: string): string {
  try {
    return realpathSync(name);
  } catch {
    return path.resolve(name);
  }
}

/** Milliseconds; no run pauses that long between writes. The process ids of other machines' runs cannot be checked. */
const week = 7 * 86_400_000;

/**
 * Removes files, and folders with their content, without a write for a week. Throws nothing: what cannot be removed stays.
 * @param own a file or folder that this run just made there: its time comes from the disk's own clock
 * @param isOne whether a name in the folder belongs to such a file or folder
 */
export function removeLeftBehind(own: string, isOne: (name: string) => boolean): void {
  try {
    const folder = path.dirname(own);
    const { mtimeMs: now } = statSync(own);
    for (const file of readdirSync(folder)
      .filter(isOne)
      .map((name) => path.join(folder, name)))
      if (now - statSync(file).mtimeMs > week) rmSync(file, { recursive: true });
  } catch {
    // Another run may remove the same file at the same time; the next run tries again.
  }
}

/** New folders get mode 0700. Throws the system's error for the folder that could not be made. @param folder absolute path */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let place = folder; isMissing(place); place = path.dirname(place)) {
    missing.push(place);
    if (place === path.dirname(place)) break;
  }
  for (const place of missing.reverse()) makeOne(place);
}

const isMissing = (place: string): boolean => statSync(place, { throwIfNoEntry: false }) === undefined;

function makeOne(place: string): void {
  try {
    mkdirSync(place, { mode: 0o700 });
  } catch (error) {
    // Another process may make the same folder at the same time.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || isMissing(place)) throw error;
  }
}
