// A success that is about another write, and a refusal that is not the API's own: neither says what became of a write.
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Exchange, WireAnswer, WireRequest } from '../../src/wire/json.ts';
import { creditctl, errorOf, notesOf, orb } from '../support/command.ts';
import { alert, block, customer, topUp } from '../support/documents.ts';
import { available, granted, use } from '../support/granted.ts';
import { recordedIn } from '../support/recorded.ts';
import { freshHome } from '../support/run.ts';

type Lie = (answer: WireAnswer) => WireAnswer;

/** The success with other fields; of one that is an object, each field by itself. */
const saying =
  (changes: Readonly<Record<string, unknown>>): Lie =>
  (answer) => {
    const document = JSON.parse(answer.body) as Record<string, unknown>;
    for (const [name, value] of Object.entries(changes))
      document[name] = typeof value === 'object' ? { ...(document[name] as object), ...value } : value;
    return { ...answer, body: JSON.stringify(document) };
  };
const refusing =
  (status: number, body: string | object, type = 'application/json'): Lie =>
  () => ({
    status,
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const form = 'https://docs.withorb.com/reference/error-responses';

/** What else may be another is in the tests of answers, and what is no refusal in those of sending. */
const others: readonly [what: string, lie: Lie][] = [
  ['another amount', saying({ amount: 6 })],
  ['no mark', (answer) => ({ ...answer, body: answer.body.replace('creditctl_key', 'k') })],
  ['no amount', (answer) => ({ ...answer, body: answer.body.replace('"amount"', '"quantity"') })],
];
const refusals: readonly [what: string, lie: Lie][] = [
  ['a 403 in HTML', refusing(403, '<p>no</p>', 'text/html')],
  ['a 429 in HTML', refusing(429, '<p>no</p>', 'text/html')],
  [
    'a 409 that speaks of another request',
    refusing(409, {
      type: `${form}#409-resource-conflict`,
      status: 409,
      detail: 'The key was used for another request.',
    }),
  ],
];

/** Stands between the program and the ledger: passes a write on, or not, and lies about it. */
const lying =
  (lie: Lie, passesOn = true) =>
  async (request: WireRequest, exchange: Exchange): Promise<WireAnswer> => {
    if (request.method !== 'POST') return exchange(request);
    return lie(passesOn ? await exchange(request) : { status: 500, headers: {}, body: '' });
  };

const add = 'ledger add acme --amount 5 --description why --sandbox --yes -o json';

test.each([
  ...others,
  ['a customer without an external id', saying({ customer: { external_customer_id: null } })] as const,
  ...refusals,
])('%s leaves a write that took place unknown, and its repetition writes nothing', async (_what, lie) => {
  const result = await creditctl(add, { between: lying(lie) });
  expect(result.code, result.stderr).toBe(11);
  expect(result.stdout).toBe('');
  expect(errorOf(result)).toMatchObject({ code: 'outcome-unknown', applied: 'unknown', retry_safe: true });
  expect(recordedIn(result.home).map(({ event }) => event)).toEqual(['noted', 'unknown']);
  const again = await creditctl(add, { home: result.home });
  expect(again.code, again.stderr).toBe(0);
  expect(await available(result.home)).toBe(5);
});

test.each(
  refusals,
)('%s leaves a write that never arrived unknown, and its repetition writes it', async (_what, lie) => {
  const result = await creditctl(add, { between: lying(lie, false) });
  expect(result.code, result.stderr).toBe(11);
  expect((await creditctl(add, { home: result.home })).code).toBe(0);
  expect(await available(result.home)).toBe(5);
});

test.each([
  ['void', 'blocks void acme BLOCK --amount 5', saying({ void_amount: 6 }), 15],
  ['void', 'blocks void acme BLOCK --amount 5', saying({ credit_block: { id: 'other' } }), 15],
  ['amendment', 'blocks amend acme BLOCK --amount 5', saying({ amount: 4 }), 25],
  ['amendment', 'blocks amend acme BLOCK --amount 5', saying({ credit_block: { id: 'other' } }), 25],
  ['change of expiry', 'blocks extend acme BLOCK --to 2028-01-01 --amount 5', saying({ amount: 4 }), 20],
  ['decrement', 'ledger add acme --type decrement --amount 5', saying({ amount: 6 }), 15],
  ['decrement', 'ledger add acme --type decrement --amount 5', saying({ amount: 0 }), 15],
])('a %s that is answered as another is unknown, and done once', async (_what, line, lie, left) => {
  const { home, block } = await granted('--amount 30 --expires 2027-01-31');
  await use('10', home);
  const command = `${line.replace('BLOCK', block)} --sandbox --yes -o json`;
  const result = await creditctl(command, { home, between: lying(lie) });
  expect(result.code, result.stderr).toBe(11);
  expect((await creditctl(command, { home })).code).toBe(0);
  expect(await available(home)).toBe(left);
});

test('a grant that got another expiry, price or item than was asked for is warned of, and is the grant all the same', async () => {
  const line = 'ledger add acme --amount 5 --sandbox --yes -o json';
  const warnings = async (more: string, lie: Record<string, unknown>) => {
    const result = await creditctl(`${line} ${more}`, { between: lying(saying({ credit_block: lie })) });
    expect(result.code, result.stderr).toBe(0);
    return notesOf(result).flatMap((note) => ('warning' in note ? [String(note.warning)] : []));
  };
  const lapse = '2027-02-01T08:00:00+00:00';
  const priced = '--cost-basis 0.50 --invoice-net-terms 30';
  expect(await warnings('--expires 2027-01-31', { expiry_date: null })).toEqual([
    expect.stringMatching(/^The API gave the block the expiry none, and 2027-0.* was asked for$/),
  ]);
  expect(await warnings('', { expiry_date: lapse })).toEqual([
    `The API gave the block the expiry ${lapse}, and none was asked for`,
  ]);
  expect(await warnings(priced, { per_unit_cost_basis: '0.05' })).toEqual([
    'The API gave the block the price 0.05, and 0.5 was asked for',
  ]);
  expect(await warnings('', { per_unit_cost_basis: '0.05' })).toEqual([
    'The API gave the block the price 0.05, and none was asked for',
  ]);
  expect(await warnings('--item seats', { filters: [] })).toEqual([
    'The API gave the block the item filter none, and includes seats was asked for',
  ]);
  expect(await warnings(`--expires 2027-01-31 ${priced} --item seats`, {})).toEqual([]);
  expect(await warnings('', { per_unit_cost_basis: '0.00' })).toEqual([]);
  const charged: Lie = (answer) => ({
    ...answer,
    body: JSON.stringify({ ...JSON.parse(answer.body), created_invoices: [{ id: 'i1' }] }),
  });
  expect(notesOf(await creditctl(line, { between: lying(charged) }))).toContainEqual({
    warning: 'The API raised an invoice for the grant, and none was asked for',
  });
  for (const none of [null, []]) {
    const result = await creditctl(`${line} ${priced}`, {
      between: lying(saying({ created_invoices: none })),
    });
    expect(notesOf(result)).toContainEqual({
      warning: expect.stringMatching(/^The API named no invoice for the grant, and one was asked for/),
    });
  }
});

test('more digits than the API keeps are no other amount, and neither is the last part of a decrement', async () => {
  const digits = '1234.56789012345678';
  const line = `ledger add acme --amount ${digits} --sandbox --yes`;
  const { home, code } = await creditctl(line, { between: lying(saying({ amount: 1234.567890123457 })) });
  expect(code).toBe(0);
  await granted('--amount 1 --expires 2027-01-31', home);
  expect(
    (await creditctl('ledger add acme --type decrement --amount 3 --sandbox --yes', { home })).code,
  ).toBe(0);
});

const grants = 'external_customer_id,amount,description\nacme,5,why\nglobex,5,why\n';
test.each([
  ...others,
  ['another customer', saying({ customer: { id: 'other' } })] as const,
  ...refusals,
])('%s leaves rows unknown and none failed, and each is written once', async (_what, lie) => {
  const home = freshHome();
  writeFileSync(`${home}/x.csv`, grants);
  const line = `ledger import ${home}/x.csv --batch-id b --sandbox --yes -o json`;
  const result = await creditctl(line, { home, between: lying(lie) });
  expect(result.code, result.stderr).toBe(11);
  expect(JSON.parse(result.stdout)).toMatchObject({ succeeded: 0, failed: 0, unknown: 2 });
  expect(errorOf(result)).toMatchObject({ applied: 'unknown', retry_safe: true });
  const again = await creditctl('batch resume b --sandbox --yes -o json', { home });
  expect(again.code, again.stderr).toBe(0);
  expect(await available(home)).toBe(5);
});

test('undoing that is answered as another is unknown, and done once', async () => {
  const { home } = await granted('--amount 5');
  const line = 'undo last --sandbox --yes -o json';
  const result = await creditctl(line, { home, between: lying(saying({ void_amount: 4 })) });
  expect(result.code, result.stderr).toBe(11);
  expect((await creditctl(line, { home })).code).toBe(0);
  expect(await available(home)).toBe(0);
});

const hours = 60 * 60 * 1000;

test('an entry that is found by the mark and has another amount settles nothing, and nothing is sent', async () => {
  const cut = lying(refusing(500, ''));
  const { home } = await creditctl(add, { between: cut });
  const now = Date.UTC(2026, 10, 23, 12) + 60 * hours;
  const between = async (request: WireRequest, exchange: Exchange): Promise<WireAnswer> => {
    const answer = await exchange(request);
    return { ...answer, body: answer.body.replaceAll('"amount":5', '"amount":6') };
  };
  for (const line of [add, 'history settle --sandbox --yes -o json']) {
    const result = await creditctl(line, { home, now, between });
    expect(result.code, result.stderr).toBe(11);
    expect(result.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  }
  expect((await creditctl(add, { home, now })).code).toBe(0);
  expect(await available(home)).toBe(5);
});

test('neither does one of a row, and the run stops before it sends anything', async () => {
  const home = freshHome();
  writeFileSync(`${home}/x.csv`, grants);
  await creditctl(`ledger import ${home}/x.csv --batch-id b --sandbox --yes`, {
    home,
    between: lying(refusing(500, '')),
  });
  const now = Date.UTC(2026, 10, 23, 12) + 60 * hours;
  const between = async (request: WireRequest, exchange: Exchange): Promise<WireAnswer> => {
    const answer = await exchange(request);
    return { ...answer, body: answer.body.replaceAll('"amount":5', '"amount":6') };
  };
  const result = await creditctl('batch resume b --sandbox --yes --allow-drift -o json', {
    home,
    now,
    between,
  });
  expect(result.code, result.stderr).toBe(11);
  expect(result.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  const settled = await creditctl('batch resume b --sandbox --yes --allow-drift', { home, now });
  expect(settled.code, settled.stderr).toBe(0);
  expect(await available(home)).toBe(5);
});

const acme = '/customers/external_customer_id/acme';

/** A line, the write that it sends, the answer to it, and where it reads first whose the object is. */
type OtherAnswer = [
  line: string,
  method: string,
  path: string,
  json: object,
  owner?: readonly [path: string, json: object],
];

test.each<OtherAnswer>([
  ['customers create --name Hooli --email a@h.example', 'POST', '/customers', customer()],
  [
    'customers create --name "Acme Corp" --email billing@acme.example.com --external-id x',
    'POST',
    '/customers',
    customer(),
  ],
  ['customers update acme --name "Acme Corp"', 'PUT', acme, customer({ external_customer_id: 'globex' })],
  ['customers update acme --name Other', 'PUT', acme, customer()],
  ...[
    '--metadata tier=gold',
    '--unset-metadata tier',
    '--additional-email a@h.example',
    '--auto-issuance on',
  ].map((change): [string, string, string, object] => [
    `customers update acme ${change}`,
    'PUT',
    acme,
    customer({ metadata: { tier: 'free' }, additional_emails: [], auto_issuance: false }),
  ]),
  ['customers update id:c1 --name "Acme Corp"', 'PUT', '/customers/c1', customer()],
  [
    'topups create acme --threshold 100 --amount 400 --cost-basis 0.2 --net-terms 30',
    'POST',
    `${acme}/credits/top_ups`,
    topUp(),
  ],
  [
    'topups create acme --threshold 100 --amount 500 --cost-basis 0.2 --net-terms 30 --expires-after 12m',
    'POST',
    `${acme}/credits/top_ups`,
    topUp({ invoice_settings: { ...topUp().invoice_settings, auto_collection: true } }),
  ],
  [
    'alerts create globex --type depleted',
    'POST',
    '/alerts/external_customer_id/globex',
    alert({ type: 'credit_balance_depleted' }),
  ],
  ['alerts create acme --type dropped --threshold 500', 'POST', '/alerts/external_customer_id/acme', alert()],
  [
    'alerts disable alert2',
    'POST',
    '/alerts/alert2/disable',
    alert({ enabled: false }),
    ['/alerts/alert2', alert({ id: 'alert2' })],
  ],
  ['alerts disable alert1', 'POST', '/alerts/alert1/disable', alert(), ['/alerts/alert1', alert()]],
  ['alerts delete alert1 --confirm alert1', 'DELETE', '/alerts/alert1', alert(), ['/alerts/alert1', alert()]],
  [
    'blocks delete b1 --confirm b1',
    'DELETE',
    '/credit_blocks/b1',
    { status: 'ok' },
    ['/credit_blocks/b1/invoices', { block: block({ id: 'b1' }), invoices: [] }],
  ],
  ['api POST customers -F name=a -F email=b@c.example', 'POST', '/customers', [1]],
  [
    "api POST customers/c1/balance_transactions -F amount=5 -F type=increment --confirm 'POST customers/c1/balance_transactions'",
    'POST',
    '/customers/c1/balance_transactions',
    { id: 't', amount: '6.00' },
  ],
  [
    "api POST invoices/i1/issue --confirm 'POST invoices/i1/issue'",
    'POST',
    '/invoices/i1/issue',
    { id: 'i2' },
    ['/invoices/i1', { id: 'i1' }],
  ],
])('"%s" that is answered as another is unknown', async (line, method, path, json, owner) => {
  const asked = owner && { method: 'GET', path: owner[0], answer: { json: owner[1] } };
  const exchanges = [...(asked ? [asked] : []), { method, path, answer: { json } }];
  const result = await creditctl(`${line} --yes -o json`, { exchanges, env: orb });
  expect(result.code, result.stderr).toBe(11);
  expect(errorOf(result)).toMatchObject({ applied: 'unknown', retry_safe: true });
  expect(recordedIn(result.home).at(-1)).toMatchObject({ event: 'unknown' });
});
