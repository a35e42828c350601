// `topups create <customer>`: buys credits automatically when the balance reaches a threshold.
import { isRelativeDate } from '../../credits/calendar.ts';
import { customerRefText, unitAfter } from '../../credits/customer.ts';
import { CreditctlError } from '../../errors.ts';
import { checkOutput } from '../../runtime/show.ts';
import {
  type CustomerWriteCommand,
  forDraft,
  type MadeOfDraft,
  type WrittenObject,
  writeForCustomer,
  writeObject,
} from '../../writes/write-object.ts';
import { type TopUpTarget, topUpPreview, topUpSteps, topUpsOf } from './prompts.ts';
import { type TopUpDraft, topUpArgs, topUpBody, topUpRequest } from './request.ts';
import { topUpsView } from './view.ts';

export const run: CustomerWriteCommand<TopUpDraft> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, topUpsView);
  await writeForCustomer<TopUpDraft>(
    args,
    {
      needsZone: ({ activeFrom }) => activeFrom !== undefined,
      read: topUpBody,
      questions: (prompter) => forDraft(topUpSteps(prompter)),
      write: async (made, context) => {
        const topUp = { ...made, connection: context.connection };
        const written = await writeObject(topUpCreation(topUp), { view: topUpsView, choice }, context);
        if (written?.isLate === true) await checkStillThere(written, topUp);
      },
    },
    { flags, runtime },
  );
};

function topUpCreation({
  customer,
  draft,
  body,
  bodyAt,
  isAsked,
  connection,
}: MadeOfDraft<TopUpDraft> & TopUpTarget) {
  const { amount, threshold, currency } = body;
  const title = `Buy ${amount} ${unitAfter(String(amount), String(currency))} for ${customerRefText(customer)} whenever ${threshold} or less are left`;
  const { activeFrom } = draft;
  const isMoving = activeFrom !== undefined && isRelativeDate(activeFrom);
  const requestAt = (now: number) => {
    const then = bodyAt(now);
    return then && topUpRequest(customer, then);
  };
  return {
    request: topUpRequest(customer, body),
    requestAt: isMoving ? requestAt : undefined,
    title,
    preview: () => topUpPreview(title, body, { connection, customer }),
    read: connection.api.topUpOf,
    equivalentArgs: isAsked ? topUpArgs(customer, draft) : undefined,
  };
}

/**
 * Another write may have replaced the top-up of an interrupted run since. Throws a `failure` if the top-up of that run
 * no longer exists.
 */
async function checkStillThere(
  { record: { id }, settled: { key } }: WrittenObject<{ readonly id: string }>,
  { connection, customer }: TopUpTarget,
): Promise<void> {
  const topUps = await topUpsOf(connection, customer);
  if (topUps.some(({ record }) => record.id === id)) return;
  throw new CreditctlError(
    'failure',
    `Top-up ${id} was created earlier, but has been replaced or deleted since`,
    {
      applied: 'yes',
      idempotencyKey: key,
      next: ['To create a new one, run the same command again'],
    },
  );
}
