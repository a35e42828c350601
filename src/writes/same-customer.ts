// Whether a write that is to be sent again would reach the customer for whom it was begun.
import { customerRefText } from '../credits/customer.ts';
import { CreditctlError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { type ApiRequest, customerOf } from '../requests/request.ts';

/** The clocks of the record and of the API may differ by this, in milliseconds. */
const clocksApart = 300_000;

/**
 * An external id may be given to another customer after a deletion; Orb's own id never is. Throws an `outcome-unknown`
 * error if that happened: the ledger of the new one says nothing of the write.
 * @param notedAt when the write was first noted, in milliseconds since the epoch, by the ledger's clock where it has its own
 */
export async function checkSameCustomer(
  request: ApiRequest,
  notedAt: number,
  api: Connection['api'],
): Promise<void> {
  const ref = customerOf(request);
  if (ref?.by !== 'external') return;
  const { created_at: created } = (await api.customer(ref)).record;
  if (Date.parse(created) <= notedAt + clocksApart) return;
  const name = customerRefText(ref);
  throw new CreditctlError(
    'outcome-unknown',
    `${name} is another customer now, created on ${created}, after this write`,
    { next: [`To write it for this customer, repeat it with a new --idempotency-key of your choice`] },
  );
}
