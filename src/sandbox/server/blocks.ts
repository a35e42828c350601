// The routes of credit blocks: a customer's balance block by block, one block by its id, its invoices, its deletion.
import { defaultCurrency } from '../../credits/customer.ts';
import type { Database } from '../../database/driver.ts';
import type { JsonObject, WireAnswer } from '../../wire/json.ts';
import { metadataOfBlocks } from '../store/block-metadata.ts';
import { newestBlocks, type StoredBlock } from '../store/blocks.ts';
import { deleteBlock } from '../store/delete-block.ts';
import { invoicesOfBlock } from '../store/invoices.ts';
import { ledgerOf } from '../store/ledgers.ts';
import { blockDocument } from './block-document.ts';
import { findBlock, findCustomer } from './find.ts';
import { minifiedInvoice } from './invoice-document.ts';
import { QueryReader, writeCursor } from './query.ts';
import { removal } from './removal.ts';
import { firstPage, jsonAnswer, type RoutedRequest, type ServerContext } from './route.ts';
import { readSettled } from './settled.ts';

const cursorKind = 'blocks';

/** GET {customer}/credits: unexpired blocks that are not empty, or all of them, newest first (contract: CreditBlock). */
export function listBlocks(context: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  const reader = new QueryReader(query);
  const limit = reader.limit(100);
  const place = reader.cursor(cursorKind, 2);
  const currency = reader.text('currency') ?? defaultCurrency;
  const all = reader.boolean('include_all_blocks');
  const effective = reader.range('effective_date');
  reader.finish();
  const { database } = context;
  const [effectiveAt = 0, ordinal = 0] = place ?? [];
  const after = place === null ? null : { effectiveAt, ordinal };
  const find = () => ({ ledger: ledgerOf(database, findCustomer(database, params).ordinal, currency) });
  return readSettled(context, find, ({ ledger }) => {
    const filters = { ledger: ledger?.ordinal ?? 0, all, effective, after };
    const found = ledger === undefined ? [] : newestBlocks(database, filters, limit + 1);
    return firstPage(found, {
      limit,
      documents: (page) => blockDocuments(database, page),
      cursor: (last) => writeCursor(cursorKind, last.block.effectiveAt, last.ordinal),
    });
  });
}

/** GET /credit_blocks/{block_id} */
export function showBlock(context: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  new QueryReader(query).finish();
  const find = () => findBlock(context.database, params);
  return readSettled(context, find, ({ stored }) => {
    const [document = {}] = blockDocuments(context.database, [stored]);
    return jsonAnswer(200, document);
  });
}

/** GET /credit_blocks/{block_id}/invoices: what charges for the block itself, none if it was not bought. */
export function listBlockInvoices(context: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  new QueryReader(query).finish();
  const { database } = context;
  const find = () => findBlock(database, params);
  return readSettled(context, find, ({ stored, customer }) => {
    const [block = {}] = blockDocuments(database, [stored]);
    const invoices = invoicesOfBlock(database, stored.block.id);
    return jsonAnswer(200, {
      block,
      invoices: invoices.map((invoice) => minifiedInvoice(invoice, customer)),
    });
  });
}

function blockDocuments(database: Database, stored: readonly StoredBlock[]): readonly JsonObject[] {
  const metadata = metadataOfBlocks(
    database,
    stored.map(({ block }) => block.id),
  );
  return stored.map(({ block }) => blockDocument(block, metadata.get(block.id)));
}

/** DELETE /credit_blocks/{block_id}: the ledger as if the block had never been (contract: DELETE /credit_blocks). */
export const removeBlock = removal((context, params) => {
  const { database, freshId } = context;
  deleteBlock(database, findBlock(database, params), { now: context.now(), freshId });
});
