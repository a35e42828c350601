// The alert that a new one would be the second of: a customer has one of each type for each currency (orb-api.md §9).

import type { Alert } from '../../credits/alert.ts';
import type { CustomerRef } from '../../credits/customer-ref.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { customerWords, shellText } from '../../requests/command-text.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import type { JsonObject } from '../../wire/json.ts';
import { type AlertRow, alertsOf } from './read-alerts.ts';
import { alertText } from './view.ts';

export interface NewAlert {
  /** Made by `alertBody`. */
  readonly body: JsonObject;
  readonly connection: Connection;
  readonly customer: CustomerRef;
}

async function alertInTheWay({ body, connection, customer }: NewAlert): Promise<AlertRow | undefined> {
  const alerts = await alertsOf(connection, customer);
  return alerts.find(({ record }) => record.type === body.type && record.currency === body.currency);
}

/** Looks up whether there is room for a new alert. */
export async function newAlertPreview(title: string, alert: NewAlert): Promise<Preview> {
  const other = await alertInTheWay(alert);
  if (other === undefined) return { lines: [title], document: { in_the_way: null } };
  const { id } = other.record;
  const lines = [
    title,
    previewLine('in the way', `${id}: ${alertText(other.record)}`),
    previewLine('', 'there can be one of each type, so the API will refuse another'),
  ];
  return { lines, document: { in_the_way: other.document } };
}

/**
 * A refusal with what to do next, if it is another alert that is in the way. The contract gives such a refusal no
 * type of its own, so the alerts themselves are looked at and never its words.
 */
export async function refusalExplained(error: unknown, alert: NewAlert): Promise<unknown> {
  if (!(error instanceof CreditctlError) || error.kind !== 'rejected') return error;
  let other: Alert | undefined;
  try {
    other = (await alertInTheWay(alert))?.record;
  } catch (failure) {
    // The refusal is what matters; that nobody can say more about it does not.
    if (!(failure instanceof CreditctlError)) throw failure;
  }
  if (other === undefined) return error;
  const next = [
    `See it: creditctl alerts list ${shellText(customerWords(alert.customer))}`,
    ...(other.enabled ? [] : [`Switch it on: creditctl alerts enable ${other.id}`]),
    `Or replace it: creditctl alerts delete ${other.id}, and then run the same command again`,
  ];
  return new CreditctlError(error.kind, error.message, { ...error.facts, cause: error.cause, next });
}
