// The routes of customers: list, show, create.
import type { JsonObject } from '../../wire/json.ts';
import type { WireAnswer } from '../../wire/message.ts';
import { wholeSeconds } from '../ledger/account.ts';
import {
  customerByExternalId,
  customerById,
  insertCustomer,
  newestCustomers,
  type StoredCustomer,
} from '../store/customers.ts';
import type { Database } from '../store/driver.ts';
import { jsonAnswer, pageAnswer } from './answer.ts';
import { isProblems } from './check.ts';
import type { RoutedRequest, ServerContext } from './context.ts';
import { writeCursor } from './cursor.ts';
import { customerDetails, customerDocument, type Hierarchy } from './customer-document.ts';
import { loadCalendar } from './date-text.ts';
import { textField } from './field.ts';
import { findCustomer } from './find-customer.ts';
import { idempotently } from './idempotent.ts';
import { readNewCustomer, relatives } from './new-customer.ts';
import { invalid, notFound, Problem } from './problem.ts';
import { QueryReader } from './query.ts';

const cursorKind = 'customers';
/** Model: the account's own zone, which customers get if they name none (orb-api.md §5.7). */
const accountTimezone = 'UTC';

/** GET /customers, newest first. */
export function listCustomers({ database }: ServerContext, { query }: RoutedRequest): WireAnswer {
  const reader = new QueryReader(query);
  const limit = reader.limit(100);
  const place = reader.cursor(cursorKind, 2);
  const created = reader.range('created_at');
  reader.finish();
  const [createdAt = 0, ordinal = 0] = place ?? [];
  const after = place === null ? null : { createdAt, ordinal };
  const found = newestCustomers(database, { after, created }, limit + 1);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const more = found.length > limit && last !== undefined;
  return pageAnswer(
    page.map(customerDocument),
    more ? writeCursor(cursorKind, last.createdAt, last.ordinal) : null,
  );
}

/** GET /customers/{customer_id} and /customers/external_customer_id/{external_customer_id} */
export function showCustomer({ database }: ServerContext, { params, query }: RoutedRequest): WireAnswer {
  new QueryReader(query).finish();
  return jsonAnswer(200, customerDocument(findCustomer(database, params)));
}

/** POST /customers (orb-api.md §7). */
export async function createCustomer(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  new QueryReader(request.query).finish();
  const fields = await checkedFields(request.body);
  const { database } = context;
  return idempotently(context, request, (now) => {
    if (isProblems(fields)) throw invalid(fields);
    const externalId = textField(fields, 'external_customer_id');
    if (externalId !== null && customerByExternalId(database, externalId) !== undefined) {
      throw new Problem(
        '400-duplicate-resource-creation',
        `A Customer with the external_customer_id ${externalId} already exists.`,
      );
    }
    const customer = insertCustomer(database, {
      id: context.freshId(),
      externalId,
      name: textField(fields, 'name') ?? '',
      email: textField(fields, 'email') ?? '',
      timezone: textField(fields, 'timezone') ?? accountTimezone,
      currency: textField(fields, 'currency'),
      createdAt: wholeSeconds(now),
      details: customerDetails(fields, hierarchy(database, fields)),
    });
    return jsonAnswer(201, customerDocument(customer));
  });
}

async function checkedFields(body: string | undefined): Promise<JsonObject | readonly string[]> {
  const fields = readNewCustomer(body);
  if (isProblems(fields)) return fields;
  const zone = textField(fields, 'timezone') ?? accountTimezone;
  if (zone === accountTimezone || (await loadCalendar()).isTimeZone(zone)) return fields;
  return [`timezone: '${zone}' is not a time zone of the IANA database`];
}

function hierarchy(database: Database, fields: JsonObject): Hierarchy {
  const { parent, children } = relatives(fields);
  const find = (id: string): StoredCustomer => {
    const found = customerById(database, id);
    if (found === undefined) throw notFound('Customer', id);
    return found;
  };
  return { parent: parent === null ? null : find(parent), children: children.map(find) };
}
