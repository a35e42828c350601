// Recomputes the chain of an account, event by event, and says the first thing that is wrong.
import { chainStart, eventHash, linkHash } from './chain.ts';
import type { AccountRecord, EventRow, LinkRow } from './record.ts';

export interface Verified {
  readonly events: number;
  readonly link: number;
  readonly hash: string;
  /** The first thing that is wrong, a sentence; `null` if nothing is. */
  readonly problem: string | null;
}

/** Memory stays flat. */
export async function verifyRecord(record: Pick<AccountRecord, 'events' | 'links'>): Promise<Verified> {
  let [head, count, problem] = [chainStart, 0, null as string | null];
  const events = record.events()[Symbol.asyncIterator]();
  for await (const link of record.links()) {
    const hashes: string[] = [];
    for (let seq = link.first; seq <= link.last; seq += 1) {
      const step = await events.next();
      problem ??= step.done === true ? `event ${seq} is missing` : eventProblem(step.value, seq, link);
      if (step.done !== true) hashes.push(step.value.hash);
      count += 1;
    }
    const hash = linkHash(head, hashes);
    if (hash !== link.hash) problem ??= `link ${link.link} has another hash than its events make`;
    head = { link: link.link, hash: link.hash };
  }
  return { events: count, ...head, problem };
}

function eventProblem(event: EventRow, seq: number, { link }: LinkRow): string | null {
  if (event.seq !== seq || event.link !== link) return `event ${seq} is missing or at another place`;
  return eventHash(event) === event.hash ? null : `event ${seq} was changed`;
}
