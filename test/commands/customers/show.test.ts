import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { customer } from '../../support/documents.ts';

for (const [words, path, ids] of [
  ['acme', '/customers/external_customer_id/acme', {}],
  ['id:x', '/customers/x', { id: 'x' }],
  ['--customer-id x', '/customers/x', { id: 'x' }],
  ['--external-customer-id "a b"', '/customers/external_customer_id/a%20b', { external_customer_id: 'a b' }],
] as const) {
  test(`"customers show ${words}" asks for ${path} and prints the document untouched`, async () => {
    const document = { ...customer(ids), something_new: { deep: [1.5] } };
    const exchanges = [{ method: 'GET', path, answer: { json: document } }];
    const { code, stdout } = await creditctl(`customers show ${words} -o json`, { exchanges, env: orb });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(document);
  });
}

test('on a terminal the times of a customer are in the zone of the customer', async () => {
  const json = customer({ timezone: 'Asia/Tokyo', created_at: '2026-11-22T15:00:00Z' });
  const exchanges = [{ method: 'GET', path: '/customers/external_customer_id/acme', answer: { json } }];
  const { stdout, stderr } = await creditctl('customers show acme', { exchanges, env: orb, terminal: 80 });
  expect(stdout).toContain('2026-11-23\n');
  expect(stdout).not.toContain('2026-11-22');
  expect(stderr).toBe('');
});

test('a customer who does not exist is exit 4', async () => {
  const result = await creditctl('customers show nobody --sandbox -o json');
  expect(result.code).toBe(4);
  expect(result.stdout).toBe('');
  expect(errorOf(result)).toMatchObject({ code: 'not-found', status: 404 });
});

test('nobody named, or named twice, is a usage error', async () => {
  expectUsage(await creditctl('customers show', { exchanges: [], env: orb }), ['<customer> is missing']);
  const twice = 'customers show --customer-id x --external-customer-id y';
  expectUsage(await creditctl(twice, { exchanges: [], env: orb }), [
    '--customer-id cannot be used with --external-customer-id',
  ]);
});

test('a customer who was deleted is exit 4, and said to be', async () => {
  const path = '/customers/4QYWy9UbDY8yXKKd';
  const exchanges = [{ method: 'GET', path, answer: { json: { id: '4QYWy9UbDY8yXKKd', deleted: true } } }];
  const result = await creditctl('customers show id:4QYWy9UbDY8yXKKd -o json', { exchanges, env: orb });
  expect(result.code).toBe(4);
  expect(errorOf(result).message).toBe('The customer id:4QYWy9UbDY8yXKKd was deleted');
});
