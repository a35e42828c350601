// `undo <entry|operation|batch|last>`: takes back what was written, as much as is still unused.
import { undoBatch } from '../../batch/undo/undo-batch.ts';
import { CreditctlError, usageError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import { runWizard, type WizardStep } from '../../prompts/wizard.ts';
import { findOperation } from '../../record/find-operation.ts';
import { historyAlone } from '../../record/history.ts';
import type { WriteWithTexts } from '../../record/known-write.ts';
import type { AccountRecord } from '../../record/record.ts';
import { requestFromText } from '../../requests/request-text.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { planUndo } from '../../undo/plan-undo.ts';
import {
  isEntry,
  lastUndoable,
  noSuchWrite,
  type UndoTarget,
  undoingOf,
  undoTarget,
} from '../../undo/target.ts';
import { entriesView } from '../../views/entries.ts';
import { type JsonObject, parseJson } from '../../wire/json.ts';
import { execute, openForWriting, type WriteFlags } from '../../writes/execute.ts';
import { recordFor } from '../../writes/record-for.ts';
import { settleOpen } from '../../writes/settling.ts';
import { selfOf } from '../../writes/submission.ts';
import { type EntryRow, writtenEntries } from '../../writes/written-entries.ts';

export interface UndoFlags extends WriteFlags {
  readonly description?: string;
}

/** Throws a `partly-done` error, after showing what was done, if only some of several writes could be made. */
export async function run([word]: readonly string[], flags: UndoFlags, runtime: Runtime): Promise<void> {
  if (word !== undefined && word !== 'last' && (await namesBatch(word, flags, runtime)))
    return undoBatch(word, flags, runtime);
  const choice = checkOutput(flags, entriesView);
  const prompter = await runtime.prompter(flags);
  if (word === undefined && prompter === undefined) throw usageError([wordMissing]);
  const connection = await openForWriting(flags, runtime);
  const record = await recordFor({ connection, flags, runtime });
  if (record === undefined) throw noSuchWrite(word ?? 'last');
  const who = await record.who();
  const asked = (person: Prompter): WizardStep<string | undefined> => ({
    isOpen: (named) => named === undefined,
    ask: () => askUndo(person, record, who),
  });
  await runWizard(word, {
    questions: prompter === undefined ? [] : [asked(prompter)],
    prompter,
    act: (named = 'last') =>
      undo(named, { isAsked: word === undefined, choice, connection, record, who, flags, runtime }),
  });
}

/** So many are offered. */
const offeredMax = 30;

/** Asks which of the newest own entries that stand is meant, and returns its key. @param who as the record stamps the person */
async function askUndo(prompter: Prompter, record: AccountRecord, who: string): Promise<string> {
  const standing = [];
  for await (const write of record.writes({ who, states: ['settled'], isUndo: false })) {
    if (write.undoneBy === null && write.entry !== null && isEntry(write))
      standing.push(historyAlone(write, record));
    if (standing.length === offeredMax) break;
  }
  if (standing.length === 0)
    throw new CreditctlError('failure', 'The record has no entry of yours that can be undone', {
      applied: 'no',
      next: ['creditctl history list --all'],
    });
  return prompter.choose({
    message: 'Which write do you want to undo',
    choices: standing.map(({ key, at, what, why, entry }) => ({
      name: `${at.slice(0, 16).replace('T', ' ')}  ${what}`,
      value: key,
      hint: [why, `entry ${entry}`].filter((part) => part !== null).join(' · '),
    })),
  });
}

/**
 * Whether a word is the name of a batch; found out without a key. Throws a `usage` error for one that is a single write,
 * too: which of the two is meant is not for us to guess.
 */
async function namesBatch(word: string, flags: UndoFlags, runtime: Runtime): Promise<boolean> {
  const { store, accounts } = await runtime.recordToRead(flags);
  for (const record of accounts.map((account) => store.of(account))) {
    if ((await record.batchRuns({ batch: word })).length === 0) continue;
    const operation = await findOperation(word, record);
    if (operation === undefined || operation.batch === word) return true;
    const { entry } = operation;
    throw usageError(
      [{ where: '<entry|operation|last>', problem: `names a batch and a single write: "${word}"` }],
      [
        `The batch: creditctl batch undo ${word}`,
        ...(entry === null ? [] : [`The write: creditctl undo ${entry}`]),
      ],
    );
  }
  return false;
}

interface Undoing {
  readonly isAsked: boolean;
  readonly choice: ReturnType<typeof checkOutput>;
  readonly connection: Connection;
  readonly record: AccountRecord;
  readonly who: string;
  readonly flags: UndoFlags;
  readonly runtime: Runtime;
}

async function undo(
  named: string,
  { isAsked, choice, connection, record, who, flags, runtime }: Undoing,
): Promise<void> {
  const where = { connection, flags, record, runtime };
  let target = await targetOf(named, { connection, record, runtime });
  // What a killed run left open decides what is left to do.
  const late = await settleOpen(target.undoing, where);
  if (late.size > 0) target = { ...target, undoing: await undoingOf(target.key, record) };
  const words = isAsked ? ['undo', target.key] : undefined;
  const plan = await planUndo(target, { description: flags.description, late, words, who }, connection);
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
  const [{ zone } = {}] = plan.writes;
  const clock = { now: connection.now(), ...(zone === undefined ? {} : { zone: async () => zone }) };
  await show(rows, { view: entriesView, shape: 'list', choice, written: 'once', ...clock }, runtime);
  if (failure !== undefined) throw failure;
}

/** A single write or a row of a batch. Throws a `not-found` error for a word that names neither. */
async function targetOf(
  named: string,
  { connection, record, runtime }: Pick<Undoing, 'connection' | 'record' | 'runtime'>,
): Promise<UndoTarget> {
  const write = await (named === 'last'
    ? lastOwn({ connection, record, runtime })
    : findOperation(named, record));
  if (write === undefined) throw noSuchWrite(named);
  if (write.batch === null) return undoTarget(write, record);
  const { rowTarget } = await import('../../batch/undo/row-target.ts');
  return rowTarget(write, { record });
}

async function lastOwn({
  connection,
  record,
  runtime,
}: Pick<Undoing, 'connection' | 'record' | 'runtime'>): Promise<WriteWithTexts | undefined> {
  const ledgerNow = connection.choice.kind === 'sandbox' ? connection.now : undefined;
  const { runner, isAlive } = runtime.parts.process;
  return lastUndoable(record, await selfOf({ record, runner, isAlive, ledgerNow }));
}

interface Answered {
  readonly answer: EntryRow;
  readonly body: JsonObject;
}

/** What the settled parts were answered with, as the record has it now. */
function settledNow(
  late: ReadonlySet<string>,
  { undoing }: UndoTarget,
  { api }: Connection,
): readonly Answered[] {
  return undoing.flatMap(({ key, texts }) => {
    const body = texts.request === null ? undefined : requestFromText(texts.request)?.body;
    if (!late.has(key) || texts.answer === null) return [];
    return [{ answer: api.entryOf(parseJson(texts.answer)), body: body ?? {} }];
  });
}

const wordMissing = {
  where: '<entry|operation|last>',
  problem: 'is missing: name an entry or a key that creditctl history list shows, or last',
} as const;
