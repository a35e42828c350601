// `customers update <customer>`: changes what the API lets change, and leaves the rest as it is.
import type { Connection } from '../../connection.ts';
import { type CustomerRef, customerRefText } from '../../credits/customer-ref.ts';
import { CreditctlError, usageError } from '../../errors.ts';
import { askCustomer } from '../../questions/customer.ts';
import { askCustomerEdit } from '../../questions/customer-edit.ts';
import type { Prompter } from '../../questions/prompter.ts';
import {
  type CustomerFlags,
  customerMissing,
  readCustomerArgument,
} from '../../requests/customer-argument.ts';
import {
  type CustomerEdit,
  customerEditBody,
  customerEditRequest,
  customerEditWords,
} from '../../requests/customer-edit.ts';
import type { Runtime } from '../../runtime.ts';
import { checkOutput, show } from '../../show.ts';
import { customerChanges, customerChangesPreview, presentFields } from '../../views/customer-changes.ts';
import { customersView } from '../../views/customers.ts';
import { carryOut, keyProblems, openForWriting, type WriteFlags } from '../../writing/carry-out.ts';

export type CustomersUpdateFlags = WriteFlags & CustomerFlags & CustomerEdit;

export async function run(
  words: readonly string[],
  flags: CustomersUpdateFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, customersView);
  const prompter = await runtime.prompter(flags);
  const named = readCustomerArgument(words, flags);
  const isAsked = checkEdit(named, flags, prompter !== undefined);
  const connection = await openForWriting(flags, runtime);
  const customer = named.customer ?? (await whom(prompter, connection));
  const edit = isAsked ? await asked(customer, connection, prompter) : flags;
  const reading = customerEditBody(edit);
  if ('problems' in reading) throw usageError(reading.problems);
  const { body } = reading;
  const title = `Change the customer ${customerRefText(customer)}`;
  const { customerOf: read } = connection.api;
  const write = {
    request: customerEditRequest(customer, body),
    title,
    effect: undefined,
    preview: async () => {
      const { document } = await connection.api.customer(customer);
      return customerChangesPreview(title, customerChanges(document, body));
    },
    read,
    words: isAsked || named.customer === undefined ? customerEditWords(customer, edit) : undefined,
  };
  const settled = await carryOut(write, { connection, flags, runtime });
  if (settled === undefined) return;
  const rows = [read(settled.document)];
  await show(rows, { view: customersView, shape: 'one', choice, isWritten: true }, runtime);
}

/** Throws a `usage` error with every problem; says whether the changes are to be asked for. */
function checkEdit(
  named: ReturnType<typeof readCustomerArgument>,
  flags: CustomersUpdateFlags,
  canAsk: boolean,
): boolean {
  const reading = customerEditBody(flags);
  const edits = 'problems' in reading ? reading.problems : [];
  const isUnnamed = named.customer === undefined && named.problems.length === 0;
  const problems = [
    ...named.problems,
    ...(isUnnamed ? [customerMissing] : []),
    ...edits,
    ...keyProblems(flags),
  ];
  const isWrong = problems.some(({ isMissing }) => isMissing !== true);
  if (isWrong || (problems.length > 0 && !canAsk)) throw usageError(problems);
  return edits.length > 0;
}

async function whom(prompter: Prompter | undefined, { api }: Connection): Promise<CustomerRef> {
  if (prompter === undefined) throw usageError([customerMissing]);
  return askCustomer(prompter, api);
}

/** Throws a `refused` error if the person changes nothing. */
async function asked(
  customer: CustomerRef,
  { api }: Connection,
  prompter: Prompter | undefined,
): Promise<CustomerEdit> {
  const { document } = await api.customer(customer);
  const edit = prompter === undefined ? {} : await askCustomerEdit(presentFields(document), prompter);
  if (Object.keys(edit).length > 0) return edit;
  throw new CreditctlError('refused', 'Nothing was chosen, and nothing was written', {
    applied: 'no',
    retrySafe: true,
  });
}
