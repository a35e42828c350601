// All of a customer's top-ups at once: there is at most one for each currency.
import type { Connection } from '../connection.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import type { TopUp } from '../credits/top-up.ts';
import { topUpsQuery } from '../requests/top-up-request.ts';
import type { JsonObject } from '../wire/json.ts';

export interface TopUpRow {
  readonly record: TopUp;
  readonly document: JsonObject;
}

export async function topUpsOf({ api }: Connection, customer: CustomerRef): Promise<readonly TopUpRow[]> {
  const rows: TopUpRow[] = [];
  for await (const row of api.topUps(topUpsQuery(customer), {})) rows.push(row);
  return rows;
}
