// Commands that write, run by processes that fail, wait and are killed at any step, and what must be true at the end.
import path from 'node:path';
import { expect } from 'vitest';
import { type Amount, compare, sum } from '../../src/credits/exact.ts';
import { CreditctlError } from '../../src/errors.ts';
import { sender } from '../../src/orb/send.ts';
import { type CapTerms, noteAcknowledged } from '../../src/record/attempt.ts';
import { isHeld, settlingOptions } from '../../src/record/decide.ts';
import { isOpen } from '../../src/record/facts.ts';
import type { Account, AccountRecord, RecordStore, WriteWithTexts } from '../../src/record/record.ts';
import { openSqliteRecord } from '../../src/record/sqlite/store.ts';
import { verifyRecord } from '../../src/record/verify.ts';
import { type ApiRequest, markerOf } from '../../src/requests/request.ts';
import { isJsonObject, type Json, jsonNumber } from '../../src/wire/json.ts';
import { settleEarlier } from '../../src/writes/settle-earlier.ts';
import { leaseMs, type Submission, selfOf } from '../../src/writes/submission.ts';
import { submit } from '../../src/writes/submit.ts';
import { recordOpening } from '../support/record.ts';
import { freshHome, noon } from '../support/run.ts';
import { steppedRecord } from '../support/simulated-record.ts';
import { type Chances, type SimulatedProcess, seededChoices, World } from '../support/simulated-world.ts';
import { SimulatedApi } from './simulated-api.ts';

/** Who runs a command, and where. */
export interface Person {
  readonly who: string;
  readonly machine: string;
  readonly apiKey: string;
}

/** A write that a person wants once, and repeats until the command reports it. */
export interface Wish extends Person {
  readonly amount: Amount;
  /** `--idempotency-key`; several wishes with one key are one write. */
  readonly key?: string;
}

export interface Scenario {
  readonly wishes: readonly Wish[];
  readonly chances: Chances;
  /** Whether the API remembers keys for each API key. */
  readonly isByApiKey: boolean;
  /** Credits that may be granted to the customer in a day. */
  readonly cap?: Amount;
  /** Milliseconds by which the clock of a machine is ahead of the record's. */
  readonly ahead: Readonly<Record<string, number>>;
  /** Who runs `history settle` once, at any time. */
  readonly settlers: readonly Person[];
}

type Outcome =
  | { readonly kind: 'reported'; readonly entry: string }
  | { readonly kind: 'failed'; readonly error: CreditctlError };

interface Run {
  readonly process: SimulatedProcess;
  readonly wish: Wish;
  outcome?: Outcome;
}

const origin = { origin: 'https://orb.example', mode: 'test', ledger: null } as const;

const requestOf = ({ amount }: Wish): ApiRequest => ({
  method: 'POST',
  path: '/customers/x/credits/ledger_entry',
  body: { entry_type: 'increment', amount: jsonNumber(amount) },
});

/** Plays a scenario to its end. Throws with the story if a write was lost, made twice or reported wrong. */
export async function play(scenario: Scenario, seed: number): Promise<void> {
  const world = new World(noon, seededChoices(seed), scenario.chances);
  const desk = new Desk(world, scenario);
  try {
    await desk.play();
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${said}\n${JSON.stringify(scenario)}\n${world.story.join('\n')}`);
  }
}

class Desk {
  readonly #world: World;
  readonly #scenario: Scenario;
  readonly #api: SimulatedApi;
  readonly #file = path.join(freshHome(), 'record.db');
  readonly #runs: Run[] = [];
  readonly #stores: RecordStore[] = [];
  readonly #settlers: Person[];
  #keys = 0;
  #broken: unknown;

  constructor(world: World, scenario: Scenario) {
    this.#world = world;
    this.#scenario = scenario;
    this.#api = new SimulatedApi(world, scenario.isByApiKey);
    this.#settlers = [...scenario.settlers];
  }

  async play(): Promise<void> {
    const account = await this.#account();
    try {
      await this.#world.run(() => this.#beginOne(account));
      this.#world.calm();
      for (let round = 0; this.#unfulfilled().length > 0; round += 1) {
        if (round > 20) throw new Error('a wish is not fulfilled, though nothing fails any more');
        this.#world.now += leaseMs + 1;
        this.#world.tell('calm');
        await this.#world.run(() => this.#beginOne(account, round));
      }
      if (this.#broken !== undefined) throw this.#broken;
      await this.#check(account);
    } finally {
      for (const store of this.#stores) await store.close();
    }
  }

  async #account(): Promise<Account> {
    const store = await this.#open('m1', 1, 'keeper');
    return store.addAccount(origin);
  }

  async #open(machine: string, pid: number, who: string): Promise<RecordStore> {
    const process = {
      who,
      userId: undefined,
      host: machine,
      runner: { machine, pid },
      isAlive: () => false,
      runBlocking: async <Result>(work: () => Result) => work(),
    };
    const store = await openSqliteRecord(
      ...recordOpening(this.#file, { now: () => this.#world.now, process }),
    );
    this.#stores.push(store);
    return store;
  }

  /** The wishes whose write was not reported yet, without those that the cap refused. */
  #unfulfilled(): readonly Wish[] {
    return this.#scenario.wishes.filter((wish) =>
      this.#runsOf(wish).every(({ outcome }) => outcome?.kind !== 'reported' && !isOverCap(outcome)),
    );
  }

  #runsOf(wish: Wish): readonly Run[] {
    return this.#runs.filter((run) => run.wish === wish);
  }

  /** Begins a run for a wish that has none under way. @param round of calm, in which each wish is tried once */
  #beginOne(account: Account, round?: number): boolean {
    const settler = round === undefined ? this.#settlers.pop() : undefined;
    if (settler !== undefined) return this.#beginSettling(settler, account);
    const idle = this.#unfulfilled().filter((wish) => {
      const runs = this.#runsOf(wish);
      if (runs.some(({ process }) => process.isRunning)) return false;
      return round === undefined ? runs.length < 4 : this.#calmRuns(wish) <= round;
    });
    const [first, ...others] = idle;
    if (first === undefined) return false;
    const wish = this.#world.oneOf([first, ...others]);
    if (round !== undefined) this.#calm.set(wish, this.#calmRuns(wish) + 1);
    this.#begin(wish, account);
    return true;
  }

  readonly #calm = new Map<Wish, number>();
  #calmRuns(wish: Wish): number {
    return this.#calm.get(wish) ?? 0;
  }

  #beginSettling(settler: Person, account: Account): true {
    const process = this.#world.begin(settler.machine);
    this.#world.tell(`${process.pid} begins to settle: ${JSON.stringify(settler)}`);
    this.#settle(process, settler, account)
      .catch((error) => {
        if (!(error instanceof CreditctlError)) this.#broken ??= error;
      })
      .finally(() => {
        process.isRunning = false;
      });
    return true;
  }

  /** As `history settle` does. */
  async #settle(process: SimulatedProcess, settler: Person, account: Account): Promise<void> {
    const world = this.#world;
    const store = await world.act(() => this.#open(settler.machine, process.pid, settler.who));
    const kept = store.of(account, { keyHash: settler.apiKey });
    const submission = this.#submission(steppedRecord(kept, { world, process }), process, settler);
    await world.turn(process);
    const open: WriteWithTexts[] = [];
    await world.act(async () => {
      for await (const write of kept.writes({ states: ['noted', 'unknown'] })) open.push(write);
    });
    await world.turn(process);
    for (const write of open) {
      const self = await selfOf(submission);
      const options = settlingOptions(write, self);
      if (isHeld(write, self) || !(options.hasMark || options.mayResend)) continue;
      await settleEarlier(write, options, { ...submission, onSettled: () => {}, onUnrecorded: () => {} });
    }
  }

  #begin(wish: Wish, account: Account): void {
    const process = this.#world.begin(wish.machine);
    const run: Run = { process, wish };
    this.#runs.push(run);
    this.#world.tell(`${process.pid} begins: ${JSON.stringify(wish)}`);
    this.#run(run, account).then(
      (outcome) => {
        run.outcome = outcome;
        process.isRunning = false;
        const what = outcome.kind === 'reported' ? outcome.entry : outcome.error.message;
        this.#world.tell(`${process.pid} ${outcome.kind}: ${what}`);
      },
      (error) => {
        process.isRunning = false;
        this.#broken ??= error;
      },
    );
  }

  async #run({ process, wish }: Run, account: Account): Promise<Outcome> {
    const world = this.#world;
    const store = await world.act(() => this.#open(wish.machine, process.pid, wish.who));
    const kept = store.of(account, { keyHash: wish.apiKey });
    const record = steppedRecord(kept, { world, process });
    const acknowledged: Parameters<typeof noteAcknowledged>[0][] = [];
    let unrecorded: CreditctlError | undefined;
    try {
      const settled = await submit(requestOf(wish), wish.key, {
        ...this.#submission(record, process, wish),
        onSettled: (write) => acknowledged.push(write),
        onUnrecorded: (error) => {
          unrecorded = error;
        },
      });
      // The command prints what was done, and notes as its very last step that it did.
      await world.turn(process);
      for (const write of acknowledged) await world.act(() => noteAcknowledged(write, kept));
      if (unrecorded !== undefined) return { kind: 'failed', error: unrecorded };
      return { kind: 'reported', entry: idOf(settled.document) };
    } catch (error) {
      if (!(error instanceof CreditctlError)) throw error;
      return { kind: 'failed', error };
    }
  }

  #submission(
    record: AccountRecord,
    process: SimulatedProcess,
    { who, apiKey, machine }: Person,
  ): Omit<Submission<Json>, 'onSettled' | 'onUnrecorded'> {
    const world = this.#world;
    const exchange = this.#api.exchange(process, apiKey);
    const now = (): number => world.now + (this.#scenario.ahead[machine] ?? 0);
    const send = sender(exchange, {
      now,
      random: () => world.oneOf([0.1, 0.5, 0.9]),
      sleep: (ms) => world.turn(process, ms),
    });
    const found = async (request: ApiRequest): Promise<Json | undefined> => {
      await world.turn(process);
      if (world.fails())
        throw new CreditctlError('network', 'the ledger could not be read', { applied: 'no' });
      const document = this.#api.marked(markerOf(request) ?? '');
      await world.turn(process);
      return document;
    };
    return {
      record,
      onWait: () => {},
      runner: { machine, pid: process.pid },
      isAlive: (runner) => world.isAlive(runner),
      author: { os_user: who, host: machine },
      command: `ledger add x --amount 5`,
      mask: (text) => text,
      leaseMs,
      ledgerNow: undefined,
      now,
      monotonic: () => world.now,
      newKey: () => {
        this.#keys += 1;
        return `key-${this.#keys}`;
      },
      pause: (ms) => world.turn(process, ms),
      send,
      look: ({ request }) => found(request),
      lookUnseen: (request) => found(request),
      read: (document) => document,
      roomFor: async (request) => this.#room(request),
      customer: () => Promise.reject(new Error('no customer was to be read')),
      check: () => {},
    };
  }

  #room({ body }: ApiRequest): CapTerms {
    const { cap } = this.#scenario;
    const of = { customer: 'x', currency: 'credits', day: '2026-01-01' };
    const reserves = { ...of, amount: String(body?.amount) };
    if (cap === undefined) return { reserves, caps: [] };
    return {
      reserves,
      caps: [{ scope: 'customer', ...of, elsewhere: '0', limit: cap, name: 'customer_day_cap' }],
    };
  }

  async #check(account: Account): Promise<void> {
    const { wishes, cap } = this.#scenario;
    const { entries } = this.#api;
    const isReported = ({ outcome }: Run): boolean => outcome?.kind === 'reported';
    const made = wishes.filter((wish) => this.#runsOf(wish).some(isReported));
    expect(entries, 'entries').toHaveLength(new Set(made.map((wish) => wish.key ?? wish)).size);
    for (const run of this.#runs) this.#checkReport(run);
    const granted = sum(entries.map(({ amount }) => amount));
    if (cap !== undefined) expect(compare(granted, cap), `${granted} of ${cap} granted`).not.toBe(1);
    const record = (await this.#open('m1', 2, 'keeper')).of(account);
    expect((await verifyRecord(record)).fault).toBeUndefined();
    const settled = [];
    for await (const write of record.writes({})) {
      expect(isOpen(write), write.key).toBe(false);
      if (write.state === 'settled') settled.push(write.entry);
    }
    expect(settled.sort()).toEqual(entries.map(({ id }) => id).sort());
  }

  /** Who reports an entry names the one of its key, and who says that nothing was applied has made none. */
  #checkReport({ outcome, process, wish }: Run): void {
    const { entries } = this.#api;
    if (outcome?.kind === 'reported') {
      const entry = entries.find(({ id }) => id === outcome.entry);
      expect(entry).toMatchObject({
        amount: wish.amount,
        ...(wish.key === undefined ? {} : { key: wish.key }),
      });
    } else if (outcome?.error.facts.applied === 'no')
      expect(entries.filter(({ by }) => by === process)).toEqual([]);
  }
}

/** Of the refusals, only the one for an equal write under way names a key. */
const isOverCap = (outcome: Outcome | undefined): boolean =>
  outcome?.kind === 'failed' &&
  outcome.error.kind === 'refused' &&
  outcome.error.facts.idempotencyKey === undefined;

const idOf = (document: Json): string => String(isJsonObject(document) ? document.id : undefined);
