import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockCommands, blockDraft, blockFieldName, blockWords } from '../../src/requests/block-command.ts';

test('what was not said is not in the draft', () => {
  expect(blockDraft(blockCommands.void, {}, { block: undefined, voidReason: undefined })).toEqual({
    type: 'void',
  });
});

test('a field is called as its command calls it', () => {
  expect(blockFieldName(blockCommands.expire)('targetExpires')).toBe('--on');
  expect(blockFieldName(blockCommands.extend)('targetExpires')).toBe('--to');
  expect(blockFieldName(blockCommands.void)('voidReason')).toBe('--reason');
  expect(blockFieldName(blockCommands.amend)('block')).toBe('[block]');
  expect(blockFieldName(blockCommands.amend)('amount')).toBe('--amount');
});

test('the words of a draft hold everything that was said, each under its flag', () => {
  const text = fc.option(fc.string({ minLength: 1 }), { nil: undefined });
  const said = fc.record({ amount: text, currency: text, description: text, to: text });
  fc.assert(
    fc.property(said, fc.array(fc.string()), ({ to, ...flags }, metadata) => {
      const known = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
      const draft = blockDraft(
        blockCommands.extend,
        { ...known, metadata },
        { block: 'b', targetExpires: to },
      );
      const [noun, verb, customer, block, ...rest] = blockWords(blockCommands.extend)(
        { by: 'external', id: 'acme' },
        draft,
      );
      expect([noun, verb, customer, block]).toEqual(['blocks', 'extend', 'acme', 'b']);
      const values = { '--amount': flags.amount, '--to': to, '--currency': flags.currency };
      for (const [flag, value] of Object.entries({ ...values, '--description': flags.description }))
        if (value !== undefined) expect(rest[rest.indexOf(flag) + 1]).toBe(value);
      expect(rest.length).toBe(
        2 * (Object.keys(known).length + (to === undefined ? 0 : 1) + metadata.length),
      );
    }),
  );
});
