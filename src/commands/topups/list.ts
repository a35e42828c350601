// `topups list <customer>`: the customer's top-ups in all currencies.

import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import { type ListFlags, readListFlags } from '../../requests/list-flags.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { moreNote, openForCustomer } from '../for-customer.ts';
import { topUpsQuery } from './request.ts';
import { topUpsView } from './view.ts';

export interface TopUpsListFlags extends GlobalFlags, CustomerFlags, ListFlags {}

export async function run(words: readonly string[], flags: TopUpsListFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, topUpsView);
  const { span, problems } = readListFlags(flags);
  const { connection, customer } = await openForCustomer(readCustomerArgument(words, flags), problems, {
    flags,
    runtime,
  });
  const onMore = (cursor: string): void => runtime.note(moreNote(cursor));
  const rows = connection.api.topUps(topUpsQuery(customer), { ...span, onMore });
  await show(rows, { view: topUpsView, shape: 'list', choice }, runtime);
}
