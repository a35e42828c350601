// Follows the chain of an account from its first link to its last, with every event and every text beside it.
import { chainStart, eventHash, linkHash, readBody, sha256, type TextHashes } from './chained-fact.ts';
import type { BatchBegun, BatchEnded, Decimal, EventRow, Fact, Head, LinkRow } from './facts.ts';
import type { Write } from './known-write.ts';
import { type Happening, type RunStanding, runBegun, runEnded } from './standing.ts';

/** The first thing in a record that is not as it was written. */
export class RecordFault extends Error {
  /** @param where `event 12`, `link 3`, `write <key>`, … @param what is wrong with it, as the rest of a sentence */
  constructor(where: string, what: string) {
    super(`${where} ${what}`);
  }
}

/** What the chain says, as far as it has to be remembered. */
export interface ChainReading {
  /** The sequence number of the last event. */
  readonly last: number;
  /** Events about a key. */
  readonly keyed: number;
  readonly runs: readonly RunStanding[];
  /** Where texts of a key are missing: the event. */
  readonly withoutTexts: ReadonlyMap<string, number>;
  /** The last event that erased each customer's texts. */
  readonly erased: ReadonlyMap<string, number>;
  /** The SHA-256 of what is left of plans of which rows were erased, by the plan's. */
  readonly plansLeft: ReadonlyMap<string, string>;
}

/**
 * Follows the chain up to a head. Throws a RecordFault for the first link, event or text that is not as it was chained.
 * @param upTo a head that the record gave; what was added after it is left alone
 */
export async function followChain(
  record: Pick<Evidence, 'events' | 'links' | 'texts'>,
  upTo: Head,
): Promise<ChainReading> {
  const reader = new ChainReader(record);
  let before = chainStart;
  for await (const link of record.links()) {
    if (link.link > upTo.link) break;
    before = await reader.follow(before, link);
  }
  if (before.link !== upTo.link) throw new RecordFault(`link ${before.link + 1}`, 'is missing');
  if (before.hash !== upTo.hash) throw new RecordFault(`link ${upTo.link}`, 'is not the head that was given');
  return reader.end(upTo);
}

class ChainReader {
  readonly #record: Pick<Evidence, 'events' | 'links' | 'texts'>;
  readonly #events: AsyncIterator<EventRow>;
  readonly #texts: AsyncIterator<TextRow>;
  #text: TextRow | undefined;
  #last = 0;
  #keyed = 0;
  readonly #runs = new Map<string, RunStanding>();
  readonly #withoutTexts = new Map<string, number>();
  readonly #erased = new Map<string, number>();
  readonly #plansLeft = new Map<string, string>();

  constructor(record: Pick<Evidence, 'events' | 'links' | 'texts'>) {
    this.#record = record;
    this.#events = record.events()[Symbol.asyncIterator]();
    this.#texts = record.texts()[Symbol.asyncIterator]();
  }

  async follow(before: Head, link: LinkRow): Promise<Head> {
    const name = `link ${link.link}`;
    if (link.link !== before.link + 1) throw new RecordFault(`link ${before.link + 1}`, 'is missing');
    if (link.first !== this.#last + 1 || link.last < link.first)
      throw new RecordFault(name, 'does not begin where the one before it ends');
    const hashes: string[] = [];
    while (this.#last < link.last) hashes.push(await this.#event(link.link));
    if (linkHash(before, hashes) !== link.hash)
      throw new RecordFault(name, 'has another hash than its events');
    return link;
  }

  async #event(link: number): Promise<string> {
    const seq = this.#last + 1;
    const name = `event ${seq}`;
    const { value: event } = (await this.#events.next()) as { readonly value: EventRow | undefined };
    if (event === undefined || event.seq !== seq) throw new RecordFault(name, 'is missing');
    if (event.link !== link) throw new RecordFault(name, `is said to be of link ${event.link}, not ${link}`);
    if (eventHash(event) !== event.hash) throw new RecordFault(name, 'was changed: it has another hash');
    const { fact, texts } = factIn(event);
    await this.#checkTexts(event, texts);
    this.#last = seq;
    if (event.key !== '') this.#keyed += 1;
    if (fact.kind === 'erased') {
      this.#erased.set(fact.customer, seq);
      for (const [plan, left] of Object.entries(fact.plans ?? {})) this.#plansLeft.set(plan, left);
    }
    if (fact.kind === 'batch_begun' || fact.kind === 'batch_ended') this.#run({ ...happening(event), fact });
    return event.hash;
  }

  #run(event: Happening<BatchBegun | BatchEnded>): void {
    const { fact } = event;
    const name = `${fact.run} ${fact.batch}`;
    const before = this.#runs.get(name);
    const runs = this.#runs.has(`${fact.run - 1} ${fact.batch}`) ? fact.run - 1 : 0;
    const run = allowed(event.seq, () =>
      fact.kind === 'batch_begun'
        ? runBegun({ ...event, fact }, before === undefined ? runs : fact.run)
        : runEnded(before, { ...event, fact }),
    );
    this.#runs.set(name, run);
  }

  /** The texts of an event are those that it names, each with the hash that it names, or they were erased. */
  async #checkTexts({ seq, key }: EventRow, hashes: TextHashes): Promise<void> {
    for (const [name, hash] of Object.entries(hashes).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const text = await this.#textAt();
      if (text?.seq !== seq || text.name !== name) {
        if (key === '') throw new RecordFault(`event ${seq}`, `has lost its ${name}`);
        this.#withoutTexts.set(key, seq);
        continue;
      }
      if (sha256(text.text) !== hash) throw new RecordFault(`event ${seq}`, `had another ${name}`);
      this.#text = undefined;
    }
    const next = await this.#textAt();
    if (next !== undefined && next.seq <= seq)
      throw new RecordFault(`event ${next.seq}`, `never had this ${next.name}`);
  }

  async #textAt(): Promise<TextRow | undefined> {
    this.#text ??= ((await this.#texts.next()) as { readonly value: TextRow | undefined }).value;
    return this.#text;
  }

  /** What lies beyond the head must belong to links that were added meanwhile. */
  async end(upTo: Head): Promise<ChainReading> {
    const { value: event } = (await this.#events.next()) as { readonly value: EventRow | undefined };
    const beyond = event?.seq ?? (await this.#textAt())?.seq;
    if (beyond !== undefined && !(await this.#isAdded(upTo.link + 1)))
      throw new RecordFault(`event ${beyond}`, 'is in no link');
    return {
      last: this.#last,
      keyed: this.#keyed,
      runs: [...this.#runs.values()],
      withoutTexts: this.#withoutTexts,
      erased: this.#erased,
      plansLeft: this.#plansLeft,
    };
  }

  async #isAdded(link: number): Promise<boolean> {
    for await (const _ of this.#record.links(link)) return true;
    return false;
  }
}

/** What an event says. Throws a RecordFault if that is no fact, or another one than its columns name. */
export function factIn(event: EventRow): { readonly fact: Fact; readonly texts: TextHashes } {
  const read = (() => {
    try {
      return readBody(event.body);
    } catch (error) {
      throw new RecordFault(
        `event ${event.seq}`,
        `of ${event.who} is no fact: ${error instanceof Error ? error.message : error}`,
      );
    }
  })();
  const { fact } = read;
  const [key, attempt] = 'key' in fact ? [fact.key, fact.attempt] : ['', 0];
  if (fact.kind === event.kind && key === event.key && attempt === event.attempt) return read;
  throw new RecordFault(`event ${event.seq}`, 'says another kind, key or attempt than its columns');
}

/** Throws a RecordFault where the rules of the record do not allow what an event does. */
export function allowed<Of>(seq: number, act: () => Of): Of {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new RecordFault(`event ${seq}`, `cannot be: ${error.message}`);
  }
}

export const happening = ({ seq, at, who }: EventRow): Omit<Happening<Fact>, 'fact'> => ({
  seq,
  at: Date.parse(at),
  who,
});

/** A text beside the chain. */
export interface TextRow {
  readonly seq: number;
  readonly name: string;
  readonly text: string;
}

/** A write as it stands, and every event of its key, oldest first. */
export interface History {
  readonly write: Write;
  readonly events: readonly EventRow[];
}

/** What the writes that one person noted count for against the caps of one UTC day. */
export interface Counter {
  readonly day: string;
  readonly currency: string;
  readonly who: string;
  readonly sum: Decimal;
}

/** Each is read page by page, so that memory stays flat. */
export interface Evidence {
  /** All events in their order. */
  events(): AsyncIterable<EventRow>;
  links(from?: number): AsyncIterable<LinkRow>;
  /** All texts that are left, by event and then by name; also those whose name is of a later version. */
  texts(): AsyncIterable<TextRow>;
  /** Every key once, in any order. */
  histories(): AsyncIterable<History>;
  /** Sums of zero may be left out. */
  counters(): AsyncIterable<Counter>;
}
