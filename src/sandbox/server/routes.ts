// Lists every path of the embedded ledger, and finds the route of a request.
import {
  createAlert,
  disableAlert,
  editAlert,
  enableAlert,
  listAlerts,
  removeAlert,
  showAlert,
} from './alerts.ts';
import { jsonAnswer } from './answers.ts';
import { listBlockInvoices, listBlocks, listEntries, removeBlock, showBlock } from './credits.ts';
import {
  createBalanceTransaction,
  listBalanceTransactions,
  listCreditNotes,
  showCreditNote,
} from './customer-money.ts';
import { createCustomer, editCustomer, listCustomers, removeCustomer, showCustomer } from './customers.ts';
import { ingestEvents } from './ingest.ts';
import {
  issueInvoice,
  listInvoices,
  markInvoicePaid,
  payInvoice,
  showInvoice,
  voidInvoice,
} from './invoices.ts';
import { listItems, showItem } from './items.ts';
import { unavailable } from './not-modelled.ts';
import { postEntry } from './post-entry.ts';
import type { RoutedRequest, RouteHandler } from './route.ts';
import { createTopUp, listTopUps, removeTopUp } from './top-ups.ts';

/** The handler is wrapped in a function: a command loads only the file of the handler that it calls. */
type Route = readonly [method: string, path: string, handler: () => RouteHandler];

const customerRoutes = (customer: string): readonly Route[] => [
  ['GET', customer, () => showCustomer],
  ['PUT', customer, () => editCustomer],
  ['GET', `${customer}/credits`, () => listBlocks],
  ['GET', `${customer}/credits/ledger`, () => listEntries],
  ['POST', `${customer}/credits/ledger_entry`, () => postEntry],
  ['GET', `${customer}/credits/top_ups`, () => listTopUps],
  ['POST', `${customer}/credits/top_ups`, () => createTopUp],
  ['DELETE', `${customer}/credits/top_ups/{top_up_id}`, () => removeTopUp],
];

/** The first matching route is taken: the word `external_customer_id` is never read as a customer's id. Alerts have one id with two parameter names. */
export const routes: readonly Route[] = [
  ['GET', '/ping', () => ping],
  ['GET', '/customers', () => listCustomers],
  ['POST', '/customers', () => createCustomer],
  ...customerRoutes('/customers/external_customer_id/{external_customer_id}'),
  ...customerRoutes('/customers/{customer_id}'),
  ['DELETE', '/customers/{customer_id}', () => removeCustomer],
  ['GET', '/alerts', () => listAlerts],
  ['POST', '/alerts/customer_id/{customer_id}', () => createAlert],
  ['POST', '/alerts/external_customer_id/{external_customer_id}', () => createAlert],
  ['GET', '/alerts/{alert_id}', () => showAlert],
  ['PUT', '/alerts/{alert_id}', () => editAlert],
  ['DELETE', '/alerts/{alert_id}', () => removeAlert],
  ['POST', '/alerts/{alert_id}/enable', () => enableAlert],
  ['POST', '/alerts/{alert_id}/disable', () => disableAlert],
  ['GET', '/credit_blocks/{block_id}', () => showBlock],
  ['DELETE', '/credit_blocks/{block_id}', () => removeBlock],
  ['GET', '/credit_blocks/{block_id}/invoices', () => listBlockInvoices],
  ['GET', '/customers/{customer_id}/balance_transactions', () => listBalanceTransactions],
  ['POST', '/customers/{customer_id}/balance_transactions', () => createBalanceTransaction],
  ['GET', '/invoices', () => listInvoices],
  ['GET', '/invoices/summary', () => refuseUnavailable],
  ['GET', '/invoices/upcoming', () => refuseUnavailable],
  ['GET', '/invoices/{invoice_id}', () => showInvoice],
  ['POST', '/invoices/{invoice_id}/issue', () => issueInvoice],
  ['POST', '/invoices/{invoice_id}/mark_paid', () => markInvoicePaid],
  ['POST', '/invoices/{invoice_id}/pay', () => payInvoice],
  ['POST', '/invoices/{invoice_id}/void', () => voidInvoice],
  ['GET', '/credit_notes', () => listCreditNotes],
  ['GET', '/credit_notes/{credit_note_id}', () => showCreditNote],
  ['GET', '/items', () => listItems],
  ['GET', '/items/{item_id}', () => showItem],
  ['POST', '/ingest', () => ingestEvents],
];

/** The handler for a path below the base URL, with the path's variable segments; `undefined` if no route matches. */
export function findRoute(
  method: string,
  path: string,
): { readonly handler: RouteHandler; readonly params: Readonly<Record<string, string>> } | undefined {
  const segments = path.split('/');
  for (const [routeMethod, pattern, handler] of routes) {
    const params = routeMethod === method ? match(pattern.split('/'), segments) : undefined;
    if (params !== undefined) return { handler: handler(), params };
  }
  return undefined;
}

function match(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) {
      const value = decoded(segment);
      if (value === undefined || value === '') return undefined;
      params[part.slice(1, -1)] = value;
    } else if (part !== segment) {
      return undefined;
    }
  }
  return params;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

const ping: RouteHandler = (_, { query }) => {
  query.finish();
  return jsonAnswer(200, { response: 'pong' });
};

/** Refuses a path that would otherwise match the route of one invoice. */
function refuseUnavailable(_: unknown, { method, path }: RoutedRequest): never {
  throw unavailable(`${method} ${path}`);
}
