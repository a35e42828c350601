// Collects the answer to one request until it is whole, or until the caller gives it up.
import type { WireAnswer } from '../wire/message.ts';
import type { Controller, Handler } from './undici.ts';

type Headers = Parameters<NonNullable<Handler['onResponseStart']>>[2];

/**
 * Makes one answer of the events of undici. A stream for each body would cost more than the request itself, and no caller
 * needs a part of one.
 */
export class WholeAnswer implements Handler {
  /** Rejects with what went wrong on the way, or with the reason for giving up. */
  readonly whole: Promise<WireAnswer>;
  #resolve: (answer: WireAnswer) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #controller: Controller | undefined;
  #isGivenUp = false;
  #isWhole = false;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  readonly #chunks: Buffer[] = [];

  constructor() {
    this.whole = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether a byte of the request may have left: undici calls `onRequestStart` once there is a connection. */
  get hasLeft(): boolean {
    return this.#controller !== undefined;
  }

  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Cancels a request that was not sent yet, and stops waiting for the answer of one that was. */
  giveUp(reason: unknown): void {
    if (this.#isWhole) return;
    this.#isGivenUp = true;
    this.#reject(reason);
    this.#controller?.abort(unwanted());
  }

  onRequestStart(controller: Controller): void {
    if (this.#isGivenUp) controller.abort(unwanted());
    else this.#controller = controller;
  }

  /** A later one counts: an answer of the kind 1xx is not yet the answer. */
  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = inLowerCase(headers);
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#isWhole = true;
    // undici frees the connection in a turn that it asks for after this; a request before it would open a second one.
    queueMicrotask(() => setImmediate(() => this.#text().then((body) => this.#end(body), this.#reject)));
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#reject(error);
  }

  #end(body: string): void {
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  async #text(): Promise<string> {
    const [first, ...more] = this.#chunks;
    if (first === undefined) return '';
    const bytes = more.length === 0 ? first : Buffer.concat(this.#chunks);
    const coding = this.#headers['content-encoding'];
    const plain =
      coding === undefined ? bytes : (await import('./content-coding.ts')).unpacked(bytes, coding);
    const text = plain.toString('utf8');
    return text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
  }
}

function inLowerCase(headers: Headers): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) lower[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return lower;
}

/** Bytes of an answer at most, packed or not: a page of a hundred entries is hundreds of times smaller. */
export const answerMax = 16 * 1024 * 1024;

const byteOrderMark = '\uFEFF';

const unwanted = (): Error => new Error('nobody waits for this answer');
