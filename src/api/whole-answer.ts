// Collects the answer to one request until it is whole, or until somebody no longer waits for it.
import type { WireAnswer } from '../wire/message.ts';
import type { Controller, Handler } from './undici.ts';

type Headers = Parameters<NonNullable<Handler['onResponseStart']>>[2];

/**
 * What undici tells of a request, made an answer. A stream for each body costs more than the request itself, and nobody
 * here begins with a part of one.
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
  #headers: Headers = {};
  readonly #chunks: Buffer[] = [];

  constructor() {
    this.whole = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** What has not left does not leave any more. */
  giveUp(reason: unknown): void {
    if (this.#isWhole) return;
    this.#isGivenUp = true;
    this.#reject(reason);
    this.#controller?.abort(unwanted());
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#isGivenUp) controller.abort(unwanted());
  }

  /** A later one counts: an answer of the kind 1xx is not yet the answer. */
  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#isWhole = true;
    const answer = { status: this.#status, headers: this.#headersInLowerCase(), body: this.#text() };
    // undici frees the connection in a turn that it asks for after this; a request before it would open a second one.
    queueMicrotask(() => setImmediate(this.#resolve, answer));
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#reject(error);
  }

  #headersInLowerCase(): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const name in this.#headers) {
      const value = this.#headers[name];
      if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
    }
    return headers;
  }

  #text(): string {
    const [first, ...more] = this.#chunks;
    if (first === undefined) return '';
    const text = (more.length === 0 ? first : Buffer.concat(this.#chunks)).toString('utf8');
    return text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
  }
}

const byteOrderMark = '\uFEFF';

const unwanted = (): Error => new Error('nobody waits for this answer');
