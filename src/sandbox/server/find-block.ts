// Finding the credit block that a path names, with the ledger and the customer it belongs to.

import type { Database } from '../../database/driver.ts';
import type { StoredBlock } from '../store/block-row.ts';
import { blockById } from '../store/blocks.ts';
import { customerByOrdinal, type StoredCustomer } from '../store/customers.ts';
import { ledgerByOrdinal, type StoredLedger } from '../store/ledgers.ts';
import { notFound } from './problem.ts';

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
