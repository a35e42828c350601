// A single entry as a batch file of one row, so that it is planned as any other.
import type { CustomerRef } from '../../credits/customer-ref.ts';
import { type JsonObject, writeJson } from '../../wire/json.ts';
import type { BatchFile } from './batch-file.ts';
import { customerColumns } from './csv-header.ts';

/** @param body of the request that would create the entry */
export function entryFile(customer: CustomerRef, body: JsonObject): BatchFile {
  const line = writeJson({ [customerColumns[customer.by]]: customer.id, ...body });
  return {
    name: 'ledger add',
    format: 'ndjson',
    chunks: async function* () {
      yield Buffer.from(`${line}\n`);
    },
    close: () => {},
  };
}
