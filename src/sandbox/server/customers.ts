// The routes of customers: list, show, create, edit, delete; parent and child each name the other (contract: CustomerHierarchyConfig).
import type { Database } from '../../database/driver.ts';
import type { JsonObject, WireAnswer } from '../../wire/json.ts';
import { wholeSeconds } from '../ledger/account.ts';
import {
  childrenOf,
  customerByExternalId,
  customerByOrdinal,
  deleteCustomer,
  insertCustomer,
  isDeletedCustomer,
  newestCustomers,
  type StoredCustomer,
  updateCustomer,
} from '../store/customers.ts';
import { hasIssuedInvoices } from '../store/invoices.ts';
import { isProblems, objectField, stringsField, textField } from './check.ts';
import { readCustomerEdit, readNewCustomer } from './customer-body.ts';
import { customerDetails, customerDocument, editedDetails, type Hierarchy } from './customer-document.ts';
import { loadCalendar } from './date-text.ts';
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
  type ServerContext,
} from './route.ts';
import { dueLedgerAmong, readSettled, settledCustomer, unsettledCustomer } from './settled.ts';

const cursorKind = 'customers';
/** Model: the account's own zone, which customers get if they name none (Orb docs: time zones). */
const accountTimezone = 'UTC';

/** GET /customers, newest first. */
export function listCustomers(context: ServerContext, { query }: RoutedRequest): WireAnswer {
  const reader = new QueryReader(query);
  const limit = reader.limit(100);
  const place = reader.cursor(cursorKind, 2);
  const created = reader.range('created_at');
  reader.finish();
  const [createdAt = 0, ordinal = 0] = place ?? [];
  const after = place === null ? null : { createdAt, ordinal };
  const { database } = context;
  return readSettled(
    context,
    (now) => {
      const found = newestCustomers(database, { after, created }, limit + 1);
      return { found, ledger: dueLedgerAmong(context, found, now) };
    },
    ({ found }) =>
      firstPage(found, {
        limit,
        documents: (page) =>
          page.map((customer) => customerDocument(customer, hierarchyOf(database, customer))),
        cursor: (last) => writeCursor(cursorKind, last.createdAt, last.ordinal),
      }),
  );
}

/** GET /customers/{customer_id} and /customers/external_customer_id/{external_customer_id} */
export function showCustomer(context: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  new QueryReader(query).finish();
  const { database } = context;
  const id = params.customer_id;
  // Model: a deleted customer stays known by Orb's id, and only there (contract: Customer).
  if (id !== undefined && isDeletedCustomer(database, id)) return jsonAnswer(200, { id, deleted: true });
  return readSettled(context, unsettledCustomer(context, params), ({ customer }) =>
    jsonAnswer(200, customerDocument(customer, hierarchyOf(database, customer))),
  );
}

/** POST /customers (contract: Customer). */
export async function createCustomer(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  new QueryReader(request.query).finish();
  const fields = await checkedFields(request.body);
  const { database } = context;
  return idempotently(context, request, (now) => {
    if (isProblems(fields)) throw invalid(fields);
    const externalId = textField(fields, 'external_customer_id');
    if (externalId !== null) refuseTaken(database, externalId);
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
    const related = relate(database, customer, fields);
    return jsonAnswer(201, customerDocument(related, hierarchyOf(database, related)));
  });
}

/** PUT /customers/{customer_id} and /customers/external_customer_id/{external_customer_id} (contract: Customer). */
export async function editCustomer(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  new QueryReader(request.query).finish();
  const fields = readCustomerEdit(request.body);
  if (isProblems(fields)) throw invalid(fields);
  const { database } = context;
  return context.write(() => {
    const customer = settledCustomer(context, request.params, context.now());
    const edited: StoredCustomer = {
      ...customer,
      // Model: null, which a name and an address cannot be, leaves them as they are.
      name: textField(fields, 'name') ?? customer.name,
      email: textField(fields, 'email') ?? customer.email,
      externalId: settledOnce(customer.externalId, fields, 'external_customer_id'),
      currency: settledOnce(customer.currency, fields, 'currency'),
      details: editedDetails(customer, fields),
    };
    if (edited.externalId !== null && customer.externalId === null) {
      refuseTaken(database, edited.externalId);
    }
    const method = textField(fields, 'default_payment_method_id');
    if (method !== null) throw notFound('PaymentMethod', method);
    updateCustomer(database, edited);
    const related = relate(database, edited, fields);
    return jsonAnswer(200, customerDocument(related, hierarchyOf(database, related)));
  });
}

/** What can be set only where there is nothing yet; to say again what it is does no harm. */
function settledOnce(known: string | null, fields: JsonObject, name: string): string | null {
  const given = textField(fields, name);
  if (known === null || given === null || given === known) return known ?? given;
  throw new Problem(
    '400-constraint-violation',
    `The ${name} of the customer is ${known} and cannot be changed.`,
  );
}

function refuseTaken(database: Database, externalId: string): void {
  if (customerByExternalId(database, externalId) === undefined) return;
  throw new Problem(
    '400-duplicate-resource-creation',
    `A Customer with the external_customer_id ${externalId} already exists.`,
  );
}

/** DELETE /customers/{customer_id}. Model: done at once, and an invoice counts as issued also after it was voided. */
export const removeCustomer = removal((context, params) => {
  const { database } = context;
  const now = context.now();
  const customer = settledCustomer(context, params, now);
  if (hasIssuedInvoices(database, customer.ordinal)) {
    throw new Problem(
      '400-constraint-violation',
      `Customer ${customer.id} has issued invoices and cannot be deleted.`,
    );
  }
  deleteCustomer(database, customer.ordinal, now);
});

async function checkedFields(body: string | undefined): Promise<JsonObject | readonly string[]> {
  const fields = readNewCustomer(body);
  if (isProblems(fields)) return fields;
  const zone = textField(fields, 'timezone') ?? accountTimezone;
  if (zone === accountTimezone || (await loadCalendar()).isTimeZone(zone)) return fields;
  return [`timezone: '${zone}' is not a time zone of the IANA database`];
}

/** How many customers may be below a parent. Model: they count however they are named (Orb docs). */
const childrenMax = 100;

export function hierarchyOf(database: Database, customer: StoredCustomer): Hierarchy {
  const parent = customer.parent === null ? undefined : customerByOrdinal(database, customer.parent);
  return { parent: parent ?? null, children: childrenOf(database, customer.ordinal) };
}

/**
 * Writes the relationships that a body asks for. Model: children are added to those there are, a parent of null is
 * taken away, and `hierarchy: null` changes nothing.
 * @param fields a checked body @returns the customer with its parent
 * @throws Problem if another customer is unknown, or a hierarchy would have a third level or too many children
 */
export function relate(database: Database, customer: StoredCustomer, fields: JsonObject): StoredCustomer {
  const given = objectField(fields, 'hierarchy');
  if (given === null) return customer;
  const parent = withParent(database, customer, given);
  updateCustomer(database, parent);
  for (const id of stringsField(given, 'child_customer_ids')) adopt(database, parent, id);
  return parent;
}

function withParent(database: Database, customer: StoredCustomer, given: JsonObject): StoredCustomer {
  if (given.parent_customer_id === undefined) return customer;
  const id = textField(given, 'parent_customer_id');
  if (id === null) return { ...customer, parent: null };
  const parent = findCustomer(database, { customer_id: id });
  if (parent.ordinal === customer.ordinal) throw outOfPlace(id, 'cannot be its own parent');
  if (parent.parent !== null) throw outOfPlace(id, 'is a child of another customer and cannot be a parent');
  if (childrenOf(database, customer.ordinal).length > 0) {
    throw outOfPlace(customer.id, 'has children and cannot be the child of another customer');
  }
  if (customer.parent !== parent.ordinal) refuseFull(database, parent);
  return { ...customer, parent: parent.ordinal };
}

function adopt(database: Database, parent: StoredCustomer, id: string): void {
  const child = findCustomer(database, { customer_id: id });
  if (child.ordinal === parent.ordinal) throw outOfPlace(id, 'cannot be its own child');
  if (parent.parent !== null)
    throw outOfPlace(parent.id, 'is a child of another customer and cannot have any');
  if ((child.parent ?? parent.ordinal) !== parent.ordinal || childrenOf(database, child.ordinal).length > 0) {
    throw outOfPlace(id, 'is already part of another hierarchy');
  }
  if (child.parent === null) refuseFull(database, parent);
  updateCustomer(database, { ...child, parent: parent.ordinal });
}

function refuseFull(database: Database, parent: StoredCustomer): void {
  if (childrenOf(database, parent.ordinal).length < childrenMax) return;
  throw outOfPlace(parent.id, `has ${childrenMax} children and can have no more`);
}

function outOfPlace(id: string, why: string): Problem {
  return new Problem('400-constraint-violation', `Customer ${id} ${why}.`);
}
