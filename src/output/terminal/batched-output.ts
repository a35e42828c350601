// Joins small texts that arrive close together, so that a list of many rows takes few writes.

/** The most characters to hold back. */
const heldMax = 65_536;

/**
 * Holds text back only while more text arrives without waiting: the text is written when the program waits for its next
 * page.
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
    // A slow reader slows the producer: wait for the earlier writes first.
    await this.#writing;
    setImmediate(() => {
      this.#isDue = false;
      // The next write or the last flush reports a failure.
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
