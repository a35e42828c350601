// One request to an API, without retries, to see whether it is there, what its clock says and whether it takes a key.
import type { OrbChoice } from '../profiles/choose-connection.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { WireAnswer } from '../wire/message.ts';
import { TransportFailure } from '../wire/transport-failure.ts';

export type Probe =
  /** Times are this machine's, in milliseconds since the epoch. */
  | { readonly answer: WireAnswer; readonly sentAt: number; readonly receivedAt: number }
  /** Why there was no answer, with the name of the host, and what to do about it if that is known. */
  | { readonly failure: string; readonly next?: readonly string[] };

/** Milliseconds for the whole of it: whoever asks how things are wants to know soon. */
const patience = 10_000;

/** @param key `undefined` sends none. Rejects only if the program is interrupted. */
export async function probe(choice: OrbChoice, key: string | undefined, runtime: Runtime): Promise<Probe> {
  const { now, interruption, parts } = runtime;
  const signal = AbortSignal.any([interruption, AbortSignal.timeout(patience)]);
  const { exchange, close } = await parts.exchange(choice, { ...runtime, keyOf: async () => key });
  try {
    const sentAt = now();
    const answer = await exchange({ method: 'GET', path: '/ping', query: [], headers: {} }, signal);
    return { answer, sentAt, receivedAt: now() };
  } catch (error) {
    if (interruption.aborted) throw interruption.reason;
    if (error instanceof TransportFailure) return { failure: error.message, next: error.next };
    if (signal.aborted)
      return { failure: `${new URL(choice.baseUrl).host} did not answer within ${patience / 1000} s` };
    throw error;
  } finally {
    await close();
  }
}
