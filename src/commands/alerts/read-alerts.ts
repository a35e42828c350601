// All of a customer's alerts at once: there is at most one of each type for each currency.

import type { Alert } from '../../credits/alert.ts';
import type { CustomerRef } from '../../credits/customer-ref.ts';
import type { Connection } from '../../orb/connection.ts';
import type { JsonObject } from '../../wire/json.ts';
import { alertsQuery } from './request.ts';

export interface AlertRow {
  readonly record: Alert;
  readonly document: JsonObject;
}

export async function alertsOf({ api }: Connection, customer: CustomerRef): Promise<readonly AlertRow[]> {
  const rows: AlertRow[] = [];
  for await (const row of api.alerts(alertsQuery(customer), {})) rows.push(row);
  return rows;
}
