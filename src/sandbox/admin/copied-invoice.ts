// Decodes another account's invoice for a block of credits into a row of this store (contract: Invoice).
import type { Amount } from '../../credits/exact.ts';
import type { JsonObject } from '../../wire/json.ts';
import { objectField, objectsField, textField } from '../server/check.ts';
import { anyDecimalField, instantField, needed } from './copied-documents.ts';

interface Bought {
  /** The block that the invoice charges for. */
  readonly block: { readonly id: string; readonly initial: Amount; readonly costBasis: string | null };
  /** The top-up that may have bought the block; an invoice does not name it. */
  readonly topUpId: string | null;
}

/** The row, and the invoice's position in this ledger's series of numbers, if its number belongs to that series. */
export function invoiceIn(document: JsonObject, { block, topUpId }: Bought) {
  const [line = {}] = objectsField(document, 'line_items');
  const price = objectField(line, 'price') ?? {};
  const unit = anyDecimalField(objectField(price, 'unit_config') ?? {}, 'unit_amount');
  const id = needed(document, 'id', textField);
  const invoiceAt = needed(document, 'invoice_date', instantField);
  return {
    voidedAt: instantField(document, 'voided_at'),
    ordinal: ordinalIn(textField(document, 'invoice_number') ?? ''),
    invoice: {
      id,
      blockId: block.id,
      currency: needed(document, 'currency', textField),
      status: statusIn(document),
      createdAt: needed(document, 'created_at', instantField),
      issuedAt: instantField(document, 'issued_at'),
      paidAt: instantField(document, 'paid_at'),
      invoiceAt,
      // A draft has no due date yet.
      dueAt: instantField(document, 'due_date') ?? invoiceAt,
      quantity: anyDecimalField(line, 'quantity') ?? block.initial,
      unitPrice: unit ?? needed({ unit: block.costBasis }, 'unit', anyDecimalField),
      total: needed(document, 'total', anyDecimalField),
      itemId: textField(objectField(price, 'item') ?? {}, 'id') ?? id,
      lineItemId: textField(line, 'id') ?? id,
      priceId: textField(price, 'id') ?? id,
      memo: textField(document, 'memo'),
      autoCollection: objectField(document, 'auto_collection')?.enabled === true,
      topUpId,
    },
  };
}

/** An invoice that another system collects is still owed, so it counts as issued. */
function statusIn(document: JsonObject): 'draft' | 'issued' | 'paid' | 'void' {
  const status = needed(document, 'status', textField);
  return status === 'draft' || status === 'paid' || status === 'void' ? status : 'issued';
}

function ordinalIn(number: string): number | null {
  const digits = /^JYEFHK-(\d{5,9})$/.exec(number)?.[1];
  return digits === undefined ? null : Number(digits);
}
