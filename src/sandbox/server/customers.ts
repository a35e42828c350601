// Answers the routes of customers: list, show, create, edit, delete; parent and child name each other (contract: CustomerHierarchyConfig).
import { wholeSeconds } from '../../credits/exact.ts';
import type { JsonObject } from '../../wire/json.ts';
import { accountCurrency } from '../ledger/invoice.ts';
import { dueLedgerOf } from '../store/account.ts';
import {
  childrenOf,
  customerByExternalId,
  deleteCustomer,
  insertCustomer,
  isDeletedCustomer,
  newestCustomers,
  type StoredCustomer,
  updateCustomer,
} from '../store/customers.ts';
import { hasIssuedInvoices, hasMoney } from '../store/invoices.ts';
import { jsonAnswer, notFound, RequestProblem, violation } from './answers.ts';
import { isProblems, objectField, stringsField, textField } from './check.ts';
import { readCustomerEdit, readNewCustomer } from './customer-body.ts';
import { customerDetails, customerDocument, editedDetails } from './customer-document.ts';
import { loadCalendar } from './date-text.ts';
import {
  findCustomer,
  type RouteHandler,
  readSettled,
  removal,
  type ServerContext,
  settledCustomer,
  unsettledCustomer,
  write,
} from './route.ts';

/** Model: the account's own zone, for customers that name no zone (Orb docs: time zones). */
const accountTimezone = 'UTC';

/** GET /customers, newest first. */
export const listCustomers: RouteHandler = (context, { query }) => {
  const page = query.page('customers', 'by time');
  const within = query.range('created_at');
  query.finish();
  return readSettled(
    context,
    (now) => {
      const found = newestCustomers(context.database, { within, ...page });
      const due = found.map(({ ordinal }) => dueLedgerOf(context.database, ordinal, now));
      return { found, ledger: due.find((ledger) => ledger !== undefined) };
    },
    ({ found }) =>
      page.answer(
        found,
        (shown) => shown.map((customer) => customerDocument(context.database, customer)),
        ({ createdAt, ordinal }) => [createdAt, ordinal],
      ),
  );
};

/** GET /customers/{customer_id} and /customers/external_customer_id/{external_customer_id} */
export const showCustomer: RouteHandler = (context, { params, query }) => {
  query.finish();
  const id = params.customer_id;
  // Model: a deleted customer is still found by Orb's id, and only on this route (contract: Customer).
  if (id !== undefined && isDeletedCustomer(context.database, id))
    return jsonAnswer(200, { id, deleted: true });
  return readSettled(context, unsettledCustomer(context, params), ({ customer }) =>
    jsonAnswer(200, customerDocument(context.database, customer)),
  );
};

/** POST /customers (contract: Customer). */
export const createCustomer: RouteHandler = async (context, request) => {
  const { database } = context;
  return write({ context, request, body: await checkedFields(request.body) }, (fields, now) => {
    const externalId = textField(fields, 'external_customer_id');
    if (externalId !== null) refuseTaken(context, externalId);
    const customer = insertCustomer(database, {
      id: context.freshId(),
      externalId,
      name: textField(fields, 'name') ?? '',
      email: textField(fields, 'email') ?? '',
      timezone: textField(fields, 'timezone') ?? accountTimezone,
      currency: textField(fields, 'currency'),
      createdAt: wholeSeconds(now),
      details: customerDetails(fields),
    });
    return jsonAnswer(201, customerDocument(database, relate(context, customer, fields)));
  });
};

/** PUT /customers/{customer_id} and /customers/external_customer_id/{external_customer_id} (contract: Customer). */
export const editCustomer: RouteHandler = (context, request) =>
  write({ context, request, body: readCustomerEdit(request.body) }, (fields, now) => {
    const { database } = context;
    const customer = settledCustomer(context, request.params, now);
    const edited: StoredCustomer = {
      ...customer,
      // Model: null leaves a name or an address unchanged, because neither can be null.
      name: textField(fields, 'name') ?? customer.name,
      email: textField(fields, 'email') ?? customer.email,
      externalId: settledOnce(customer.externalId, fields, 'external_customer_id'),
      currency: settledCurrency(context, customer, fields),
      details: editedDetails(customer, fields),
    };
    if (edited.externalId !== null && customer.externalId === null) {
      refuseTaken(context, edited.externalId);
    }
    const method = textField(fields, 'default_payment_method_id');
    if (method !== null) throw notFound('PaymentMethod', method);
    updateCustomer(database, edited);
    return jsonAnswer(200, customerDocument(database, relate(context, edited, fields)));
  });

/** Model: a customer with invoices or a balance in the currency of the account can only take that one (contract: EditCustomer). */
function settledCurrency(
  { database }: ServerContext,
  { currency, ordinal }: StoredCustomer,
  fields: JsonObject,
): string | null {
  const set = settledOnce(currency, fields, 'currency');
  if (currency !== null || set === null || set === accountCurrency || !hasMoney(database, ordinal))
    return set;
  throw violation(
    `The customer has invoices or a balance in ${accountCurrency}, so its currency cannot be ${set}.`,
  );
}

/** A field that can be set only while it is null; repeating its value is allowed. */
function settledOnce(known: string | null, fields: JsonObject, name: string): string | null {
  const given = textField(fields, name);
  if (known === null || given === null || given === known) return known ?? given;
  throw violation(`The ${name} of the customer is ${known} and cannot be changed.`);
}

function refuseTaken({ database }: ServerContext, externalId: string): void {
  if (customerByExternalId(database, externalId) === undefined) return;
  throw new RequestProblem(
    '400-duplicate-resource-creation',
    `A Customer with the external_customer_id ${externalId} already exists.`,
  );
}

/** DELETE /customers/{customer_id}. Model: done at once; a voided invoice still counts as issued. */
export const removeCustomer = removal((context, params, now) => {
  const { database } = context;
  const customer = settledCustomer(context, params, now);
  if (hasIssuedInvoices(database, customer.ordinal))
    throw outOfPlace(customer.id, 'has issued invoices and cannot be deleted');
  deleteCustomer(database, customer.ordinal, now);
});

async function checkedFields(body: string | undefined): Promise<JsonObject | readonly string[]> {
  const fields = readNewCustomer(body);
  if (isProblems(fields)) return fields;
  const zone = textField(fields, 'timezone') ?? accountTimezone;
  if (zone === accountTimezone || (await loadCalendar()).isTimeZone(zone)) return fields;
  return [`timezone: '${zone}' is not a time zone of the IANA database`];
}

/** The most children of a parent. Model: children count however they are named (Orb docs). */
const childrenMax = 100;

/**
 * Writes the relationships that a body asks for. Model: listed children are added to the existing ones, a parent of null
 * removes the parent, and `hierarchy: null` changes nothing.
 * @param fields a checked body @returns the customer with its parent
 * @throws Problem if another customer is unknown, or a hierarchy would have a third level or too many children
 */
function relate(context: ServerContext, customer: StoredCustomer, fields: JsonObject): StoredCustomer {
  const given = objectField(fields, 'hierarchy');
  if (given === null) return customer;
  const parent = withParent(context, customer, given);
  updateCustomer(context.database, parent);
  for (const id of stringsField(given, 'child_customer_ids')) adopt(context, parent, id);
  return parent;
}

function withParent(context: ServerContext, customer: StoredCustomer, given: JsonObject): StoredCustomer {
  if (given.parent_customer_id === undefined) return customer;
  const id = textField(given, 'parent_customer_id');
  if (id === null) return { ...customer, parent: null };
  const parent = findCustomer(context, { customer_id: id });
  if (parent.ordinal === customer.ordinal) throw outOfPlace(id, 'cannot be its own parent');
  if (parent.parent !== null) throw outOfPlace(id, 'is a child of another customer and cannot be a parent');
  if (childrenOf(context.database, customer.ordinal).length > 0) {
    throw outOfPlace(customer.id, 'has children and cannot be the child of another customer');
  }
  if (customer.parent !== parent.ordinal) refuseFull(context, parent);
  return { ...customer, parent: parent.ordinal };
}

function adopt(context: ServerContext, parent: StoredCustomer, id: string): void {
  const child = findCustomer(context, { customer_id: id });
  if (child.ordinal === parent.ordinal) throw outOfPlace(id, 'cannot be its own child');
  if (parent.parent !== null)
    throw outOfPlace(parent.id, 'is a child of another customer and cannot have any');
  if (
    (child.parent ?? parent.ordinal) !== parent.ordinal ||
    childrenOf(context.database, child.ordinal).length > 0
  ) {
    throw outOfPlace(id, 'is already part of another hierarchy');
  }
  if (child.parent === null) refuseFull(context, parent);
  updateCustomer(context.database, { ...child, parent: parent.ordinal });
}

function refuseFull({ database }: ServerContext, parent: StoredCustomer): void {
  if (childrenOf(database, parent.ordinal).length < childrenMax) return;
  throw outOfPlace(parent.id, `has ${childrenMax} children and can have no more`);
}

function outOfPlace(id: string, why: string): RequestProblem {
  return violation(`Customer ${id} ${why}.`);
}
