// Adds the three sample customers of a new database, so that credits can be granted at once.
import { type Instant, wholeSeconds } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import type { FreshId } from '../ledger/posting.ts';
import { insertCustomer } from '../store/customers.ts';
import { customerDetails } from './customer-document.ts';

const samples = [
  {
    externalId: 'acme',
    name: 'Acme Corp',
    email: 'billing@acme.example.com',
    timezone: 'America/Los_Angeles',
    currency: 'USD',
  },
  {
    externalId: 'globex',
    name: 'Globex',
    email: 'accounts@globex.example.com',
    timezone: 'Europe/London',
    currency: 'GBP',
  },
  {
    externalId: 'initech',
    name: 'Initech',
    email: 'finance@initech.example.com',
    timezone: 'Asia/Tokyo',
    currency: 'JPY',
  },
] as const;

export function insertSampleCustomers(
  database: Database,
  { now, freshId }: { readonly now: Instant; readonly freshId: FreshId },
): void {
  const details = customerDetails({});
  for (const sample of samples) {
    insertCustomer(database, { ...sample, id: freshId(), createdAt: wholeSeconds(now), details });
  }
}
