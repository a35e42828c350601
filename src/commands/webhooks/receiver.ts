// Classifies each webhook as refused, seen before or new; forwards and prints a new event once.
import { isJsonObject, type JsonObject, parseJson } from '../../wire/json.ts';
import { checkWebhook } from '../../wire/webhook-signature.ts';

/** A POST to the right path. */
export interface Arrival {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Uint8Array;
}

/** Why a request was refused; each has its count in the summary. */
export type RefusalReason =
  | 'wrong_path'
  | 'wrong_method'
  | 'too_large'
  | 'missing_header'
  | 'wrong_signature'
  | 'wrong_time'
  | 'not_an_event';

const refusalStatus: Readonly<Record<RefusalReason, number>> = {
  wrong_path: 404,
  wrong_method: 405,
  too_large: 413,
  missing_header: 400,
  wrong_signature: 401,
  wrong_time: 401,
  not_an_event: 400,
};

export type Outcome = RefusalReason | 'printed' | 'replayed' | 'forward_failed' | 'print_failed';

/** The HTTP status of the answer. The sender tries again after every status except 200. */
export function statusOf(outcome: Outcome): number {
  if (outcome === 'printed' || outcome === 'replayed') return 200;
  if (outcome === 'forward_failed') return 502;
  return outcome === 'print_failed' ? 503 : refusalStatus[outcome];
}

export interface ReceiverPorts {
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Posts the body and its headers to another receiver; false if that receiver did not accept the event. */
  readonly forward: ((arrival: Arrival) => Promise<boolean>) | undefined;
  /** Resolves when the event is written. Rejects when stdout can no longer be written. */
  readonly print: (event: JsonObject) => Promise<void>;
}

/** Most ids that are remembered, so that memory use stays bounded. */
const rememberedMost = 100_000;

export class Receiver {
  readonly #ports: ReceiverPorts;
  readonly #counts = new Map<Outcome, number>();
  /** Events that are printed or under way, by their id. */
  readonly #known = new Map<string, Promise<Outcome>>();
  #printing: Promise<unknown> = Promise.resolve();

  constructor(ports: ReceiverPorts) {
    this.#ports = ports;
  }

  /** Number of requests by outcome. */
  get counts(): ReadonlyMap<Outcome, number> {
    return this.#counts;
  }

  /** Counts a request that was refused before its body was read. */
  refuse(reason: RefusalReason): RefusalReason {
    return this.#counted(reason);
  }

  async receive(arrival: Arrival): Promise<Outcome> {
    const event = this.#judge(arrival);
    if (typeof event === 'string') return this.#counted(event);
    // A duplicate waits for the first request of the event, and counts as seen only if that request printed it.
    for (;;) {
      const before = this.#known.get(event.id);
      if (before === undefined) break;
      if ((await before) === 'printed') return this.#counted('replayed');
    }
    const taking = this.#take(event.document, arrival).then((outcome) => {
      if (outcome !== 'printed') this.#known.delete(event.id);
      return outcome;
    });
    this.#remember(event.id, taking);
    return this.#counted(await taking);
  }

  #judge({ timestamp, signature, body }: Arrival): RefusalReason | ReceivedEvent {
    if (timestamp === undefined || signature === undefined) return 'missing_header';
    const { secret, now } = this.#ports;
    const check = checkWebhook({ timestamp, signature, body }, secret, now());
    if (!check.matches) return 'wrong_signature';
    if (!check.isTimely) return 'wrong_time';
    return eventIn(body) ?? 'not_an_event';
  }

  async #take(event: JsonObject, arrival: Arrival): Promise<Outcome> {
    const { forward, print } = this.#ports;
    if (forward !== undefined && !(await forward(arrival))) return 'forward_failed';
    // Events are printed one after the other.
    const printed = this.#printing.then(() => print(event));
    this.#printing = printed.catch(() => undefined);
    return printed.then(
      () => 'printed',
      () => 'print_failed',
    );
  }

  #remember(id: string, taking: Promise<Outcome>): void {
    this.#known.set(id, taking);
    const [oldest] = this.#known.keys();
    if (this.#known.size > rememberedMost && oldest !== undefined) this.#known.delete(oldest);
  }

  #counted<T extends Outcome>(outcome: T): T {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
    return outcome;
  }
}

export interface ReceivedEvent {
  readonly id: string;
  readonly document: JsonObject;
}

/** The event in a body; `undefined` if the body is not an object with an id and a type. */
export function eventIn(body: Uint8Array): ReceivedEvent | undefined {
  try {
    const document = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (!isJsonObject(document) || typeof document.type !== 'string') return undefined;
    return typeof document.id === 'string' ? { id: document.id, document } : undefined;
  } catch {
    return undefined;
  }
}
