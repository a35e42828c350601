import { expect, test } from 'vitest';
import { changeOf } from '../../src/credits/customer.ts';
import { amount } from '../../src/credits/exact.ts';
import { render } from '../../src/output/render.ts';
import { drawBoxTable } from '../../src/output/terminal/box-table.ts';
import { entriesView } from '../../src/views/entries.ts';
import { terminal, textOf } from '../output/sample.ts';
import { cell, entry, now } from './records.ts';

const shown = (name: string, some = {}) => cell(entriesView, name, entry(some)).shown;
const text = (name: string, some = {}) => cell(entriesView, name, entry(some)).text;
const moved = (from: string, to: string) => ({ starting_balance: amount(from), ending_balance: amount(to) });

test('a change is exact', () => {
  expect(changeOf(entry(moved('0.1', '0.3')))).toBe('0.2');
  expect(changeOf(entry(moved('123456789012345678', '123456789012345678.1')))).toBe('0.1');
});

test.each([
  ['up', moved('80', '100'), { text: '+20', meaning: 'good' }],
  ['down', moved('100', '80'), { text: '-20', meaning: 'bad' }],
  ['nowhere', moved('80', '80'), { text: '0', meaning: 'muted' }],
])('the direction is a sign, not only a colour: %s', (_name, balances, expected) => {
  expect(shown('change', balances)).toEqual(expected);
  expect(text('change', balances)).toBe(expected.text);
});

test.each([
  ['pending', { text: 'pending', meaning: 'warning' }],
  ['committed', { text: 'committed' }],
])('the status %s', (entry_status, expected) => {
  expect(shown('entry_status', { entry_status })).toEqual(expected);
});

test('a time is ISO for a pipe and shorter for a person', () => {
  expect([text('created_at'), shown('created_at').text]).toEqual([
    '2026-05-05T17:17:06+00:00',
    '2026-05-05 17:17Z',
  ]);
});

test('what an entry does not have is empty', () => {
  const names = ['description', 'void_amount', 'void_reason', 'new_block_expiry_date', 'metadata'];
  expect(names.map((name) => text(name))).toEqual(['', '', '', '', '']);
});

test.each([
  ['credit_block.id', '8EiAAQWdytmsV95s'],
  ['customer.external_customer_id', 'acme'],
  ['customer.id', '9VJGi3JckeMWqjpP'],
  ['ledger_sequence_number', '2'],
  ['starting_balance', '100'],
])('%s is %s', (name, value) => {
  expect(text(name)).toBe(value);
});

test('of a void, what was voided and why', () => {
  const voided = { entry_type: 'void', void_amount: amount('12.5'), void_reason: 'refund' };
  expect([text('void_amount', voided), text('void_reason', voided)]).toEqual(['12.5', 'refund']);
});

test('metadata is JSON for a pipe and pairs for a person', () => {
  const metadata = { ticket: 'T-1', by: 'ann' };
  expect(text('metadata', { metadata })).toBe('{"ticket":"T-1","by":"ann"}');
  expect(shown('metadata', { metadata })).toEqual({ text: 'ticket=T-1, by=ann' });
});

test.each([
  [200, ['seq', 'created', 'type', 'status', 'change', 'amount', 'balance', 'block', 'description']],
  [120, ['seq', 'created', 'type', 'status', 'change', 'amount', 'balance', 'block', 'description']],
  [100, ['seq', 'created', 'type', 'status', 'change', 'amount', 'balance', 'description']],
  [80, ['created', 'type', 'status', 'change', 'balance', 'description']],
  [50, ['seq', 'type', 'status', 'change', 'balance']],
  [40, ['type', 'status', 'change']],
])('in %i cells, amount and block give way before the description, and that before the status', async (width, columns) => {
  const entries = [
    entry({ entry_type: 'expiration_change', description: 'Trial of the new plan, round two' }),
  ];
  const rows = entries.map((record) => ({ record, document: null }));
  const table = terminal(width, { draw: drawBoxTable, now });
  const text = await textOf(render(rows, { view: entriesView, format: 'table', shape: 'list', table }));
  expect(text.split('\n')[0]?.split(/ +/).filter(Boolean)).toEqual(columns);
});

test('on a terminal, pending is explained once, and only where it is shown', async () => {
  const pending = entry({ entry_status: 'pending' });
  const rows = [pending, pending].map((record) => ({ record, document: null }));
  const noted = async (columns: readonly string[], shape: 'one' | 'list' = 'list') => {
    const notes: string[] = [];
    const table = terminal(200, { draw: drawBoxTable, now });
    const note = (text: string) => notes.push(text);
    await textOf(render(rows, { view: entriesView, format: 'table', shape, table, columns, note }));
    return notes;
  };
  expect(await noted(['status'])).toEqual([expect.stringMatching(/^pending: .*may still change/)]);
  expect(await noted(['status'], 'one')).toHaveLength(1);
  expect(await noted(['amount'])).toEqual([]);
});
