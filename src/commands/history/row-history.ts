// Looks up what a row of a batch asked for, for `history show`, in the plan that the record keeps.

import { keptRow } from '../../batch/apply/recorded/kept-row.ts';
import { customerName } from '../../credits/customer.ts';
import { CreditctlError } from '../../errors.ts';
import type { AccountRecord, WriteWithTexts } from '../../record/record.ts';
import { marked } from '../../requests/request.ts';
import { writeSentence } from '../../requests/write-sentence.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** A note says why the request is not known. A row is undone by a request that is made when sent, so no plan has it. */
export async function rowHistory(
  write: WriteWithTexts,
  { record, runtime }: { readonly record: AccountRecord; readonly runtime: Runtime },
) {
  const { key, batch, row, customer } = write;
  const name = `row ${row} of batch ${batch}`;
  if (write.undoes !== null) return { what: `Take back ${name}`, why: null, customer, request: undefined };
  const planned = await plannedRow(write, record, runtime);
  if (planned === undefined)
    return { what: name.replace('row', 'Row'), why: null, customer, request: undefined };
  const { request } = planned;
  const whom = customerName(planned.customer);
  const why = request.body.description;
  return {
    what: writeSentence(request, whom),
    why: typeof why === 'string' ? why : null,
    customer: whom,
    request: marked(request, key),
  };
}

async function plannedRow(write: WriteWithTexts, record: AccountRecord, { note }: Runtime) {
  try {
    return await keptRow(write, record);
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    const { message } = error;
    note({ text: `The request is not known: ${message}`, data: { request_not_known: message } });
    return undefined;
  }
}
