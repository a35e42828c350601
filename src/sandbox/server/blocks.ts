// The routes that show credit blocks: a customer's balance block by block, and one block by its id.
import { defaultCurrency } from '../../credits/entry.ts';
import type { WireAnswer } from '../../wire/message.ts';
import { newestBlocks } from '../store/blocks.ts';
import { ledgerOf } from '../store/ledgers.ts';
import { jsonAnswer, pageAnswer } from './answer.ts';
import { blockDocument } from './block-document.ts';
import type { RoutedRequest, ServerContext } from './context.ts';
import { writeCursor } from './cursor.ts';
import { findBlock } from './find-block.ts';
import { findCustomer } from './find-customer.ts';
import { QueryReader } from './query.ts';
import { readSettled } from './settled.ts';

const cursorKind = 'blocks';

/** GET {customer}/credits: unexpired blocks that are not empty, or all of them, newest first (orb-api.md §3.1). */
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
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const more = found.length > limit && last !== undefined;
    return pageAnswer(
      page.map(({ block }) => blockDocument(block)),
      more ? writeCursor(cursorKind, last.block.effectiveAt, last.ordinal) : null,
    );
  });
}

/** GET /credit_blocks/{block_id} */
export function showBlock(context: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  new QueryReader(query).finish();
  const find = () => findBlock(context.database, params);
  return readSettled(context, find, ({ stored }) => jsonAnswer(200, blockDocument(stored.block)));
}
