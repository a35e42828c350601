// `sandbox usage <customer>`: usage as Orb's metering would report it, which the embedded ledger deducts by itself.
import { readAmount } from '../../credits/amount.ts';
import type { CustomerRef } from '../../credits/customer-ref.ts';
import { CreditctlError, type Problem, usageError } from '../../errors.ts';
import {
  type CustomerFlags,
  customerMissing,
  readCustomerArgument,
} from '../../requests/customer-argument.ts';
import type { ApiRequest } from '../../requests/request.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { entriesView } from '../../views/entries.ts';
import { isJsonObject, type Json, jsonNumber } from '../../wire/json.ts';
import { keyProblems } from '../../writes/execute.ts';
import { submissionTo } from '../../writes/submission.ts';
import { submit } from '../../writes/submit.ts';

export interface SandboxUsageFlags extends GlobalFlags, CustomerFlags {
  readonly amount?: string;
  readonly price?: string;
  readonly item?: string;
  /** `YYYY-MM-DD` */
  readonly on?: string;
  readonly currency?: string;
  readonly idempotencyKey?: string;
}

export async function run(
  words: readonly string[],
  flags: SandboxUsageFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, entriesView);
  const request = usageRequest(words, flags);
  const connection = await runtime.connect({ ...flags, sandbox: true });
  const read = (document: Json) => entriesIn(document).map((entry) => connection.api.entryOf(entry));
  const submission = await submissionTo({ connection, runtime }, read);
  const { result } = await submit(request, flags.idempotencyKey, submission);
  await show(result, { view: entriesView, shape: 'list', choice, isWritten: true }, runtime);
}

/** Throws a `usage` error that names everything wrong at once. */
function usageRequest(words: readonly string[], flags: SandboxUsageFlags): ApiRequest {
  const { customer, problems: named } = readCustomerArgument(words, flags);
  const reading = flags.amount === undefined ? { problem: 'is missing' } : readAmount(flags.amount);
  const problems: Problem[] = [...named, ...keyProblems(flags)];
  if (customer === undefined && named.length === 0) problems.push(customerMissing);
  if ('problem' in reading) problems.push({ where: '--amount', problem: reading.problem });
  if (flags.on !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(flags.on))
    problems.push({ where: '--on', problem: `is not a day such as 2027-01-31: "${flags.on}"` });
  if (problems.length > 0 || customer === undefined || 'problem' in reading) throw usageError(problems);
  return {
    method: 'POST',
    path: '/sandbox/usage',
    body: {
      ...customerField(customer),
      amount: jsonNumber(reading.amount),
      ...(flags.price === undefined ? {} : { price_id: flags.price }),
      ...(flags.item === undefined ? {} : { item_id: flags.item }),
      ...(flags.on === undefined ? {} : { date: flags.on }),
      ...(flags.currency === undefined ? {} : { currency: flags.currency }),
    },
  };
}

const customerField = ({ by, id }: CustomerRef) =>
  by === 'id' ? { customer_id: id } : { external_customer_id: id };

function entriesIn(document: Json): readonly Json[] {
  const data = isJsonObject(document) ? document.data : undefined;
  if (Array.isArray(data)) return data as readonly Json[];
  throw new CreditctlError('server', 'The embedded ledger answered without entries', { applied: 'yes' });
}
