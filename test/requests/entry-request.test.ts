import { expect, test } from 'vitest';
import { creatableEntryTypes } from '../../src/credits/customer.ts';
import type { EntryContext } from '../../src/requests/draft-reader.ts';
import { type EntryDraft, entryFieldNames, entryFields } from '../../src/requests/entry-draft.ts';
import { entryBody, entryRequest } from '../../src/requests/entry-request.ts';
import { writeJson } from '../../src/wire/json.ts';

const past =
  "--expires is in the past: it is already 2026-11-23 in America/Los_Angeles, the customer's time zone";

/** 2026-11-23T20:00:00Z is noon of that day in Los Angeles. */
const context: EntryContext = { now: Date.UTC(2026, 10, 23, 20), zone: 'America/Los_Angeles' };

function body(draft: EntryDraft, where: EntryContext = context): string {
  const made = entryBody(draft, where);
  return 'body' in made ? writeJson(made.body) : JSON.stringify(made.problems);
}

function problems(draft: EntryDraft, where: EntryContext = context): readonly string[] {
  const made = entryBody(draft, where);
  return 'body' in made ? [] : made.problems.map((each) => `${each.where} ${each.problem}`);
}

test.each<[string, EntryDraft, string]>([
  ['an amount alone is an increment', { amount: '100' }, '{"entry_type":"increment","amount":100}'],
  [
    'a grant with everything but an invoice',
    {
      type: 'increment',
      amount: '12.50',
      currency: 'tokens',
      description: 'Trial',
      metadata: ['ticket=T-1', 'note=a=b', 'empty='],
      expires: '2027-01-31',
      effective: '2026-12-01T00:00:00Z',
      costBasis: '0',
      item: ['i1', 'i2', 'i1'],
      excludeItem: ['i3'],
    },
    '{"entry_type":"increment","amount":12.5,"currency":"tokens","description":"Trial","metadata":{"ticket":"T-1","note":"a=b","empty":""},"effective_date":"2026-11-30T16:00:00-08:00","expiry_date":"2027-01-31T00:00:00-08:00","per_unit_cost_basis":"0","filters":[{"field":"item_id","operator":"includes","values":["i1","i2"]},{"field":"item_id","operator":"excludes","values":["i3"]}]}',
  ],
  [
    'a sale with net terms',
    {
      amount: '500',
      costBasis: '0.20',
      invoiceNetTerms: '030',
      invoiceDate: '2026-12-01',
      invoiceMemo: 'Thanks',
      invoiceItem: 'it',
      autoCollect: true,
      markPaid: true,
      requirePayment: true,
    },
    '{"entry_type":"increment","amount":500,"per_unit_cost_basis":"0.2","invoice_settings":{"auto_collection":true,"net_terms":30,"invoice_date":"2026-12-01","memo":"Thanks","item_id":"it","mark_as_paid":true,"require_successful_payment":true}}',
  ],
  [
    'a sale with a due date',
    { amount: '1', costBasis: '2', invoiceDue: '+30d' },
    '{"entry_type":"increment","amount":1,"per_unit_cost_basis":"2","invoice_settings":{"auto_collection":false,"custom_due_date":"2026-12-23"}}',
  ],
  [
    'a sale due at an instant',
    { amount: '1', costBasis: '2', invoiceDue: '2027-01-01T00:00:00Z' },
    '{"entry_type":"increment","amount":1,"per_unit_cost_basis":"2","invoice_settings":{"auto_collection":false,"custom_due_date":"2026-12-31T16:00:00-08:00"}}',
  ],
  [
    'an invoice over credits that cost nothing',
    { amount: '1', costBasis: '0', invoiceNetTerms: '0' },
    '{"entry_type":"increment","amount":1,"per_unit_cost_basis":"0","invoice_settings":{"auto_collection":false,"net_terms":0}}',
  ],
  [
    'a decrement',
    { type: 'decrement', amount: '0.000000000000000001', description: 'Usage' },
    '{"entry_type":"decrement","amount":0.000000000000000001,"description":"Usage"}',
  ],
  [
    'an expiration change of a whole block',
    { type: 'expiration_change', block: 'b1', targetExpires: 'today' },
    '{"entry_type":"expiration_change","block_id":"b1","target_expiry_date":"2026-11-23"}',
  ],
  [
    'an expiration change by the old expiry',
    { type: 'expiration_change', amount: '3', expires: '2026-01-01', targetExpires: '2027-06-30' },
    '{"entry_type":"expiration_change","amount":3,"expiry_date":"2026-01-01T00:00:00-08:00","target_expiry_date":"2027-06-30"}',
  ],
  [
    'a void',
    { type: 'void', amount: '5', block: 'b1', voidReason: 'refund' },
    '{"entry_type":"void","amount":5,"block_id":"b1","void_reason":"refund"}',
  ],
  [
    'an amendment',
    { type: 'amendment', amount: '5', block: 'b1', metadata: ['__proto__=x'] },
    '{"entry_type":"amendment","amount":5,"metadata":{"__proto__":"x"},"block_id":"b1"}',
  ],
])('the body of %s', (_what, draft, text) => expect(body(draft)).toBe(text));

const values: Readonly<Record<string, EntryDraft>> = Object.fromEntries(
  entryFieldNames.map((field) => {
    if (['item', 'excludeItem'].includes(field)) return [field, { [field]: ['x'] }];
    if (field === 'metadata') return [field, { metadata: ['k=v'] }];
    if (['autoCollect', 'markPaid', 'requirePayment'].includes(field)) return [field, { [field]: true }];
    return [field, { [field]: 'x' }];
  }),
);

test.each(
  creatableEntryTypes.flatMap((type) =>
    entryFieldNames
      .filter((field) => !entryFields[field].types.includes(type))
      .map((field) => [entryFields[field].flag, type, field] as const),
  ),
)('%s is expected not to go with %s', (flag, type, field) => {
  const { types } = entryFields[field];
  expect(problems({ amount: '1', block: 'b', ...values[field], type })).toContainEqual(
    `${flag} cannot be used with ${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}, only with ${types.join(', ')}`,
  );
});

test('the flags that go with one type only are those of the contract', () => {
  const only = (type: string): readonly string[] =>
    entryFieldNames
      .filter((field) => entryFields[field].types.join() === type)
      .map((f) => entryFields[f].body);
  expect(only('void')).toEqual(['void_reason']);
  expect(only('expiration_change')).toEqual(['target_expiry_date']);
  expect(only('increment')).toContain('invoice_settings.net_terms');
  expect(entryFields.block.types).toEqual(['expiration_change', 'void', 'amendment']);
  expect(entryFields.expires.types).toEqual(['increment', 'expiration_change']);
});

test.each<[EntryDraft, readonly string[]]>([
  [
    { type: 'undo', amount: '1' },
    ['--type must be one of increment, decrement, expiration_change, void, amendment: "undo"'],
  ],
  [{ amount: '0' }, ['--amount must be above 0']],
  [{ amount: '0.000' }, ['--amount must be above 0']],
  [
    { amount: ' -5,0' },
    ['--amount must not be negative: "-5,0"; to use credits, give the type decrement and leave out the sign'],
  ],
  [{ type: 'decrement', amount: '-5' }, ['--amount must not be negative: "-5"; write it without the sign']],
  [
    { amount: '1', costBasis: '1' },
    ['--cost-basis above 0 creates an invoice: set its due date with --invoice-net-terms or --invoice-due'],
  ],
  [
    { amount: '1', invoiceNetTerms: '30' },
    ['--cost-basis is missing: an invoice needs the price of one credit'],
  ],
  [
    { amount: '1', costBasis: '1', autoCollect: true },
    ['--invoice-net-terms is missing: an invoice needs it or --invoice-due'],
  ],
  [
    { amount: '1', costBasis: '1', invoiceNetTerms: '1', invoiceDue: 'today' },
    ['--invoice-net-terms cannot be used with --invoice-due'],
  ],
  [
    { amount: '1', costBasis: '1', invoiceNetTerms: '-1' },
    ['--invoice-net-terms must be a whole number of days: "-1"'],
  ],
  [
    { amount: '1', costBasis: '1', invoiceNetTerms: '1.5' },
    ['--invoice-net-terms must be a whole number of days: "1.5"'],
  ],
  [{ amount: '1', metadata: ['plain'] }, ['--metadata must be key=value: "plain"']],
  [{ amount: '1', metadata: ['=v'] }, ['--metadata must be key=value: "=v"']],
  [
    { amount: '1', metadata: ['creditctl_key=k'] },
    ['--metadata cannot set creditctl_key: creditctl uses it to recognise its entries'],
  ],
  [{ amount: '1', metadata: ['k=1', 'k=2'] }, ['--metadata sets the key "k" twice']],
  [{ amount: '1', metadata: ['__proto__=1', '__proto__=2'] }, ['--metadata sets the key "__proto__" twice']],
  [{ amount: '1', expires: '2026-11-22' }, [past]],
  [{ amount: '1', expires: 'today' }, [past]],
  [{ amount: '1', expires: '2026-11-23T20:00:00Z' }, [past]],
  [{ amount: '1', expires: '2027-01-01', effective: '2027-01-01' }, ['--expires is not after --effective']],
  [{ amount: '1', expires: '2027-02-30' }, ['--expires is not a day of the calendar: "2027-02-30"']],
  [{ amount: '1', effective: '2027-02-30' }, ['--effective is not a day of the calendar: "2027-02-30"']],
  [{ amount: '1', description: ' ' }, ['--description is empty']],
  [{ amount: '1', currency: '' }, ['--currency is empty']],
  [{ amount: '1', item: [''] }, ['--item is empty: enter the id of an item']],
  [{ amount: '1', excludeItem: [' '] }, ['--exclude-item is empty: enter the id of an item']],
  [{ amount: '1', item: ['a'], excludeItem: ['a'] }, ['--item includes "a", which --exclude-item excludes']],
  [{ type: 'void', amount: '1', block: 'b', voidReason: 'fun' }, ['--void-reason must be refund: "fun"']],
  [{ type: 'void', amount: '1', block: '' }, ['--block is empty']],
  [
    { type: 'expiration_change', block: 'b', targetExpires: '2027-01-01T00:00:00Z' },
    ['--target-expires must be a date without a time: "2027-01-01T00:00:00Z"'],
  ],
  [
    { type: 'expiration_change', block: 'b', targetExpires: '2027-02-29' },
    ['--target-expires is not a day of the calendar: "2027-02-29"'],
  ],
])('%j: %j', (draft, expected) => expect(problems(draft)).toEqual(expected));

test('all problems are named at once', () => {
  const draft = {
    amount: '-1',
    block: 'b',
    expires: 'soon',
    costBasis: '1,000',
    metadata: ['x'],
    invoiceDue: 'x',
    invoiceNetTerms: 'y',
  };
  expect(problems(draft).map((text) => text.split(' ')[0])).toEqual([
    '--block',
    '--amount',
    '--metadata',
    '--expires',
    '--cost-basis',
    '--invoice-net-terms',
    '--invoice-net-terms',
    '--invoice-due',
  ]);
});

test.each<[EntryDraft, readonly string[]]>([
  [{}, ['--amount']],
  [{ type: 'decrement' }, ['--amount']],
  [{ type: 'expiration_change' }, ['--block', '--target-expires']],
  [{ type: 'expiration_change', expires: 'today' }, ['--target-expires']],
  [{ type: 'void', currency: 'USD' }, ['--block', '--amount']],
  [{ type: 'amendment' }, ['--block', '--amount']],
])('what %j lacks is marked as missing, so that it can be asked for', (draft, flags) => {
  const made = entryBody(draft, context);
  expect('problems' in made && made.problems).toEqual(
    flags.map((where) => ({
      where,
      problem: expect.stringMatching(/^is missing: an? [\w ]+ needs it$/),
      isMissing: true,
      ...(where === '--block'
        ? {
            next: `List the blocks: creditctl blocks list <customer> --all-blocks${draft.currency === undefined ? '' : ' --currency USD'}`,
          }
        : {}),
    })),
  );
});

test('what is wrong is not marked as missing', () => {
  const made = entryBody({ amount: 'x' }, context);
  expect('problems' in made && made.problems).toEqual([{ where: '--amount', problem: expect.any(String) }]);
});

test('while the zone is not known, the form of dates is judged but none is judged past', () => {
  const unknown = { ...context, zone: undefined };
  expect(problems({ amount: '1', expires: '2001-01-01', effective: '2002-01-01' }, unknown)).toEqual([]);
  expect(problems({ amount: '1', expires: 'soon' }, unknown)).toHaveLength(1);
});

test('a date ends at midnight of the customer’s zone, with the offset of that day', () => {
  const expiry = (zone: string): unknown =>
    JSON.parse(body({ amount: '1', expires: '2027-07-01' }, { ...context, zone })).expiry_date;
  expect(expiry('Asia/Tokyo')).toBe('2027-07-01T00:00:00+09:00');
  expect(expiry('America/Los_Angeles')).toBe('2027-07-01T00:00:00-07:00');
});

test('a field is called by the name that the caller gives it', () => {
  const named = { ...context, nameOf: (field: string) => `row 3: ${field}` };
  expect(problems({ amount: 'x', costBasis: '1' }, named)).toEqual([
    expect.stringMatching(/^row 3: amount is not a decimal/),
    'row 3: costBasis above 0 creates an invoice: set its due date with row 3: invoiceNetTerms or row 3: invoiceDue',
  ]);
});

test('the request goes to the ledger of the customer, ids encoded', () => {
  expect(entryRequest({ by: 'external', id: 'a/b c' }, {})).toEqual({
    method: 'POST',
    path: '/customers/external_customer_id/a%2Fb%20c/credits/ledger_entry',
    body: {},
  });
  expect(entryRequest({ by: 'id', id: 'x' }, {}).path).toBe('/customers/x/credits/ledger_entry');
});

test.each<[EntryDraft, string, string]>([
  [{ amount: '5', description: 'a\ud800' }, '--description', '"a\\ud800"'],
  [{ amount: '5', description: '\0' }, '--description', '"\\u0000"'],
  [{ amount: '5', metadata: ['a=\udc00'] }, '--metadata', '"\\udc00"'],
  [{ amount: '5', metadata: ['a\0c=b'] }, '--metadata', '"a\\u0000c"'],
  [{ amount: '5', metadata: ['a =b'] }, '--metadata', '"a "'],
  [{ amount: '5', currency: 'USD\u200b' }, '--currency', '"USD\\u200b"'],
  [{ amount: '5', item: ['i\t'] }, '--item', '"i\\u0009"'],
  [{ type: 'void', amount: '5', block: ' b' }, '--block', '" b"'],
])('%j is refused before it is sent', (draft, where, shown) => {
  const made = entryBody(draft, { now: 0, zone: 'UTC' });
  expect('problems' in made && made.problems).toEqual([{ where, problem: expect.stringContaining(shown) }]);
});
