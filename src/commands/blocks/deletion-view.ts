// Defines the preview of a block deletion: the block, the ledger and the invoices (contract: DELETE /credit_blocks).
import type { BlockInvoice, CreditBlock } from '../../credits/customer.ts';
import type { Row } from '../../output/view.ts';
import { shownInstant } from '../../views/column-kinds.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import type { JsonObject } from '../../wire/json.ts';

export interface BlockToDelete {
  readonly block: Row<CreditBlock, JsonObject>;
  /** `undefined` if the API does not list the invoices of a block. */
  readonly invoices: readonly Row<BlockInvoice, JsonObject>[] | undefined;
  /** Customer of the block, as messages name customers; `undefined` if unknown. */
  readonly customer: string | undefined;
}

const fates: Readonly<Record<string, string>> = {
  draft: 'deleted',
  issued: 'voided',
  paid: 'credited',
  void: 'unchanged',
};

const sentences: Readonly<Record<string, string>> = {
  deleted: 'will be deleted',
  voided: 'will be voided',
  credited: 'will get a credit note',
  unchanged: 'stays void',
  unknown: 'not documented what happens to it',
};

/** A `synced` invoice belongs to another system; the contract does not say what a deletion does to the invoice. */
const fateOf = ({ status }: BlockInvoice): string => fates[status] ?? 'unknown';

const notes = [
  'The ledger is recalculated as if the block never existed. Past entries change. Credits used from it are taken from other blocks, or make the balance negative. Credits moved from it to another expiry are deleted, too.',
  'Issued invoices that used its credits do not change. This cannot be undone. To only take credits back, use blocks void.',
];

export function deletionPreview(title: string, { block, invoices, customer }: BlockToDelete): Preview {
  const { balance, maximum_initial_balance, expiry_date, credit_block_source: source } = block.record;
  return {
    lines: [
      title,
      previewLine('balance', `${balance} of ${maximum_initial_balance ?? 'an unknown amount'} granted`),
      previewLine('expires', expiry_date === null ? 'never' : shownInstant(expiry_date)),
      previewLine('source', source),
      previewLine('customer', customer ?? unknownCustomer),
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

const unknownCustomer = 'unknown (the API does not say); check that this is the right block';

function invoiceLines(invoices: BlockToDelete['invoices']): readonly string[] {
  if (invoices === undefined) return [previewLine('invoices', 'unknown (the API does not list them here)')];
  if (invoices.length === 0) return [previewLine('invoices', 'none')];
  return invoices.map(({ record }) =>
    previewLine('invoice', `${record.invoice_number}, ${record.status}: ${sentences[fateOf(record)]}`),
  );
}
