// Delivers due events from the outbox: several customers at once, the events of one customer in order.
import type { Database } from '../../database/driver.ts';
import { CreditctlError } from '../../errors.ts';
import { isAccepted, type PostEnd, postBody } from '../../platform/post-body.ts';
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

/** The most attempts at a time. */
const most = 8;

/** The timeout for the answer of an address, in milliseconds (Orb docs: webhooks). */
const answerTime = 5000;

export class Courier {
  readonly #database: Database;
  /** Real time in milliseconds: a receiver compares the timestamp with its own clock. */
  readonly #now: () => number;
  readonly #underWay = new Set<Promise<void>>();
  /** Attempts that wait for their answer. */
  #posting = 0;
  /** Ends of attempts that are not stored yet. */
  readonly #ended: AttemptEnd[] = [];
  readonly #stop = new AbortController();

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** Starts to deliver the due events, and the events that become due meanwhile. Never throws. */
  send(): void {
    for (const delivery of this.#noteAndClaim()) {
      const attempt = this.#deliver(delivery).finally(() => {
        this.#underWay.delete(attempt);
        this.send();
      });
      this.#underWay.add(attempt);
    }
  }

  /** Resolves when no attempt is running; aborts the attempts that still run after `within` milliseconds. */
  async finish(within: number): Promise<void> {
    const limit = AbortSignal.timeout(within);
    limit.addEventListener('abort', () => this.#stop.abort(), { once: true });
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    this.#stop.abort();
  }

  /** Stores ended attempts and claims the next deliveries in one transaction, so that they share one wait for the disk. */
  #noteAndClaim(): readonly Delivery[] {
    const ended = this.#ended.splice(0);
    const room = this.#stop.signal.aborted ? 0 : most - this.#posting;
    return withFallback(() => {
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
    this.#ended.push({ ordinal: delivery.ordinal, isTaken: isAccepted(end), answer, now: this.#now() });
    // Attempts that end in the same turn are stored together.
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
}

/** Does without a database that is locked or full: what is due stays due, and is sent later, perhaps a second time. */
export function withFallback<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CreditctlError) return otherwise;
    throw error;
  }
}
