// An API as Orb documents it, in a simulated world: it remembers keys for 48 hours, and loses requests and answers.
import { type Amount, amount } from '../../src/credits/exact.ts';
import { markerName } from '../../src/requests/request.ts';
import {
  type Exchange,
  isJsonObject,
  type Json,
  parseJson,
  type WireAnswer,
  type WireRequest,
  writeJson,
} from '../../src/wire/json.ts';
import { faultyExchange, refusal } from '../support/simulated-network.ts';
import type { SimulatedProcess, World } from '../support/simulated-world.ts';

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
    return faultyExchange((request, deadline) => this.#answer(request, { process, apiKey, deadline }), {
      process,
      world: this.#world,
    });
  }

  async #answer(
    { headers, body = '' }: WireRequest,
    from: { readonly process: SimulatedProcess; readonly apiKey: string; readonly deadline: number },
  ): Promise<WireAnswer> {
    const { process, apiKey, deadline } = from;
    const world = this.#world;
    await world.away(process, deadline);
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
    await world.away(process, deadline);
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
