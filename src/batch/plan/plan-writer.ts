// Writes a plan atomically: its name appears only after the whole file is on disk.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { unwrittenFile } from '../../platform/machine-fault.ts';
import { AtomicFile, type Naming, resolveLink } from '../../platform/whole-file.ts';
import { type JsonObject, writeJson } from '../../wire/json.ts';

/** Characters that are buffered before a write. */
const pieceSize = 1 << 16;

export class PlanWriter {
  readonly #out: string;
  readonly #naming: Naming;
  readonly #file: AtomicFile;
  readonly #hash = createHash('sha256');
  #kept: string[] = [];
  #keptSize = 0;

  /** Throws a `failure` that names the file if the file cannot be written. @param pid of this process */
  constructor(out: string, { pid, mayReplace }: { readonly pid: number; readonly mayReplace: boolean }) {
    this.#out = mayReplace ? resolveLink(out) : path.resolve(out);
    this.#naming = mayReplace ? 'replacing' : 'new';
    this.#file = this.#try(() => new AtomicFile(this.#out, pid));
  }

  line(document: JsonObject): void {
    this.#write(`${writeJson(document)}\n`);
  }

  /** Writes the last line and gives the file its name. Returns the SHA-256 of all bytes before the hash, in hex. */
  end(document: JsonObject): string {
    const line = writeJson(document);
    this.#write(`${line.slice(0, -1)},"sha256":"`);
    this.#flush();
    const digest = this.#hash.digest('hex');
    this.#try(() => {
      this.#file.write(`${digest}"}\n`);
      this.#file.commit(this.#out, this.#naming);
    });
    return digest;
  }

  /** Removes the file unless it has its final name. */
  close(): void {
    this.#file.close();
  }

  #write(text: string): void {
    this.#kept.push(text);
    this.#keptSize += text.length;
    if (this.#keptSize >= pieceSize) this.#flush();
  }

  #flush(): void {
    const bytes = Buffer.from(this.#kept.join(''));
    this.#kept = [];
    this.#keptSize = 0;
    this.#hash.update(bytes);
    this.#try(() => this.#file.write(bytes));
  }

  #try<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      const otherwise = 'Name a file in a folder that you may write to in --out';
      throw unwrittenFile(`The plan ${this.#out} cannot be written`, error, otherwise);
    }
  }
}
