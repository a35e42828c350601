// `history verify`: checks the chain of each account from its first event to its last, and the data derived from it.
import { CreditctlError } from '../../errors.ts';
import { Heads } from '../../record/heads.ts';
import type { Account, AccountRecord, RecordStore } from '../../record/record.ts';
import { verifyRecord } from '../../record/verify.ts';
import { accountName, noAccountOf } from '../../runtime/record-of.ts';
import { checkOutput, type RecordCommand, show } from '../../runtime/show.ts';
import { type CheckedRecord, recordCheckRow, recordCheckView } from '../../views/record-check.ts';

/** Throws a `check-failed` error that names the first fault, after showing where each chain ends. */
export const run: RecordCommand = async (_args, flags, runtime) => {
  const choice = checkOutput(flags, recordCheckView);
  const { store, accounts, all } = await runtime.recordToRead(flags);
  const { profile } = runtime.target(flags);
  const heads = new Heads(runtime.folders.state, runtime.system.process.runner.pid, 'read');
  const checked: CheckedRecord[] = [];
  const lost = await heads.problemOf(store, { profile });
  const problems = lost === undefined ? [] : [`It ${lost}`];
  const progress = await runtime.reading('events');
  for (const account of accounts) {
    const found = await check(store.of(account), { store, heads, step: progress.step });
    checked.push(found);
    if (found.problem !== null) problems.push(`In ${accountName(account)}: ${found.problem}`);
  }
  progress.clear();
  // Without accounts nothing is checked, which must not look like success.
  if (lost === undefined && accounts.length === 0 && all.length > 0) throw noAccountOf(profile);
  await show(checked.map(recordCheckRow), { view: recordCheckView, shape: 'list', choice }, runtime);
  if (problems.length === 0) return;
  throw new CreditctlError('check-failed', ['The record is not as it was written', ...problems].join('\n'), {
    next: ['Keep the record as it is, and compare it with a backup'],
  });
};

async function check(
  record: AccountRecord,
  { store, heads, step }: { readonly store: RecordStore; readonly heads: Heads; readonly step: () => void },
): Promise<CheckedRecord> {
  const { account } = record;
  const { head, events, writes, fault } = await verifyRecord(record, step);
  const problem = fault?.message ?? (await cutProblem(account, store, heads)) ?? null;
  return { account: account.id, origin: account.origin, events, writes, ...head, problem };
}

/** A chain that was cut at its end is valid in itself; only a machine that saw later links can detect the cut. */
async function cutProblem(account: Account, store: RecordStore, heads: Heads): Promise<string | undefined> {
  const lost = await heads.lostHead(store, account);
  return lost && `it does not have link ${lost.link} with the hash ${lost.hash}, which this machine saw`;
}
