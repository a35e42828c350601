// `topups create <customer>`: buys credits automatically when the balance reaches a threshold.
import { type CustomerRef, customerRefText } from '../../credits/customer-ref.ts';
import { usageError } from '../../errors.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { customerZone } from '../../writes/customer.ts';
import { executeOne, type WriteFlags } from '../../writes/execute.ts';
import {
  askAndWrite,
  type CustomerWrite,
  forDraft,
  openForCustomerWrite,
} from '../../writes/for-customer.ts';
import { topUpSteps } from './prompts.ts';
import { checkTopUpStands, topUpPreview } from './replaced-top-up.ts';
import { type TopUpDraft, topUpBody, topUpRequest, topUpWords } from './request.ts';
import { topUpsView } from './view.ts';

export interface TopUpsCreateFlags extends WriteFlags, CustomerFlags, TopUpDraft {}

export async function run(
  words: readonly string[],
  flags: TopUpsCreateFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, topUpsView);
  const first = topUpBody(flags, { now: runtime.now(), zone: undefined });
  const problems = 'problems' in first ? first.problems : [];
  const open = await openForCustomerWrite(readCustomerArgument(words, flags), problems, { flags, runtime });
  await askAndWrite(open, {
    draft: flags,
    questions: (prompter) => forDraft<TopUpDraft>(topUpSteps(prompter)),
    act: (customer, draft) => create(customer, draft, { choice, open, flags, runtime }),
  });
}

interface Creation {
  readonly choice: ReturnType<typeof checkOutput>;
  readonly open: CustomerWrite;
  readonly flags: TopUpsCreateFlags;
  readonly runtime: Runtime;
}

async function create(
  customer: CustomerRef,
  draft: TopUpDraft,
  { choice, open: { connection, prompter }, flags, runtime }: Creation,
): Promise<void> {
  const zone = draft.activeFrom === undefined ? undefined : await customerZone(connection, customer);
  const reading = topUpBody(draft, { now: connection.now(), zone });
  if ('problems' in reading) throw usageError(reading.problems);
  const { body } = reading;
  const { amount, threshold, currency } = body;
  const title = `Buy ${amount} ${currency} for ${customerRefText(customer)} whenever ${threshold} or less are left`;
  const { topUpOf: read } = connection.api;
  const settled = await executeOne(
    {
      request: topUpRequest(customer, body),
      title,
      effect: undefined,
      preview: () => topUpPreview(title, body, { connection, customer }),
      read,
      words: prompter === undefined ? undefined : topUpWords(customer, draft),
    },
    { connection, flags, runtime },
  );
  if (settled === undefined) return;
  const row = settled.result;
  await show([row], { view: topUpsView, shape: 'one', choice, isWritten: true }, runtime);
  await checkTopUpStands(row.record.id, settled, { connection, customer });
}
