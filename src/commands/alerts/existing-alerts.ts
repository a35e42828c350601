// The alerts that a customer has, and the one that prevents a new one (contract: alerts, one of each type for each currency).

import type { Alert } from '../../credits/alert.ts';
import type { CustomerRef } from '../../credits/customer-ref.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Row } from '../../output/view.ts';
import { customerWords, shellText } from '../../requests/command-words.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import type { JsonObject } from '../../wire/json.ts';
import { alertsQuery } from './request.ts';
import { alertText } from './view.ts';

/** All of them at once: there are few. */
export async function alertsOf(
  { api }: Connection,
  customer: CustomerRef,
): Promise<readonly Row<Alert, JsonObject>[]> {
  const rows: Row<Alert, JsonObject>[] = [];
  for await (const row of api.alerts(alertsQuery(customer), {})) rows.push(row);
  return rows;
}

export interface NewAlert {
  /** Made by `alertBody`. */
  readonly body: JsonObject;
  readonly connection: Connection;
  readonly customer: CustomerRef;
}

async function alertInTheWay({ body, connection, customer }: NewAlert) {
  const alerts = await alertsOf(connection, customer);
  return alerts.find(({ record }) => record.type === body.type && record.currency === body.currency);
}

/** Looks up whether such an alert already exists. */
export async function newAlertPreview(title: string, alert: NewAlert): Promise<Preview> {
  const other = await alertInTheWay(alert);
  if (other === undefined) return { lines: [title], document: { in_the_way: null } };
  const { id } = other.record;
  const lines = [
    title,
    previewLine('existing', `${id}: ${alertText(other.record)}`),
    previewLine('', 'only one of each type is allowed, so the API will refuse this'),
  ];
  return { lines, document: { in_the_way: other.document } };
}

/**
 * Adds the next steps to a refusal if an existing alert caused it. The contract gives this refusal no type of its own,
 * so this looks at the alerts, not at the message.
 */
export async function refusalExplained(error: unknown, alert: NewAlert): Promise<unknown> {
  if (!(error instanceof CreditctlError) || error.kind !== 'rejected') return error;
  let other: Alert | undefined;
  try {
    other = (await alertInTheWay(alert))?.record;
  } catch (failure) {
    // Report the refusal, even if the lookup fails.
    if (!(failure instanceof CreditctlError)) throw failure;
  }
  if (other === undefined) return error;
  const next = [
    `Show it: creditctl alerts list ${shellText(customerWords(alert.customer))}`,
    ...(other.enabled ? [] : [`Turn it on: creditctl alerts enable ${other.id}`]),
    `To replace it: creditctl alerts delete ${other.id}, then run this command again`,
  ];
  return new CreditctlError(error.kind, error.message, { ...error.facts, cause: error.cause, next });
}
