// Writes of unknown outcome that stand in the way of another: each is settled first.
import type { Connection } from '../connection.ts';
import { CreditctlError } from '../errors.ts';
import type { JournalledWrite } from '../reading/journals.ts';
import type { Runtime } from '../runtime.ts';
import { settled, unsettled } from './settling.ts';

/**
 * Whether there were any. Throws an `outcome-unknown` error if one of them is still not known, or under way elsewhere.
 */
export async function settleOpen(
  writes: readonly JournalledWrite[],
  connection: Connection,
  { parts }: Runtime,
): Promise<boolean> {
  const open = unsettled(writes, connection, { ...parts.process, now: connection.now() });
  for (const each of open) {
    const { outcome, key, note } = await settled(each, connection);
    if (outcome === 'unknown' || outcome === 'intended')
      throw new CreditctlError(
        'outcome-unknown',
        `An earlier run left a part of this with an unknown outcome: ${note}`,
        {
          applied: 'unknown',
          retrySafe: true,
          idempotencyKey: key,
          next: ['Run the same command again', `Or: creditctl history settle ${key}`],
        },
      );
  }
  return open.length > 0;
}
