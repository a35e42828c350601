// Joins small texts that come one right after the other, so that a list of many rows takes few writes.

/** Characters that are held back at most. */
const heldMax = 65_536;

/**
 * Holds text back only as long as more of it comes without waiting: what is there when the program waits for its next
 * page is written then.
 */
export class BatchedOutput {
  readonly #out: (text: string) => Promise<void>;
  #held = '';
  #isDue = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(out: (text: string) => Promise<void>) {
    this.#out = out;
  }

  /** Rejects with the failure of an earlier write, so that the producer ends. */
  async write(text: string): Promise<void> {
    this.#held += text;
    if (this.#held.length >= heldMax) return this.flush();
    if (this.#isDue) return;
    this.#isDue = true;
    // Await what was written before: the reader's pace is the producer's.
    await this.#writing;
    setImmediate(() => {
      this.#isDue = false;
      // The next write reports a failure, or the last flush.
      this.flush().catch(() => {});
    });
  }

  /** Resolves when everything is written. */
  flush(): Promise<void> {
    const text = this.#held;
    this.#held = '';
    if (text !== '') this.#writing = this.#writing.then(() => this.#out(text));
    return this.#writing;
  }
}
