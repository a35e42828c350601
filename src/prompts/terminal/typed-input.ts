// Handles the input around a question: discards keys that were pressed before it was shown, and detects the end of input.
import { type CreditctlError, notApplied } from '../../errors.ts';

export type TypedInput = NodeJS.ReadableStream & {
  readonly readableEnded?: boolean;
  readonly destroyed?: boolean;
  readonly isRaw?: boolean;
  setRawMode?(mode: boolean): unknown;
};

/** Milliseconds without a key after which all earlier input has arrived; a paste comes in pieces. */
const quiet = 100;

/** The longest pause after a line of a paste, in milliseconds; no person types a key that soon after Enter. */
const pasteGap = 40;

/** Calls `afterwards` once a line cannot be part of a paste any more. Returns a function that cancels the call. */
export function afterPaste(afterwards: () => void): () => void {
  const timer = setTimeout(afterwards, pasteGap);
  return () => clearTimeout(timer);
}

/** Milliseconds of steady input after which a program is typing, or a key is stuck. */
const patience = 5_000;

const ctrlC = 0x03;
const ctrlD = 0x04;

/** A refusal, because closing the input is not consent. */
export const endOfInput = (): CreditctlError => nothingWritten('refused', 'End of input');

export const interrupted = (): CreditctlError => nothingWritten('interrupted', 'Interrupted');

const nothingWritten = (kind: 'refused' | 'interrupted', what: string): CreditctlError =>
  notApplied(kind, `${what}: nothing was written`);

/** Calls `onEnd` when the input ends, or at once if it has ended. Returns a function that stops watching. */
export function onEndOfInput(input: TypedInput, onEnd: () => void): () => void {
  if (input.readableEnded === true || input.destroyed === true) queueMicrotask(onEnd);
  const events = ['end', 'close', 'error'] as const;
  for (const event of events) input.on(event, onEnd);
  return () => {
    for (const event of events) input.removeListener(event, onEnd);
  };
}

/**
 * Discards everything typed or pasted until now, so that only keys pressed after the question count as its answer.
 * Throws an `interrupted` error on Ctrl-C, a `refused` one at the end of input or if keys keep coming, and the signal's
 * reason.
 */
export function discardTyped(input: TypedInput, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const deadline = performance.now() + patience;
    let timer = setTimeout(done, quiet);
    // In raw mode the terminal also delivers an unfinished line.
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
        failed(nothingWritten('refused', 'Input keeps arriving before the question is shown'));
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
