// The routes of alerts on credit balances: create, list, show, edit, enable, disable, delete.
import { type Instant, zero } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import type { JsonObject, WireAnswer } from '../../wire/json.ts';
import { wholeSeconds } from '../ledger/account.ts';
import { currencyRefusalFor, isDue } from '../store/account.ts';
import {
  alertById,
  deleteAlert,
  hasAlert,
  insertAlert,
  newestAlerts,
  type StoredAlert,
  updateAlert,
} from '../store/alerts.ts';
import { customerByOrdinal, type StoredCustomer } from '../store/customers.ts';
import { ledgerOf } from '../store/ledgers.ts';
import { alertType, readAlertEdit, readNewAlert, thresholdProblems, thresholdsIn } from './alert-body.ts';
import { alertDocument } from './alert-document.ts';
import { isProblems, textField } from './check.ts';
import { findCustomer } from './find.ts';
import { QueryReader, writeCursor } from './query.ts';
import { removal } from './removal.ts';
import {
  firstPage,
  idempotently,
  invalid,
  jsonAnswer,
  notFound,
  Problem,
  type RoutedRequest,
  refused,
  type ServerContext,
} from './route.ts';
import { readSettled, settledCustomer, settleFirst } from './settled.ts';

const cursorKind = 'alerts';

/** POST /alerts/customer_id/{customer_id} and /alerts/external_customer_id/{external_customer_id} (contract: alerts). */
export async function createAlert(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  new QueryReader(request.query).finish();
  const fields = readNewAlert(request.body);
  const { database, freshId } = context;
  return idempotently(context, request, (now) => {
    if (isProblems(fields)) throw invalid(fields);
    const customer = settledCustomer(context, request.params, now);
    const kind = {
      customer: customer.ordinal,
      currency: textField(fields, 'currency') ?? '',
      type: alertType(fields),
    };
    const refusal = currencyRefusalFor(database, customer, kind.currency);
    if (refusal !== undefined) throw refused(refusal);
    // Model: the contract gives no type of error for a second one.
    if (hasAlert(database, kind)) {
      throw new Problem(
        '400-duplicate-resource-creation',
        `The customer already has an alert of type ${kind.type} in ${kind.currency}.`,
      );
    }
    const watch = { ...kind, thresholds: thresholdsIn(fields), enabled: true };
    const alert = insertAlert(database, { ...watch, id: freshId(), createdAt: wholeSeconds(now) });
    return jsonAnswer(201, written(database, { alert, customer }));
  });
}

/** GET /alerts, of one customer and newest first. */
export function listAlerts(context: ServerContext, { query }: RoutedRequest): WireAnswer {
  const reader = new QueryReader(query);
  const limit = reader.limit(100);
  const [createdAt, ordinal] = reader.cursor(cursorKind, 2) ?? [];
  const created = reader.range('created_at');
  const whose = {
    customer_id: reader.text('customer_id'),
    external_customer_id: reader.text('external_customer_id'),
    subscription_id: reader.text('subscription_id'),
  };
  reader.finish();
  const after = createdAt === undefined || ordinal === undefined ? null : { createdAt, ordinal };
  const { database } = context;
  const find = (now: Instant) => {
    const customer = scope(database, whose);
    const found = newestAlerts(database, { customer: customer.ordinal, created, after }, limit + 1);
    const ledgers = found.map(({ currency }) => ledgerOf(database, customer.ordinal, currency));
    // One ledger is settled at a time, until none of them is due.
    const ledger = ledgers.find((each) => each !== undefined && isDue(each, now));
    return { customer, found, ledger, balances: ledgers.map((each) => each?.head.balance ?? zero) };
  };
  return readSettled(context, find, ({ customer, found, balances }) => {
    return firstPage(found, {
      limit,
      documents: (page) =>
        page.map((alert, index) => alertDocument(alert, { customer, balance: balances[index] ?? zero })),
      cursor: (last) => writeCursor(cursorKind, last.createdAt, last.ordinal),
    });
  });
}

/** @throws Problem unless exactly one id is given, and there is a customer of that id */
function scope(database: Database, whose: Readonly<Record<string, string | null>>): StoredCustomer {
  const given = Object.entries(whose).filter((each): each is [string, string] => each[1] !== null);
  const [only] = given;
  if (only === undefined || given.length > 1) {
    throw invalid([`exactly one of ${Object.keys(whose).join(', ')} must be specified`]);
  }
  const [name, id] = only;
  // Model: this ledger has no subscriptions, so there is none of any id.
  if (name === 'subscription_id') throw notFound('Subscription', id);
  return findCustomer(database, { [name]: id });
}

/** GET /alerts/{alert_id} */
export function showAlert(context: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  new QueryReader(query).finish();
  const { database } = context;
  const find = () => {
    const found = findAlert(database, params);
    return { ...found, ledger: ledgerOf(database, found.customer.ordinal, found.alert.currency) };
  };
  return readSettled(context, find, ({ alert, customer, ledger }) =>
    jsonAnswer(200, alertDocument(alert, { customer, balance: ledger?.head.balance ?? zero })),
  );
}

/** PUT /alerts/{alert_configuration_id}: other thresholds. */
export async function editAlert(
  context: ServerContext,
  { params, query, body }: RoutedRequest,
): Promise<WireAnswer> {
  new QueryReader(query).finish();
  const fields = readAlertEdit(body);
  if (isProblems(fields)) throw invalid(fields);
  const { database } = context;
  return context.write(() => {
    const { alert, customer } = settledAlert(context, params, context.now());
    const thresholds = thresholdsIn(fields);
    const problems = thresholdProblems(alert.type, thresholds);
    if (problems.length > 0) throw invalid(problems);
    const edited = { ...alert, thresholds };
    updateAlert(database, edited);
    return jsonAnswer(200, written(database, { alert: edited, customer }));
  });
}

/** POST /alerts/{alert_configuration_id}/enable */
export function enableAlert(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  return switchAlert(context, request, true);
}

/** POST /alerts/{alert_configuration_id}/disable */
export function disableAlert(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  return switchAlert(context, request, false);
}

function switchAlert(context: ServerContext, request: RoutedRequest, enabled: boolean): Promise<WireAnswer> {
  const reader = new QueryReader(request.query);
  const subscription = reader.text('subscription_id');
  reader.finish();
  const { database } = context;
  return idempotently(context, request, (now) => {
    const { alert, customer } = settledAlert(context, request.params, now);
    // It names the part of a plan's alert, and there are no plans here.
    if (subscription !== null) throw notFound('Subscription', subscription);
    const switched = { ...alert, enabled };
    updateAlert(database, switched);
    return jsonAnswer(200, written(database, { alert: switched, customer }));
  });
}

/** DELETE /alerts/{alert_configuration_id} */
export const removeAlert = removal((context, params) => {
  const now = context.now();
  deleteAlert(context.database, settledAlert(context, params, now).alert.ordinal, now);
});

interface FoundAlert {
  readonly alert: StoredAlert;
  readonly customer: StoredCustomer;
}

/** @throws Problem if there is none, or its customer was deleted */
function findAlert(database: Database, params: Readonly<Record<string, string>>): FoundAlert {
  const id = params.alert_id ?? '';
  const alert = alertById(database, id);
  const customer = alert === undefined ? undefined : customerByOrdinal(database, alert.customer);
  if (alert === undefined || customer === undefined) throw notFound('Alert', id);
  return { alert, customer };
}

/** The same for a write: what has happened by itself has met the alert as it was. */
function settledAlert(
  context: ServerContext,
  params: Readonly<Record<string, string>>,
  now: Instant,
): FoundAlert {
  const found = findAlert(context.database, params);
  settleFirst(context, found.customer, now);
  return found;
}

/** The document of an alert within the write that changed it. */
function written(database: Database, { alert, customer }: FoundAlert): JsonObject {
  const balance = ledgerOf(database, customer.ordinal, alert.currency)?.head.balance ?? zero;
  return alertDocument(alert, { customer, balance });
}
