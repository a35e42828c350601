// Several requests at a time, and never more of them in a second than the API takes.

export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Resolves when the next request may leave. @param perSecond `undefined` for as many as come */
export function pacer(perSecond: number | undefined, { now, sleep }: Clock): () => Promise<void> {
  let next = 0;
  return async () => {
    if (perSecond === undefined) return;
    const at = Math.max(now(), next);
    next = at + 1000 / perSecond;
    if (at > now()) await sleep(at - now());
  };
}

/** Does it for every item, so many at a time; the results are in the order of the items. Rejects with the first failure. */
export async function sideBySide<Item, Result>(
  items: Iterable<Item>,
  width: number,
  act: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const left = [...items].entries();
  const results: Result[] = [];
  let isOver = false;
  const lane = async (): Promise<void> => {
    for (let step = left.next(); !isOver && step.done !== true; step = left.next()) {
      const [index, item] = step.value;
      try {
        results[index] = await act(item);
      } catch (error) {
        isOver = true;
        throw error;
      }
    }
  };
  // What is under way ends before anybody is told, so that nothing is asked on a closed connection.
  const lanes = await Promise.allSettled(Array.from({ length: width }, lane));
  const failed = lanes.find((ended) => ended.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
}

/** Does it for every item, so many at a time; yields each result in the order of the items, and keeps none. */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  width: number,
  act: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for (const item of items) {
      const result = act(item);
      // It may fail before it is its turn, and is told of then.
      result.catch(() => {});
      underWay.push(result);
      if (underWay.length >= width) yield await (underWay.shift() as Promise<Result>);
    }
    for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) yield await next;
  } finally {
    await Promise.allSettled(underWay);
  }
}
