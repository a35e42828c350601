// `customers search <text>`: customers whose id, external id, name or e-mail holds a text.
import { usageError } from '../../errors.ts';
import { type ListFlags, readListFlags } from '../../requests/list-flags.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { findCustomers } from './find-customers.ts';
import { customersView } from './view.ts';

export type CustomersSearchFlags = GlobalFlags & Omit<ListFlags, 'cursor'>;

export async function run(
  words: readonly string[],
  flags: CustomersSearchFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, customersView);
  const { span, problems } = readListFlags(flags);
  const text = words[0] ?? (problems.length > 0 ? undefined : await askText(flags, runtime));
  const wrong = text === undefined ? 'is missing: write a part of an id, a name or an e-mail' : 'is empty';
  const missing = text === undefined || text.trim() === '' ? [{ where: '<text>', problem: wrong }] : [];
  if (missing.length + problems.length > 0) throw usageError([...missing, ...problems]);
  const connection = await runtime.connect(flags);
  const onMore = (): void =>
    runtime.note({
      text: 'There may be more: --all shows every match, --limit more of them',
      data: { note: 'the search ended at the limit' },
    });
  const rows = findCustomers(connection, (text ?? '').trim(), { ...span, onMore });
  await show(rows, { view: customersView, shape: 'list', choice }, runtime);
}

async function askText(flags: GlobalFlags, runtime: Runtime): Promise<string | undefined> {
  const prompter = await runtime.prompter(flags);
  return prompter?.text({
    message: 'Part of an id, a name or an e-mail',
    check: (answer) => (answer.trim() === '' ? 'Write at least a letter' : undefined),
  });
}
