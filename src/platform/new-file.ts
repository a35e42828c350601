// A file that gets its name only when it is whole and on the disk; until then nothing of anybody's is touched.
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Whether whatever has the name may go for it. */
export type Naming = 'new' | 'replacing';

/** Every method throws what the system says. */
export class NewFile {
  readonly #draft: string;
  #descriptor: number | undefined;

  /** @param beside in whose folder it will be; @param pid of this process, for the name that it has until then */
  constructor(beside: string, pid: number) {
    const { draft, descriptor } = begun(path.dirname(beside), pid);
    this.#draft = draft;
    this.#descriptor = descriptor;
  }

  write(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor ?? -1, bytes, at);
  }

  /** Gives it the name. As `new`, it throws `EEXIST` where there is such a file, also one of the same moment. */
  end(name: string, naming: Naming): void {
    const descriptor = this.#descriptor ?? -1;
    fsyncSync(descriptor);
    closeSync(descriptor);
    this.#descriptor = undefined;
    if (naming === 'new') takeName(name);
    try {
      renameSync(this.#draft, name);
    } catch (error) {
      if (naming === 'new') rmSync(name, { force: true });
      throw error;
    }
  }

  /** Leaves nothing behind unless it has got its name. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    rmSync(this.#draft, { force: true });
  }
}

function begun(folder: string, pid: number) {
  for (let count = 1; ; count += 1) {
    const draft = path.join(folder, `.creditctl-${pid}-${count}.part`);
    try {
      return { draft, descriptor: openSync(draft, 'wx', 0o600) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Makes an empty file that nobody else can make then. Throws `EEXIST` where there is one, or a link. */
export function takeName(name: string): void {
  closeSync(openSync(name, 'wx', 0o600));
}

/** What a name leads to: a link that a person has made stays one when its file is replaced. */
export function targetOf(name: string): string {
  try {
    return realpathSync(name);
  } catch {
    return path.resolve(name);
  }
}
