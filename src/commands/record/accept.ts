// `record accept`: accepts a record that was restored, replaced or cut, and notes the loss in its chain.

import { isDeepStrictEqual } from 'node:util';
import { type CreditctlError, notApplied, repetition } from '../../errors.ts';
import type { Head } from '../../record/facts.ts';
import { Heads } from '../../record/heads.ts';
import type { Account, RecordStore } from '../../record/record.ts';
import { accountName, openRecordOf, targetsOf } from '../../runtime/record-of.ts';
import { checkPlainOutput, type Invocation, type ReadCommand, type SwitchFlags } from '../../runtime/show.ts';
import { askYes, checkConsentIsPossible } from '../../writes/consent.ts';

export type RecordAcceptFlags = SwitchFlags<'yes'>;

interface Lost {
  readonly account: Account;
  readonly seen: Head;
}

export const run: ReadCommand<RecordAcceptFlags> = async (_args, flags, runtime) => {
  checkPlainOutput(flags);
  const { profile } = runtime.target(flags);
  const heads = new Heads(runtime.folders.state, runtime.system.process.runner.pid, 'read');
  const store = await openRecordOf(profile, 'write', runtime);
  try {
    const find = () => foundIn(store, heads, { flags, runtime });
    const found = await find();
    const { lost, problem, own } = found;
    if (lost.length === 0 && problem === undefined) {
      const text = `The record ${store.name} has everything that this machine saw: there is nothing to accept`;
      runtime.note({ text, data: { accepted: 0 } });
      return;
    }
    await confirm({ store, lost, problem }, { flags, runtime });
    // It may have been restored during the question, or accepted by another command.
    if (!isDeepStrictEqual(await find(), found)) throw changedMeanwhile(store.name);
    for (const each of lost) await acceptAccount(each, store);
    await heads.accept(
      store,
      own,
      lost.map(({ account }) => account),
    );
    for (const account of await store.accounts())
      heads.keepHead(store, account, await store.of(account).head());
    runtime.note({
      text: [
        `Accepted ${store.name} as it is. Find the entries that it lost: creditctl history audit --all`,
        // An account that is still in the record shows when writes were lost; a record that is gone shows nothing.
        problem === undefined
          ? 'A command without --idempotency-key whose write it lost may write again'
          : 'A command whose write it lost may write again, except a ledger entry under the same --idempotency-key in the next 48 hours',
      ].join('\n'),
      data: { accepted: lost.length, record: store.name },
    });
  } finally {
    await store.close();
  }
};

/** What the record lost, and why it refuses writes; `own` names the profile and targets of this command. */
async function foundIn(store: RecordStore, heads: Heads, { flags, runtime }: Invocation<RecordAcceptFlags>) {
  const accounts = await store.accounts();
  const lost = await lostIn(store, accounts, heads);
  const own = {
    profile: runtime.target(flags).profile,
    targets: await targetsOf(accounts, flags, runtime),
  };
  return { lost, own, problem: await heads.problemOf(store, own) };
}

const changedMeanwhile = (name: string): CreditctlError =>
  notApplied('refused', `The record ${name} changed while you were asked; it was not accepted`, [
    repetition(),
  ]);

async function lostIn(
  store: RecordStore,
  accounts: readonly Account[],
  heads: Heads,
): Promise<readonly Lost[]> {
  const lost: Lost[] = [];
  for (const account of accounts) {
    const seen = await heads.lostHead(store, account);
    if (seen !== undefined) lost.push({ account, seen });
  }
  return lost;
}

/** Appends the acceptance to the chain. */
async function acceptAccount({ account, seen }: Lost, store: RecordStore): Promise<void> {
  const fact = { kind: 'accepted', seen_link: seen.link, seen_hash: seen.hash } as const;
  const appended = await store.of(account).append([{ fact }]);
  if (appended.kind !== 'appended') throw new TypeError(`accepting ended as ${appended.kind}`);
}

async function confirm(
  {
    store,
    lost,
    problem,
  }: { readonly store: RecordStore; readonly lost: readonly Lost[]; readonly problem: string | undefined },
  { flags, runtime }: Invocation<RecordAcceptFlags>,
): Promise<void> {
  checkConsentIsPossible(flags, runtime, ['Add --yes to accept it']);
  if (problem !== undefined)
    runtime.note({ text: `The record ${store.name} ${problem}.`, data: { problem } });
  for (const { account, seen } of lost)
    runtime.note({
      text: `The record of ${accountName(account)} does not hold link ${seen.link}, which this machine saw.`,
      data: { account: account.id, seen_link: seen.link, seen_hash: seen.hash },
    });
  const question = `Go on with ${store.name}? Writes that it lost can be repeated by mistake.`;
  await askYes(question, 'the record was not accepted', { flags, runtime });
}
