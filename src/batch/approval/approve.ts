// Approves a plan: checks every row, shows the sums for each customer, and signs after a person confirms.
import { customerName } from '../../credits/customer.ts';
import { compare, counted, minuteText } from '../../credits/exact.ts';
import { isAbsent, missingValue, notApplied, usageError } from '../../errors.ts';
import { cleanLine } from '../../output/shown-text.ts';
import { movedIn } from '../../policy/judge-batch.ts';
import { movedText, toMoveText } from '../../requests/moved-credits.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { reportTarget } from '../../writes/consent.ts';
import { checkedSums, checkOpenAmounts } from '../plan/plan-check.ts';
import type { CurrencyTotals, Plan, PlanAccount } from '../plan/plan-lines.ts';
import { openPlan } from '../plan/plan-reader.ts';
import { checkAccount } from '../plan/planned-account.ts';
import { type SigningFlags, signingKey, signPlan } from './sign-plan.ts';

export interface ApproveFlags extends GlobalFlags, SigningFlags {
  readonly yes?: boolean;
}

export type ApprovedPlan = Awaited<ReturnType<typeof approvePlan>>;

/** Throws a `refused` error if the plan is damaged or for another account, or if the signature would not count. */
export async function approvePlan(file: string | undefined, flags: ApproveFlags, runtime: Runtime) {
  if (file === undefined) throw usageError([missingValue('<plan>', 'name a file that batch plan made')]);
  await signingKey(flags, runtime);
  const plan = await openPlan(file);
  try {
    const { credits, openRow } = await checkedSums(plan);
    const connection = await runtime.connect(flags);
    reportTarget({ connection, runtime });
    await checkAccount(plan.header, file, connection);
    if (openRow !== undefined) await checkOpenAmounts(plan.rows(), connection, 'nothing was signed');
    await showPlan(plan, credits, { connection, runtime });
    await confirmSigning(flags, runtime);
    const { policy } = await runtime.policyToRead(connection, flags);
    const signed = await signPlan(plan, { file, policy, now: connection.now(), flags, runtime });
    const { batch } = plan.header;
    const { rows, sha256 } = plan.end;
    return { plan: file, batch: batch.id, rows, credits, sha256, ...signed };
  } finally {
    await plan.close();
  }
}

/** Without a terminal the command itself is the consent: it names the plan and writes to no ledger. */
async function confirmSigning(flags: ApproveFlags, runtime: Runtime): Promise<void> {
  if (flags.yes === true) return;
  const prompter = await runtime.prompter(flags);
  if (prompter === undefined || (await prompter.confirm({ message: 'Sign this plan?' }))) return;
  throw notApplied('refused', 'Declined: nothing was signed');
}

/** Most customers that are shown, largest sum first. */
const shownMax = 20;

type Showing = Parameters<typeof reportTarget>[0];

async function showPlan(plan: Plan, credits: readonly CurrencyTotals[], showing: Showing): Promise<void> {
  const { header, end } = plan;
  const { batch, planned_at, planned_by } = header;
  const { rows, totals } = end;
  const what = `${counted(rows, 'row')} for ${counted(totals.customers, 'customer')}`;
  const lines = [
    `Batch ${batch.id}, planned by ${planned_by} at ${minuteText(planned_at)}: ${what}`,
    `In all: ${toMoveText(credits)}`,
  ];
  const { largest, others } = await largestAccounts(plan);
  const customers = [];
  for (const account of largest) {
    const name = await nameOf(account, showing.connection);
    const customer = customerName(account.customer);
    lines.push(`${customer} (${name}): ${toMoveText([account])}`);
    customers.push({ customer, id: account.customer.id, name, moved: movedText([account]) });
  }
  if (others > 0) lines.push(`and ${counted(others, 'more sum')} of other customers`);
  const text = lines.map(cleanLine).join('\n');
  showing.runtime.note({ text, data: { approving: { batch: batch.id, rows, customers, others } } });
}

async function largestAccounts(
  plan: Plan,
): Promise<{ readonly largest: readonly PlanAccount[]; readonly others: number }> {
  let largest: PlanAccount[] = [];
  let all = 0;
  for await (const account of plan.accounts()) {
    all += 1;
    largest.push(account);
    if (largest.length < shownMax * 2) continue;
    largest = sorted(largest);
  }
  largest = sorted(largest);
  return { largest, others: all - largest.length };
}

const sorted = (accounts: readonly PlanAccount[]): PlanAccount[] =>
  accounts.toSorted((a, b) => compare(movedIn(b), movedIn(a))).slice(0, shownMax);

/** The customer's current name comes from the API, because the plan does not hold it. */
async function nameOf({ customer }: PlanAccount, { api }: Showing['connection']): Promise<string> {
  try {
    return (await api.customer({ by: 'id', id: customer.id })).record.name;
  } catch (error) {
    if (isAbsent(error)) return 'there is no such customer any more';
    throw error;
  }
}
