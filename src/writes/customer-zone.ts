// The customer's time zone, in which dates begin; asked of the API.

import type { CustomerRef } from '../credits/customer-ref.ts';
import { CreditctlError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';

/** The IANA name, which this version of Node may not know: then dates are refused, and instants are told in UTC. */
export const customerZone = async ({ api }: Connection, customer: CustomerRef): Promise<string> =>
  (await api.customer(customer)).record.timezone;

/** The same where a day has to be cut out of time. Throws a `server` error for a zone that this Node does not know. */
export async function knownCustomerZone(connection: Connection, customer: CustomerRef): Promise<string> {
  const timezone = await customerZone(connection, customer);
  const { isTimeZone } = await import('../credits/calendar.ts');
  if (isTimeZone(timezone)) return timezone;
  throw new CreditctlError(
    'server',
    `This version of Node does not know the customer's time zone: "${timezone}"`,
    {
      applied: 'no',
      retrySafe: true,
      next: ['Use a newer version of Node, or point NODE_ICU_DATA to a newer ICU database'],
    },
  );
}
