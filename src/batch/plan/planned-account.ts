// Describes the account that a plan was made for, and checks that a connection leads to the same account.
import { type CreditctlError, notApplied } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { accountText, originOf } from '../../record/accounts.ts';
import type { PlanHeader, PlannedAccount } from './plan-lines.ts';

/** The account behind a connection after its first answer, by properties that any machine and key can see. */
export function accountBehind(connection: Connection): Omit<PlannedAccount, 'customers'> {
  const { choice, target } = connection;
  const ledger = connection.ledger() ?? null;
  if (ledger !== null) return { origin: 'sandbox', mode: 'sandbox', ledger };
  const origin = choice.kind === 'orb' ? originOf(choice.baseUrl) : 'sandbox';
  return { origin, mode: target.kind, ledger };
}

/**
 * Throws a `refused` error if the connection leads to another account than the plan's, and the API's error if the answer
 * proves neither. The key must open at least one customer of the plan.
 */
export async function checkAccount(
  { account: planned, planned_at }: PlanHeader,
  file: string,
  connection: Connection,
): Promise<void> {
  // An embedded ledger behind HTTP sends its id with its first answer.
  const isOpened = await opensOne(planned.customers, connection);
  const actual = accountBehind(connection);
  if (planned.ledger !== null || actual.ledger !== null) {
    if (planned.ledger === actual.ledger) return;
    throw otherAccount(
      file,
      `made at ${planned_at} for ${accountText(planned)}, and this is ${accountText(actual)}`,
    );
  }
  if (planned.origin !== actual.origin || planned.mode !== actual.mode)
    throw otherAccount(file, `made for ${accountText(planned)}, and this is ${accountText(actual)}`);
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

const otherAccount = (file: string, what: string): CreditctlError =>
  notApplied('refused', `The plan ${file} was ${what}; nothing was written`, [
    'Choose the profile of that account with --profile, or plan again for this one',
  ]);
