// Finding the customer that a path names, by Orb's id or by the external one.

import type { Database } from '../../database/driver.ts';
import { customerByExternalId, customerById, type StoredCustomer } from '../store/customers.ts';
import { notFound } from './problem.ts';

/** @param params of a path with `{customer_id}` or `{external_customer_id}` @throws Problem if there is none */
export function findCustomer(database: Database, params: Readonly<Record<string, string>>): StoredCustomer {
  const { customer_id: id, external_customer_id: externalId } = params;
  const found =
    id === undefined ? customerByExternalId(database, externalId ?? '') : customerById(database, id);
  if (found === undefined) throw notFound('Customer', id ?? externalId ?? '');
  return found;
}
