// Every path of the embedded ledger on one screen, and how a request finds its route.
import type { WireAnswer } from '../../wire/message.ts';
import { jsonAnswer } from './answer.ts';
import { listBlocks, showBlock } from './blocks.ts';
import type { RouteHandler } from './context.ts';
import { createCustomer, listCustomers, showCustomer } from './customers.ts';
import { listEntries } from './entries.ts';
import { postEntry } from './post-entry.ts';
import { postUsageReport } from './post-usage.ts';

type Route = readonly [method: string, path: string, handler: RouteHandler];

const customerRoutes = (customer: string): readonly Route[] => [
  ['GET', customer, showCustomer],
  ['GET', `${customer}/credits`, listBlocks],
  ['GET', `${customer}/credits/ledger`, listEntries],
  ['POST', `${customer}/credits/ledger_entry`, postEntry],
];

/** The first route that fits is taken: the word `external_customer_id` is never read as a customer's id. */
const routes: readonly Route[] = [
  ['GET', '/ping', ping],
  ['GET', '/customers', listCustomers],
  ['POST', '/customers', createCustomer],
  ...customerRoutes('/customers/external_customer_id/{external_customer_id}'),
  ...customerRoutes('/customers/{customer_id}'),
  ['GET', '/credit_blocks/{block_id}', showBlock],
  ['POST', '/sandbox/usage', postUsageReport],
];

/** The handler for a path below the base URL, with the path's variable segments; `undefined` if there is none. */
export function findRoute(
  method: string,
  path: string,
): { readonly handler: RouteHandler; readonly params: Readonly<Record<string, string>> } | undefined {
  const segments = path.split('/');
  for (const [routeMethod, pattern, handler] of routes) {
    const params = routeMethod === method ? match(pattern.split('/'), segments) : undefined;
    if (params !== undefined) return { handler, params };
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

function ping(): WireAnswer {
  return jsonAnswer(200, { response: 'pong' });
}
