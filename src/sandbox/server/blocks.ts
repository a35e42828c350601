// Answers the routes of credit blocks: list a customer's blocks, show one block, list its invoices, delete it.
import { defaultCurrency } from '../../credits/customer.ts';
import { metadataOfBlocks } from '../store/block-metadata.ts';
import { newestBlocks, type StoredBlock } from '../store/blocks.ts';
import { deleteBlock } from '../store/delete-block.ts';
import { invoicesOfBlock } from '../store/invoices.ts';
import { ledgerOf } from '../store/ledgers.ts';
import { jsonAnswer } from './answers.ts';
import { blockDocument } from './block-document.ts';
import { findBlock, findCustomer, readSettled } from './find.ts';
import { minifiedInvoice } from './invoice-document.ts';
import { type RouteHandler, removal, type ServerContext } from './route.ts';

/** GET {customer}/credits: unexpired blocks that are not empty, or all blocks, newest first (contract: CreditBlock). */
export const listBlocks: RouteHandler = (context, { params, query }) => {
  const page = query.page('blocks', 'by time');
  const currency = query.text('currency') ?? defaultCurrency;
  const all = query.boolean('include_all_blocks');
  const within = query.range('effective_date');
  query.finish();
  const { database } = context;
  const find = () => ({ ledger: ledgerOf(database, findCustomer(context, params).ordinal, currency) });
  return readSettled(context, find, ({ ledger }) => {
    const filters = { ledger: ledger?.ordinal ?? 0, all, within, after: page.after };
    return page.answer(
      newestBlocks(database, filters, page.limit),
      (shown) => blockDocuments(context, shown),
      ({ block, ordinal }) => [block.effectiveAt, ordinal],
    );
  });
};

/** GET /credit_blocks/{block_id} */
export const showBlock: RouteHandler = (context, { params, query }) => {
  query.finish();
  const find = () => findBlock(context, params);
  return readSettled(context, find, ({ stored }) => {
    const [document = {}] = blockDocuments(context, [stored]);
    return jsonAnswer(200, document);
  });
};

/** GET /credit_blocks/{block_id}/invoices: the invoices that charge for the block itself; none if it was not bought. */
export const listBlockInvoices: RouteHandler = (context, { params, query }) => {
  query.finish();
  const find = () => findBlock(context, params);
  return readSettled(context, find, ({ stored, customer }) => {
    const [block = {}] = blockDocuments(context, [stored]);
    const invoices = invoicesOfBlock(context.database, stored.block.id);
    return jsonAnswer(200, {
      block,
      invoices: invoices.map((invoice) => minifiedInvoice(invoice, customer)),
    });
  });
};

function blockDocuments({ database }: ServerContext, stored: readonly StoredBlock[]) {
  const metadata = metadataOfBlocks(
    database,
    stored.map(({ block }) => block.id),
  );
  return stored.map(({ block }) => blockDocument(block, metadata.get(block.id)));
}

/** DELETE /credit_blocks/{block_id}: rewrites the ledger as if the block had never existed (contract: DELETE /credit_blocks). */
export const removeBlock = removal((context, params, now) => {
  const { database, freshId } = context;
  deleteBlock(database, findBlock(context, params), { now, freshId });
});
