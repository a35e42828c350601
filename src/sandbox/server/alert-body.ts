// Checks the bodies of alerts field by field (contract: CreateCustomerAlertRequestParams, UpdateAlertRequestParams).
import type { Amount } from '../../credits/exact.ts';
import type { JsonObject } from '../../wire/json.ts';
import { type AlertType, alertTypes } from '../ledger/alert.ts';
import { digitsMax, isSane } from '../ledger/shape.ts';
import * as check from './check.ts';
import { numberField, textField } from './check.ts';

/** Reads the body of a new alert; returns every problem as a sentence. */
export function readNewAlert(body: string | undefined): JsonObject | readonly string[] {
  const fields = check.readBody(body, newAlert);
  if (check.isProblems(fields)) return fields;
  const wrong = thresholdProblems(alertType(fields), thresholdsIn(fields));
  return wrong.length > 0 ? wrong : fields;
}

/** Reads the changes to an alert. The alert's type is not known yet, so `thresholdProblems` checks the thresholds later. */
export function readAlertEdit(body: string | undefined): JsonObject | readonly string[] {
  return check.readBody(body, alertEdit);
}

/** @param fields a checked body */
export function alertType(fields: JsonObject): AlertType {
  const type = alertTypes.find((each) => each === textField(fields, 'type'));
  if (type === undefined) throw new TypeError('a body without a type has passed its checks');
  return type;
}

/** @param fields a checked body */
export function thresholdsIn(fields: JsonObject): readonly Amount[] {
  return check.objectsField(fields, 'thresholds').flatMap((each) => numberField(each, 'value') ?? []);
}

/** The problems of thresholds. Model: dropped needs some; the other types may have them, without effect (contract: alerts). */
export function thresholdProblems(type: AlertType, thresholds: readonly Amount[]): readonly string[] {
  if (type === 'credit_balance_dropped' && thresholds.length === 0)
    return [`thresholds: must be specified for alerts of type ${type}`];
  if (new Set(thresholds).size < thresholds.length) return ['thresholds: has non-unique elements'];
  return thresholds.every(isSane)
    ? []
    : [`thresholds: at most ${digitsMax} digits are allowed on either side of the decimal point`];
}

/** contract: Threshold */
const threshold = check.shape({ fields: { value: check.amount }, required: ['value'], open: true });

const newAlert = check.shape({
  fields: {
    type: check.oneOf(alertTypes),
    currency: check.name,
    thresholds: check.nullable(check.listOf(threshold)),
  },
  required: ['type', 'currency'],
});

/** Checks the fields of cost alerts, which a balance alert can only clear. */
const empty: check.Check = (given, at) =>
  check.isList(given) && given.length === 0 ? [] : [`${at}: is only used by cost alerts`];

const alertEdit = check.shape({
  fields: {
    thresholds: check.listOf(threshold),
    price_filters: check.nullable(empty),
    threshold_overrides: check.nullable(empty),
  },
  required: ['thresholds'],
});
