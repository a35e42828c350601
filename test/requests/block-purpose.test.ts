import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readArgv } from '../../src/cli/argv.ts';
import { program } from '../../src/commands/program.ts';
import { amount } from '../../src/credits/exact.ts';
import {
  applyBlockRules,
  type BlockPurpose,
  blockCommands,
  blockEntry,
  purposeOf,
} from '../../src/requests/block-purpose.ts';
import { block } from '../views/records.ts';

test('what was not said is not in the draft', () => {
  const { draft } = blockEntry(blockCommands.void, ['acme'], { flags: {}, voidReason: undefined });
  expect(draft).toEqual({ type: 'void' });
});

test('a field is called as its command calls it', () => {
  const nameIn = (command: keyof typeof blockCommands) =>
    blockEntry(blockCommands[command], [], { flags: {} }).nameOf;
  expect(nameIn('expire')('targetExpires')).toBe('--on');
  expect(nameIn('extend')('targetExpires')).toBe('--to');
  expect(nameIn('void')('voidReason')).toBe('--reason');
  expect(nameIn('amend')('block')).toBe('[block]');
  expect(nameIn('amend')('amount')).toBe('--amount');
});

test('the words of a draft hold everything that was said, each under its flag', () => {
  const text = fc.option(fc.string({ minLength: 1 }), { nil: undefined });
  const said = fc.record({ amount: text, currency: text, description: text, to: text });
  fc.assert(
    fc.property(said, fc.array(fc.string()), ({ to, ...flags }, metadata) => {
      const known = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
      const entry = blockEntry(blockCommands.extend, ['acme', 'b'], {
        flags: { ...known, metadata },
        targetExpires: to,
      });
      const line = entry.argsOf({ by: 'external', id: 'acme' }, entry.draft);
      const { given, positionals, hasUnknown, valueMissing } = readArgv(program, line);
      expect({ positionals, hasUnknown, valueMissing }).toEqual({
        positionals: ['acme', 'b'],
        hasUnknown: false,
      });
      const values = { '--amount': flags.amount, '--to': to, '--currency': flags.currency };
      const every = Object.entries({ ...values, '--description': flags.description });
      expect(Object.fromEntries(given)).toEqual({
        ...Object.fromEntries(
          every.flatMap(([flag, value]) => (value === undefined ? [] : [[flag, [value]]])),
        ),
        ...(metadata.length === 0 ? {} : { '--metadata': metadata }),
      });
    }),
  );
});

const now = Date.UTC(2026, 10, 23, 12);
const context = (purpose: BlockPurpose) =>
  ({ purpose, customer: { by: 'external', id: 'acme' }, now, zone: 'Asia/Tokyo' }) as const;
// The start of 2027-01-31 in Tokyo.
const expiring = block({ id: 'b', expiry_date: '2027-01-30T15:00:00+00:00' });
const target = (targetExpires: string) => ({ type: 'expiration_change', targetExpires });

test('only types that name a block have a purpose for one', () => {
  expect(purposeOf('increment')).toBeUndefined();
  expect(purposeOf('decrement')).toBeUndefined();
  expect(purposeOf('expiration_change')).toBe('change-expiry');
});

test('an extension ends later than the very instant of the present end', () => {
  expect(applyBlockRules(target('2027-02-01'), expiring, context('extend'))).toEqual(target('2027-02-01'));
  expect(() => applyBlockRules(target('2027-01-30'), expiring, context('extend'))).toThrow(
    '--to 2027-01-30 is not later than the current expiry of block b, at the start of 2027-01-31 (Asia/Tokyo). To end it earlier, use blocks expire',
  );
  expect(() => applyBlockRules(target('2027-01-31'), expiring, context('extend'))).toThrow(
    expect.objectContaining({
      message:
        '--to 2027-01-31 is already the current expiry of block b, at the start of 2027-01-31 (Asia/Tokyo)',
      facts: expect.objectContaining({ next: [] }),
    }),
  );
});

test('an end in the middle of a day is shown with its time', () => {
  const odd = block({ id: 'b', expiry_date: '2027-01-30T18:30:00+00:00' });
  expect(() => applyBlockRules(target('2027-01-31'), odd, context('extend'))).toThrow(
    '2027-01-31T03:30:00+09:00',
  );
});

test('an early end is not later than the present one; one that never was can be any day', () => {
  expect(applyBlockRules(target('2027-01-31'), expiring, context('expire'))).toEqual(target('2027-01-31'));
  expect(() => applyBlockRules(target('2027-02-01'), expiring, context('expire'))).toThrow(
    'use blocks extend',
  );
  const part = { ...target('2027-02-01'), amount: '5', description: 'Half' };
  expect(() => applyBlockRules(part, expiring, context('expire'))).toThrow(
    expect.objectContaining({
      facts: expect.objectContaining({
        next: ['creditctl blocks extend acme b --amount 5 --to 2027-02-01 --description Half'],
      }),
    }),
  );
  const forever = block({ id: 'b' });
  expect(applyBlockRules(target('2099-01-01'), forever, context('expire'))).toEqual(target('2099-01-01'));
});

test('a change of expiry by ledger add goes either way', () => {
  for (const day of ['2026-12-01', '2028-01-01'])
    expect(applyBlockRules(target(day), expiring, context('change-expiry'))).toEqual(target(day));
});

test('a date that cannot be read, or is not said, is reported elsewhere', () => {
  expect(applyBlockRules(target('soon'), expiring, context('extend'))).toEqual(target('soon'));
  expect(applyBlockRules({ type: 'expiration_change' }, expiring, context('extend'))).toEqual({
    type: 'expiration_change',
  });
});

test('a void takes what is left to the last digit, unless it says how much', () => {
  const left = block({ balance: amount('0.100000000000000001') });
  expect(applyBlockRules({ type: 'void' }, left, context('void')).amount).toBe('0.100000000000000001');
  expect(applyBlockRules({ type: 'void', amount: '5' }, left, context('void')).amount).toBe('5');
});
