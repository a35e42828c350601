// `customers list`: the newest first.
import { usageError } from '../../errors.ts';
import { type ListFlags, readListFlags } from '../../requests/list-flags.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { moreNote } from '../for-customer.ts';
import { customersView } from './view.ts';

export type CustomersListFlags = GlobalFlags & ListFlags;

export async function run(
  _words: readonly string[],
  flags: CustomersListFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, customersView);
  const { span, problems } = readListFlags(flags);
  if (problems.length > 0) throw usageError(problems);
  const { api } = await runtime.connect(flags);
  const onMore = (cursor: string): void => runtime.note(moreNote(cursor));
  const rows = api.customers({ ...span, onMore });
  await show(rows, { view: customersView, shape: 'list', choice }, runtime);
}
