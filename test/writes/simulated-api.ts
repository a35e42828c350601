// An API as Orb documents it, in a simulated world: it remembers keys for 48 hours, and loses requests and answers.
import { type Amount, amount } from '../../src/credits/exact.ts';
import { attemptMax } from '../../src/orb/retry.ts';
import { markerName } from '../../src/requests/request.ts';
import {
  type Exchange,
  isJsonObject,
  type Json,
  parseJson,
  TransportFailure,
  type WireAnswer,
  type WireRequest,
  writeJson,
} from '../../src/wire/json.ts';
import type { SimulatedProcess, World } from './simulated-world.ts';

export interface SimulatedEntry {
  readonly id: string;
  readonly key: string;
  readonly amount: Amount;
  readonly document: Json;
  /** The process whose request the API applied. */
  readonly by: SimulatedProcess;
}

interface KnownKey {
  readonly at: number;
  readonly body: string;
  answer?: WireAnswer;
}

const keyMemory = 48 * 60 * 60 * 1000;

const refusal = (status: number, type: string, title: string): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ type: `https://docs.withorb.com/reference/error-responses#${type}`, status, title }),
});

export class SimulatedApi {
  readonly entries: SimulatedEntry[] = [];
  readonly #keys = new Map<string, KnownKey>();
  readonly #world: World;
  /** Whether keys are remembered for each API key, which Orb does not document. */
  readonly #isByApiKey: boolean;

  constructor(world: World, isByApiKey: boolean) {
    this.#world = world;
    this.#isByApiKey = isByApiKey;
  }

  exchange(process: SimulatedProcess, apiKey: string): Exchange {
    const world = this.#world;
    return async (request) => {
      // No attempt is still on its way after this instant: the client gave it up, and the lease goes by that.
      const deadline = world.now + attemptMax;
      const fault = world.fails()
        ? world.oneOf(['refused', 'lost', 'late', 'unanswered', '429', '500', '500 late'] as const)
        : undefined;
      if (fault !== undefined) world.tell(`${process.pid}: ${fault}`);
      if (fault === 'refused') return await this.#after(process, new TransportFailure('refused', 'no'));
      if (fault === 'lost') return await this.#after(process, new TransportFailure('lost', 'maybe'));
      if (fault === '429') return refusal(429, '429-too-many-requests', 'Too many requests');
      if (fault === '500') return { status: 500, headers: {}, body: '' };
      const answering = this.#answer(request, { process, apiKey, deadline });
      if (fault === 'late') return await this.#after(process, new TransportFailure('timed out', 'maybe'));
      const answer = await answering;
      if (fault === '500 late') return { status: 502, headers: {}, body: '' };
      await world.turn(process);
      if (fault === 'unanswered' || world.now > deadline) throw new TransportFailure('no answer', 'maybe');
      return answer;
    };
  }

  async #after(process: SimulatedProcess, failure: TransportFailure): Promise<never> {
    await this.#world.turn(process);
    throw failure;
  }

  async #answer(
    { headers, body = '' }: WireRequest,
    from: { readonly process: SimulatedProcess; readonly apiKey: string; readonly deadline: number },
  ): Promise<WireAnswer> {
    const { process, apiKey, deadline } = from;
    const world = this.#world;
    await world.turn(undefined, 0, deadline);
    const key = headers['idempotency-key'] ?? '';
    const scope = `${this.#isByApiKey ? apiKey : ''} ${key}`;
    const known = this.#keys.get(scope);
    if (known !== undefined && world.now - known.at < keyMemory) {
      if (known.body !== body)
        return refusal(409, '409-resource-conflict', 'The key was used for another request');
      if (known.answer === undefined)
        return refusal(409, '409-resource-conflict', 'The request is still in flight');
      return { ...known.answer, headers: { ...known.answer.headers, 'idempotent-replayed': 'true' } };
    }
    const kept: KnownKey = { at: world.now, body };
    this.#keys.set(scope, kept);
    await world.turn(undefined, 0, deadline);
    const answer = this.#apply(body, key, process);
    kept.answer = answer;
    world.tell(`${process.pid}: applied under ${key}`);
    return answer;
  }

  #apply(body: string, key: string, by: SimulatedProcess): WireAnswer {
    const id = `e${this.entries.length + 1}`;
    const asked = parseJson(body);
    if (!isJsonObject(asked)) throw new TypeError('a body was to be an object');
    const document = { id, metadata: asked.metadata ?? null, amount: asked.amount ?? null };
    this.entries.push({ id, key, amount: amount(String(asked.amount)), document, by });
    return { status: 201, headers: { 'content-type': 'application/json' }, body: writeJson(document) };
  }

  /** The entry with a key in its metadata, as lists show it. */
  marked(key: string): Json | undefined {
    return this.entries.find(({ document }) => {
      const metadata = isJsonObject(document) ? document.metadata : undefined;
      return isJsonObject(metadata) && metadata[markerName] === key;
    })?.document;
  }
}
