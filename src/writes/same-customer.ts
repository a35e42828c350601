// Whether a write that is to be sent again would reach the customer for whom it was begun.
import { customerRefText } from '../credits/customer.ts';
import { CreditctlError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { customerIdOf, hadNameBefore, type NotedWrite, type WhoseWrites } from '../record/customer-names.ts';
import { type ApiRequest, customerIn } from '../requests/request.ts';

/** Milliseconds by which two clocks may differ, as those of the record and of the API: a day, and an hour more. */
export const clocksApart = 25 * 60 * 60 * 1000;

export interface Evidence {
  readonly api: Connection['api'];
  readonly record: WhoseWrites;
}

/**
 * An external id may be given to another customer after a deletion; Orb's own id never is. Throws an `outcome-unknown`
 * error if that happened, or may have: the ledger of the new one says nothing of the write.
 * @param earlier the write, as it was first noted
 */
export async function checkSameCustomer(
  request: ApiRequest,
  earlier: NotedWrite,
  { api, record }: Evidence,
): Promise<void> {
  const ref = customerIn(request.path);
  if (ref?.by !== 'external') return;
  const { id, created_at: created } = (await api.customer(ref)).record;
  const name = customerRefText(ref);
  const begunFor = await customerIdOf(earlier, name, record);
  if (begunFor?.id === id) return;
  if (begunFor?.isCertain !== true && (await hadNameBefore(earlier, { id, name: ref.id }, record))) return;
  const notedAt = Date.parse(earlier.ledgerAt ?? earlier.notedAt);
  // The customer of an earlier write may have been replaced before this one, if that was long before.
  const latest = begunFor === undefined ? notedAt : notedAt - clocksApart;
  if (begunFor?.isCertain !== true && Date.parse(created) <= latest) return;
  throw new CreditctlError('outcome-unknown', `${name} is another customer now, created on ${created}`, {
    next: [`To write it for this customer, repeat it with a new --idempotency-key of your choice`],
  });
}
