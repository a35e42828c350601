// Runs an action for many items, a few at a time, with the results in the order of the items.

/**
 * The results of all items. Rejects if one action fails, after the running actions have ended: none of them may use a
 * connection that the caller then closes.
 * @param width how many run at a time
 */
export async function mapConcurrently<Item, Result>(
  items: Iterable<Item>,
  width: number,
  task: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const remaining = [...items].entries();
  const results: Result[] = [];
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (let step = remaining.next(); !hasFailed && step.done !== true; step = remaining.next()) {
      const [index, item] = step.value;
      try {
        results[index] = await task(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: width }, work));
  const failed = workers.find((ended) => ended.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
}

/**
 * Yields each result in order and keeps none, for items that do not fit in memory. A failed action rejects when its
 * result is due.
 * @param width the number of items that run or wait to be yielded
 */
export async function* streamConcurrently<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  task: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = task(item);
      // An earlier failure must not count as unhandled before its result is due.
      result.catch(() => {});
      running.push(result);
      if (running.length >= width) yield await (running.shift() as Promise<Result>);
    }
    for (let next = running.shift(); next !== undefined; next = running.shift()) yield await next;
  } finally {
    await Promise.allSettled(running);
  }
}
