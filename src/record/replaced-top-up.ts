// Finds out whether a later write replaced a top-up: a customer has only the latest top-up of each currency.
import { requestFromText } from '../requests/request.ts';
import { namesInRecord } from './customer-names.ts';
import type { AccountRecord, WriteWithTexts } from './record.ts';

/** Whether a write creates or deletes a top-up. */
export function isOfTopUp({ texts }: Pick<WriteWithTexts, 'texts'>): boolean {
  const request = requestFromText(texts.request);
  return request !== undefined && /\/credits\/top_ups(?:\/|$)/.test(request.path);
}

/** Whether a write concerns a top-up, and a later write of the record may have replaced or deleted that top-up. */
export async function isReplaced(
  write: WriteWithTexts,
  record: Pick<AccountRecord, 'writes' | 'eventsOf'>,
): Promise<boolean> {
  const { customer: named, noted } = write;
  if (named === null || !isOfTopUp(write)) return false;
  for (const customer of await namesInRecord(record, named))
    for await (const later of record.writes({ customer, states: ['noted', 'unknown', 'settled'] }))
      if (later.noted > noted && isOfTopUp(later)) return true;
  return false;
}
