// Answers the routes of alerts on credit balances: create, list, show, edit, enable, disable, delete.
import { type Instant, wholeSeconds, zero } from '../../credits/exact.ts';
import { currencyRefusalFor, isDue } from '../store/account.ts';
import { alertById, deleteAlert, hasAlert, insertAlert, newestAlerts, updateAlert } from '../store/alerts.ts';
import { customerByOrdinal, type StoredCustomer } from '../store/customers.ts';
import { ledgerOf } from '../store/ledgers.ts';
import { alertType, readAlertEdit, readNewAlert, thresholdProblems, thresholdsIn } from './alert-body.ts';
import { alertDocument } from './alert-document.ts';
import { invalid, jsonAnswer, notFound, RequestProblem, refused } from './answers.ts';
import { textField } from './check.ts';
import {
  findCustomer,
  type RoutedRequest,
  type RouteHandler,
  readSettled,
  removal,
  type ServerContext,
  settledCustomer,
  settleFirst,
  write,
} from './route.ts';

/** POST /alerts/customer_id/{customer_id} and /alerts/external_customer_id/{external_customer_id} (contract: alerts). */
export const createAlert: RouteHandler = (context, request) => {
  const { database, freshId } = context;
  return write({ context, request, body: readNewAlert(request.body) }, (fields, now) => {
    const customer = settledCustomer(context, request.params, now);
    const kind = {
      customer: customer.ordinal,
      currency: textField(fields, 'currency') ?? '',
      type: alertType(fields),
    };
    const refusal = currencyRefusalFor(database, customer, kind.currency);
    if (refusal !== undefined) throw refused(refusal);
    // Model: the contract gives no error type for a second alert of one type and currency.
    if (hasAlert(database, kind)) {
      throw new RequestProblem(
        '400-duplicate-resource-creation',
        `The customer already has an alert of type ${kind.type} in ${kind.currency}.`,
      );
    }
    const watch = { ...kind, thresholds: thresholdsIn(fields), enabled: true };
    const alert = insertAlert(database, { ...watch, id: freshId(), createdAt: wholeSeconds(now) });
    return jsonAnswer(201, written(context, { alert, customer }));
  });
};

/** GET /alerts: the alerts of one customer, newest first. */
export const listAlerts: RouteHandler = (context, { query }) => {
  const page = query.page('alerts', 'by time');
  const within = query.range('created_at');
  const whose = {
    customer_id: query.text('customer_id'),
    external_customer_id: query.text('external_customer_id'),
    subscription_id: query.text('subscription_id'),
  };
  query.finish();
  const { database } = context;
  const find = (now: Instant) => {
    const customer = scope(context, whose);
    const found = newestAlerts(database, customer.ordinal, { within, ...page });
    const ledgers = found.map(({ currency }) => ledgerOf(database, customer.ordinal, currency));
    // `readSettled` settles one ledger at a time, until none of them is due.
    const ledger = ledgers.find((each) => each !== undefined && isDue(each, now));
    return { customer, found, ledger, balances: ledgers.map((each) => each?.head.balance ?? zero) };
  };
  return readSettled(context, find, ({ customer, found, balances }) =>
    page.answer(
      found,
      (shown) =>
        shown.map((alert, index) => alertDocument(alert, { customer, balance: balances[index] ?? zero })),
      ({ createdAt, ordinal }) => [createdAt, ordinal],
    ),
  );
};

/** @throws Problem unless exactly one id is given and a customer with that id exists */
function scope(context: ServerContext, whose: Readonly<Record<string, string | null>>): StoredCustomer {
  const given = Object.entries(whose).filter((each): each is [string, string] => each[1] !== null);
  const [only] = given;
  if (only === undefined || given.length > 1) {
    throw invalid([`exactly one of ${Object.keys(whose).join(', ')} must be specified`]);
  }
  const [name, id] = only;
  // Model: this ledger has no subscriptions, so no id of a subscription is known.
  if (name === 'subscription_id') throw notFound('Subscription', id);
  return findCustomer(context, { [name]: id });
}

/** GET /alerts/{alert_id} */
export const showAlert: RouteHandler = (context, { params, query }) => {
  query.finish();
  const find = () => {
    const found = findAlert(context, params);
    return { ...found, ledger: ledgerOf(context.database, found.customer.ordinal, found.alert.currency) };
  };
  return readSettled(context, find, ({ alert, customer, ledger }) =>
    jsonAnswer(200, alertDocument(alert, { customer, balance: ledger?.head.balance ?? zero })),
  );
};

/** PUT /alerts/{alert_configuration_id}: replaces the thresholds. */
export const editAlert: RouteHandler = (context, request) =>
  write({ context, request, body: readAlertEdit(request.body) }, (fields, now) => {
    const { alert, customer } = settledAlert(context, request.params, now);
    const thresholds = thresholdsIn(fields);
    const problems = thresholdProblems(alert.type, thresholds);
    if (problems.length > 0) throw invalid(problems);
    const edited = { ...alert, thresholds };
    updateAlert(context.database, edited);
    return jsonAnswer(200, written(context, { alert: edited, customer }));
  });

/** POST /alerts/{alert_configuration_id}/enable */
export const enableAlert: RouteHandler = (context, request) => switchAlert(context, request, true);

/** POST /alerts/{alert_configuration_id}/disable */
export const disableAlert: RouteHandler = (context, request) => switchAlert(context, request, false);

function switchAlert(context: ServerContext, request: RoutedRequest, enabled: boolean) {
  const subscription = request.query.text('subscription_id');
  return write({ context, request, body: {} }, (_, now) => {
    const { alert, customer } = settledAlert(context, request.params, now);
    // A subscription's id selects a plan's alert, and this ledger has no plans.
    if (subscription !== null) throw notFound('Subscription', subscription);
    const switched = { ...alert, enabled };
    updateAlert(context.database, switched);
    return jsonAnswer(200, written(context, { alert: switched, customer }));
  });
}

/** DELETE /alerts/{alert_configuration_id} */
export const removeAlert = removal((context, params, now) =>
  deleteAlert(context.database, settledAlert(context, params, now).alert.ordinal, now),
);

/** @throws Problem if there is no such alert, or its customer was deleted */
function findAlert({ database }: ServerContext, params: RoutedRequest['params']) {
  const id = params.alert_id ?? '';
  const alert = alertById(database, id);
  const customer = alert === undefined ? undefined : customerByOrdinal(database, alert.customer);
  if (alert === undefined || customer === undefined) throw notFound('Alert', id);
  return { alert, customer };
}

/** Finds the alert of a write, after the customer's due events are written against the unchanged alert. */
function settledAlert(context: ServerContext, params: RoutedRequest['params'], now: Instant) {
  const found = findAlert(context, params);
  settleFirst(context, found.customer, now);
  return found;
}

/** The document of an alert, within the write that changed the alert. */
function written({ database }: ServerContext, { alert, customer }: ReturnType<typeof findAlert>) {
  const balance = ledgerOf(database, customer.ordinal, alert.currency)?.head.balance ?? zero;
  return alertDocument(alert, { customer, balance });
}
