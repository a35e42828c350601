// Makes the requests that list, create, switch and delete alerts on a credit balance (contract: the paths below /alerts).
import { type CreditAlertType, creditAlertTypes } from '../../credits/alert.ts';
import { type CustomerRef, defaultCurrency } from '../../credits/customer.ts';
import { type Amount, readSignedAmount } from '../../credits/exact.ts';
import { flagArgs, type Problem } from '../../errors.ts';
import { customerArgs } from '../../requests/command-args.ts';
import { type ApiRequest, alertPath, customerField } from '../../requests/request.ts';
import { type JsonObject, jsonNumber } from '../../wire/json.ts';

/** The raw values of an alert, not checked yet. */
export interface AlertDraft {
  /** `dropped`, or `credit_balance_dropped` in full. */
  readonly type?: string;
  readonly currency?: string;
  readonly threshold?: readonly string[];
}

const prefix = 'credit_balance_';

/** The API's name of an alert type that was typed in short or in full; `undefined` for an unknown type. */
export function alertType(typed: string): CreditAlertType | undefined {
  return creditAlertTypes.find((type) => type === typed || type === `${prefix}${typed}`);
}

/** The short name of an alert type, as flags take it. */
export const shortAlertType = (type: string): string => type.replace(new RegExp(`^${prefix}`), '');

/** Fields that a draft lacks, in the order of the questions. Only alerts of the type dropped have thresholds. */
export function missingAlertFields({ type, threshold = [] }: AlertDraft): readonly ('type' | 'threshold')[] {
  if (type === undefined) return ['type'];
  return alertType(type) === 'credit_balance_dropped' && threshold.length === 0 ? ['threshold'] : [];
}

/** The body of `POST /alerts/…`, or every problem of the draft. */
export function alertBody(
  draft: AlertDraft,
): { readonly body: JsonObject } | { readonly problems: readonly Problem[] } {
  const type = draft.type === undefined ? undefined : alertType(draft.type);
  const problems: Problem[] = missingAlertFields(draft).map(missing);
  if (draft.type !== undefined && type === undefined) {
    const known = creditAlertTypes.map(shortAlertType).join(', ');
    problems.push({ where: '--type', problem: `must be one of ${known}: "${draft.type}"` });
  }
  if (draft.currency?.trim() === '') problems.push({ where: '--currency', problem: 'is empty' });
  const thresholds = readThresholds(draft.threshold ?? [], severalFlags, problems);
  if (type !== undefined && type !== 'credit_balance_dropped' && thresholds.length > 0) {
    const problem = `cannot be used with ${shortAlertType(type)}, only with dropped`;
    problems.push({ where: '--threshold', problem });
  }
  if (problems.length > 0 || type === undefined) return { problems };
  const values = thresholds.map((value) => ({ value: jsonNumber(value) }));
  const currency = draft.currency ?? defaultCurrency;
  return { body: { type, currency, ...(values.length === 0 ? {} : { thresholds: values }) } };
}

function missing(field: 'type' | 'threshold'): Problem {
  const problem =
    field === 'type'
      ? `is missing: one of ${creditAlertTypes.map(shortAlertType).join(', ')}`
      : 'is missing: an alert of type dropped needs it';
  return { where: `--${field}`, problem, isMissing: true };
}

/** @param several how to write several numbers: in one of them, a comma is not always a decimal point */
export function readThresholds(
  typed: readonly string[],
  several: string,
  problems: Problem[],
): readonly Amount[] {
  const where = '--threshold';
  const read: Amount[] = [];
  for (const text of typed) {
    const reading = readSignedAmount(text);
    if ('problem' in reading)
      problems.push({ where, problem: `${reading.problem}${text.includes(',') ? several : ''}` });
    else if (read.includes(reading.amount))
      problems.push({ where, problem: `is given twice: ${reading.amount}` });
    else read.push(reading.amount);
  }
  return read;
}

const severalFlags = '; for several thresholds, repeat --threshold';

/** `GET /alerts` of one customer, without its page. The API lists the newest alert first. */
export function alertsQuery(customer: CustomerRef): ApiRequest {
  return { method: 'GET', path: '/alerts', query: [customerField(customer)] };
}

/** @param body made by `alertBody` */
export function alertRequest(customer: CustomerRef, body: JsonObject): ApiRequest {
  const path = customerField(customer).map(encodeURIComponent).join('/');
  return { method: 'POST', path: `/alerts/${path}`, body };
}

export type AlertSwitch = 'enable' | 'disable';

export function alertSwitch(alert: string, to: AlertSwitch): ApiRequest {
  return { method: 'POST', path: `${alertPath(alert)}/${to}` };
}

export function alertDeletion(alert: string): ApiRequest {
  return { method: 'DELETE', path: alertPath(alert) };
}

/** Command-line arguments of `alerts create` for a draft. */
export function alertArgs(customer: CustomerRef, { type, currency, threshold = [] }: AlertDraft) {
  return [
    ...['alerts', 'create', ...customerArgs(customer)],
    ...flagArgs('--type', type),
    ...flagArgs('--currency', currency),
    ...threshold.flatMap((value) => flagArgs('--threshold', value)),
  ];
}
