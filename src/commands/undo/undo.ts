// `undo <entry|operation|batch|last>`: takes credits of a write or batch back, as much as is still unused.
import { undoBatch } from '../../batch/undo/undo-batch.ts';
import { localTime } from '../../credits/local-time.ts';
import {
  type CreditctlError,
  flagArgs,
  shellText,
  usageError,
  usageErrorAt,
  valueArgs,
} from '../../errors.ts';
import { type Prompter, runWizard, type WizardStep } from '../../prompts/prompter.ts';
import { findOperation } from '../../record/find-operation.ts';
import type { AccountRecord } from '../../record/record.ts';
import { requestFromText } from '../../requests/request.ts';
import { recordFor } from '../../runtime/record-of.ts';
import { checkOutput, show, type TextFlags } from '../../runtime/show.ts';
import { planUndo } from '../../undo/plan-undo.ts';
import { newestNotUndone, noSuchWrite, type UndoTarget, undoingOf, undoTarget } from '../../undo/target.ts';
import { entriesView } from '../../views/entries.ts';
import { type JsonObject, parseJson } from '../../wire/json.ts';
import {
  type CommandContext,
  execute,
  naming,
  openForWriting,
  type WriteCommand,
  type WriteContext,
  type WriteFlags,
} from '../../writes/execute.ts';
import { settleOpen } from '../../writes/settling.ts';
import { selfOfRun } from '../../writes/submission.ts';
import { reportedTo } from '../../writes/unsettled.ts';
import { type EntryRow, shownEntries } from '../../writes/written-entries.ts';
import { askWrite } from './ask-write.ts';

export type UndoFlags = WriteFlags & TextFlags<'description'>;

/** Throws a `partly-done` error, after showing what was done, if only some of several writes succeeded. */
export const run: WriteCommand<UndoFlags> = async ([word], flags, runtime) => {
  if (word !== undefined && word !== 'last' && (await namesBatch(word, { flags, runtime })))
    return undoBatch(word, flags, runtime);
  const choice = checkOutput(flags, entriesView);
  const prompter = await runtime.prompter(flags);
  if (word === undefined && prompter === undefined) throw usageError([wordMissing]);
  const connection = await openForWriting(flags, runtime);
  const record = await recordFor({ connection, flags, runtime });
  if (record === undefined) throw noSuchWrite(word ?? 'last');
  const context = { isAsked: word === undefined, connection, flags, record, runtime };
  await runWizard(word, {
    questions: prompter === undefined ? [] : [writeStep(prompter, context)],
    prompter,
    finish: async (named = 'last') => {
      const target = await targetOf(named, context);
      const failed = (error: unknown) => (named === 'last' ? namingWrite(error, target, flags) : error);
      const undone = await undo(target, context).catch((error: unknown) => {
        throw failed(error);
      });
      if (undone === undefined) return;
      await showUndone(undone, choice, context);
      if (undone.failure !== undefined) throw failed(undone.failure);
    },
  });
};

/** The step that asks which of the person's newest entries to undo, with times by the clock of this machine. */
const writeStep = (
  prompter: Prompter,
  { connection, record, runtime }: Pick<UndoContext, 'connection' | 'record' | 'runtime'>,
): WizardStep<string | undefined> => ({
  isOpen: (named) => named === undefined,
  ask: () => {
    // The record does not have the customers' zones.
    const local = localTime(runtime.system.machine.zone());
    const timeText = (at: string): string =>
      local?.text(Date.parse(at)) ?? `${at.slice(0, 16).replace('T', ' ')}Z`;
    if (local !== undefined)
      runtime.note({ text: `Times are in ${local.zone}.`, data: { time_zone: local.zone } });
    return askWrite(record, { prompter, timeText, now: connection.now() });
  },
});

/**
 * Whether a word is the name of a batch; works without a key. Throws a `usage` error if the word also names a single
 * write: a guess could undo the wrong one.
 */
async function namesBatch(word: string, { flags, runtime }: CommandContext): Promise<boolean> {
  const { store, likely } = await runtime.recordToRead(flags);
  for (const record of likely.map((account) => store.of(account))) {
    if ((await record.batchRuns({ batch: word })).length === 0) continue;
    const operation = await findOperation(word, record);
    if (operation === undefined || operation.batch === word) return true;
    const { entry } = operation;
    throw usageErrorAt('<entry|operation|last>', `names a batch and a single write: "${word}"`, [
      `The batch: creditctl batch undo ${valueArgs(word)}`,
      ...(entry === null ? [] : [`The write: creditctl undo ${valueArgs(entry)}`]),
    ]);
  }
  return false;
}

interface UndoContext extends WriteContext {
  /** Whether a person was asked which write to undo. */
  readonly isAsked: boolean;
  readonly flags: UndoFlags;
  readonly record: AccountRecord;
}

interface Undone {
  readonly customer: UndoTarget['customer'];
  /** The customer's IANA zone, if a write of this run needed it. */
  readonly zone: string | undefined;
  readonly answers: readonly Answered[];
  /** The error that stopped the rest, if some of several writes succeeded. */
  readonly failure: CreditctlError | undefined;
}

/** The API's answer to one of the writes, with the body of its request and its idempotency key. */
interface Answered {
  readonly answer: EntryRow;
  readonly body: JsonObject;
  readonly key: string;
}

/** The command line that undoes a write. A key that begins like a flag would need `--` after all flags. */
const argsFor = ({ key, made }: UndoTarget, { description }: UndoFlags): readonly string[] => [
  ...['undo', key.startsWith('-') ? made.id : key],
  ...flagArgs('--description', description),
];

/** Names the write in the next steps: once there is a newer write, `last` means that one, and takes it back too. */
const namingWrite = (error: unknown, target: UndoTarget, flags: UndoFlags): unknown =>
  naming(error, `Go on with this undo: creditctl ${shellText(argsFor(target, flags))}`);

/** Undoes a write; returns `undefined` after a dry run. */
async function undo(found: UndoTarget, context: UndoContext): Promise<Undone | undefined> {
  const { connection, flags, isAsked } = context;
  const { target, late } = await settledTarget(found, context);
  const { customer } = target;
  const { description } = flags;
  const equivalentArgs = isAsked ? argsFor(target, flags) : undefined;
  // The person knows of these now, so the next `last` means the write before.
  const onReported = async (done: UndoTarget['undoing']): Promise<void> => {
    if (flags.dryRun === true) return;
    const who = await context.record.who();
    for (const write of done) if (write.acknowledgedAt === null) reportedTo(who, write, context);
  };
  const plan = await planUndo(target, { description, late, equivalentArgs, onReported }, connection);
  const { settled, failure } = await execute(plan.writes, context, plan);
  if (flags.dryRun === true) return undefined;
  const now = settled.map(({ result: answer, key: own }, index) => ({
    answer,
    key: own,
    body: plan.writes[index]?.request.body ?? {},
  }));
  const answers = [...lateAnswers(late, target, connection), ...now];
  return { customer, zone: plan.writes[0]?.zone, answers, failure };
}

/** Settles an interrupted undo of the write first, because its outcome decides what is left to undo. */
async function settledTarget(
  target: UndoTarget,
  context: UndoContext,
): Promise<{ readonly target: UndoTarget; readonly late: ReadonlySet<string> }> {
  const late = await settleOpen(target.undoing, context);
  if (late.size === 0) return { target, late };
  context.runtime.note({
    text: '✓ What an earlier run left open of this undo is confirmed now: it was written once',
    data: { settled: [...late] },
  });
  return { target: { ...target, undoing: await undoingOf(target.key, context.record) }, late };
}

/** Finds a single write or a row of a batch. Throws a `not-found` error for a word that names neither. */
async function targetOf(named: string, context: UndoContext): Promise<UndoTarget> {
  const { record } = context;
  const write = await (named === 'last'
    ? newestNotUndone(record, await selfOfRun(context))
    : findOperation(named, record));
  if (write === undefined) throw noSuchWrite(named);
  if (write.batch === null) return undoTarget(write, record);
  const { rowTarget } = await import('../../batch/undo/row-target.ts');
  return rowTarget(write, { record });
}

/** The recorded answers to the parts that were settled in this run. */
function lateAnswers(
  late: ReadonlySet<string>,
  { undoing }: UndoTarget,
  { api }: WriteContext['connection'],
): readonly Answered[] {
  return undoing.flatMap(({ key, texts }) => {
    const body = requestFromText(texts.request)?.body;
    if (!late.has(key) || texts.answer === null) return [];
    return [{ answer: api.entryOf(parseJson(texts.answer)), body: body ?? {}, key }];
  });
}

async function showUndone(
  { customer, zone, answers }: Undone,
  choice: ReturnType<typeof checkOutput>,
  { connection, runtime }: WriteContext,
): Promise<void> {
  const rows: EntryRow[] = [];
  for (const { answer, body } of answers)
    rows.push(...(await shownEntries(answer, choice, { body, connection, customer, runtime })));
  const clock = { now: connection.now, ...(zone === undefined ? {} : { zone: async () => zone }) };
  const [{ key } = {}, ...others] = answers;
  const written = {
    ...(key === undefined || others.length > 0 ? {} : { key }),
    isRepeatable: false,
  };
  await show(rows, { view: entriesView, shape: 'list', choice, written, ...clock }, runtime);
}

const wordMissing = {
  where: '<entry|operation|last>',
  problem: 'is missing: name an entry or a key that creditctl history list shows, or last',
} as const;
