// `history show <operation>`: shows everything about one write or row of a batch, with every event about it.
import {
  CreditctlError,
  flagArgs,
  missingValue,
  type Offered,
  shellText,
  usageError,
  usageErrorAt,
  valueArgs,
} from '../../errors.ts';
import { findOperation, tooShortHint } from '../../record/find-operation.ts';
import { historyEventsOf, historyOf } from '../../record/history.ts';
import type { AccountFlags } from '../../runtime/runtime.ts';
import { checkOutput, type Invocation, type ReadCommand, showSummary } from '../../runtime/show.ts';
import { historyEventRow, historyEventsView, historyShowRow, historyShowView } from '../../views/history.ts';
import { accountNames, recordsToRead } from './records.ts';

export const run: ReadCommand<AccountFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, historyEventsView, historyShowView);
  const [named] = args;
  if (named === undefined || named.trim() === '') {
    const what = 'give last, a key, the first characters of a key, or an id';
    const missing = missingValue('<operation>', what, () => newestWrites({ flags, runtime }));
    throw usageError([missing], ['List the writes: creditctl history list']);
  }
  const { write, record } = await found(named, { flags, runtime });
  const events = await historyEventsOf(write.key, record);
  await showSummary(
    {
      view: historyShowView,
      row: historyShowRow(await historyShown({ write, record }, runtime), events),
      list: historyEventsView,
      rows: events.map(historyEventRow),
    },
    { choice, now: runtime.now },
    runtime,
  );
};

const offeredMax = 30;

async function newestWrites({ flags, runtime }: Invocation<AccountFlags>): Promise<readonly Offered[]> {
  const { newestFirst } = await import('./list.ts');
  const offered: Offered[] = [];
  for await (const write of newestFirst(await recordsToRead(flags, runtime), {})) {
    // A line without a request is a run of a batch, not a single write.
    if (write.request === undefined) continue;
    const { at, what, outcome, who, why } = write;
    const name = `${at.slice(0, 16).replace('T', ' ')}Z  ${what}`;
    const hint = [outcome, who, ...(why === null ? [] : [why])].join(' · ');
    // Two accounts may have one key, and the answer names no account.
    const value = (flags.allAccounts === true ? write.entry : null) ?? write.key;
    offered.push({ value, name, hint });
    if (offered.length === offeredMax) break;
  }
  if (offered.length === 0) throw unknown(undefined, flags);
  return offered;
}

async function found(named: string, { flags, runtime }: Invocation<AccountFlags>) {
  const records = await recordsToRead(flags, runtime);
  const writes = await Promise.all(records.map((record) => findOperation(named, record)));
  const all = records.flatMap((record, i) => {
    const write = writes[i];
    return write === undefined ? [] : [{ write, record, at: Date.parse(write.notedAt) }];
  });
  const [newest, ...others] = all.toSorted((a, b) => b.at - a.at);
  if (newest === undefined) throw unknown(named, flags);
  if (others.length === 0 || named === 'last') return newest;
  const accounts = all.map(({ record }) => record.account);
  throw usageErrorAt(
    '<operation>',
    `"${named}" names a write in ${accountNames(accounts)}`,
    accounts.map(
      ({ id }) =>
        `creditctl history show ${shellText(flagArgs('--account', String(id)))} ${valueArgs(named)}`,
    ),
  );
}

/** The request of a batch row is only in the plan. */
async function historyShown(
  { write, record }: Pick<Awaited<ReturnType<typeof found>>, 'write' | 'record'>,
  runtime: Invocation['runtime'],
) {
  const shown = await historyOf(write, record);
  if (write.batch === null) return shown;
  const { rowHistory } = await import('./row-history.ts');
  return { ...shown, ...(await rowHistory(write, { record, runtime })) };
}

const whichWrite = (named: string | undefined): string =>
  named === undefined ? 'write' : named === 'last' ? 'write of yours' : `write "${named}"`;

function unknown(named: string | undefined, { allAccounts }: AccountFlags): CreditctlError {
  const isAll = allAccounts === true;
  const where = isAll ? '' : ' in this account';
  const message = `The record has no ${whichWrite(named)}${where}`;
  return new CreditctlError('not-found', message, {
    next: [
      ...(named === undefined || named === 'last' ? [] : tooShortHint(named)),
      'creditctl history list --all',
      ...(isAll ? [] : ['Or look in all accounts: --all-accounts']),
    ],
  });
}
