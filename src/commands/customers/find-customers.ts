// Customers by what somebody remembers of them: the one whose id it is first, then all whose fields hold the text.

import { type Customer, holdsText } from '../../credits/customer.ts';
import { type CustomerRef, parseCustomerRef } from '../../credits/customer-ref.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Row } from '../../output/view.ts';
import type { JsonObject } from '../../wire/json.ts';

type Found = Row<Customer, JsonObject>;

export interface SearchSpan {
  /** How many at most; all of them where not said. */
  readonly limit?: number;
  /** Told if the search ended at the limit. */
  readonly onMore: () => void;
}

/** Newest first, after an exact match; reads no page more than the limit needs. */
export async function* findCustomers(
  { api }: Connection,
  text: string,
  { limit = Number.POSITIVE_INFINITY, onMore }: SearchSpan,
): AsyncGenerator<Found, void, undefined> {
  let left = limit;
  for await (const found of matches(api, text)) {
    yield found;
    left -= 1;
    if (left > 0) continue;
    onMore();
    return;
  }
}

async function* matches(api: Connection['api'], text: string): AsyncGenerator<Found, void, undefined> {
  const exact = new Set<string>();
  for (const ref of exactRefs(text)) {
    const found = await customerOrNone(api, ref);
    if (found === undefined || exact.has(found.record.id)) continue;
    exact.add(found.record.id);
    yield found;
  }
  const held = text.replace(/^id:/, '');
  for await (const found of api.customers({}))
    if (!exact.has(found.record.id) && holdsText(found.record, held)) yield found;
}

/** Whom a text would name exactly. Orb's own ids are letters and digits, so that most texts cost one question. */
function exactRefs(text: string): readonly CustomerRef[] {
  const ref = parseCustomerRef(text);
  if (ref === undefined || ref.by === 'id') return ref === undefined ? [] : [ref];
  return /^[A-Za-z0-9]{12,32}$/.test(ref.id) ? [ref, { by: 'id', id: ref.id }] : [ref];
}

async function customerOrNone(api: Connection['api'], ref: CustomerRef): Promise<Found | undefined> {
  try {
    return await api.customer(ref);
  } catch (error) {
    if (error instanceof CreditctlError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
