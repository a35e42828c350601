// Looks for the rows of unknown outcome in a batch that is to be undone. None is sent: it would only be taken back again.
import { countedIs } from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import { earliest } from '../apply/recorded/open-rows.ts';
import { checkWhole, type Ends, searchFor } from '../apply/run/settle-rows.ts';
import type { Session } from '../apply/session.ts';
import type { Plan, PlanRow } from '../plan/plan-lines.ts';

/**
 * What became of them; nothing is noted yet, and what was found counts as done from now on. Throws an `outcome-unknown`
 * error if a row is in no ledger and may still be on its way, if its ledger is not whole, or has another entry under its key.
 */
export async function lookForUnknown(plans: readonly Plan[], session: Session): Promise<Ends> {
  const { open, lookup, record } = session;
  const versions = new Map([...open].map(([key, { write }]) => [key, write.version]));
  if (open.size === 0) return { found: new Map(), absent: [], versions };
  const rows: PlanRow[] = [];
  for (const plan of plans)
    for await (const row of plan.rows()) if (open.get(row.key)?.plan === plan.end.sha256) rows.push(row);
  const since = earliest([...open.values()].map(({ write }) => write));
  const { found, missing: absent, differing } = await searchFor(rows, since, session);
  if (differing !== undefined) throw differing;
  const now = await record.now();
  const leases = absent.flatMap(({ key }) => open.get(key)?.write.leaseUntil ?? []);
  const running = leases.filter((until) => Date.parse(until) > now).sort();
  if (running.length > 0) throw mayArrive(running, session);
  await checkWhole(absent, since, session);
  for (const [key, entry] of found) lookup.found.set(key, { entry, known: undefined, planned: undefined });
  return { found, absent, versions };
}

/** @param leases when each of the rows cannot be on its way any more, in order */
function mayArrive(leases: readonly string[], { id }: Pick<Session, 'id'>): CreditctlError {
  const message = `Batch ${id}: ${countedIs(leases.length, 'row')} not in the ledger, but may still arrive; nothing was written`;
  return new CreditctlError('outcome-unknown', message, {
    applied: 'unknown',
    retrySafe: true,
    next: [`Run the same command again after ${leases.at(-1)}`],
  });
}
