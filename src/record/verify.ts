// Verifies the record of an account: its chain, and the tables that follow from the chain.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Amount, add, zero } from '../credits/exact.ts';
import { CreditctlError } from '../errors.ts';
import { chainStart, isKeyed } from './chained-fact.ts';
import { type CurrentRun, type CurrentWrite, writeAfter } from './current-write.ts';
import type { EventRow, Head } from './facts.ts';
import { type BatchRunRow, batchRunOf, countedOf, instantText, type Write, writeOf } from './known-write.ts';
import type { AccountRecord } from './record.ts';
import {
  type ChainReading,
  type Counter,
  factIn,
  followChain,
  type History,
  orRecordFault,
  RecordFault,
  stampOf,
} from './verify-chain.ts';

interface Verdict {
  /** The last link of the chain. */
  readonly head: Head;
  readonly events: number;
  readonly writes: number;
  /** The first fault; `undefined` if the record is whole. */
  readonly fault: Error | undefined;
}

/**
 * Recomputes the hash of each event, link and text, and the current state of each key, run and counter from the events.
 * Memory stays flat. Ignores what other processes add meanwhile.
 * @param step called for each event in the chain, and again for each write; ends the check if it throws
 */
export async function verifyRecord(record: AccountRecord, step = () => {}): Promise<Verdict> {
  const counted = { events: 0, writes: 0 };
  let head = chainStart;
  try {
    const { counters, runs, ...now } = await stateNow(record);
    head = now.head;
    const chain = await followChain(record, head, step);
    counted.events = chain.last;
    await checkRuns(record, runs, chain.runs);
    const sums = new Sums();
    const check = new HistoryCheck(record, chain);
    for await (const history of record.histories()) {
      step();
      sums.add(await check.history(history));
      counted.writes += 1;
    }
    await check.end();
    sums.check(counters);
    await checkPlans(record, chain);
    return { head, ...counted, fault: undefined };
  } catch (error) {
    // Unreadable data counts as a fault.
    const isUnreadable = error instanceof CreditctlError && error.kind === 'refused';
    if (!isUnreadable && !(error instanceof RecordFault)) throw error;
    return { head, ...counted, fault: error };
  }
}

/** Head, counters and runs of one moment: reads again until no other process moved the head. */
async function stateNow(record: AccountRecord) {
  for (;;) {
    const head = await record.head();
    const counters: Counter[] = [];
    for await (const counter of record.counters()) counters.push(counter);
    const runs = await record.batchRuns({});
    if (isDeepStrictEqual(await record.head(), head)) return { head, counters, runs };
  }
}

async function checkRuns(
  record: AccountRecord,
  stored: readonly BatchRunRow[],
  expected: readonly CurrentRun[],
): Promise<void> {
  const left = new Map(stored.map((run) => [`${run.run} ${run.batch}`, run]));
  for (const current of expected) {
    const name = `${current.run} ${current.batch}`;
    const run = left.get(name);
    const where = `run ${current.run} of the batch ${current.batch}`;
    if (run === undefined) throw new RecordFault(where, 'is missing');
    left.delete(name);
    const text = async (name: 'command' | 'results' | 'signatures') =>
      (await record.text(current.begun, name)) ?? null;
    const [command, results] = [await text('command'), await text('results')];
    compareRows(where, run, batchRunOf(current, { command, results, signatures: await text('signatures') }));
  }
  for (const { batch, run } of left.values())
    throw new RecordFault(`run ${run} of the batch ${batch}`, 'never began');
}

/** Compares a stored row with the expected row. A longer lease is allowed, because extensions are not chained. */
function compareRows<Of extends { readonly leaseUntil: string }>(
  where: string,
  stored: Of,
  expected: Of,
): void {
  if (stored.leaseUntil < expected.leaseUntil)
    throw new RecordFault(where, 'has a shorter lease than its events');
  for (const [name, value] of Object.entries({ ...expected, leaseUntil: stored.leaseUntil }))
    if (!isDeepStrictEqual(stored[name as keyof Of], value))
      throw new RecordFault(where, `has another ${name} than its events`);
}

/** Number of writes whose undoing is looked up at once: reads that begin together are one message to PostgreSQL. */
const readTogether = 500;

/** Checks each key against its events. */
class HistoryCheck {
  readonly #record: AccountRecord;
  readonly #chain: ChainReading;
  readonly #runs: ReadonlyMap<string, CurrentRun>;
  readonly #withoutTexts: Map<string, number>;
  #writes: Write[] = [];
  #events = 0;

  constructor(record: AccountRecord, chain: ChainReading) {
    this.#record = record;
    this.#chain = chain;
    this.#runs = new Map(chain.runs.map((run) => [`${run.run} ${run.batch}`, run]));
    this.#withoutTexts = new Map(chain.withoutTexts);
  }

  /** Returns the write of the key by its events, up to the end of the checked chain. */
  async history({ write, events }: History): Promise<CurrentWrite | undefined> {
    const where = `write ${write.key}`;
    const followed = events.filter(({ seq }) => seq <= this.#chain.last);
    this.#events += followed.length;
    const current = writeFrom(where, write.key, followed);
    this.#checkTexts(followed);
    // Another process changed the key meanwhile, so the row cannot be compared this time.
    if (followed.length < events.length) return current;
    if (current === undefined) throw new RecordFault(where, 'has no event');
    const { batch, notedRun, run, ended, reserves } = current;
    const runs = { noting: this.#run(batch, notedRun), working: this.#run(batch, run) };
    compareRows(where, write, {
      ...writeOf(current, runs, write.undoneBy),
      ...{ ended, notedRun, reserves },
      leaseUntil: instantText(current.leaseUntil),
    });
    if (this.#writes.push(write) === readTogether) await this.#checkUndones();
    return current;
  }

  #run(batch: string | null, run: number | null): CurrentRun | undefined {
    return this.#runs.get(`${run} ${batch}`);
  }

  /** A text may be missing only if the customer's texts were erased afterwards. */
  #checkTexts(events: readonly EventRow[]): void {
    const [first] = events;
    const seq = this.#withoutTexts.get(first?.key ?? '');
    if (first === undefined || seq === undefined) return;
    this.#withoutTexts.delete(first.key);
    const names = events.flatMap((event) => customersIn(event));
    if (!names.some((name) => (this.#chain.erased.get(name) ?? 0) > seq))
      throw new RecordFault(`event ${seq}`, 'has lost a text that was not erased');
  }

  async #checkUndones(): Promise<void> {
    await Promise.all(this.#writes.splice(0).map((write) => this.#checkUndone(write)));
  }

  /** Checks that `undoneBy` names exactly the settled write that undid the last part of this write. */
  async #checkUndone({ key, undoneBy, undoes, state, toFollow }: Write): Promise<void> {
    const undoing = undoneBy === null ? undefined : await this.#record.write(undoneBy);
    if (undoneBy !== null && (undoing?.undoes !== key || undoing.state !== 'settled'))
      throw new RecordFault(`write ${key}`, 'has another undoneBy than its events');
    if (undoes === null || state !== 'settled' || toFollow > 0) return;
    const undone = await this.#record.write(undoes);
    if (undone !== undefined && undone.undoneBy === null)
      throw new RecordFault(`write ${undoes}`, 'has another undoneBy than its events');
  }

  async end(): Promise<void> {
    await this.#checkUndones();
    const lost = this.#chain.keyed - this.#events;
    if (lost !== 0) throw new RecordFault('the table of writes', `lacks ${lost} events of the chain`);
  }
}

/** All names under which `erase` finds the customer of a write. */
function customersIn(event: EventRow): readonly string[] {
  const { fact } = factIn(event);
  // A customer without an external id is known by the id in the answer that created the customer.
  if (fact.kind === 'ended' && fact.entry !== undefined) return [fact.entry, `id:${fact.entry}`];
  if (fact.kind !== 'noted') return [];
  const { customer = '', reserves } = fact;
  const names = [customer, reserves?.customer ?? customer];
  return names.flatMap((name) => [name, name.replace(/^id:/, ''), `id:${name}`]);
}

function writeFrom(where: string, key: string, events: readonly EventRow[]): CurrentWrite | undefined {
  let current: CurrentWrite | undefined;
  for (const event of events) {
    const { fact } = factIn(event);
    if (!isKeyed(fact) || fact.key !== key)
      throw new RecordFault(where, `has event ${event.seq} of another key`);
    if (event.prev !== (current?.version ?? 0))
      throw new RecordFault(where, `does not have all events before event ${event.seq}`);
    const before = current;
    current = orRecordFault(event.seq, () => writeAfter(before, { ...stampOf(event), fact }));
  }
  return current;
}

/** Sums the credits of writes by day, currency and person, and compares the sums with the stored counters. */
class Sums {
  readonly #sums = new Map<string, Amount>();

  add(current: CurrentWrite | undefined): void {
    const counted = countedOf(current);
    if (counted === undefined) return;
    const name = nameOf(counted);
    this.#sums.set(name, add(this.#sums.get(name) ?? zero, counted.amount));
  }

  check(counters: readonly Counter[]): void {
    const stored = new Map(
      counters.filter(({ sum }) => sum !== zero).map((counter) => [nameOf(counter), counter.sum]),
    );
    for (const name of new Set([...stored.keys(), ...this.#sums.keys()]))
      if (stored.get(name) !== this.#sums.get(name))
        throw new RecordFault(`the counter ${name}`, 'has another sum than its writes');
  }
}

const nameOf = ({ day, currency, who }: Pick<Counter, 'day' | 'currency' | 'who'>): string =>
  `of ${who} for ${currency} on ${day}`;

/** Checks that each plan has the SHA-256 that its runs name, or the one that the last erasure of rows left. */
async function checkPlans(record: AccountRecord, { runs, plansLeft }: ChainReading): Promise<void> {
  for (const plan of new Set(runs.map((run) => run.plan))) {
    const otherBytes = new RecordFault(`plan ${plan}`, 'has other bytes than its runs name');
    const left = plansLeft.get(plan);
    const hash = createHash('sha256');
    try {
      for await (const piece of record.plan(plan, left === undefined ? undefined : 'erased rows'))
        hash.update(piece);
    } catch {
      throw otherBytes;
    }
    if (hash.digest('hex') !== (left ?? plan)) throw otherBytes;
  }
}
