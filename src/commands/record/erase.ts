// `record erase <customer>`: erases a customer's own texts from the record; the chain still holds.

import { counted } from '../../credits/exact.ts';
import { missingValue, notApplied, usageError } from '../../errors.ts';
import { Heads, lostWrites } from '../../record/heads.ts';
import { noAccountOf, openRecordOf } from '../../runtime/record-of.ts';
import {
  checkPlainOutput,
  type Invocation,
  type RecordCommand,
  type SwitchFlags,
  type TextFlags,
} from '../../runtime/show.ts';
import { checkConsentIsPossible, checkTypedBack } from '../../writes/consent.ts';
import { eraseFound, foundToErase, type ToErase } from './erase-customer.ts';

export type RecordEraseFlags = SwitchFlags<'yes'> & TextFlags<'confirm'>;

export const run: RecordCommand<RecordEraseFlags> = async ([customer], flags, runtime) => {
  checkPlainOutput(flags);
  if (customer === undefined) throw usageError([missingValue('<customer>')]);
  const typedBack = {
    what: 'the customer',
    text: customer,
    why: 'what the record keeps of descriptions, requests and answers is lost for good',
  };
  checkConsentIsPossible(flags, runtime, ['Add --yes and --confirm <customer> to do it']);
  checkTypedBack(typedBack, flags, runtime);
  const { accounts, all } = await runtime.recordToRead(flags);
  const { profile } = runtime.target(flags);
  // An empty record has no account to name, and nothing to erase.
  if (accounts.length === 0 && all.length > 0) throw noAccountOf(profile);
  const heads = new Heads(runtime.folders.state, runtime.system.process.runner.pid);
  const store = await openRecordOf(profile, 'write', runtime);
  const self = runtime.system.process;
  const find = async (): Promise<readonly ToErase[]> => {
    const found: ToErase[] = [];
    for (const account of accounts)
      found.push(await foundToErase({ record: store.of(account), customer, self }));
    return found;
  };
  try {
    for (const account of accounts) {
      await store.of(account).checkOwner();
      const lost = await heads.lostHead(store, account);
      if (lost !== undefined) throw lostWrites(store.name, lost);
    }
    if (flags.confirm === undefined) {
      // A person answers no question whose answer would be refused. Others may write while they think.
      await find();
      await askBack(customer, { flags, runtime });
    }
    const done = { writes: 0, plans: 0, batches: [] as readonly string[] };
    for (const each of await find()) {
      const { writes, plans, batches } = await eraseFound(each);
      done.writes += writes;
      done.plans += plans;
      done.batches = [...done.batches, ...batches];
      // A backup of the record brings the texts back, which no machine with an older head would notice.
      heads.keepHead(store, each.record.account, await each.record.head());
    }
    const { writes: erased, batches } = done;
    runtime.note({
      text:
        erased + done.plans === 0
          ? `Nothing to erase: the record has no texts of ${customer}`
          : `✓ Erased ${erased === 0 ? 'the rows of plans' : `the texts of ${counted(erased, 'write')}`} for ${customer}${planText(batches)}`,
      data: { erased, customer, batches },
    });
  } finally {
    await store.close();
  }
};

/** Sentence that the plans of these batches are no longer whole. */
const planText = (batches: readonly string[]): string =>
  batches.length === 0
    ? ''
    : `. Plans that had rows for it cannot be applied, resumed or undone any more: ${batches.join(', ')}`;

async function askBack(customer: string, { flags, runtime }: Invocation<RecordEraseFlags>): Promise<void> {
  const prompter = await runtime.prompter(flags);
  const message = `Erase the texts that the record keeps of ${customer}, for good. Type the customer to continue`;
  if ((await prompter?.text({ message, isConsent: true }))?.trim() === customer) return;
  throw notApplied('refused', 'Declined: nothing was erased');
}
