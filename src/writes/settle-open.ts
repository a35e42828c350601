// Writes of unknown outcome that stand in the way of another: each is settled first.
import { CreditctlError } from '../errors.ts';
import type { JournalledWrite } from '../record/journals.ts';
import { tellPlace } from './execute.ts';
import type { Carrying } from './execute-all.ts';
import { checkAllowed, confirmSettling, settled, unsettled } from './settling.ts';

/**
 * Returns those that are done now, as the journal knew them before. Throws an `outcome-unknown` error if one of them is
 * still not known, or under way elsewhere; `refused` if the policy forbids one, or somebody is asked and declines. A dry run settles nothing.
 */
export async function settleOpen(
  writes: readonly JournalledWrite[],
  { connection, flags, runtime }: Carrying,
): Promise<readonly JournalledWrite[]> {
  const self = { ...runtime.parts.process, now: connection.now() };
  const open = unsettled(writes, connection, self);
  if (open.length === 0 || flags.dryRun === true) return [];
  tellPlace(connection.place, runtime);
  await checkAllowed(open, { connection, runtime });
  if (flags.yes !== true) await confirmSettling(open, flags, runtime);
  const done: JournalledWrite[] = [];
  for (const each of open) {
    const { outcome, key, note } = await settled(each, connection);
    if (outcome === 'unknown' || outcome === 'intended') throw stillOpen(key, note);
    if (outcome === 'settled') done.push(each.write);
  }
  return done;
}

const stillOpen = (key: string, note: string | null): CreditctlError =>
  new CreditctlError(
    'outcome-unknown',
    `An earlier run left a part of this with an unknown outcome: ${note}`,
    {
      applied: 'unknown',
      retrySafe: true,
      idempotencyKey: key,
      next: ['Run the same command again', `Or: creditctl history settle ${key}`],
    },
  );
