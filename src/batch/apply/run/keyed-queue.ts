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
  { keyOf, limit, run, isStopped }: KeyedQueueOptions<Row>,
): Promise<void> {
  /** Waiting rows of each key that is in flight or ready. */
  const waiting = new Map<string, Row[]>();
  /** Keys whose first row may begin. */
  const ready: string[] = [];
  const closed = new Set<string>();
  let inFlight = 0;
  let ahead = 0;
  let onChange: (() => void) | undefined;
  const isFull = (): boolean => ahead >= aheadMax || (ready.length > 0 && inFlight >= limit());
  const changed = () =>
    new Promise<void>((resolve) => {
      onChange = resolve;
    });
  const begin = (): void => {
    while (inFlight < limit() && !isStopped()) {
      const key = ready.shift();
      const row = key === undefined ? undefined : waiting.get(key)?.shift();
      if (key === undefined || row === undefined) return;
      ahead -= 1;
      inFlight += 1;
      void run(row).then((goesOn) => end(key, goesOn));
    }
  };
  const end = (key: string, goesOn: boolean): void => {
    inFlight -= 1;
    const left = waiting.get(key) ?? [];
    if (!goesOn) closed.add(key);
    if (goesOn && left.length > 0) ready.push(key);
    else {
      ahead -= left.length;
      waiting.delete(key);
    }
    begin();
    onChange?.();
  };
  const add = (row: Row): void => {
    const key = keyOf(row);
    if (closed.has(key)) return;
    ahead += 1;
    const others = waiting.get(key);
    if (others !== undefined) {
      others.push(row);
      return;
    }
    waiting.set(key, [row]);
    ready.push(key);
    begin();
  };
  for await (const group of groups) {
    for (const row of group) {
      while (isFull() && !isStopped()) await changed();
      if (isStopped()) break;
      add(row);
    }
    if (isStopped()) break;
  }
  while (inFlight > 0) await changed();
}
