// An office in a simulated world: people run whole commands, which fail, wait, are killed and overtake each other at any
// step, and are repeated until they succeed. What the ledger and the record must be at the end.
import path from 'node:path';
import { vi } from 'vitest';
import { seededChance } from '../../src/sandbox/ledger/seeded-chance.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { leaseMs } from '../../src/writes/submission.ts';
import { errorOf, orb, words } from '../support/command.ts';
import { copyOfHome, noon, type RunResult, run } from '../support/run.ts';
import { type Chances, seededChoices, World } from '../support/simulated-world.ts';
import { type Ended, isReadOnly, isSettling, type Reaction, reactionTo } from './simulated-advice.ts';
import { checkEnd, type Made } from './simulated-end.ts';
import { checkSaid, officeSystem, type Run } from './simulated-machine.ts';

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

export interface Scenario {
  /** The home folder in which the ledger `served.db` was prepared; a copy of it is used. */
  readonly home: string;
  /** Whether the API is known for an embedded ledger; otherwise it passes for Orb. */
  readonly isEmbedded: boolean;
  /** Whether some commands have another API key of the same account. */
  readonly hasNewKey?: boolean;
  /** What the ledger has before. */
  readonly before: Pick<Wish, 'gives' | 'makes'>;
  readonly wishes: readonly Wish[];
  readonly chances: Chances;
  /** The rule below which all grants stay. */
  readonly cap?: Cap;
}

/** The most credits of a day. A grant beyond it is refused, and no other is. */
export interface Cap {
  readonly rule: 'customer_day_cap' | 'person_day_cap' | 'team_day_cap';
  readonly most: number;
}

/** How far a wish is. */
interface Progress {
  /** Runs for it, also those that followed advice. */
  runs: number;
  /** Runs for it since nothing fails any more. */
  calm: number;
  running?: Run;
  state: 'open' | 'fulfilled' | 'refused';
  /** The run that ended last, of those that did more than look. */
  last?: Ended;
  next: readonly [string, ...string[]];
}

/** Plays a scenario to its end. Throws with the story if a write was lost, made twice or reported wrong. */
export async function play(scenario: Scenario, seed: number): Promise<void> {
  const world = new World(noon, seededChoices(seed), scenario.chances);
  const home = copyOfHome(scenario.home);
  const ledger = await openLedger(path.join(home, 'served.db'), world);
  const office = new Office({ world, scenario, home, ledger });
  // Only the notes of what was reported are limited in real time, which a busy machine would decide.
  const limits = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal);
  try {
    await office.play();
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${said}\nseed ${seed} ${JSON.stringify(scenario)}\n${world.story.join('\n')}`);
  } finally {
    await office.close();
    limits.mockRestore();
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
  readonly #wishes: ReadonlyMap<Wish, Progress>;
  readonly #ended: Promise<void>[] = [];
  #keys = 0;
  #broken: unknown;

  constructor(options: OfficeOptions) {
    this.#options = options;
    this.#world = options.world;
    this.#wishes = new Map(
      options.scenario.wishes.map((wish) => [
        wish,
        { runs: 0, calm: 0, state: 'open', next: [wish.line.replaceAll('~', options.home)] },
      ]),
    );
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
      if (round > 9) throw new Error('a wish is not fulfilled, though nothing fails any more');
      this.#world.now += leaseMs + 1;
      this.#world.tell('calm');
      await this.#world.run(() => this.#beginOne(round));
    }
    if (this.#broken !== undefined) throw this.#broken;
    const { home, scenario } = this.#options;
    const isRefused = (wish: Wish): boolean => this.#wishes.get(wish)?.state === 'refused';
    await checkEnd(scenario, { home, now: this.#world.now, isRefused });
  }

  #isOpen(wish: Wish): boolean {
    return this.#wishes.get(wish)?.state === 'open';
  }

  #unfulfilled(): readonly Wish[] {
    const { wishes } = this.#options.scenario;
    return wishes.filter((wish) => wish.isOptional !== true && this.#isOpen(wish));
  }

  /** Begins a run for a wish that has none under way. @param round of calm, in which each wish is tried once */
  #beginOne(round?: number): boolean {
    const [first, ...others] = [...this.#wishes].filter((each) => this.#mayBegin(each, round));
    if (first === undefined) return false;
    const [wish, progress] = this.#world.oneOf([first, ...others]);
    if (round !== undefined) progress.calm = round + 1;
    this.#begin(wish, progress);
    return true;
  }

  #mayBegin([wish, { running, runs, calm }]: [Wish, Progress], round: number | undefined): boolean {
    const { after, isOptional } = wish;
    if (!this.#isOpen(wish) || (after !== undefined && this.#isOpen(after))) return false;
    if (running?.process.isRunning === true) return false;
    return round === undefined ? runs < 4 : isOptional !== true && calm <= round;
  }

  #begin(wish: Wish, progress: Progress): void {
    const { home } = this.#options;
    const { who, machine } = wish.person;
    const line = this.#world.oneOf(progress.next);
    const process = this.#world.begin(machine);
    const apiKey =
      this.#options.scenario.hasNewKey === true ? this.#world.oneOf(['key_1', 'key_2']) : undefined;
    const made: Run = { line, process, apiKey, applied: 0, onReported: () => this.#reported(wish, made) };
    progress.running = made;
    progress.runs += 1;
    this.#world.tell(`${process.pid} begins: ${who} on ${machine}: ${line}`);
    const { world, scenario, ledger } = this.#options;
    const newKey = () => {
      this.#keys += 1;
      return `made-${this.#keys}`;
    };
    const office = { world, home, ledger, newKey, isEmbedded: scenario.isEmbedded, fail: this.#fail };
    const env = { ...orb, ...(apiKey && { ORB_API_KEY: apiKey }) };
    const yes = isReadOnly(line) ? [] : ['--yes'];
    const ending = run([...words(line), ...yes, '-o', 'json'], {
      ...{ home, env, who, signal: process.interruption.signal },
      system: (usual) => officeSystem(usual, made, office),
    })
      .then((result) => this.#end({ wish, progress, made }, result))
      .catch(this.#fail)
      .finally(() => {
        process.isRunning = false;
      });
    this.#ended.push(ending);
  }

  #hasTwin({ person: { who }, line }: Wish): boolean {
    return (
      this.#options.scenario.wishes.filter((wish) => wish.person.who === who && wish.line === line).length > 1
    );
  }

  readonly #fail = (error: unknown): void => {
    this.#broken ??= error;
  };

  /** A person who has read that a write succeeded does not repeat it, whatever became of the process. */
  #reported(wish: Wish, { line }: Run): void {
    const progress = this.#wishes.get(wish);
    if (progress !== undefined && !isSettling(line)) progress.state = 'fulfilled';
  }

  #end({ wish, progress, made }: { wish: Wish; progress: Progress; made: Run }, result: RunResult): void {
    const { code, stderr } = result;
    const { line, process } = made;
    this.#world.tell(`${process.pid} ends with ${code}: ${stderr}`);
    if (code === 2 || stderr.includes('defect')) this.#fail(new Error(`${line}: ${stderr}`));
    if (code !== 0) made.said = String(errorOf(result).applied);
    checkSaid(made);
    if (progress.state !== 'open') return;
    if (wish.isDoneBy !== undefined && stderr.includes(wish.isDoneBy)) progress.state = 'fulfilled';
    else if (wish.isRefusedBy !== undefined && stderr.includes(wish.isRefusedBy)) progress.state = 'refused';
    else if (wish.isOptional === true) progress.state = code === 0 ? 'fulfilled' : 'open';
    else this.#goOn({ line, result, before: progress.last }, wish, progress);
  }

  #goOn(ended: Ended, wish: Wish, progress: Progress): void {
    const own = wish.line.replaceAll('~', this.#options.home);
    const { isDone, lines }: Reaction = reactionTo(ended, own);
    const [first = own, ...others] = lines;
    // Whoever wants the same twice cannot know which of the two was settled, and repeats both.
    if (isDone && !(isSettling(ended.line) && this.#hasTwin(wish))) progress.state = 'fulfilled';
    const isLooking = isSettling(ended.line) || isReadOnly(ended.line);
    Object.assign(progress, { last: isLooking ? progress.last : ended, next: [first, ...others] });
  }
}
