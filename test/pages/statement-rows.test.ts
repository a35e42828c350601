import { expect, test } from 'vitest';
import { add, amount, sum } from '../../src/credits/exact.ts';
import { statementRows } from '../../src/pages/statement-rows.ts';
import { entry, movements, statement } from './sample.ts';

const rowsOf = (some: Parameters<typeof statement>[0]) => statementRows(statement(some));

test.each([
  ['increment', 'Granted'],
  ['decrement', 'Used'],
  ['credit_block_expiry', 'Expired'],
  ['void', 'Voided'],
  ['void_initiated', 'Void started'],
  ['amendment', 'Given back'],
  ['type_that_is_new', 'type that is new'],
])('an entry of type %s is shown as %s', (entry_type, what) => {
  expect(rowsOf({ movements: [entry({ entry_type })] })[0]?.what).toBe(what);
});

test('a day is one of the zone of the customer', () => {
  const late = movements('0', [['08', '1', { created_at: '2026-10-08T03:00:00+00:00' }]]);
  expect(rowsOf({ movements: late })[0]?.day).toBe('2026-10-07');
  expect(rowsOf({ movements: late, zone: 'Asia/Tokyo' })[0]?.day).toBe('2026-10-08');
});

test('a changed expiry says the new one', () => {
  const changed = (new_block_expiry_date: string | null) =>
    rowsOf({ movements: [entry({ entry_type: 'expiration_change', new_block_expiry_date })] })[0]?.newExpiry;
  expect(changed('2027-01-01T08:00:00+00:00')).toBe('2027-01-01');
  expect(changed(null)).toBeNull();
});

test('what changed without an entry has a line, so that the lines lead from opening to closing', () => {
  const [opening, closing] = [amount('90'), amount('160')];
  const rows = rowsOf({
    opening,
    closing,
    movements: [
      ...movements('100', [['05', '50']]),
      ...movements('170', [['09', '-12.5', { ledger_sequence_number: 2 }]]),
    ],
  });
  expect(rows.map(({ what, change }) => [what, change])).toEqual([
    ['Other change', '10'],
    ['Granted', '50'],
    ['Other change', '20'],
    ['Used', '-12.5'],
    ['Other change', '2.5'],
  ]);
  expect(add(opening, sum(rows.map(({ change }) => change)))).toBe(closing);
  expect(rows.at(-1)?.balance).toBe(closing);
  expect(rows[0]?.day).toBeUndefined();
});

test('credits that count some time after their grant are no second grant, as in the sums', () => {
  const [granted, counts] = [amount('0'), amount('50')];
  const id = entry({}).credit_block.id;
  const rows = rowsOf({
    waited: new Set([id]),
    movements: [
      entry({ starting_balance: granted, ending_balance: granted }),
      entry({ starting_balance: granted, ending_balance: counts }),
    ],
  });
  expect(rows.map(({ what, change }) => [what, change])).toEqual([
    ['Granted', '0'],
    ['Other change', '50'],
  ]);
});

test('an entry that may still change is pending', () => {
  const rows = rowsOf({
    movements: [entry({ entry_status: 'pending' }), entry({ starting_balance: amount('100') })],
  });
  expect(rows.map(({ isPending }) => isPending)).toEqual([true, false]);
});
