// `ledger add <customer>`: writes one entry, from flags, from questions or from a JSON body.
import { type Problem, usageError } from '../../errors.ts';
import { type CustomerFlags, entryArgs, readCustomerArgument } from '../../requests/command-args.ts';
import { type EntryDraft, entryFieldNames, entryFields, isFieldSet } from '../../requests/entry-draft.ts';
import { bodyFieldName, draftFromBody } from '../../requests/entry-from-body.ts';
import type { CommandContext, WriteCommand, WriteFlags } from '../../writes/execute.ts';
import { writeEntry } from '../../writes/write-entry.ts';
import type { EntryPlanFlags, EntryPlanner } from './plan-entry.ts';

export type LedgerAddFlags = WriteFlags & CustomerFlags & EntryDraft & EntryPlanFlags;

export const run: WriteCommand<LedgerAddFlags> = async (args, flags, runtime) => {
  const plan = flags.plan === undefined ? undefined : await entryPlanner(flags.plan, { flags, runtime });
  const { customer, problems } = readCustomerArgument(args, flags);
  const { draft, problems: draftProblems } = await readDraft({ flags, runtime });
  const write = {
    customer,
    draft,
    problems: [...problems, ...draftProblems, ...(plan?.problems ?? planFlagsAlone(flags))],
    argsOf: entryArgs,
    ...(flags.body === undefined ? {} : { nameOf: bodyFieldName }),
    ...(plan === undefined ? { offersMore: flags.body === undefined } : { plan }),
  };
  const asked = {
    ...flags,
    // With the body on stdin, no questions can be asked.
    ...(flags.body === '-' ? { input: false } : {}),
    // A plan writes to no ledger, so it needs no consent.
    ...(plan === undefined ? {} : { yes: true }),
  };
  await writeEntry(write, { flags: asked, runtime });
};

const entryPlanner = async (file: string, context: CommandContext<LedgerAddFlags>): Promise<EntryPlanner> =>
  (await import('./plan-entry.ts')).entryPlanner(file, context);

function planFlagsAlone({ sign, key, force }: EntryPlanFlags): readonly Problem[] {
  return Object.entries({ '--sign': sign, '--key': key, '--force': force }).flatMap(([where, value]) =>
    value === undefined ? [] : [{ where, problem: 'needs --plan <file>' }],
  );
}

async function readDraft({
  flags,
  runtime,
}: CommandContext<LedgerAddFlags>): Promise<{ draft: EntryDraft; problems: readonly Problem[] }> {
  const draft: EntryDraft = Object.fromEntries(
    entryFieldNames.flatMap((field) => (flags[field] === undefined ? [] : [[field, flags[field]]])),
  );
  if (flags.body === undefined) return { draft, problems: [] };
  const both = entryFieldNames.filter((field) => isFieldSet(draft, field));
  const problems = both.map((field) => ({
    where: entryFields[field].flag,
    problem: 'cannot be used with --body',
  }));
  const source = flags.body === '-' ? 'stdin' : flags.body;
  const reading = draftFromBody(await runtime.readText(flags.body, '--body'), source);
  // The fields of an invalid body are unknown, so only its own problems are reported.
  if ('problems' in reading) throw usageError([...problems, ...reading.problems]);
  return { draft: { type: 'increment', ...reading.draft }, problems };
}
