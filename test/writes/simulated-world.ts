// A world of one thread, in which time, faults and the order of all steps are chosen: processes that write, their record
// and an API. Every wait of a process ends where the world says, so that one choice of numbers is one history.
import { setImmediate as nextTask } from 'node:timers/promises';

/** Picks a number from 0 to `most`. */
export type Choose = (most: number) => number;

/** A process that runs a command. It is dead once it was killed: then none of its waits ends. */
export interface SimulatedProcess {
  readonly machine: string;
  readonly pid: number;
  isRunning: boolean;
}

interface Waiter {
  /** `undefined`: the network or the API, which nobody kills. */
  readonly process: SimulatedProcess | undefined;
  /** Milliseconds since the epoch: earliest end of the wait. */
  readonly from: number;
  /** Latest end of the wait. */
  readonly until: number;
  readonly resume: () => void;
}

export interface Chances {
  /** How many processes may be killed. */
  readonly kills: number;
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

  /** Waits for the process's turn, at least so many milliseconds. */
  turn(process: SimulatedProcess | undefined, ms = 0, until = Number.POSITIVE_INFINITY): Promise<void> {
    return new Promise((resume) => {
      this.#waiters.push({ process, from: this.now + ms, until, resume });
    });
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
      if (this.#mayKill() || this.#mayJump()) continue;
      if (this.#resumeOne() || begin()) continue;
      return;
    }
  }

  async #quiet(): Promise<void> {
    do await nextTask();
    while (this.#underWay > 0);
  }

  #mayKill(): boolean {
    const { kills } = this.#chances;
    if (kills === 0 || this.#choose(30) !== 0) return false;
    const running = new Set(this.#waiters.flatMap(({ process }) => process ?? []));
    const [first, ...others] = running;
    if (first === undefined) return false;
    const killed = this.oneOf([first, ...others]);
    killed.isRunning = false;
    this.#waiters = this.#waiters.filter(({ process }) => process !== killed);
    this.#chances = { ...this.#chances, kills: kills - 1 };
    this.tell(`kill ${killed.pid}`);
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
