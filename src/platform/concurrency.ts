// Runs an action for many items, a few at a time, with the results in the order of the items.

/**
 * The results of all items. Rejects when one action fails, after those that were already running have ended: nothing is
 * sent on a connection that the caller closes.
 * @param width how many run at a time
 */
export async function mapConcurrently<Item, Result>(
  items: Iterable<Item>,
  width: number,
  act: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const remaining = [...items].entries();
  const results: Result[] = [];
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (let step = remaining.next(); !hasFailed && step.done !== true; step = remaining.next()) {
      const [index, item] = step.value;
      try {
        results[index] = await act(item);
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
 * The same as a stream: yields each result in turn and keeps none, for items that do not fit in memory. An action that
 * fails rejects when its turn comes.
 * @param width how many run at a time, or wait to be yielded
 */
export async function* streamConcurrently<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  act: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = act(item);
      // A failure before its turn must not count as unhandled.
      result.catch(() => {});
      running.push(result);
      if (running.length >= width) yield await (running.shift() as Promise<Result>);
    }
    for (let next = running.shift(); next !== undefined; next = running.shift()) yield await next;
  } finally {
    await Promise.allSettled(running);
  }
}
