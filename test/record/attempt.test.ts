// What the record throws before a request leaves says that none did.
import { expect, test } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import { beforeSending } from '../../src/record/attempt.ts';

test.each([
  [
    'The record is locked. Run the command again.',
    'The record is locked. Run the command again. Nothing was sent.',
  ],
  ['The record is damaged', 'The record is damaged; nothing was sent'],
  ['It is gone; nothing was sent', 'It is gone; nothing was sent'],
])('"%s" is said as one or more whole sentences', async (message, said) => {
  const failing = beforeSending(() => Promise.reject(new CreditctlError('failure', message)));
  await expect(failing).rejects.toMatchObject({ message: said, facts: { applied: 'no' } });
});
