// The customer's time zone, in which dates begin; asked of the API, and checked against what this machine knows.

import type { Connection } from '../connection.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import { CreditctlError } from '../errors.ts';

/** The IANA name. Throws a `server` error for one that this version of Node does not know. */
export async function customerZone({ api }: Connection, customer: CustomerRef): Promise<string> {
  const { timezone } = (await api.customer(customer)).record;
  const { isTimeZone } = await import('../credits/calendar.ts');
  if (isTimeZone(timezone)) return timezone;
  throw new CreditctlError(
    'server',
    `The customer's time zone is not one that this Node knows: "${timezone}"`,
    {
      applied: 'no',
      retrySafe: true,
      next: ['Give dates as RFC 3339 times, or use a newer Node'],
    },
  );
}
