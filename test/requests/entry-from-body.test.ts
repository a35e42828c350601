import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasUnseenEdge, unsendable } from '../../src/credits/text.ts';
import type { EntryContext } from '../../src/requests/draft-reader.ts';
import type { EntryDraft } from '../../src/requests/entry-draft.ts';
import { bodyFieldName, draftFromBody, draftFromObject } from '../../src/requests/entry-from-body.ts';
import { entryBody } from '../../src/requests/entry-request.ts';
import { isJsonObject, parseJson, writeJson } from '../../src/wire/json.ts';

const context: EntryContext = { now: Date.UTC(2026, 10, 23, 20), zone: 'America/Los_Angeles' };

const read = (text: string): unknown => draftFromBody(text, 'file.json');

function problemsOf(body: unknown): readonly string[] {
  const reading = draftFromBody(JSON.stringify(body), 'file.json');
  return 'problems' in reading ? reading.problems.map(({ where, problem }) => `${where} ${problem}`) : [];
}

test('a body becomes the draft that says the same', () => {
  expect(
    read(`{"entry_type":"increment","amount":12.50,"currency":"USD","description":"d","expiry_date":"2027-01-31",
      "effective_date":"today","per_unit_cost_basis":"0.20","metadata":{"a":"1","b":null,"__proto__":"p"},
      "filters":[{"field":"item_id","operator":"excludes","values":["x"]},{"field":"item_id","operator":"includes","values":["y"]}],
      "invoice_settings":{"auto_collection":false,"net_terms":30,"custom_due_date":null,"memo":"m","mark_as_paid":true}}`),
  ).toEqual({
    draft: {
      type: 'increment',
      amount: '12.50',
      currency: 'USD',
      description: 'd',
      expires: '2027-01-31',
      effective: 'today',
      costBasis: '0.20',
      metadata: ['a=1', '__proto__=p'],
      item: ['y'],
      excludeItem: ['x'],
      autoCollect: false,
      invoiceNetTerms: '30',
      invoiceMemo: 'm',
      markPaid: true,
    },
  });
});

test.each([
  ['123456789012345678', '123456789012345678'],
  ['0.123456789012345678', '0.123456789012345678'],
  ['1e-07', '1e-07'],
  ['1.50', '1.50'],
])('the amount %s keeps its digits as %s', (digits, amount) =>
  expect(read(`{"amount":${digits}}`)).toEqual({ draft: { amount } }));

test('null means not said', () =>
  expect(read('{"amount":1,"currency":null,"metadata":null,"invoice_settings":null,"filters":null}')).toEqual(
    {
      draft: { amount: '1' },
    },
  ));

test.each([
  ['', /^file\.json is empty$/],
  ['\uFEFF\n', /^file\.json is empty$/],
  ['{"amount":', /is not JSON: /],
  ['<html>', /is not JSON: /],
  ['[]', /^file\.json must contain one JSON object$/],
  ['[{"amount":1}]', /must contain one JSON object/],
  ['5', /must contain one JSON object/],
  ['null', /must contain one JSON object/],
  ['"x"', /must contain one JSON object/],
])('%j is refused', (text, problem) =>
  expect(read(text)).toEqual({ problems: [{ where: '--body', problem: expect.stringMatching(problem) }] }));

const form =
  'body: filters must be of the form [{"field":"item_id","operator":"includes" or "excludes","values":["…"]}], each operator once';

test.each<[unknown, readonly string[]]>([
  [{ amonut: 1 }, ['body: amonut is not a field of a ledger entry (did you mean amount?)']],
  [{ item: 'x' }, ['body: item is not a field of a ledger entry']],
  [JSON.parse('{"__proto__":1}'), ['body: __proto__ is not a field of a ledger entry']],
  [
    { 'invoice_settings.net_terms': 5 },
    ['body: invoice_settings.net_terms is not a field of a ledger entry'],
  ],
  [{ amount: '5' }, ['body: amount must be a JSON number']],
  [{ amount: true }, ['body: amount must be a JSON number']],
  [{ description: 5 }, ['body: description must be a string']],
  [{ per_unit_cost_basis: 0.2 }, ['body: per_unit_cost_basis must be a string']],
  [{ expiry_date: 20270131 }, ['body: expiry_date must be a string']],
  [{ block_id: {} }, ['body: block_id must be a string']],
  [
    { entry_type: 1, amount: [] },
    ['body: entry_type must be a string', 'body: amount must be a JSON number'],
  ],
  [{ metadata: 'a=b' }, ['body: metadata must be an object of strings']],
  [{ metadata: { a: 1 } }, ['body: metadata.a must be a string, and its key must not contain "="']],
  [{ metadata: { 'a=b': 'c' } }, ['body: metadata.a=b must be a string, and its key must not contain "="']],
  [{ filters: {} }, [form]],
  [{ filters: [{ field: 'price_id', operator: 'includes', values: ['x'] }] }, [form]],
  [{ filters: [{ field: 'item_id', operator: 'only', values: ['x'] }] }, [form]],
  [{ filters: [{ field: 'item_id', operator: 'includes', values: [1] }] }, [form]],
  [{ filters: [{ field: 'item_id', operator: 'includes' }] }, [form]],
  // Left out or joined, these would grant credits with other limits than the file says.
  [{ filters: [{ field: 'item_id', operator: 'includes', values: [] }] }, [form]],
  [
    {
      filters: [
        { field: 'item_id', operator: 'includes', values: ['a'] },
        { field: 'item_id', operator: 'includes', values: ['b'] },
      ],
    },
    [form],
  ],
  [{ invoice_settings: 'net 30' }, ['body: invoice_settings must be an object']],
  [
    { invoice_settings: { net_terms: 30 } },
    ['body: invoice_settings.auto_collection is missing: set it to true or false'],
  ],
  [
    { invoice_settings: { auto_collection: 'no', net_terms: 1 } },
    [
      'body: invoice_settings.auto_collection is missing: set it to true or false',
      'body: invoice_settings.auto_collection must be true or false',
    ],
  ],
  [
    { invoice_settings: { auto_collection: true, net_terms: '30' } },
    ['body: invoice_settings.net_terms must be a JSON number'],
  ],
  [
    { invoice_settings: { auto_collection: true, net_terms: 1, colour: 'x' } },
    ['body: invoice_settings.colour is not a field of a ledger entry'],
  ],
  [
    { invoice_settings: { auto_collection: true, net_terms: 1, foo: 'x', memmo: 'x' } },
    [
      'body: invoice_settings.foo is not a field of a ledger entry',
      'body: invoice_settings.memmo is not a field of a ledger entry (did you mean memo?)',
    ],
  ],
  // Settings that ask for nothing would otherwise be left out unsaid.
  [
    { invoice_settings: { auto_collection: false } },
    ['body: invoice_settings needs a due date: net_terms or custom_due_date'],
  ],
])('%j: %j', (body, problems) => expect(problemsOf(body)).toEqual(problems));

test('problems call a field by its place in the body', () =>
  expect(bodyFieldName('invoiceNetTerms')).toBe('body: invoice_settings.net_terms'));

const digits = fc
  .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: 0, max: 999_999_999 }))
  .map(([whole, fraction]) => `${whole}.${fraction}`);
const text = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  .filter((each) => each.trim() !== '');
const name = text.filter((each) => !hasUnseenEdge(each) && unsendable(each) === undefined);
const key = name.filter((each) => !each.includes('='));
const metadata = fc.uniqueArray(fc.tuple(key, fc.string()), { selector: ([name]) => name, maxLength: 4 });
const future = fc.integer({ min: 1, max: 3000 }).map((days) => `+${days}d`);
const optional = <Value>(name: string, values: fc.Arbitrary<Value>) =>
  fc.option(values, { nil: undefined }).map((value) => (value === undefined ? {} : { [name]: value }));
const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<EntryDraft> =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all) as EntryDraft);
const common = [
  optional('currency', name),
  optional('description', text),
  metadata.map((pairs) => ({ metadata: pairs.map((pair) => pair.join('=')) })),
] as const;
const invoice = merged(
  digits.map((costBasis) => ({ costBasis })),
  fc.oneof(
    fc.nat(9999).map((terms) => ({ invoiceNetTerms: String(terms) })),
    fc.oneof(future, fc.constant('2027-05-05T12:30:00+02:00')).map((invoiceDue) => ({ invoiceDue })),
  ),
  optional('invoiceDate', future),
  optional('invoiceMemo', text),
  optional('invoiceItem', name),
  optional('autoCollect', fc.boolean()),
  optional('markPaid', fc.constant(true)),
  optional('requirePayment', fc.constant(true)),
);
const drafts: fc.Arbitrary<EntryDraft> = fc.oneof(
  merged(
    digits.map((amount) => ({ amount })),
    ...common,
    optional('expires', future),
    optional('effective', fc.constantFrom('2025-01-01', 'today', '2026-11-01T01:30:00-07:00')),
    fc.oneof(fc.constant({}), fc.constant({ costBasis: '0' }), invoice),
    optional(
      'item',
      fc.array(
        name.map((each) => `in ${each}`),
        { minLength: 1, maxLength: 3 },
      ),
    ),
    optional(
      'excludeItem',
      fc.array(
        name.map((each) => `ex ${each}`),
        { minLength: 1, maxLength: 3 },
      ),
    ),
  ),
  merged(
    fc.constant({ type: 'decrement' }),
    digits.map((amount) => ({ amount })),
    ...common,
  ),
  merged(
    fc.constant({ type: 'expiration_change' }),
    fc.oneof(
      name.map((block) => ({ block })),
      future.map((expires) => ({ expires })),
    ),
    future.map((targetExpires) => ({ targetExpires })),
    optional('amount', digits),
    ...common,
  ),
  merged(
    fc.constantFrom({ type: 'void' }, { type: 'void', voidReason: 'refund' }, { type: 'amendment' }),
    digits.map((amount) => ({ amount })),
    name.map((block) => ({ block })),
    ...common,
  ),
);

test('the draft of a body makes the same body again', () => {
  fc.assert(
    fc.property(drafts, (draft) => {
      const first = entryBody(draft, context);
      if (!('body' in first)) throw new Error(JSON.stringify(first.problems));
      const document = parseJson(writeJson(first.body));
      const reading = isJsonObject(document) ? draftFromObject(document) : undefined;
      if (reading === undefined || !('draft' in reading)) throw new Error(JSON.stringify(reading));
      const second = entryBody(reading.draft, context);
      expect('body' in second ? writeJson(second.body) : second.problems).toBe(writeJson(first.body));
    }),
    { numRuns: 500 },
  );
});
