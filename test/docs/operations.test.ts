// The table of what the embedded ledger answers, against its routes.
import { expect, test } from 'vitest';
import { routes } from '../../src/sandbox/server/routes.ts';
import { read } from './documents.ts';

const customers = ['/customers/{customer_id}', '/customers/external_customer_id/{external_customer_id}'];

/** The operations in the first column of the table. */
function documented(): string[] {
  const rows = read('docs/embedded-ledger.md').match(/^\| `(GET|POST|PUT|DELETE) .*$/gm) ?? [];
  return rows
    .flatMap((row) => (row.split(' | ')[0] ?? '').match(/(?<=`)(GET|POST|PUT|DELETE) [^`]+(?=`)/g) ?? [])
    .flatMap((operation) =>
      operation.includes(' {customer}')
        ? customers.map((customer) => operation.replace('{customer}', customer))
        : [operation],
    );
}

/** What is a route only to be refused. */
const refused = ['GET /invoices/summary', 'GET /invoices/upcoming'];

test('the table has every route, each once, and nothing else', () => {
  const served = routes.map(([method, path]) => `${method} ${path}`);
  expect(documented().sort()).toEqual(served.filter((each) => !refused.includes(each)).sort());
});

test('the choices that the table names are there', () => {
  const text = read('docs/embedded-ledger.md');
  const last = Math.max(...[...text.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number)));
  const rows = text.match(/^\| `(GET|POST|PUT|DELETE) .*$/gm) ?? [];
  const named = rows.flatMap((row) => (row.split(' | ').at(-1) ?? '').match(/\d+/g) ?? []).map(Number);
  expect(named.length).toBeGreaterThan(20);
  for (const number of named) expect(number).toBeLessThanOrEqual(last);
});
