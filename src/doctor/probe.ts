// Sends one request to an API, without retries, to see whether the API answers and accepts a key.
import { CreditctlError } from '../errors.ts';
import type { OrbChoice } from '../profiles/choose-connection.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { TransportFailure, type WireAnswer } from '../wire/json.ts';

export type Probe =
  /** Times are this machine's, in milliseconds since the epoch. */
  | { readonly answer: WireAnswer; readonly sentAt: number; readonly receivedAt: number }
  /** Why there was no answer, with the name of the host, and a remedy if known. */
  | { readonly failure: string; readonly next?: readonly string[] };

/** Milliseconds for the whole request. */
const patience = 10_000;

/** @param key `undefined` sends no key. Rejects only if the program is interrupted. */
export async function probe(choice: OrbChoice, key: string | undefined, runtime: Runtime): Promise<Probe> {
  const { version, now, note, interruption, system } = runtime;
  const signal = AbortSignal.any([interruption, AbortSignal.timeout(patience)]);
  const { exchange, close } = await system.exchange(choice, { version, now, note, keyOf: async () => key });
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

/** Whether an answer is the API's own to a ping (contract: PingResponse): another server or a login page may also answer 200. */
export function answersPing({ status, body }: WireAnswer): boolean {
  if (status < 200 || status >= 300) return false;
  try {
    const document: unknown = JSON.parse(body);
    return typeof (document as { response?: unknown } | null)?.response === 'string';
  } catch {
    return false;
  }
}

/** Tries a key before it is stored. Throws `credentials` for a refused key, else `network`, `rate-limited` or `server`, never with the key. */
export async function tryKey(key: string, flags: GlobalFlags, runtime: Runtime): Promise<void> {
  const choice = runtime.choice(flags);
  if (choice.kind === 'sandbox') return;
  const result = await probe(choice, key, runtime);
  const error = verdict(result, new URL(choice.baseUrl).host);
  if (error !== undefined) throw error;
}

function verdict(result: Probe, host: string): CreditctlError | undefined {
  const untried = {
    applied: 'no',
    next: ['Store it without trying it: creditctl auth login --no-check'],
  } as const;
  if ('failure' in result) {
    return new CreditctlError('network', `The key could not be tried and was not stored: ${result.failure}`, {
      ...untried,
      next: [...(result.next ?? []), ...untried.next],
    });
  }
  const { status } = result.answer;
  if (answersPing(result.answer)) return undefined;
  if (status === 401 || status === 403) {
    return new CreditctlError(
      'credentials',
      `${host} does not accept this key (${status}); it was not stored`,
      {
        applied: 'no',
        status,
        next: ['Check that the key is complete and for this host', ...untried.next],
      },
    );
  }
  const what = status < 300 ? `${status}, and not as the API does` : status;
  const message = `The key could not be tried and was not stored: ${host} answered ${what}`;
  const isBusy = status === 429;
  const next = [...(status < 500 && !isBusy ? ['creditctl config show'] : []), ...untried.next];
  return new CreditctlError(isBusy ? 'rate-limited' : 'server', message, { ...untried, status, next });
}
