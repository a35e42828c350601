import { expect, test } from 'vitest';
import { CreditctlError, valueArgs } from '../src/errors.ts';

test('a failure that is restated keeps what it is not given', () => {
  const cause = new Error('cut off');
  const failure = new CreditctlError('network', 'No answer', { cause, status: 502, next: ['Wait'] });
  const restated = failure.with({ next: ['Try again'], applied: 'no' }, 'No answer; nothing was sent');
  expect(restated).toMatchObject({ kind: 'network', message: 'No answer; nothing was sent', cause });
  expect(restated.facts).toEqual({ cause, status: 502, next: ['Try again'], applied: 'no' });
  expect(failure.with({}).message).toBe('No answer');
});

test('the last words of a line are taken for no flag', () => {
  expect(valueArgs('key-1')).toBe('key-1');
  expect(valueArgs('acme', '-top up')).toBe("-- acme '-top up'");
});
