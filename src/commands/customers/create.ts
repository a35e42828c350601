// `customers create`: creates a customer; the time zone can never be changed.

import { usageError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { runWizard } from '../../prompts/wizard.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { executeOne, keyProblems, openForWriting, type WriteFlags } from '../../writes/execute.ts';
import { newCustomerSteps } from './create-prompts.ts';
import { type CustomerDraft, customerRequest, newCustomerWords } from './create-request.ts';
import { customersView } from './view.ts';

export type CustomersCreateFlags = WriteFlags & CustomerDraft;

export async function run(
  _words: readonly string[],
  flags: CustomersCreateFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, customersView);
  const prompter = await runtime.prompter(flags);
  const first = customerRequest(flags);
  const problems = [...('problems' in first ? first.problems : []), ...keyProblems(flags)];
  const isWrong = problems.some(({ isMissing }) => isMissing !== true);
  if (isWrong || (problems.length > 0 && prompter === undefined)) throw usageError(problems);
  const connection = await openForWriting(flags, runtime);
  const isAsked = problems.length > 0 && prompter !== undefined;
  await runWizard<CustomerDraft, void>(flags, {
    questions: isAsked ? newCustomerSteps(prompter) : [],
    prompter,
    act: (draft) => create(draft, { choice, isAsked, connection, flags, runtime }),
  });
}

interface Creation {
  readonly choice: ReturnType<typeof checkOutput>;
  readonly isAsked: boolean;
  readonly connection: Connection;
  readonly flags: WriteFlags;
  readonly runtime: Runtime;
}

async function create(
  draft: CustomerDraft,
  { choice, isAsked, connection, flags, runtime }: Creation,
): Promise<void> {
  const reading = customerRequest(draft);
  if ('problems' in reading) throw usageError(reading.problems);
  const title = `Create customer ${draft.externalId ?? draft.name} in the time zone ${draft.timezone ?? 'of the account'}`;
  const words = isAsked ? newCustomerWords(draft) : undefined;
  const { customerOf: read } = connection.api;
  const write = { request: reading.request, title, effect: undefined, read, words };
  const settled = await executeOne(write, { connection, flags, runtime });
  if (settled === undefined) return;
  await show([settled.result], { view: customersView, shape: 'one', choice, isWritten: true }, runtime);
}
