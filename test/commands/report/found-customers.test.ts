import { expect, test } from 'vitest';
import { Unread } from '../../../src/commands/report/found-customers.ts';
import type { Customer } from '../../../src/credits/customer.ts';
import { notApplied } from '../../../src/errors.ts';

test('customers that cannot be read are named beside those that do not exist', async () => {
  const unread = new Unread();
  const customer = { id: 'c1', external_customer_id: 'mars', timezone: 'Mars/Olympus' } as Customer;
  const failing = (error: Error) => () => Promise.reject(error);
  await unread.found({ by: 'external', id: 'gone' }, failing(notApplied('not-found', 'There is none')));
  await unread.unlessGone(customer, failing(notApplied('server', 'Its zone is not known')));
  expect(() => unread.check()).toThrow(
    'because there is no such customer: gone\nNot in this report: mars: Its zone is not known',
  );
});
