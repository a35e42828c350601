// Which row goes next: many customers side by side, the rows of one strictly one after the other in the plan's order.

export interface Lane<Row> {
  /** Rows of one lane never overlap. */
  readonly laneOf: (row: Row) => string;
  /** How many may be under way now. */
  readonly width: () => number;
  /** Carries out a row; `false` if nothing more of its lane may follow. Never rejects. */
  readonly act: (row: Row) => Promise<boolean>;
  /** Whether no further row shall begin. */
  readonly isOver: () => boolean;
}

/** Rows that are read ahead, so that one busy customer does not keep the others waiting. */
const aheadMax = 1024;

/**
 * Resolves when every row was carried out, or what was under way when it was over.
 * @param groups the rows, as many at a time as they come
 */
export async function runInLanes<Row>(groups: AsyncIterable<readonly Row[]>, lane: Lane<Row>): Promise<void> {
  const lanes = new Lanes(lane);
  for await (const group of groups) {
    for (const row of group) {
      while (lanes.isFull && !lane.isOver()) await lanes.change();
      if (lane.isOver()) break;
      lanes.add(row);
    }
    if (lane.isOver()) break;
  }
  while (lanes.isBusy) await lanes.change();
}

class Lanes<Row> {
  readonly #lane: Lane<Row>;
  /** The rows that wait in each lane in which one is under way, or may begin. */
  readonly #waiting = new Map<string, Row[]>();
  /** Lanes whose first row may begin. */
  readonly #ready: string[] = [];
  readonly #closed = new Set<string>();
  #underWay = 0;
  #ahead = 0;
  #changed: (() => void) | undefined;

  constructor(lane: Lane<Row>) {
    this.#lane = lane;
  }

  get isFull(): boolean {
    return this.#ahead >= aheadMax || (this.#ready.length > 0 && this.#underWay >= this.#lane.width());
  }

  /** What is under way, and what may still begin. */
  get isBusy(): boolean {
    return this.#underWay > 0;
  }

  change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }

  add(row: Row): void {
    const name = this.#lane.laneOf(row);
    if (this.#closed.has(name)) return;
    const waiting = this.#waiting.get(name);
    this.#ahead += 1;
    if (waiting !== undefined) {
      waiting.push(row);
      return;
    }
    this.#waiting.set(name, [row]);
    this.#ready.push(name);
    this.#begin();
  }

  #begin(): void {
    while (this.#underWay < this.#lane.width() && !this.#lane.isOver()) {
      const name = this.#ready.shift();
      const row = name === undefined ? undefined : this.#waiting.get(name)?.shift();
      if (name === undefined || row === undefined) return;
      this.#ahead -= 1;
      this.#underWay += 1;
      void this.#lane.act(row).then((goesOn) => this.#end(name, goesOn));
    }
  }

  #end(name: string, goesOn: boolean): void {
    this.#underWay -= 1;
    const waiting = this.#waiting.get(name) ?? [];
    if (!goesOn) this.#closed.add(name);
    if (goesOn && waiting.length > 0) this.#ready.push(name);
    else {
      this.#ahead -= waiting.length;
      this.#waiting.delete(name);
    }
    this.#begin();
    const changed = this.#changed;
    this.#changed = undefined;
    changed?.();
  }
}
