// Answers every write at once with an entry made from the request, so that a bench measures only the client.
import { createServer } from 'node:http';

/** The id of the embedded ledger in the answers. */
const [, , ledger = ''] = process.argv;
let entries = 0;

const customer = (id) => ({
  id,
  external_customer_id: id,
  name: id,
  email: `${id}@example.com`,
  timezone: 'Etc/UTC',
  currency: 'USD',
  balance: '0.00',
  created_at: '2026-01-01T00:00:00+00:00',
  metadata: {},
});

const entry = (id, body) => {
  entries += 1;
  return {
    id: `entry${entries}`,
    ledger_sequence_number: entries,
    entry_type: body.entry_type,
    entry_status: 'committed',
    customer: { id, external_customer_id: id },
    starting_balance: 0,
    ending_balance: body.amount,
    amount: body.amount,
    currency: body.currency ?? 'credits',
    created_at: '2026-11-23T12:00:00+00:00',
    description: body.description ?? null,
    metadata: body.metadata ?? {},
    credit_block: {
      id: `block${entries}`,
      expiry_date: body.expiry_date ?? null,
      per_unit_cost_basis: body.per_unit_cost_basis ?? null,
      filters: body.filters ?? [],
    },
  };
};

const page = { data: [], pagination_metadata: { has_more: false, next_cursor: null } };

/** @returns {[status: number, document: object]} */
function answer(method, path, body) {
  if (method === 'POST') return [201, entry(path.split('/')[3], JSON.parse(body))];
  const named = /^\/v1\/customers\/(?:external_customer_id\/)?([^/]+)$/.exec(path);
  return [200, named === null ? page : customer(named[1])];
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text) => {
    body += text;
  });
  request.on('end', () => {
    const [status, document] = answer(request.method, (request.url ?? '').split('?')[0], body);
    const text = JSON.stringify(document);
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'x-request-id': 'canned',
      ...(ledger === '' ? {} : { 'creditctl-ledger': ledger }),
    });
    response.end(text);
  });
});

server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.stdout.write(`${JSON.stringify({ base_url: `http://127.0.0.1:${port}/v1` })}\n`);
});
