// All of a customer's top-ups at once: there is at most one for each currency.

import type { CustomerRef } from '../../credits/customer-ref.ts';
import type { TopUp } from '../../credits/top-up.ts';
import type { Connection } from '../../orb/connection.ts';
import type { JsonObject } from '../../wire/json.ts';
import { topUpsQuery } from './request.ts';

export interface TopUpRow {
  readonly record: TopUp;
  readonly document: JsonObject;
}

export async function topUpsOf({ api }: Connection, customer: CustomerRef): Promise<readonly TopUpRow[]> {
  const rows: TopUpRow[] = [];
  for await (const row of api.topUps(topUpsQuery(customer), {})) rows.push(row);
  return rows;
}
