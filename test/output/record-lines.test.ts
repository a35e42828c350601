import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldsAsCard, fieldsAsLines, fieldsOf } from '../../src/output/record-lines.ts';
import { textWidth } from '../../src/output/shown-text.ts';
import { anyGrant, grant, grantRow, grantsView, rendered, terminal } from './sample.ts';

const fields = (some = {}) => fieldsOf(grant(some), grantsView.columns, { now: 0 });

test('a single record on a terminal is a card of all columns, longer values over several lines', async () => {
  const rows = [grantRow({ note: 'a sentence that goes on', currency: '' })];
  expect(await rendered(rows, { shape: 'one', table: terminal(24) })).toBe(
    ['id    a1', 'sum   100', 'note  a sentence that', '      goes on', 'cur   -', ''].join('\n'),
  );
});

test('names and values are painted by meaning', () => {
  const paint = (meaning: string, text: string) => `<${meaning}:${text}>`;
  expect(fieldsAsCard(fields({ currency: '' }).slice(1), terminal(80, { paint }))).toBe(
    '<muted:sum   ><strong:100>\n<muted:note  >hello\n<muted:cur   ><muted:->\n',
  );
});

test('a number without room beside the names moves the card below them', () => {
  const card = fieldsAsCard(fields({ amount: '123456789012345678.25' }), terminal(26));
  expect(card).toBe('id: a1\nsum: 123456789012345678.25\nnote: hello\ncur: USD\n');
});

test('a value without room beside its own name stands below it', () => {
  expect(fieldsAsLines(fields({ amount: '123456789012345678' }).slice(0, 2), terminal(20))).toBe(
    'id: a1\nsum:\n  123456789012345678\n',
  );
});

test('a number wider than the terminal is in one piece', () => {
  const amount = '1234567890123456789012345';
  expect(fieldsAsCard(fields({ amount }).slice(1, 2), terminal(20))).toBe(`sum:\n${amount}\n`);
});

test('no line is wider than the terminal, and every amount stands whole', () => {
  fc.assert(
    fc.property(anyGrant, fc.integer({ min: 20, max: 60 }), (record, width) => {
      for (const text of [
        fieldsAsCard(fields(record), terminal(width)),
        fieldsAsLines(fields(record), terminal(width)),
      ]) {
        for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width);
        const words = text.split(/\s+/);
        expect(words).toContain(record.amount);
      }
    }),
  );
});
