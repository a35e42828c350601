// Reads a value once for all requests of one event-loop turn, because reading it costs more than an answer.

/**
 * All requests of a turn arrived before the turn began. A change by another process during the turn is concurrent with
 * these requests. Each request may be answered as if it came before the change.
 */
export function oncePerTurn<T>(read: () => T) {
  let known: { readonly value: T } | undefined;
  /** Makes the next call read again: after a write of this process, which may be confirmed within the turn. */
  const forget = (): void => {
    known = undefined;
  };
  return {
    /** Reads the value, or returns the value read earlier in this turn of the event loop. */
    value: (): T => {
      if (known === undefined) {
        known = { value: read() };
        setImmediate(forget);
      }
      return known.value;
    },
    forget,
  };
}
