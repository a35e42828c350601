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

/** Does it for every item, so many at a time. Rejects with the first failure, after those under way have ended. */
export async function sideBySide<Item>(
  items: Iterable<Item>,
  width: number,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  let isOver = false;
  const lane = async (): Promise<void> => {
    for (let step = left.next(); !isOver && step.done !== true; step = left.next()) {
      try {
        await act(step.value);
      } catch (error) {
        isOver = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: width }, lane));
  const failed = lanes.find((ended) => ended.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
