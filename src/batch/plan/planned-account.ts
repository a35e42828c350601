// The account that a plan was made for: how a plan names it, and whether a connection leads to it.
import { type CreditctlError, notApplied } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { originOf } from '../../record/accounts.ts';
import type { PlanHeader, PlannedAccount } from './plan-lines.ts';

/** What a connection is known to lead to after its first answer, without anything that only this machine or key has. */
export function accountBehind(connection: Connection): Omit<PlannedAccount, 'customers'> {
  const { choice, place } = connection;
  const ledger = connection.ledger() ?? null;
  if (ledger !== null) return { origin: 'sandbox', mode: 'sandbox', ledger };
  const origin = choice.kind === 'orb' ? originOf(choice.baseUrl) : 'sandbox';
  return { origin, mode: place.kind, ledger };
}

/**
 * Throws a `refused` error if the connection leads to another account than the plan was made for, and what the API
 * answers if that proves neither. One customer that the key opens is enough.
 */
export async function checkAccount(
  { account: planned, planned_at }: PlanHeader,
  file: string,
  connection: Connection,
): Promise<void> {
  // An embedded ledger behind HTTP names itself with its first answer.
  const isOpened = await opensOne(planned.customers, connection);
  const actual = accountBehind(connection);
  if (planned.ledger !== null || actual.ledger !== null) {
    if (planned.ledger === actual.ledger) return;
    throw otherAccount(file, `made at ${planned_at} for ${shown(planned)}, and this is ${shown(actual)}`);
  }
  if (planned.origin !== actual.origin || planned.mode !== actual.mode)
    throw otherAccount(file, `made for ${shown(planned)}, and this is ${shown(actual)}`);
  if (!isOpened)
    throw otherAccount(
      file,
      `made for another account: this key opens none of ${planned.customers.join(', ')}`,
    );
}

async function opensOne(customers: readonly string[], { api, choice }: Connection): Promise<boolean> {
  if (choice.kind === 'sandbox') return true;
  for (const id of customers) if (await api.opensCustomer(id)) return true;
  return false;
}

const shown = ({ origin, mode, ledger }: Omit<PlannedAccount, 'customers'>): string =>
  ledger === null ? `${mode} at ${origin}` : `the embedded ledger ${ledger.slice(0, 8)}`;

const otherAccount = (file: string, what: string): CreditctlError =>
  notApplied('refused', `The plan ${file} was ${what}; nothing was written`, [
    'Choose the profile of that account with --profile, or plan again for this one',
  ]);
