// Finds the customer, credit block or invoice that a path names, by Orb's id or the operator's own.
import type { Database } from '../../database/driver.ts';
import { blockById, type StoredBlock } from '../store/blocks.ts';
import {
  customerByExternalId,
  customerById,
  customerByOrdinal,
  type StoredCustomer,
} from '../store/customers.ts';
import { invoiceById, type StoredInvoice } from '../store/invoices.ts';
import { ledgerByOrdinal, type StoredLedger } from '../store/ledgers.ts';
import { notFound, type ServerContext } from './route.ts';

/** @param params of a path with `{customer_id}` or `{external_customer_id}` @throws Problem if there is none */
export function findCustomer(database: Database, params: Readonly<Record<string, string>>): StoredCustomer {
  const { customer_id: id, external_customer_id: externalId } = params;
  const found =
    id === undefined ? customerByExternalId(database, externalId ?? '') : customerById(database, id);
  if (found === undefined) throw notFound('Customer', id ?? externalId ?? '');
  return found;
}

export interface FoundBlock {
  readonly stored: StoredBlock;
  readonly ledger: StoredLedger;
  readonly customer: StoredCustomer;
}

/** @param params of a path with `{block_id}` @throws Problem if there is none, or its customer was deleted */
export function findBlock(database: Database, params: Readonly<Record<string, string>>): FoundBlock {
  const id = params.block_id ?? '';
  const stored = blockById(database, id);
  const ledger = stored === undefined ? undefined : ledgerByOrdinal(database, stored.ledger);
  const customer = ledger === undefined ? undefined : customerByOrdinal(database, ledger.customer);
  if (stored === undefined || ledger === undefined || customer === undefined) {
    throw notFound('CreditBlock', id);
  }
  return { stored, ledger, customer };
}

export interface FoundInvoice {
  readonly stored: StoredInvoice;
  readonly customer: StoredCustomer;
}

/** @throws Problem if there is none, or its customer was deleted */
export function findInvoice({ database }: Pick<ServerContext, 'database'>, id: string): FoundInvoice {
  const stored = invoiceById(database, id);
  const customer = stored === undefined ? undefined : customerByOrdinal(database, stored.customer);
  if (stored === undefined || customer === undefined) throw notFound('Invoice', id);
  return { stored, customer };
}
