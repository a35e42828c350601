// Reads the secret that webhooks are signed with, which comes from the environment only.
import { notApplied } from '../../errors.ts';
import { variable } from '../../profiles/environment.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** Throws a `credentials` error if the secret is not set. */
export function webhookSecret({ env }: Pick<Runtime, 'env'>): string {
  const secret = variable(env, 'ORB_WEBHOOK_SECRET');
  if (secret !== undefined) return secret;
  throw notApplied('credentials', 'ORB_WEBHOOK_SECRET is not set, so no signature can be checked', [
    "Orb shows the secret beside the endpoint, in the dashboard's webhook settings",
    'For the embedded ledger: creditctl sandbox webhooks add http://127.0.0.1:4011/webhooks',
  ]);
}
