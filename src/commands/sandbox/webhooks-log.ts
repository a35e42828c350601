// `sandbox webhooks log`: the newest events and what became of each at each address.
import { usageError } from '../../errors.ts';
import { limitUsual, readListFlags } from '../../requests/list-flags.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { logRows, webhookLogView } from './webhooks-view.ts';

/** Throws a `usage` error. */
export async function showWebhookLog(
  flags: GlobalFlags & { readonly limit?: string },
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, webhookLogView);
  const { span, problems } = readListFlags(flags.limit === undefined ? {} : { limit: flags.limit });
  if (problems.length > 0) throw usageError(problems);
  const { webhooks } = (await runtime.openSandbox(flags, { mayCreate: false })).operations();
  const rows = logRows(webhooks.log(span.limit ?? limitUsual));
  await show(rows, { view: webhookLogView, shape: 'list', choice }, runtime);
}
