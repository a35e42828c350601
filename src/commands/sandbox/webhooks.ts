// `sandbox webhooks`: manages the addresses that the embedded ledger sends events to, and shows the deliveries.
import { type CreditctlError, notApplied, usageError, usageErrorAt, valueArgs } from '../../errors.ts';
import { defaultLimit, readListFlags } from '../../requests/ledger-query.ts';
import { checkOutput, type Invocation, type ReadCommand, show, type TextFlags } from '../../runtime/show.ts';
import { webhookUrlProblem } from '../webhook-url.ts';
import { readAction } from './action.ts';
import {
  addressRows,
  logRows,
  newAddressRow,
  newAddressView,
  webhookLogView,
  webhooksView,
} from './webhooks-view.ts';

export type SandboxWebhooksFlags = TextFlags<'limit'>;

/** Throws `not-found` if the address to remove does not exist, `refused` if the address to add exists. */
export const run: ReadCommand<SandboxWebhooksFlags> = async (args, flags, runtime) => {
  const url = ['<url>', 'such as http://127.0.0.1:4011/webhooks'] as const;
  const [action, argument] = readAction(args, { list: undefined, add: url, remove: url, log: undefined });
  if (flags.limit !== undefined && action !== 'log') throw usageErrorAt('--limit', 'is only for log');
  if (action === 'log') return log({ flags, runtime });
  if (action === 'list') return list({ flags, runtime });
  const known = checkedUrl(argument);
  return action === 'add' ? add(known, { flags, runtime }) : remove(known, { flags, runtime });
};

async function list({ flags, runtime }: Invocation): Promise<void> {
  const choice = checkOutput(flags, webhooksView);
  const { webhooks } = (await runtime.openSandbox(flags, { mayCreate: false })).operations();
  await show(addressRows(webhooks.list()), { view: webhooksView, shape: 'list', choice }, runtime);
}

/** Shows the newest events, with the delivery of each event to each address. */
async function log({ flags, runtime }: Invocation<SandboxWebhooksFlags>): Promise<void> {
  const choice = checkOutput(flags, webhookLogView);
  const { span, problems } = readListFlags(flags.limit === undefined ? {} : { limit: flags.limit });
  if (problems.length > 0) throw usageError(problems);
  const { webhooks } = (await runtime.openSandbox(flags, { mayCreate: false })).operations();
  const rows = logRows(webhooks.log(span.limit ?? defaultLimit));
  await show(rows, { view: webhookLogView, shape: 'list', choice }, runtime);
}

async function add(url: string, { flags, runtime }: Invocation): Promise<void> {
  const choice = checkOutput(flags, newAddressView);
  const { webhooks } = (await runtime.openSandbox(flags)).operations();
  const secret = webhooks.add(url);
  if (secret === undefined) throw alreadyThere(url);
  const showing = { view: newAddressView, shape: 'one', choice, written: { isRepeatable: true } } as const;
  await show([newAddressRow({ url, secret })], showing, runtime);
  runtime.note({
    text: 'The secret is not shown again. Receivers need it as ORB_WEBHOOK_SECRET',
    data: { note: 'The secret is not shown again. Receivers need it as ORB_WEBHOOK_SECRET' },
  });
}

async function remove(url: string, { flags, runtime }: Invocation): Promise<void> {
  checkOutput(flags, webhooksView);
  const { webhooks } = (await runtime.openSandbox(flags, { mayCreate: false })).operations();
  if (!webhooks.remove(url)) {
    const next = ['creditctl sandbox webhooks list'];
    throw notApplied('not-found', `No webhooks go to ${url}`, next);
  }
  runtime.note({ text: `Removed ${url}: no more events go there`, data: { webhook_removed: { url } } });
}

/** The URL as it is stored. Throws a `usage` error. */
function checkedUrl(url: string): string {
  const problem = webhookUrlProblem(url, 'here');
  if (problem !== undefined) throw usageErrorAt('<url>', problem);
  return new URL(url).href;
}

function alreadyThere(url: string): CreditctlError {
  return notApplied('refused', `Webhooks go to ${url} already, and its secret is not shown again`, [
    `For a new secret, first: creditctl sandbox webhooks remove ${valueArgs(url)}`,
  ]);
}
