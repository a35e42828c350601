import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readArgv } from '../../src/cli/argv.ts';
import { program } from '../../src/commands/program.ts';
import { blockCommands, blockEntry } from '../../src/requests/block-command.ts';

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
      const line = entry.words({ by: 'external', id: 'acme' }, entry.draft);
      const { given, words, hasUnknown, valueMissing } = readArgv(program, line);
      expect({ words, hasUnknown, valueMissing }).toEqual({ words: ['acme', 'b'], hasUnknown: false });
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
