import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import {
  type Decode,
  decodeAlert,
  decodeBlock,
  decodeCustomer,
  decodeEntry,
  decodeTopUp,
} from '../../../src/orb/decode/records.ts';
import { decodePage } from '../../../src/orb/pages.ts';
import { type Json, type JsonObject, jsonNumber, parseJson, writeJson } from '../../../src/wire/json.ts';
import { creditctl, notesOf, orb } from '../../support/command.ts';
import { block as blockOf, entry as entryOf, page } from '../../support/documents.ts';

const filter: JsonObject = { field: 'item_id', operator: 'excludes', values: ['i'] };
const time = '2026-01-01T08:00:00+00:00';

const entry: JsonObject = {
  id: 'e1',
  ledger_sequence_number: jsonNumber('7'),
  entry_type: 'increment',
  entry_status: 'pending',
  customer: { id: 'c1', external_customer_id: 'acme' },
  starting_balance: jsonNumber('0'),
  ending_balance: jsonNumber('1.50'),
  amount: jsonNumber('123456789012345678'),
  currency: 'credits',
  created_at: time,
  description: null,
  metadata: { a: 'b' },
  credit_block: { id: 'b1', expiry_date: null, per_unit_cost_basis: '0.20', filters: [filter] },
};

const ofVoid: JsonObject = {
  ...entry,
  entry_type: 'void',
  void_amount: jsonNumber('3'),
  void_reason: 'refund',
};
const voidInitiated: JsonObject = { ...ofVoid, entry_type: 'void_initiated', new_block_expiry_date: time };
const change: JsonObject = { ...entry, entry_type: 'expiration_change', new_block_expiry_date: null };

const block: JsonObject = {
  id: 'b1',
  balance: jsonNumber('-0.5'),
  effective_date: time,
  expiry_date: time,
  per_unit_cost_basis: '0.20',
  status: 'active',
  maximum_initial_balance: jsonNumber('10'),
  filters: [filter],
  credit_block_source: 'manual',
  metadata: {},
};

const customer: JsonObject = {
  id: 'c1',
  external_customer_id: 'acme',
  name: 'Acme',
  email: 'a@example.com',
  timezone: 'Asia/Tokyo',
  currency: 'USD',
  created_at: time,
  metadata: {},
};

const topUp: JsonObject = {
  id: 't1',
  currency: 'credits',
  threshold: '100',
  amount: '123456789012345678',
  per_unit_cost_basis: '0.20',
  invoice_settings: {
    auto_collection: true,
    net_terms: jsonNumber('30'),
    memo: 'Top-up',
    require_successful_payment: true,
  },
  expires_after: jsonNumber('6'),
  expires_after_unit: 'month',
};

const alert: JsonObject = {
  id: 'a1',
  type: 'credit_balance_dropped',
  created_at: time,
  enabled: true,
  thresholds: [{ value: jsonNumber('100') }, { value: jsonNumber('0.50') }],
  customer: { id: 'c1', external_customer_id: 'acme' },
  plan: null,
  subscription: null,
  metric: null,
  currency: 'credits',
  balance_alert_status: [{ threshold_value: jsonNumber('100'), in_alert: true }],
};
/** What is not among the fields of our record. */
const unread = ['plan', 'subscription', 'metric'];

const kinds: readonly (readonly [string, Decode<unknown>, JsonObject])[] = [
  ['increment', decodeEntry, entry],
  ['void', decodeEntry, ofVoid],
  ['void_initiated', decodeEntry, voidInitiated],
  ['expiration_change', decodeEntry, change],
  ['block', decodeBlock, block],
  ['customer', decodeCustomer, customer],
  ['top-up', decodeTopUp, topUp],
  ['alert', decodeAlert, alert],
];

test('an entry is read with every digit', () =>
  expect(decodeEntry(entry).record).toEqual({
    ...entry,
    ledger_sequence_number: 7,
    starting_balance: '0',
    ending_balance: '1.5',
    amount: '123456789012345678',
    credit_block: { id: 'b1', expiry_date: null, per_unit_cost_basis: '0.2', filters: [filter] },
  }));

test('entries of each type have what is theirs alone', () => {
  expect(decodeEntry(ofVoid).record).toMatchObject({ void_amount: '3', void_reason: 'refund' });
  expect(decodeEntry(voidInitiated).record).toMatchObject({ void_amount: '3', new_block_expiry_date: time });
  expect(decodeEntry(change).record).toMatchObject({ new_block_expiry_date: null });
});

test('a block is read, a negative one too', () =>
  expect(decodeBlock(block).record).toEqual({
    ...block,
    balance: '-0.5',
    per_unit_cost_basis: '0.2',
    maximum_initial_balance: '10',
  }));

test('a customer is read', () => expect(decodeCustomer(customer).record).toEqual(customer));

test('a top-up is read with every digit', () =>
  expect(decodeTopUp(topUp).record).toEqual({
    ...topUp,
    per_unit_cost_basis: '0.2',
    invoice_settings: { ...(topUp.invoice_settings as JsonObject), net_terms: 30 },
    expires_after: 6,
  }));

test('a top-up of which the API only gives what it must has no memo, no expiry and no wait', () => {
  const settings = { auto_collection: false, net_terms: jsonNumber('0') };
  const { expires_after: _count, expires_after_unit: _unit, ...required } = topUp;
  expect(decodeTopUp({ ...required, invoice_settings: settings }).record).toMatchObject({
    invoice_settings: { auto_collection: false, net_terms: 0, memo: null, require_successful_payment: false },
    expires_after: null,
    expires_after_unit: null,
  });
});

test('an alert is read with its thresholds, and with those it stands at', () =>
  expect(decodeAlert(alert).record).toEqual({
    id: 'a1',
    type: 'credit_balance_dropped',
    created_at: time,
    enabled: true,
    thresholds: [{ value: '100' }, { value: '0.5' }],
    customer: { id: 'c1', external_customer_id: 'acme' },
    currency: 'credits',
    balance_alert_status: [{ threshold_value: '100', in_alert: true }],
  }));

test.each<[JsonObject, string]>([
  [{ thresholds: [{ value: '100' }] }, 'thresholds[0].value is the text "100" instead of a number'],
  [{ thresholds: [jsonNumber('1')] }, 'thresholds[0] is the number 1 instead of an object'],
  [
    { balance_alert_status: [{ threshold_value: jsonNumber('1') }] },
    'balance_alert_status[0].in_alert is missing instead of true or false',
  ],
  [
    { balance_alert_status: [{ threshold_value: '1', in_alert: true }] },
    'balance_alert_status[0].threshold_value is the text "1" instead of a number',
  ],
])('an alert with %j: %s', (wrong, why) => expect(() => decodeAlert({ ...alert, ...wrong })).toThrow(why));

test.each(
  kinds,
)('the document of a %s stays as it came, with what is not known of it', (_kind, decode, document) => {
  const text = writeJson({ ...document, unknown_field: [jsonNumber('1.0')] });
  expect(writeJson(decode(parseJson(text)).document)).toBe(text);
});

test('an operator of a filter that is not known yet is read as it stands', () => {
  const { record } = decodeBlock({ ...block, filters: [{ ...filter, operator: 'starts_with' }] });
  expect(record.filters).toEqual([{ ...filter, operator: 'starts_with' }]);
});

test('a type of entry that is not known yet is read by what all have', () =>
  expect(decodeEntry({ ...entry, entry_type: 'rollover', entry_status: 'final' }).record).toMatchObject({
    entry_type: 'rollover',
    entry_status: 'final',
    ending_balance: '1.5',
  }));

/** What a value is called in the sentence about it, and the value itself. */
const wrongs: readonly (readonly [string, Json])[] = [
  ['an array', []],
  ['true', true],
];

/** Every path of a document at which something stands, in the order of the document. */
function paths(value: Json, at: readonly string[] = []): readonly (readonly string[])[] {
  if (at.at(-1) === 'metadata' || value === null || typeof value !== 'object' || value === filter)
    return [at];
  if (Array.isArray(value) || 'isLosslessNumber' in value) return [at];
  return Object.entries(value as JsonObject).flatMap(([name, inner]) => [
    [...at, name],
    ...(inner !== null && typeof inner === 'object' ? paths(inner as Json, [...at, name]) : []),
  ]);
}

function changed(
  document: JsonObject,
  [name = '', ...rest]: readonly string[],
  value: Json | undefined,
): JsonObject {
  const { [name]: old, ...others } = document;
  if (rest.length > 0) return { ...document, [name]: changed(old as JsonObject, rest, value) };
  return value === undefined ? others : { ...document, [name]: value };
}

const fields = kinds.flatMap(([kind, decode, document]) =>
  [...new Set(paths(document).map((path) => path.join('.')))]
    .filter((path) => !unread.includes(path))
    .map((path) => ({ kind, path, decode, document })),
);

const booleans = [
  'enabled',
  'invoice_settings.auto_collection',
  'invoice_settings.require_successful_payment',
];

/** Fields that the contract does not require. */
const optional = [
  ...['expires_after', 'expires_after_unit', 'balance_alert_status'],
  ...['invoice_settings.memo', 'invoice_settings.require_successful_payment'],
];

test('the tables below hold every field', () => expect(fields.length).toBeGreaterThan(105));

test.each(
  fields.filter(({ path }) => !optional.includes(path)),
)('$kind without $path is a breach of the contract that names it', ({ path, decode, document }) => {
  expect(() => decode(changed(document, path.split('.'), undefined))).toThrow(
    new RegExp(`^The API's answer is not valid: ${path.replaceAll('.', '\\.')} is missing instead of `),
  );
});

test.each(fields)('$kind with a wrong $path is a breach of the contract that names it', ({
  path,
  decode,
  document,
}) => {
  for (const [called, value] of wrongs) {
    if (/(filters|thresholds|balance_alert_status)$/.test(path) && Array.isArray(value)) continue;
    if (booleans.includes(path) && value === true) continue;
    expect(() => decode(changed(document, path.split('.'), value))).toThrow(
      `: ${path} is ${called} instead of `,
    );
  }
});

const nullable = [
  ...[
    'description',
    'customer.external_customer_id',
    'credit_block.expiry_date',
    'credit_block.per_unit_cost_basis',
  ],
  ...['effective_date', 'expiry_date', 'per_unit_cost_basis', 'maximum_initial_balance', 'void_reason'],
  ...['external_customer_id', 'currency'],
];

/** Where a name that may be null elsewhere may not. */
const required = [
  ...['increment', 'void', 'void_initiated', 'expiration_change', 'top-up'].map((kind) => `${kind}.currency`),
  'top-up.per_unit_cost_basis',
];

test.each(fields)('$kind may have null as $path only if the contract says so', ({
  kind,
  path,
  decode,
  document,
}) => {
  const read = (): unknown => decode(changed(document, path.split('.'), null));
  const mayBeNull =
    (nullable.includes(path) && !required.includes(`${kind}.${path}`)) ||
    (['thresholds', 'customer'].includes(path) && kind === 'alert') ||
    (optional.includes(path) && path !== 'invoice_settings.require_successful_payment') ||
    (path === 'new_block_expiry_date' && kind === 'expiration_change');
  if (mayBeNull) expect(read).not.toThrow();
  else expect(read).toThrow(`: ${path} is null instead of `);
});

test.each(['7', '7.0', '7e0'])('%s is a whole number, as in JSON Schema', (text) => {
  const { record } = decodeEntry({ ...entry, ledger_sequence_number: jsonNumber(text) });
  expect(record.ledger_sequence_number).toBe(7);
});

test.each<[Json, string]>([
  [{ ...entry, created_at: 'yesterday' }, 'created_at is the text "yesterday" instead of an RFC 3339 time'],
  [{ ...entry, amount: '5' }, 'amount is the text "5" instead of a number'],
  [{ ...entry, amount: jsonNumber('1e99999') }, 'amount is the number 1e99999, which is too large'],
  [{ ...entry, amount: jsonNumber('1E-99999') }, 'amount is the number 1E-99999, which is too small'],
  [
    { ...entry, ledger_sequence_number: jsonNumber('1e20') },
    'ledger_sequence_number is the number 1e20 instead of a whole number of at most 15 digits',
  ],
  [
    { ...entry, ledger_sequence_number: jsonNumber('1.5') },
    'ledger_sequence_number is the number 1.5 instead of a whole number',
  ],
  [{ ...entry, metadata: { a: jsonNumber('1') } }, 'metadata.a is the number 1 instead of a string'],
  [
    {
      ...entry,
      credit_block: { ...(entry.credit_block as JsonObject), per_unit_cost_basis: jsonNumber('1') },
    },
    'credit_block.per_unit_cost_basis is the number 1 instead of a decimal number in a string',
  ],
  [
    {
      ...entry,
      credit_block: {
        ...(entry.credit_block as JsonObject),
        filters: [filter, { ...filter, values: [true] }],
      },
    },
    'credit_block.filters[1].values[0] is true instead of a string',
  ],
  [{ ...entry, id: {} }, 'id is an object instead of a string'],
  [{ ...entry, id: 'x', currency: jsonNumber('9') }, 'currency is the number 9 instead of a string'],
  ['x'.repeat(50), `the answer is the text "${'x'.repeat(40)}…" instead of an object`],
  [[], 'the answer is an array instead of an object'],
  [null, 'the answer is null instead of an object'],
])('%j: %s', (value, why) => {
  let error: unknown;
  try {
    decodeEntry(value);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(CreditctlError);
  expect(error).toMatchObject({ kind: 'server', message: expect.stringContaining(why) });
});

test('in a list the path begins with the place in it', () => {
  const broken = { ...entry, credit_block: changed(entry.credit_block as JsonObject, ['id'], undefined) };
  const page = { data: [entry, broken], pagination_metadata: { has_more: false, next_cursor: null } };
  expect(() => decodePage(page, decodeEntry)).toThrow(
    ': data[1].credit_block.id is missing instead of a string',
  );
});

test('metadata may hold any key', () =>
  expect(decodeEntry({ ...entry, metadata: parseJson('{"__proto__":"x"}') }).record.metadata).toEqual(
    Object.fromEntries([['__proto__', 'x']]),
  ));

const acme = '/customers/external_customer_id/acme/credits';
const answering = (path: string, documents: readonly object[]) => ({
  env: orb,
  exchanges: [{ method: 'GET', path: `${acme}${path}`, answer: { json: page([...documents]) } }],
});

test('a status of blocks that Orb adds is shown, in no sum, and warned of', async () => {
  const blocks = [blockOf({ id: 'a', balance: 3 }), blockOf({ id: 'b', balance: 4, status: 'frozen' })];
  const result = await creditctl('balance acme -o json -q', answering('?limit=100', blocks));
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ available: 3, blocks: [{}, { status: 'frozen' }] });
  expect(notesOf(result)).toEqual([
    {
      warning:
        'The API sent a block with the status "frozen", which this version of creditctl does not know, so sums may be wrong',
    },
  ]);
});

test('each new word of entries is said once, on one line, and only a few of them', async () => {
  const entries = ['rebate\n\u001b[31m', 'rebate\n\u001b[31m', ...'abcdefgh'].map((entry_type, index) =>
    entryOf({ id: `e${index}`, entry_type, entry_status: 'frozen' }),
  );
  const result = await creditctl('ledger list acme', answering('/ledger?limit=20', entries));
  expect(result.code, result.stderr).toBe(0);
  const lines = result.stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toContain(String.raw`an entry of type "rebate\n\u001b[31m", which`);
  expect(lines[1]).toContain('an entry with the status "frozen"');
});

test('what is known is not warned of', async () => {
  const result = await creditctl('ledger list acme', answering('/ledger?limit=20', [entryOf()]));
  expect([result.code, result.stderr]).toEqual([0, '']);
});
