// What a person types, around a question: keys pressed before it was shown are thrown away, and the end of input is told.
import { CreditctlError } from '../../errors.ts';

export type TypedInput = NodeJS.ReadableStream & {
  readonly readableEnded?: boolean;
  readonly destroyed?: boolean;
  readonly isRaw?: boolean;
  setRawMode?(mode: boolean): unknown;
};

/** Milliseconds without a key after which nothing typed earlier is on its way any more; a paste comes in pieces. */
const quiet = 100;

/** Milliseconds after which a program types, or a key is stuck. */
const patience = 5_000;

const ctrlC = 0x03;
const ctrlD = 0x04;

/** Whoever closes the input has agreed to nothing. */
export const endOfInput = (): CreditctlError => nothingWritten('refused', 'End of input');

export const interrupted = (): CreditctlError => nothingWritten('interrupted', 'Interrupted');

const nothingWritten = (kind: 'refused' | 'interrupted', what: string): CreditctlError =>
  new CreditctlError(kind, `${what}: nothing was written`, { applied: 'no', retrySafe: true });

/** Calls back once when the input ends, also where it has ended already. Returns what stops that. */
export function onEndOfInput(input: TypedInput, act: () => void): () => void {
  if (input.readableEnded === true || input.destroyed === true) queueMicrotask(act);
  const events = ['end', 'close', 'error'] as const;
  for (const event of events) input.on(event, act);
  return () => {
    for (const event of events) input.removeListener(event, act);
  };
}

/**
 * Reads and forgets what was typed or pasted until now, wherever it waits: the answer to a question is given after it
 * was read. Throws an `interrupted` error if Ctrl-C is among it, a `refused` one at the end of input or if keys keep
 * coming, and the signal's reason.
 */
export function discardTyped(input: TypedInput, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const deadline = performance.now() + patience;
    let timer = setTimeout(done, quiet);
    // Without line editing the terminal also hands over a line that was not ended.
    input.setRawMode?.(true);
    const stopWatching = onEndOfInput(input, () => failed(endOfInput()));
    signal?.addEventListener('abort', onAbort, { once: true });
    input.on('data', onData);
    input.resume();

    function onData(chunk: Buffer | string): void {
      const bytes = Buffer.from(chunk);
      clearTimeout(timer);
      if (bytes.includes(ctrlC)) failed(interrupted());
      else if (bytes.includes(ctrlD)) failed(endOfInput());
      else if (performance.now() > deadline)
        failed(nothingWritten('refused', 'Keys keep coming before the question is asked'));
      else timer = setTimeout(done, quiet);
    }
    function onAbort(): void {
      failed(signal?.reason);
    }
    function done(): void {
      leave();
      resolve();
    }
    function failed(reason: unknown): void {
      leave();
      reject(reason);
    }
    function leave(): void {
      clearTimeout(timer);
      stopWatching();
      signal?.removeEventListener('abort', onAbort);
      input.removeListener('data', onData);
      input.pause();
      input.setRawMode?.(false);
    }
  });
}
