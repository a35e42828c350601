// Checks the chain of an account from its first link to its last, with every event and text.
import { chainStart, eventHash, linkHash, readBody, sha256, type TextHashes } from './chained-fact.ts';
import { type CurrentRun, type CurrentWrite, runBegun, runEnded, type StampedFact } from './current-write.ts';
import type { BatchBegun, BatchEnded, Decimal, EventRow, Fact, Head, LinkRow } from './facts.ts';
import type { Write } from './known-write.ts';

/** The first changed or missing part of a record. */
export class RecordFault extends Error {
  /** @param where `event 12`, `link 3`, `write <key>`, … @param what the fault, as the rest of that sentence */
  constructor(where: string, what: string) {
    super(`${where} ${what}`);
  }
}

/** The facts of the chain that later checks need. */
export interface ChainReading {
  /** The sequence number of the last event. */
  readonly last: number;
  /** Number of events about keys. */
  readonly keyed: number;
  readonly runs: readonly CurrentRun[];
  /** From each key with a missing text to the event that lacks it. */
  readonly withoutTexts: ReadonlyMap<string, number>;
  /** From each customer to the last event that erased the customer's texts. */
  readonly erased: ReadonlyMap<string, number>;
  /** From the SHA-256 of each plan with erased rows to the SHA-256 of what is left of it. */
  readonly plansLeft: ReadonlyMap<string, string>;
}

/**
 * Checks the chain up to a head. Throws a RecordFault for the first link, event or text that the chain contradicts.
 * @param upTo a head of the record; later links are ignored
 * @param step called for each event
 */
export async function followChain(
  record: Pick<Evidence, 'events' | 'links' | 'texts'>,
  upTo: Head,
  step: () => void,
): Promise<ChainReading> {
  const reader = new ChainReader(record, step);
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
  readonly #step: () => void;
  readonly #events: AsyncIterator<EventRow>;
  readonly #texts: AsyncIterator<TextRow>;
  #text: TextRow | undefined;
  #last = 0;
  #keyed = 0;
  readonly #runs = new Map<string, CurrentRun>();
  readonly #withoutTexts = new Map<string, number>();
  readonly #erased = new Map<string, number>();
  readonly #plansLeft = new Map<string, string>();

  constructor(record: Pick<Evidence, 'events' | 'links' | 'texts'>, step: () => void) {
    this.#record = record;
    this.#step = step;
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
    this.#step();
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
    if (fact.kind === 'batch_begun' || fact.kind === 'batch_ended') this.#run({ ...stampOf(event), fact });
    return event.hash;
  }

  #run(event: StampedFact<BatchBegun | BatchEnded>): void {
    const { fact } = event;
    const name = `${fact.run} ${fact.batch}`;
    const before = this.#runs.get(name);
    const runs = this.#runs.has(`${fact.run - 1} ${fact.batch}`) ? fact.run - 1 : 0;
    const run = orRecordFault(event.seq, () =>
      fact.kind === 'batch_begun'
        ? runBegun({ ...event, fact }, before === undefined ? runs : fact.run)
        : runEnded(before, { ...event, fact }),
    );
    this.#runs.set(name, run);
  }

  /** Checks that each text that the event names has the hash in its body. Remembers a missing text of a key. */
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

  /** Events and texts after the head must belong to links that other processes added meanwhile. */
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

/** The fact of an event. Throws a RecordFault if the body is no fact, or differs from the columns of the event. */
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

/** Runs `compute`, and turns its TypeError about an impossible change into a RecordFault about the event. */
export function orRecordFault<Of>(seq: number, compute: () => Of): Of {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new RecordFault(`event ${seq}`, `cannot be: ${error.message}`);
  }
}

export const stampOf = ({ seq, at, who }: EventRow): Omit<StampedFact<Fact>, 'fact'> => ({
  seq,
  at: Date.parse(at),
  who,
});

/** A text of a fact, stored outside the chain. */
export interface TextRow {
  readonly seq: number;
  readonly name: string;
  readonly text: string;
}

/** A write, with all events of its key, oldest first. */
export interface History {
  /** With the columns that no list shows. */
  readonly write: Write & Pick<CurrentWrite, 'ended' | 'notedRun' | 'reserves'>;
  readonly events: readonly EventRow[];
}

/** The credits that one person's writes count against the caps of one UTC day. */
export interface Counter {
  readonly day: string;
  readonly currency: string;
  readonly who: string;
  readonly sum: Decimal;
}

/** The tables that verification reads, page by page, so that memory stays flat. */
export interface Evidence {
  /** All events in order. */
  events(): AsyncIterable<EventRow>;
  links(from?: number): AsyncIterable<LinkRow>;
  /** All texts that are not erased, ordered by event and name; also texts of a later version. */
  texts(): AsyncIterable<TextRow>;
  /** Each key once, in any order. */
  histories(): AsyncIterable<History>;
  /** All counters; zero sums may be missing. */
  counters(): AsyncIterable<Counter>;
}
