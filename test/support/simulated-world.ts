// A world of one thread, in which time, faults and the order of all steps are chosen: processes that write, their record
// and an API. Every wait of a process ends where the world says, so that one choice of numbers is one history.
import { setImmediate as nextTask } from 'node:timers/promises';
import { CreditctlError } from '../../src/errors.ts';
import { seededChance } from '../../src/sandbox/ledger/seeded-chance.ts';

/** Picks a number from 0 to `most`. */
export type Choose = (most: number) => number;

/** The same choices for the same seed. */
export function seededChoices(seed: number): Choose {
  let position = 0;
  return (most) => {
    position += 1;
    return Math.floor(seededChance(seed, position) * (most + 1));
  };
}

/** A process that runs a command. It is dead once it was killed: then none of its waits ends. */
export interface SimulatedProcess {
  readonly machine: string;
  readonly pid: number;
  isRunning: boolean;
  /** Aborted when the process gets a signal that asks it to end. */
  readonly interruption: AbortController;
}

interface Waiter {
  readonly process: SimulatedProcess;
  /** The request is on the network or in the API, where nobody kills it. */
  readonly isAway: boolean;
  /** Milliseconds since the epoch: earliest end of the wait. */
  readonly from: number;
  /** Latest end of the wait. */
  readonly until: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
  readonly resume: () => void;
  readonly fail: (error: Error) => void;
}

export interface Chances {
  /** How many processes may be killed. */
  readonly kills: number;
  /** How many processes may get SIGINT or SIGTERM. */
  readonly signals?: number;
  /** Milliseconds by which time may jump while steps wait. */
  readonly jumps: readonly number[];
  /** How many percent of the steps that can fail do. */
  readonly faults: number;
}

export class World {
  now: number;
  /** What happened, for a failed property. */
  readonly story: string[] = [];
  readonly #begun: number;
  readonly #choose: Choose;
  #chances: Chances;
  #waiters: Waiter[] = [];
  readonly #processes: SimulatedProcess[] = [];
  /** The last waits of killed processes. */
  readonly #killed: Waiter[] = [];
  #isOver = false;
  #underWay = 0;

  constructor(now: number, choose: Choose, chances: Chances) {
    this.now = now;
    this.#begun = now;
    this.#choose = choose;
    this.#chances = chances;
  }

  tell(what: string): void {
    this.story.push(`${((this.now - this.#begun) / 1000).toFixed(1)} ${what}`);
  }

  /** From here on nothing fails, nobody is killed, and time goes on only where all wait for it. */
  calm(): void {
    this.#chances = { kills: 0, jumps: [], faults: 0 };
  }

  /** Whether a step fails. */
  fails(): boolean {
    return this.#chances.faults > 0 && this.#choose(99) < this.#chances.faults;
  }

  /** One of several, of equal chance. */
  oneOf<Thing>(things: readonly [Thing, ...Thing[]]): Thing {
    return things[this.#choose(things.length - 1)] ?? things[0];
  }

  begin(machine: string): SimulatedProcess {
    const pid = 100 + this.#processes.length;
    const process = { machine, pid, isRunning: true, interruption: new AbortController() };
    this.#processes.push(process);
    return process;
  }

  isAlive({ pid }: Pick<SimulatedProcess, 'pid'>): boolean {
    return this.#processes.some((process) => process.pid === pid && process.isRunning);
  }

  /** Waits for the process's turn, at least so many milliseconds. Rejects with the signal's reason if that comes first. */
  turn(process: SimulatedProcess, ms = 0, signal?: AbortSignal): Promise<void> {
    const times = { from: this.now + ms, until: Number.POSITIVE_INFINITY };
    return this.#wait({ process, isAway: false, ...times, signal });
  }

  /** Waits for the turn of a request of the process, which goes on without it. @param until the latest end of the wait */
  away(process: SimulatedProcess, until: number): Promise<void> {
    return this.#wait({ process, isAway: true, from: this.now, until });
  }

  #wait(wait: Omit<Waiter, 'resume' | 'fail'>): Promise<void> {
    return new Promise((resume, fail) => {
      const waiter = { ...wait, resume, fail };
      if (this.#isOver) fail(overAndDone());
      else if (wait.signal?.aborted === true) fail(wait.signal.reason);
      else if (wait.process.isRunning || wait.isAway) this.#waiters.push(waiter);
      else this.#killed.push(waiter);
    });
  }

  /** Ends the waits of killed processes by an error, so that they close their files. */
  end(): void {
    this.#isOver = true;
    for (const { fail } of [...this.#killed, ...this.#waiters]) fail(overAndDone());
  }

  /** Does what is not simulated, such as a statement of the record, and is then not interrupted. */
  async act<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Runs until nothing waits. @param begin begins a further process; false if there is none to begin now */
  async run(begin: () => boolean): Promise<void> {
    for (let steps = 0; ; steps += 1) {
      if (steps > 20_000) throw new Error('the processes wait for each other for ever');
      await this.#quiet();
      if (this.#choose(3) === 0 && begin()) continue;
      if (this.#mayKill() || this.#maySignal() || this.#mayJump()) continue;
      if (this.#resumeOne() || begin()) continue;
      return;
    }
  }

  /** Resolves once all processes wait for a turn: a few tasks in a row then find nothing under way. */
  async #quiet(): Promise<void> {
    for (let idle = 0; idle < 3; idle += 1) {
      await nextTask();
      if (this.#underWay > 0 || isReadingFiles() || this.#isAnyBusy()) idle = -1;
    }
  }

  #isAnyBusy(): boolean {
    const waiting = new Set(this.#waiters.map(({ process }) => process));
    return this.#processes.some((process) => process.isRunning && !waiting.has(process));
  }

  #mayKill(): boolean {
    const { kills } = this.#chances;
    if (kills === 0 || this.#choose(30) !== 0) return false;
    const [first, ...others] = this.#processes.filter(({ isRunning }) => isRunning);
    if (first === undefined) return false;
    const killed = this.oneOf([first, ...others]);
    killed.isRunning = false;
    const isEnded = ({ process, isAway }: Waiter): boolean => process === killed && !isAway;
    this.#killed.push(...this.#waiters.filter(isEnded));
    this.#waiters = this.#waiters.filter((waiter) => !isEnded(waiter));
    this.#chances = { ...this.#chances, kills: kills - 1 };
    this.tell(`kill ${killed.pid}`);
    return true;
  }

  /** Interrupts or terminates a process, as a person or the system does at any moment. */
  #maySignal(): boolean {
    const { signals = 0 } = this.#chances;
    if (signals === 0 || this.#choose(30) !== 0) return false;
    const [first, ...others] = this.#processes.filter(({ isRunning }) => isRunning);
    if (first === undefined) return false;
    const { pid, interruption } = this.oneOf([first, ...others]);
    const [kind, message] = this.oneOf([
      ['interrupted', 'Interrupted'] as const,
      ['terminated', 'Terminated'] as const,
    ]);
    this.#chances = { ...this.#chances, signals: signals - 1 };
    this.tell(`signal to ${pid}: ${kind}`);
    interruption.abort(new CreditctlError(kind, message));
    for (const { signal, fail } of this.#waiters) if (signal?.aborted === true) fail(signal.reason);
    this.#waiters = this.#waiters.filter(({ signal }) => signal?.aborted !== true);
    return true;
  }

  #mayJump(): boolean {
    const [first, ...others] = this.#chances.jumps;
    if (first === undefined || this.#choose(25) !== 0) return false;
    const jump = this.oneOf([first, ...others]);
    const latest = Math.min(...this.#waiters.map(({ until }) => until));
    if (this.now + jump > latest) return false;
    this.now += jump;
    this.tell(`${jump} ms pass`);
    return true;
  }

  #resumeOne(): boolean {
    if (this.#waiters.length === 0) return false;
    const soonest = Math.min(...this.#waiters.map(({ from }) => from));
    this.now = Math.max(this.now, soonest);
    const ready = this.#waiters.filter(({ from }) => from <= this.now);
    const urgent = ready.filter(({ until }) => until < this.now + 1000);
    const among = urgent.length > 0 ? urgent : ready;
    const chosen = among[this.#choose(among.length - 1)];
    if (chosen === undefined) return false;
    this.#waiters = this.#waiters.filter((each) => each !== chosen);
    this.now += this.#choose(20);
    chosen.resume();
    return true;
  }
}

const isReadingFiles = (): boolean =>
  process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));

const overAndDone = (): Error => new Error('the simulated world is over');
