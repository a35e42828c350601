// Whose alert, invoice or block a raw request changes: its path does not say, and the record lists writes by customer.
import { customerName } from '../../credits/customer.ts';
import { CreditctlError, isInterruption } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { ownerOfBlock } from '../../record/customer-names.ts';
import type { AccountRecord } from '../../record/record.ts';
import type { ApiRequest } from '../../requests/request.ts';
import { isJsonObject } from '../../wire/json.ts';

/** A path below another `…_id` makes something new. */
const changed = /^(\/(?:alerts|invoices|credit_blocks)\/(?![a-z_]+_id\/)([^/]+))(?:\/|$)/;

/**
 * Asks the API for an alert or invoice, and the record for a block, which does not say itself. What keeps the API from
 * saying it stops no request that a person wrote; an interruption is thrown.
 */
export async function ownerOf(
  { path }: Pick<ApiRequest, 'path'>,
  { api }: Pick<Connection, 'api'>,
  record: Pick<AccountRecord, 'writes'>,
): Promise<string | undefined> {
  const [, object, id] = changed.exec(path) ?? [];
  if (object === undefined || id === undefined) return undefined;
  if (object.startsWith('/credit_blocks/')) return ownerOfBlock(decodeURIComponent(id), record);
  const document = await api.document({ method: 'GET', path: object }).catch((error: unknown) => {
    if (!(error instanceof CreditctlError) || isInterruption(error)) throw error;
    return undefined;
  });
  const owner = document !== undefined && isJsonObject(document) ? document.customer : undefined;
  if (!isJsonObject(owner) || typeof owner.id !== 'string') return undefined;
  const { id: own, external_customer_id: external } = owner;
  return customerName({ id: own, external_customer_id: typeof external === 'string' ? external : null });
}
