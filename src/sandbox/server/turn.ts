// Reads a value once for all requests of one event-loop turn, because reading it costs more than an answer.

export interface PerTurn<T> {
  /** Reads the value, or returns the value read earlier in this turn of the event loop. */
  readonly value: () => T;
  /** Makes the next call read again: after a write of this process, which may be confirmed within the turn. */
  readonly forget: () => void;
}

/**
 * All requests of a turn arrived before the turn began. A change by another process during the turn is concurrent with
 * these requests. Each request may be answered as if it came before the change.
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
