// Whether an API takes a key, asked before the key is kept.
import { CreditctlError } from '../errors.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { type Probe, probe } from './probe.ts';

/** Throws `credentials` for a key that is refused, `network` or `server` if nobody can say; the key is in no message. */
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
    retrySafe: true,
    next: ['Keep it untried: creditctl auth login --no-check'],
  } as const;
  if ('failure' in result) {
    return new CreditctlError('network', `The key could not be tried, and was not kept: ${result.failure}`, {
      ...untried,
      next: [...(result.next ?? []), ...untried.next],
    });
  }
  const { status } = result.answer;
  if (status >= 200 && status < 300) return undefined;
  if (status === 401 || status === 403) {
    return new CreditctlError(
      'credentials',
      `${host} does not accept this key (${status}); it was not kept`,
      {
        applied: 'no',
        status,
        next: ['Check that it is whole, and for this host', ...untried.next],
      },
    );
  }
  const message = `The key could not be tried, and was not kept: ${host} answered ${status}`;
  return new CreditctlError('server', message, { ...untried, status });
}
