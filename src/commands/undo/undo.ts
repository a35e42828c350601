// `undo <entry|operation|batch|last>`: takes back what was written from here, as far as that can be had.
import { isBegun } from '../../batch/apply/find-batch.ts';
import { undoBatch } from '../../batch/undo/undo-batch.ts';
import { usageError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import { runWizard, type WizardStep } from '../../prompts/wizard.ts';
import { findOperation } from '../../record/find-operation.ts';
import { historiesOf, historyOf, type JournalledWrite, journalOf, writesIn } from '../../record/journals.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { planUndo } from '../../undo/plan-undo.ts';
import { type UndoTarget, undoTarget } from '../../undo/target.ts';
import { entriesView } from '../../views/entries.ts';
import type { JsonObject } from '../../wire/json.ts';
import { execute, openForWriting, type WriteFlags } from '../../writes/execute.ts';
import { settleOpen } from '../../writes/settling.ts';
import { type EntryRow, writtenEntries } from '../../writes/written-entries.ts';
import { askUndo } from './prompts.ts';

export interface UndoFlags extends WriteFlags {
  readonly description?: string;
}

/** Throws a `partly-done` error, after showing what was done, if only some of several writes could be made. */
export async function run([word]: readonly string[], flags: UndoFlags, runtime: Runtime): Promise<void> {
  if (word !== undefined && isBegun(word, runtime.place(flags), runtime)) {
    checkNamesNoWrite(word, runtime.place(flags).profile, runtime);
    return undoBatch(word, flags, runtime);
  }
  const choice = checkOutput(flags, entriesView);
  const prompter = await runtime.prompter(flags);
  if (word === undefined && prompter === undefined) throw usageError([wordMissing]);
  const connection = await openForWriting(flags, runtime);
  const { place } = connection;
  const read = () => writesIn(journalOf(place.profile, runtime));
  const asked = (person: Prompter): WizardStep<string | undefined> => ({
    isOpen: (named) => named === undefined,
    ask: () => askUndo(person, historiesOf(read()), place.host),
  });
  await runWizard(word, {
    questions: prompter === undefined ? [] : [asked(prompter)],
    prompter,
    act: (named = 'last') =>
      undo(named, { isAsked: word === undefined, choice, connection, read, flags, runtime }),
  });
}

/** Throws a `usage` error for a word that is a batch and a single write: which of the two is meant is not for us to guess. */
function checkNamesNoWrite(word: string, profile: string, runtime: Runtime): void {
  const operation = findOperation(word, writesIn(journalOf(profile, runtime)));
  if (operation === undefined) return;
  const { entry } = historyOf(operation);
  throw usageError(
    [{ where: '<entry|operation|last>', problem: `names a batch and a single write: "${word}"` }],
    [
      `The batch: creditctl batch undo ${word}`,
      ...(entry === null ? [] : [`The write: creditctl undo ${entry}`]),
    ],
  );
}

interface Undoing {
  readonly isAsked: boolean;
  readonly choice: ReturnType<typeof checkOutput>;
  readonly connection: Connection;
  /** The journal as it is now. */
  readonly read: () => ReturnType<typeof writesIn>;
  readonly flags: UndoFlags;
  readonly runtime: Runtime;
}

async function undo(
  named: string,
  { isAsked, choice, connection, read, flags, runtime }: Undoing,
): Promise<void> {
  const where = { connection, flags, runtime };
  let target = await targetOf(named, { connection, read, runtime });
  // What a killed run left open decides what is left to do.
  const late = await settleOpen(target.undoing, where);
  if (late.length > 0) target = await targetOf(target.key, { connection, read, runtime });
  const words = isAsked ? ['undo', target.key] : undefined;
  const plan = await planUndo(target, { description: flags.description, late, words }, connection);
  const { settled, failure } = await execute(plan.writes, where, plan);
  if (flags.dryRun === true) return;
  const made = settled.map(({ result: answer }, index) => ({
    answer,
    body: plan.writes[index]?.request.body ?? {},
  }));
  const rows: EntryRow[] = [];
  for (const { answer, body } of [...settledNow(late, target, connection), ...made]) {
    // As everywhere, JSON is what the API answered, and a reader sees every entry.
    const all = () => writtenEntries(answer, { body, connection, customer: target.customer, runtime });
    rows.push(...(choice.format === 'json' ? [answer] : await all()));
  }
  await show(rows, { view: entriesView, shape: 'list', choice, isWritten: true }, runtime);
  if (failure !== undefined) throw failure;
}

/** A single write, or a row of a batch where no single write goes by that name. */
async function targetOf(
  named: string,
  { connection: { place, now }, read, runtime }: Pick<Undoing, 'connection' | 'read' | 'runtime'>,
): Promise<UndoTarget> {
  const writes = read();
  if (named !== 'last' && findOperation(named, writes) === undefined) {
    const { rowTarget } = await import('../../batch/undo/row-target.ts');
    const row = await rowTarget(named, place, { writes, runtime });
    if (row !== undefined) return row;
  }
  const self = { ...runtime.parts.process, now: now() };
  return undoTarget(named, writes, { host: place.host, self });
}

interface Answered {
  readonly answer: EntryRow;
  readonly body: JsonObject;
}

/** What the settled parts were answered with, as the journal knows it now. */
function settledNow(
  late: readonly JournalledWrite[],
  { undoing }: UndoTarget,
  { api }: Connection,
): readonly Answered[] {
  const keys = new Set(late.map(({ write }) => write.intent.key));
  return undoing.flatMap(({ write: { intent, outcome } }) =>
    keys.has(intent.key) && outcome?.answer !== undefined
      ? [{ answer: api.entryOf(outcome.answer), body: intent.request.body ?? {} }]
      : [],
  );
}

const wordMissing = {
  where: '<entry|operation|last>',
  problem: 'is missing: name an entry or a key that creditctl history list shows, or last',
} as const;
