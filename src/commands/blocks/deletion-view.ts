// What the deletion of a credit block will do: to the block, to the ledger and to its invoices (orb-api.md §5.8).
import type { BlockInvoice, CreditBlock } from '../../credits/block.ts';
import type { Row } from '../../output/view.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import { shownInstant } from '../../views/shown-values.ts';
import type { JsonObject } from '../../wire/json.ts';

export interface DoomedBlock {
  readonly block: Row<CreditBlock, JsonObject>;
  /** `undefined` where the API does not tell them. */
  readonly invoices: readonly Row<BlockInvoice, JsonObject>[] | undefined;
}

const fates: Readonly<Record<string, string>> = {
  draft: 'deleted',
  issued: 'voided',
  paid: 'credited',
  void: 'unchanged',
};

const sentences: Readonly<Record<string, string>> = {
  deleted: 'it will be deleted',
  voided: 'it will be voided',
  credited: 'a credit note will be issued for it',
  unchanged: 'it stays so',
  unknown: 'what becomes of it is not said by the API',
};

/** `synced` invoices are in another system, and the contract is silent about them. */
const fateOf = ({ status }: BlockInvoice): string => fates[status] ?? 'unknown';

const notes = [
  'The ledger is replayed as if the block had never been: entries of the past change, what was drawn from it is drawn from other blocks or becomes a debt, and credits that were moved out of it to another expiry go with it.',
  'Issued invoices that used its credits stay as they are. This cannot be undone; blocks void only takes credits back.',
];

export function deletionPreview(title: string, { block, invoices }: DoomedBlock): Preview {
  const { balance, maximum_initial_balance, expiry_date, credit_block_source: source } = block.record;
  return {
    lines: [
      title,
      previewLine('balance', `${balance} of ${maximum_initial_balance ?? 'an unknown number'} at first`),
      previewLine('expires', expiry_date === null ? 'never' : shownInstant(expiry_date)),
      previewLine('source', source),
      previewLine('customer', customerText(invoices)),
      ...invoiceLines(invoices),
      ...notes.map((note) => previewLine('note', note)),
    ],
    document: {
      block: block.document,
      invoices: invoices?.map(({ record, document }) => ({ ...document, becomes: fateOf(record) })) ?? null,
      notes,
    },
  };
}

/** The block itself does not say whose it is; an invoice does. */
function customerText(invoices: DoomedBlock['invoices']): string {
  const customer = invoices?.[0]?.record.customer;
  if (customer === undefined) return 'not told by the API; make sure that you have the right block';
  return customer.external_customer_id ?? `id:${customer.id}`;
}

function invoiceLines(invoices: DoomedBlock['invoices']): readonly string[] {
  if (invoices === undefined) return [previewLine('invoices', 'the API does not tell them here')];
  if (invoices.length === 0) return [previewLine('invoices', 'none')];
  return invoices.map(({ record }) =>
    previewLine('invoice', `${record.invoice_number}, ${record.status}: ${sentences[fateOf(record)]}`),
  );
}
