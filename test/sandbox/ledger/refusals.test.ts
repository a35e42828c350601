// Each refusal by name, and that the earlier reason wins where a command has several.
import { expect, test } from 'vitest';
import { amount } from '../../../src/credits/exact.ts';
import { type Command, type RefusalName, refusals } from '../../../src/sandbox/ledger/model.ts';
import { giveBack, grant, instant, MemoryAccount, move, take, voidOf } from './memory-account.ts';

const invoice = {
  autoCollection: false,
  invoiceAt: 0,
  dueAt: 0,
  itemId: null,
  markAsPaid: false,
  memo: null,
  requirePayment: false,
};
const feb = instant('2026-02-01');
const longAgo = { effectiveAt: instant('2026-01-20'), expiresAt: instant('2026-01-15') };

/** On 2026-03-01: one block expired, two of 10 that never expire, and one that expires in June with 4 of its 10 left. */
function account(currency = 'credits'): MemoryAccount {
  const made = new MemoryAccount('2026-01-10', currency);
  made.do(grant('10', { expiresAt: feb }));
  made.until('2026-03-01');
  made.do(grant('10'));
  made.do(grant('10'));
  made.do(grant('10', { expiresAt: instant('2026-06-01') }));
  made.do(take('6'));
  return made;
}

const ids = account().blocks.map(({ id }) => id);
const [expired = '', never = '', , june = ''] = ids;

/** One command for each refusal, breaking as many later rules as it can. */
const cases: readonly (readonly [RefusalName, Command, string?])[] = [
  ['amount-not-positive', grant('0', { invoice, ...longAgo }), 'EUR'],
  ['amount-not-positive', voidOf('unknown', '-5'), 'EUR'],
  ['amount-too-large', grant(`1${'0'.repeat(18)}`, { costBasis: '-1' }), 'EUR'],
  ['amount-too-large', take('0.0000000000000000001')],
  ['cost-basis-negative', grant('1', { costBasis: '-0.2', invoice, ...longAgo }), 'EUR'],
  ['cost-basis-too-large', grant('1', { costBasis: '0.0000000000000000001' }), 'EUR'],
  ['invoice-without-cost-basis', grant('1', { invoice, ...longAgo }), 'EUR'],
  ['cost-basis-without-invoice', grant('1', { costBasis: '0.2', ...longAgo }), 'EUR'],
  ['currency-unknown', voidOf('unknown', '1'), 'credts'],
  ['currency-unknown', take('1'), 'eur'],
  ['currency-not-invoiced', voidOf('unknown', '1'), 'EUR'],
  ['block-unknown', voidOf('unknown', '999')],
  ['block-unknown', move('1999-01-01', { blockId: 'unknown', expiresAt: 0 })],
  ['block-of-other-currency', giveBack('in euros', '999')],
  ['source-ambiguous', move('1999-01-01', { amount: amount('999') })],
  ['source-missing', move('1999-01-01', { expiresAt: feb })],
  ['source-expiry-differs', move('1999-01-01', { blockId: expired, expiresAt: 0 })],
  ['block-expired', move('1999-01-01', { blockId: expired, amount: amount('999') })],
  ['block-expired', giveBack(expired, '999')],
  ['expiry-before-effective', grant('1', longAgo)],
  ['expiry-before-effective', grant('1', { effectiveAt: feb, expiresAt: feb })],
  ['target-before-effective', move('1999-01-01', { blockId: never, amount: amount('999') })],
  ['target-before-effective', move('2026-02-28', { blockId: never })],
  ['balance-insufficient', move('2026-12-01', { blockId: june, amount: amount('4.1') })],
  ['void-above-initial', voidOf(june, '10.1')],
  ['amendment-above-decremented', giveBack(june, '6.1')],
];

test.each(cases.map(([name, command, currency]) => ({ name, command, currency })))('$name', ({
  name,
  command,
  currency,
}) => {
  const before = account(currency);
  const entries = before.entries.length;
  expect(before.do(command)).toBe(name);
  expect(before.entries).toHaveLength(entries);
});

test('every refusal is walked, in the order of precedence', () => {
  const walked = [...new Set(cases.map(([name]) => name))];
  expect(walked).toEqual(Object.keys(refusals));
});

test('real money is kept in the currency of the customer only, pricing units in any', () => {
  expect(new MemoryAccount('2026-01-10', 'USD').do(grant('1'))).toMatchObject({ ending: '1' });
  expect(new MemoryAccount('2026-01-10', 'tokens').do(grant('1'))).toMatchObject({ ending: '1' });
  // An older version let a ledger begin in any unit; such a ledger goes on.
  const begun = new MemoryAccount('2026-01-10', 'shells');
  begun.head = { ...begun.head, sequence: 1 };
  expect(begun.do(grant('1'))).toMatchObject({ ending: '1' });
});

test.each<[string, Command]>([
  ['an amount of 18 digits on either side', grant(`${'9'.repeat(18)}.${'9'.repeat(18)}`)],
  ['credits that cost nothing, without an invoice', grant('1', { costBasis: '0' })],
  [
    'a block named by its id and its expiry',
    move('2026-12-01', { blockId: june, expiresAt: instant('2026-06-01') }),
  ],
  ['an expiry on the day on which the block is granted', move('2026-03-01', { blockId: never })],
])('%s is no reason to refuse', (_what, command) =>
  expect(account().do(command)).toMatchObject({ type: command.type }));

test('an expiry date picks the one block that has it', () => {
  expect(account().do(move('2026-12-01', { expiresAt: instant('2026-06-01') }))).toMatchObject({
    amount: '4',
  });
});
