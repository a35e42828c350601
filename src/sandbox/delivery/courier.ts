// Sends what is due from the outbox: several customers at once, the events of one customer one after the other.
import type { Database } from '../../database/driver.ts';
import { CreditctlError } from '../../errors.ts';
import { isTaken, type PostEnd, postBody } from '../../platform/post-body.ts';
import {
  signatureHeader,
  signWebhook,
  timestampHeader,
  webhookTimestamp,
} from '../../wire/webhook-signature.ts';
import {
  type AttemptEnd,
  claimDeliveries,
  type Delivery,
  endDelivery,
  isAnythingDue,
} from '../store/outbox.ts';

/** Attempts under way at a time. */
const most = 8;

/** How long an address may take to answer, in milliseconds (Orb docs: webhooks). */
const answerTime = 5000;

export class Courier {
  readonly #database: Database;
  /** Real time in milliseconds: a receiver compares the timestamp with its own clock. */
  readonly #now: () => number;
  readonly #underWay = new Set<Promise<void>>();
  /** Attempts that wait for their answer. */
  #posting = 0;
  /** Attempts whose end is not written yet. */
  readonly #ended: AttemptEnd[] = [];
  readonly #stop = new AbortController();

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** Begins to send what is due, and what comes to be due while that is sent. Never throws. */
  send(): void {
    for (const delivery of this.#noteAndClaim()) {
      const attempt = this.#deliver(delivery).finally(() => {
        this.#underWay.delete(attempt);
        this.send();
      });
      this.#underWay.add(attempt);
    }
  }

  /** Resolves when nothing is under way any more; gives up what still is after so many milliseconds. */
  async finish(within: number): Promise<void> {
    const limit = AbortSignal.timeout(within);
    limit.addEventListener('abort', () => this.#stop.abort(), { once: true });
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    this.#stop.abort();
  }

  /** Writes what has ended and claims what is next, in one transaction: each waits for the disk once. */
  #noteAndClaim(): readonly Delivery[] {
    const ended = this.#ended.splice(0);
    const room = this.#stop.signal.aborted ? 0 : most - this.#posting;
    return this.#kept(() => {
      const now = this.#now();
      if (ended.length === 0 && (room <= 0 || !isAnythingDue(this.#database, now))) return [];
      return this.#database.write(() => {
        for (const end of ended) endDelivery(this.#database, end);
        return room > 0 ? claimDeliveries(this.#database, now, room) : [];
      });
    }, []);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    this.#posting += 1;
    const end = await this.#post(delivery);
    this.#posting -= 1;
    const answer = 'status' in end ? String(end.status) : end.failure;
    this.#ended.push({ ordinal: delivery.ordinal, isTaken: isTaken(end), answer, now: this.#now() });
    // Those that end in the same turn are written together.
    await new Promise(setImmediate);
  }

  #post({ url, secret, body }: Delivery): Promise<PostEnd> {
    const bytes = Buffer.from(body);
    const timestamp = webhookTimestamp(this.#now());
    return postBody({
      url,
      body: bytes,
      headers: {
        'content-type': 'application/json',
        [timestampHeader]: timestamp,
        [signatureHeader]: signWebhook(bytes, timestamp, secret),
      },
      timeout: answerTime,
      signal: this.#stop.signal,
    });
  }

  /** A database that cannot be written now keeps what is due: it is sent later, maybe a second time. */
  #kept<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof CreditctlError) return otherwise;
      throw error;
    }
  }
}
