import { expect, test } from 'vitest';
import { creditsApi } from '../../src/orb/credits-api.ts';
import type { Send } from '../../src/orb/send.ts';
import type { ApiRequest } from '../../src/requests/request.ts';
import { type Json, jsonNumber } from '../../src/wire/json.ts';

const block: Json = {
  id: 'b1',
  balance: jsonNumber('1'),
  effective_date: null,
  expiry_date: null,
  per_unit_cost_basis: null,
  status: 'active',
  maximum_initial_balance: null,
  filters: [],
  credit_block_source: 'manual',
  metadata: {},
};

function answering(...documents: readonly Json[]) {
  const asked: string[] = [];
  const send: Send = async ({ method, path, query = [] }: ApiRequest) => {
    asked.push([method, path, ...query.map((pair) => pair.join('='))].join(' '));
    return { status: 200, document: documents[asked.length - 1] ?? null, replayed: false };
  };
  return { api: creditsApi(send), asked };
}

test('each question has its path', async () => {
  const { api, asked } = answering(null, block);
  await api.ping();
  expect((await api.block('b/1')).record).toMatchObject({ id: 'b1', balance: '1' });
  expect(asked).toEqual(['GET /ping', 'GET /credit_blocks/b%2F1']);
  await expect(api.customer({ by: 'external', id: 'acme' })).rejects.toThrow('the answer is null');
  expect(asked[2]).toBe('GET /customers/external_customer_id/acme');
  await expect(api.alert('a/1')).rejects.toThrow('the answer is null');
  expect(asked[3]).toBe('GET /alerts/a%2F1');
});

test('a list of blocks is fetched page by page, as it is read', async () => {
  const page = (id: string, next: string | null): Json => ({
    data: [{ ...block, id }],
    pagination_metadata: { has_more: next !== null, next_cursor: next },
  });
  const { api, asked } = answering(page('b1', 'n'), page('b2', null));
  const read: string[] = [];
  for await (const { record } of api.blocks({ method: 'GET', path: '/x' }, {}))
    read.push(`${record.id}/${asked.length}`);
  expect(read).toEqual(['b1/1', 'b2/2']);
  expect(asked).toEqual(['GET /x limit=100', 'GET /x limit=100 cursor=n']);
});
