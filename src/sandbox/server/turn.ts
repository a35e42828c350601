// What is read once for all requests that the event loop found waiting, because reading it costs more than an answer.

export interface PerTurn<T> {
  /** Reads, or answers what was read before in this turn of the event loop. */
  readonly value: () => T;
  /** Makes the next look read again: after a write of this process, which may be confirmed within the turn. */
  readonly forget: () => void;
}

/**
 * The requests of a turn had all arrived before it began. So what another process changes during it happens at the same
 * time as they do, and each may be answered as if it came first.
 */
export function oncePerTurn<T>(read: () => T): PerTurn<T> {
  let known: { readonly value: T } | undefined;
  const forget = (): void => {
    known = undefined;
  };
  return {
    value: () => {
      if (known === undefined) {
        known = { value: read() };
        setImmediate(forget);
      }
      return known.value;
    },
    forget,
  };
}
