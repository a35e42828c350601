// Runs rows in a keyed queue: rows of different keys in parallel, rows of the same key in order.

interface KeyedQueueOptions<Row> {
  /** Rows with the same key never run in parallel. */
  readonly keyOf: (row: Row) => string;
  /** Most rows that may run now. */
  readonly limit: () => number;
  /** Runs a row; resolves to `false` if no further row with its key may run. Never rejects. */
  readonly run: (row: Row) => Promise<boolean>;
  /** Whether no further row may begin. */
  readonly isStopped: () => boolean;
}

/** Number of rows to read ahead, so that one busy key does not block the others. */
const aheadMax = 1024;

/** Resolves when every row has run or, once stopped, when the rows in flight have ended. @param groups the rows */
export async function runKeyed<Row>(
  groups: AsyncIterable<readonly Row[]>,
  options: KeyedQueueOptions<Row>,
): Promise<void> {
  const queue = new KeyedQueue(options);
  for await (const group of groups) {
    for (const row of group) {
      while (queue.isFull && !options.isStopped()) await queue.changed();
      if (options.isStopped()) break;
      queue.add(row);
    }
    if (options.isStopped()) break;
  }
  while (queue.isBusy) await queue.changed();
}

class KeyedQueue<Row> {
  readonly #options: KeyedQueueOptions<Row>;
  /** Waiting rows of each key that is in flight or ready. */
  readonly #waiting = new Map<string, Row[]>();
  /** Keys whose first row may begin. */
  readonly #ready: string[] = [];
  readonly #closed = new Set<string>();
  #inFlight = 0;
  #ahead = 0;
  #onChange: (() => void) | undefined;

  constructor(options: KeyedQueueOptions<Row>) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#ahead >= aheadMax || (this.#ready.length > 0 && this.#inFlight >= this.#options.limit());
  }

  get isBusy(): boolean {
    return this.#inFlight > 0;
  }

  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange = resolve;
    });
  }

  add(row: Row): void {
    const key = this.#options.keyOf(row);
    if (this.#closed.has(key)) return;
    const waiting = this.#waiting.get(key);
    this.#ahead += 1;
    if (waiting !== undefined) {
      waiting.push(row);
      return;
    }
    this.#waiting.set(key, [row]);
    this.#ready.push(key);
    this.#begin();
  }

  #begin(): void {
    while (this.#inFlight < this.#options.limit() && !this.#options.isStopped()) {
      const key = this.#ready.shift();
      const row = key === undefined ? undefined : this.#waiting.get(key)?.shift();
      if (key === undefined || row === undefined) return;
      this.#ahead -= 1;
      this.#inFlight += 1;
      void this.#options.run(row).then((goesOn) => this.#end(key, goesOn));
    }
  }

  #end(key: string, goesOn: boolean): void {
    this.#inFlight -= 1;
    const waiting = this.#waiting.get(key) ?? [];
    if (!goesOn) this.#closed.add(key);
    if (goesOn && waiting.length > 0) this.#ready.push(key);
    else {
      this.#ahead -= waiting.length;
      this.#waiting.delete(key);
    }
    this.#begin();
    const onChange = this.#onChange;
    this.#onChange = undefined;
    onChange?.();
  }
}
