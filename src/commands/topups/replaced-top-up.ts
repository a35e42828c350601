// A top-up beyond its own request: which one it replaces, and whether one that was settled late is still there.

import type { CreditBlock } from '../../credits/block.ts';
import { type CustomerRef, customerRefText } from '../../credits/customer-ref.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { blocksQuery } from '../../requests/ledger-query.ts';
import { balanceOf } from '../../views/balance.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import type { JsonObject } from '../../wire/json.ts';
import type { Settled } from '../../writes/submission.ts';
import { newTopUpPreview } from './preview.ts';
import { topUpsOf } from './read-top-ups.ts';
import { topUpText } from './view.ts';

interface Target {
  readonly connection: Connection;
  readonly customer: CustomerRef;
}

/** Looks up the current balance and the top-up that would be replaced. */
export async function topUpPreview(
  title: string,
  body: JsonObject,
  { connection, customer }: Target,
): Promise<Preview> {
  const currency = String(body.currency);
  const topUps = await topUpsOf(connection, customer);
  const blocks: CreditBlock[] = [];
  for await (const { record } of connection.api.blocks(blocksQuery(customer, { currency }), {}))
    blocks.push(record);
  const now = connection.now();
  const { available } = balanceOf(blocks, { customer: customerRefText(customer), currency, now });
  const replaced = topUps.find(({ record }) => record.currency === currency);
  return newTopUpPreview(title, body, { replaced, available, now });
}

/** Looks up the top-up to delete. */
export async function topUpDeletionPreview(
  title: string,
  id: string,
  { connection, customer }: Target,
): Promise<Preview> {
  const row = (await topUpsOf(connection, customer)).find(({ record }) => record.id === id);
  const text =
    row === undefined ? 'the customer has no such top-up; the API will refuse this' : topUpText(row.record);
  return {
    lines: [
      title,
      previewLine('top-up', text),
      previewLine('invoices', 'unpaid invoices of its credits will be voided'),
    ],
    document: { deletes: row?.document ?? null },
  };
}

/**
 * A write that an earlier run left undecided may have been overtaken by another since. Throws a `failure` if the
 * top-up that was made then is not there any more.
 */
export async function checkTopUpStands(
  id: string,
  { manner, key }: Settled<unknown>,
  { connection, customer }: Target,
): Promise<void> {
  if (manner !== 'resumed' && manner !== 'unacknowledged') return;
  const topUps = await topUpsOf(connection, customer);
  if (topUps.some(({ record }) => record.id === id)) return;
  throw new CreditctlError(
    'failure',
    `Top-up ${id} was created earlier, but has been replaced or deleted since`,
    {
      applied: 'yes',
      retrySafe: true,
      idempotencyKey: key,
      next: ['To create a new one, run the same command again'],
    },
  );
}
