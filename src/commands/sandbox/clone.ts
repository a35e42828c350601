// `sandbox clone`: copies real customers into an embedded ledger, to rehearse writes there before real ones.
import { type CustomerRef, parseCustomerRef } from '../../credits/customer.ts';
import { visible } from '../../credits/text.ts';
import { CreditctlError, missingValue, type Problem, usageError } from '../../errors.ts';
import {
  checkOutput,
  type Invocation,
  type ReadCommand,
  type SwitchFlags,
  show,
  type TextFlags,
} from '../../runtime/show.ts';
import { askYes, checkConsentIsPossible, targetName } from '../../writes/consent.ts';
import { readEach } from '../every-ledger.ts';
import { profileMissing } from '../profile-choices.ts';
import { type Cloning, cloneCustomer, type FoundCustomer } from './clone-customer.ts';
import { type SandboxCopy, sandboxCopyRow, sandboxCopyView } from './clone-view.ts';

export type SandboxCloneFlags = SwitchFlags<'all' | 'keepPersonal' | 'yes'> &
  TextFlags<'from'> & { readonly currency?: readonly string[] };

type Target = Awaited<ReturnType<Invocation['runtime']['copyTarget']>>;

/** Replaces the database only with a complete copy. Every error is thrown before the database is touched. */
export const run: ReadCommand<SandboxCloneFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, sandboxCopyView);
  const { from, refs } = readSource(args, { flags, runtime });
  const target = await runtime.copyTarget(flags);
  await checkConsent(target, { flags, runtime });
  const begun = runtime.now();
  // An account without a key must not fall back to the embedded ledger, which is not the account to copy.
  const connection = await runtime.connect({ profile: from, input: false });
  runtime.note({
    text: `Copying from ${targetName(connection.target)} to ${target.path}`,
    data: { copying: { from: { ...connection.target }, db: target.path } },
    isKept: true,
  });
  const counts = await copyAll({ connection, target, refs }, { flags, runtime });
  const seconds = Math.round((runtime.now() - begun) / 100) / 10;
  const row = sandboxCopyRow({ from, db: target.path, ...counts, seconds });
  const written = { isRepeatable: true };
  await show([row], { view: sandboxCopyView, shape: 'one', choice, written }, runtime);
};

/** The profile and the named customers; no names mean all customers. Throws a `usage` error with every problem. */
function readSource(args: readonly string[], { flags, runtime }: Invocation<SandboxCloneFlags>) {
  const { all, from, currency = [] } = flags;
  const problems: Problem[] = [];
  const refs: CustomerRef[] = [];
  for (const word of args) {
    const ref = parseCustomerRef(word);
    if (ref === undefined)
      problems.push({ where: '<customer>', problem: `is not a valid id: "${visible(word)}"` });
    else refs.push(ref);
  }
  if (args.length === 0 && all !== true)
    problems.push(missingValue('<customer>', 'name customers, or add --all'));
  if (args.length > 0 && all === true)
    problems.push({ where: '--all', problem: 'cannot be used with a customer' });
  if (from === undefined) problems.push(profileMissing('--from', runtime, 'the profile to copy from'));
  if (currency.some((unit) => unit.trim() === ''))
    problems.push({ where: '--currency', problem: 'is empty' });
  if (problems.length > 0 || from === undefined)
    throw usageError(problems, ['creditctl config list shows the profiles']);
  return { from, refs };
}

async function checkConsent(
  target: Target,
  { flags, runtime }: Invocation<SandboxCloneFlags>,
): Promise<void> {
  if (!target.isThere) return;
  checkConsentIsPossible(flags, runtime, [
    'Name another file with --db',
    `To replace everything in ${target.path}, add --yes`,
  ]);
  await askYes(`Replace everything in ${target.path} by the copy?`, 'nothing was copied', { flags, runtime });
}

interface Source {
  readonly connection: Cloning['connection'];
  readonly target: Target;
  readonly refs: readonly CustomerRef[];
}

type Counts = Pick<SandboxCopy, 'customers' | 'ledgers' | 'blocks' | 'entries'>;

async function copyAll(source: Source, { flags, runtime }: Invocation<SandboxCloneFlags>): Promise<Counts> {
  const { connection, target } = source;
  const progress = await runtime.reading();
  const counts = { customers: 0, ledgers: 0, blocks: 0, entries: 0 };
  const leftOut = new Set<string>();
  const copy = await target.begin();
  const { currency: currencies = [], keepPersonal: keepsPersonal = false } = flags;
  const cloning = { connection, copy, currencies, keepsPersonal, step: progress.step, leftOut };
  try {
    for await (const cloned of readEach(customersOf(source), (each) => cloneCustomer(each, cloning))) {
      cloned.writeInvoices();
      if (cloned.moving !== undefined) runtime.note(movingNote(cloned.moving));
      counts.customers += 1;
      counts.ledgers += cloned.ledgers;
      counts.blocks += cloned.blocks;
      counts.entries += cloned.entries;
    }
    progress.clear();
    await copy.finish();
    if (leftOut.size > 0) runtime.note(leftOutNote([...leftOut].sort()));
    return counts;
  } finally {
    progress.clear();
    copy.discard();
  }
}

/** Yields each customer once, newest first. Throws before the first customer if the account is the copy itself. */
async function* customersOf({ connection, target, refs }: Source): AsyncGenerator<FoundCustomer> {
  let isChecked = false;
  for await (const customer of refs.length === 0 ? connection.api.customers({}) : named(connection, refs)) {
    // The ledger is only known from an answer.
    if (!isChecked && (await target.isLedger(connection.ledger()))) throw itself(target);
    isChecked = true;
    yield customer;
  }
}

async function* named({ api }: Source['connection'], refs: Source['refs']): AsyncGenerator<FoundCustomer> {
  const found = new Map<string, FoundCustomer>();
  for (const ref of refs) {
    const customer = await api.customer(ref);
    found.set(customer.record.id, customer);
  }
  const age = ({ record }: FoundCustomer): number => Date.parse(record.created_at);
  yield* [...found.values()].sort((a, b) => age(b) - age(a));
}

const itself = ({ path }: Target): CreditctlError =>
  new CreditctlError('refused', `The profile leads to ${path} itself: nothing was copied`, {
    applied: 'no',
    retrySafe: true,
    next: ['Name another file with --db'],
  });

const movingNote = (customer: string) => ({
  text: `The ledger of ${customer} changed all the time, so its copy may not add up. Copy it again later.`,
  data: { ledger_kept_changing: { customer } },
});

/** @param parts names of the data that was not copied */
const leftOutNote = (parts: readonly string[]) => ({
  text: `Not copied, because the API refused to show them: ${parts.join(', ')}.`,
  data: { not_copied: parts },
  isKept: true as const,
});
