// An office in a simulated world: people run whole commands, which fail, wait, are killed and overtake each other at any
// step, and are repeated until they succeed. What the ledger and the record must be at the end.
import path from 'node:path';
import { expect } from 'vitest';
import { openSqliteRecord } from '../../src/record/sqlite/store.ts';
import type { System } from '../../src/runtime/system.ts';
import { seededChance } from '../../src/sandbox/ledger/seeded-chance.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Exchange, WireAnswer, WireRequest } from '../../src/wire/json.ts';
import { leaseMs } from '../../src/writes/submission.ts';
import { creditctl, orb, rowsOf, words } from '../support/command.ts';
import { copyOfHome, noon, type RunOptions, type RunResult, run } from '../support/run.ts';
import { faultyExchange } from '../support/simulated-network.ts';
import { steppedRecord } from '../support/simulated-record.ts';
import { type Chances, type SimulatedProcess, seededChoices, World } from '../support/simulated-world.ts';

export interface Person {
  readonly who: string;
  readonly machine: string;
}

/** A command line that a person repeats until it succeeds. */
export interface Wish {
  readonly person: Person;
  /** `~` is the home folder. */
  readonly line: string;
  /** The wish that must have succeeded before. */
  readonly after?: Wish;
  /** The words of a failure after which nothing is left to do: another command did it. */
  readonly isDoneBy?: string;
  /** The words of a refusal after which it is given up. */
  readonly isRefusedBy?: string;
  /** It is tried a few times, and may fail. */
  readonly isOptional?: true;
  /** Credits by which it changes the balances of customers. */
  readonly gives?: Readonly<Record<string, number>>;
  /** How many objects it makes. */
  readonly makes?: Readonly<Partial<Record<Made, number>>>;
}

/** Lists of the objects that a wish may make. */
const lists = {
  topups: 'topups list acme --json',
  alerts: 'alerts list acme --json',
  customers: 'customers list --json',
};
export type Made = keyof typeof lists;

export interface Scenario {
  /** The home folder in which the ledger `served.db` was prepared; a copy of it is used. */
  readonly home: string;
  /** Whether the API is known for an embedded ledger; otherwise it passes for Orb. */
  readonly isEmbedded: boolean;
  /** What the ledger has before. */
  readonly before: Pick<Wish, 'gives' | 'makes'>;
  readonly wishes: readonly Wish[];
  readonly chances: Chances;
  /** The most that customers may have at the end. */
  readonly caps?: Readonly<Record<string, number>>;
}

/** An answer without the names by which an embedded ledger is known. */
export function asOrb(answer: WireAnswer): WireAnswer {
  const { 'creditctl-ledger': _, 'creditctl-ledger-ahead': _ahead, ...headers } = answer.headers;
  return { ...answer, headers };
}

interface Run {
  readonly wish: Wish;
  readonly process: SimulatedProcess;
  /** Writes that the API applied for this process. */
  applied: number;
  result?: RunResult;
}

/** Plays a scenario to its end. Throws with the story if a write was lost, made twice or reported wrong. */
export async function play(scenario: Scenario, seed: number): Promise<void> {
  const world = new World(noon, seededChoices(seed), scenario.chances);
  const home = copyOfHome(scenario.home);
  const ledger = await openLedger(path.join(home, 'served.db'), world);
  const office = new Office({ world, scenario, home, ledger });
  try {
    await office.play();
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${said}\nseed ${seed} ${JSON.stringify(scenario)}\n${world.story.join('\n')}`);
  } finally {
    await office.close();
  }
}

function openLedger(file: string, world: World): Promise<Sandbox> {
  let drawn = 0;
  const randomBytes = (length: number) => {
    drawn += 1;
    return Uint8Array.from({ length }, (_, index) => seededChance(drawn, index) * 256);
  };
  return openSandbox({ path: file, now: () => world.now, randomBytes });
}

interface OfficeOptions {
  readonly world: World;
  readonly scenario: Scenario;
  readonly home: string;
  readonly ledger: Sandbox;
}

class Office {
  readonly #options: OfficeOptions;
  readonly #world: World;
  readonly #runs: Run[] = [];
  readonly #ended: Promise<void>[] = [];
  readonly #calm = new Map<Wish, number>();
  #keys = 0;
  #broken: unknown;

  constructor(options: OfficeOptions) {
    this.#options = options;
    this.#world = options.world;
  }

  async close(): Promise<void> {
    this.#world.end();
    await Promise.all(this.#ended);
    await this.#options.ledger.close();
  }

  async play(): Promise<void> {
    await this.#world.run(() => this.#beginOne());
    this.#world.calm();
    for (let round = 0; this.#unfulfilled().length > 0 && this.#broken === undefined; round += 1) {
      if (round > 6) throw new Error('a wish is not fulfilled, though nothing fails any more');
      this.#world.now += leaseMs + 1;
      this.#world.tell('calm');
      await this.#world.run(() => this.#beginOne(round));
    }
    if (this.#broken !== undefined) throw this.#broken;
    await this.#check();
  }

  #runsOf(wish: Wish): readonly Run[] {
    return this.#runs.filter((run) => run.wish === wish);
  }

  #isFulfilled(wish: Wish): boolean {
    return this.#hasEnded(wish, wish.isDoneBy) || this.#isRefused(wish);
  }

  #isRefused(wish: Wish): boolean {
    return wish.isRefusedBy !== undefined && !this.#hasEnded(wish) && this.#hasEnded(wish, wish.isRefusedBy);
  }

  /** Whether a run for it has succeeded, or failed with these words. */
  #hasEnded(wish: Wish, by?: string): boolean {
    return this.#runsOf(wish).some(
      ({ result }) => result?.code === 0 || (by !== undefined && result?.stderr.includes(by) === true),
    );
  }

  #unfulfilled(): readonly Wish[] {
    const { wishes } = this.#options.scenario;
    return wishes.filter((wish) => wish.isOptional !== true && !this.#isFulfilled(wish));
  }

  /** Begins a run for a wish that has none under way. @param round of calm, in which each wish is tried once */
  #beginOne(round?: number): boolean {
    const [first, ...others] = this.#options.scenario.wishes.filter((wish) => this.#mayBegin(wish, round));
    if (first === undefined) return false;
    const wish = this.#world.oneOf([first, ...others]);
    if (round !== undefined) this.#calm.set(wish, round + 1);
    this.#begin(wish);
    return true;
  }

  #mayBegin(wish: Wish, round: number | undefined): boolean {
    const { after, isOptional } = wish;
    const runs = this.#runsOf(wish);
    if (this.#isFulfilled(wish) || (after !== undefined && !this.#isFulfilled(after))) return false;
    if (runs.some(({ process }) => process.isRunning)) return false;
    if (round === undefined) return runs.length < 4;
    return isOptional !== true && (this.#calm.get(wish) ?? 0) <= round;
  }

  #begin(wish: Wish): void {
    const { person, line } = wish;
    const process = this.#world.begin(person.machine);
    const made: Run = { wish, process, applied: 0 };
    this.#runs.push(made);
    this.#world.tell(`${process.pid} begins: ${person.who} on ${person.machine}: ${line}`);
    const { home } = this.#options;
    const options = { home, env: orb, who: person.who, system: (usual: System) => this.#system(usual, made) };
    const ending = run([...words(line.replaceAll('~', home)), '--yes', '-o', 'json'], options)
      .then((result) => this.#end(made, result))
      .catch((error: unknown) => {
        this.#broken ??= error;
      })
      .finally(() => {
        process.isRunning = false;
      });
    this.#ended.push(ending);
  }

  /** Who says that nothing was applied has applied nothing. */
  #end(made: Run, result: RunResult): void {
    const { code, stderr } = result;
    made.result = result;
    this.#world.tell(`${made.process.pid} ends with ${code}: ${stderr}`);
    const isWrong = code !== 0 && made.applied > 0 && stderr.includes('"applied":"no"');
    if (isWrong || code === 2 || stderr.includes('defect'))
      this.#broken ??= new Error(`${made.applied} were applied by ${made.process.pid}: ${stderr}`);
  }

  #system(usual: System, made: Run): System {
    const world = this.#world;
    const { process } = made;
    const file = path.join(this.#options.home, '.local', 'state', 'creditctl', 'record.db');
    return {
      ...usual,
      now: () => world.now,
      monotonic: () => world.now,
      random: () => world.oneOf([0.1, 0.5, 0.9]),
      newKey: () => {
        this.#keys += 1;
        return `made-${this.#keys}`;
      },
      sleep: (ms) => world.turn(process, ms),
      process: {
        ...usual.process,
        host: process.machine,
        runner: { machine: process.machine, pid: process.pid },
        isAlive: (runner) => world.isAlive(runner),
      },
      exchange: async () => ({ exchange: this.#exchange(made), close: () => {} }),
      record: async (_, opening) => {
        await world.turn(process);
        const store = await world.act(() => openSqliteRecord(file, opening));
        return steppedRecord(store, { world, process });
      },
    };
  }

  #exchange(made: Run): Exchange {
    const world = this.#world;
    const { process } = made;
    const { ledger } = this.#options;
    const answer = async (request: WireRequest, deadline: number): Promise<WireAnswer> => {
      await world.away(process, deadline);
      const answered = await ledger.exchange(request);
      if (request.method === 'GET') return this.#named(answered);
      const isReplay = answered.headers['idempotent-replayed'] !== undefined;
      if (answered.status < 300 && !isReplay) made.applied += 1;
      const key = request.headers['idempotency-key'];
      world.tell(`${process.pid}: ${answered.status}${isReplay ? ' again' : ''} to ${request.path} ${key}`);
      return this.#named(answered);
    };
    return faultyExchange(answer, { process, world });
  }

  #named(answer: WireAnswer): WireAnswer {
    return this.#options.scenario.isEmbedded ? answer : asOrb(answer);
  }

  async #check(): Promise<void> {
    const { home, scenario } = this.#options;
    const { before, caps = {} } = scenario;
    const wishes = [before, ...scenario.wishes.filter((wish) => !this.#isRefused(wish))];
    const at: RunOptions = {
      ...{ home, env: orb, now: this.#world.now, served: path.join(home, 'served.db') },
      between: async (request, exchange) => this.#named(await exchange(request)),
    };
    for (const customer of ['acme', 'globex', 'initech']) {
      const entries = rowsOf(await creditctl(`ledger list ${customer} --all --json`, at));
      const total = wishes.reduce((sum, { gives }) => sum + (gives?.[customer] ?? 0), 0);
      expect(entries[0]?.ending_balance ?? 0, `${customer}: ${JSON.stringify(entries)}`).toBe(total);
      expect(total, customer).toBeLessThanOrEqual(caps[customer] ?? total);
    }
    for (const [made, line] of Object.entries(lists)) {
      const count = wishes.reduce((sum, { makes }) => sum + (makes?.[made as Made] ?? 0), 0);
      expect(rowsOf(await creditctl(line, at)), made).toHaveLength(count);
    }
    for (const line of ['history verify', 'history audit --all']) {
      const { code, stdout, stderr } = await creditctl(line, at);
      expect(code, `${line}: ${stdout}${stderr}`).toBe(0);
    }
  }
}
