// `history settle [key]`: finds out whether the writes of unknown outcome were made.
import { keptRow } from '../../batch/apply/recorded/kept-row.ts';
import { type OpenBatch, openBatches } from '../../batch/apply/recorded/recorded-runs.ts';
import { counted } from '../../credits/exact.ts';
import {
  CreditctlError,
  mayBeApplied,
  notApplied,
  oneOfProblems,
  usageError,
  valueArgs,
} from '../../errors.ts';
import { isOpen } from '../../record/facts.ts';
import { findOperation, tooShortHint } from '../../record/find-operation.ts';
import type { AccountRecord, WriteWithTexts } from '../../record/record.ts';
import { marked, requestText } from '../../requests/request.ts';
import { recordFor } from '../../runtime/record-of.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { type SettledWrite, settledRow, settlingView } from '../../views/settling.ts';
import { dryRunNote, reportTarget } from '../../writes/consent.ts';
import { openForWriting, type WriteCommand, type WriteFlags } from '../../writes/execute.ts';
import { checkResends, settleEach } from '../../writes/settling.ts';
import {
  checkVouching,
  planned,
  type Unsettled,
  unsettled,
  type Verdict,
  verdicts,
  vouched,
} from '../../writes/unsettled.ts';

/** Throws a `refused` error if the policy forbids a resend, and an `outcome-unknown` error if outcomes stay unknown. */
export const run: WriteCommand<WriteFlags & { readonly found?: Verdict }> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, settlingView);
  const { found } = flags;
  checkFound(args[0], found);
  const connection = await openForWriting(flags, runtime);
  const record = await recordFor({ connection, flags, runtime });
  const writes = record === undefined ? [] : await writesToSettle(args[0], record);
  const unknown = record === undefined ? [] : await unsettled(writes, { connection, record, runtime });
  if (found !== undefined) checkVouching(unknown, writes[0]?.key ?? '');
  const seen = unknown[0]?.write;
  const settles = unknown.length > 0 && flags.dryRun !== true;
  reportTarget({ connection, runtime });
  const rows: SettledWrite[] = settles ? [] : unknown.map(planned);
  if (settles)
    for await (const row of settleEach(unknown, { connection, flags, runtime }, questionOf(unknown, found)))
      rows.push(
        found === undefined || seen === undefined
          ? row
          : await vouched(row, { verdict: found, seen }, { connection, runtime }),
      );
  // Read last: a batch may have been resumed during the question.
  const open = await batchesLeft(args[0], record, runtime.system.process);
  const batches = open.filter(({ isHeld }) => !isHeld);
  const none = noneText(args[0], open);
  const showing = { view: { ...settlingView, none }, shape: 'list', choice } as const;
  await show(
    rows.map(settledRow),
    settles ? { ...showing, written: { isRepeatable: true } } : showing,
    runtime,
  );
  if (!settles) await checkResends(unknown, { connection, runtime });
  if (flags.dryRun !== true) checkAllKnown(rows, batches, args[0]);
  for (const note of flags.dryRun === true ? dryRunNotes(unknown, batches) : resumeNotes(settles, writes))
    runtime.note(note);
};

function noneText(named: string | undefined, batches: readonly OpenBatch[]): string {
  if (named !== undefined) return 'nothing to settle: the outcome of this write is known';
  if (batches.length === 0) return settlingView.none;
  const held = batches.filter(({ isHeld }) => isHeld).map(({ batch }) => batch);
  const running = held.length === 0 ? '' : `, and rows are being written now of batch ${held.join(', ')}`;
  return `no single write is to be settled${running}`;
}

/** The question before the record takes a person's word for an outcome. */
function questionOf(unknown: readonly Unsettled[], found: Verdict | undefined): string | undefined {
  if (found === undefined) return undefined;
  const isLookedFor = unknown.some(({ step }) => step === 'look');
  return `${isLookedFor ? 'Look for this write once more, and otherwise note' : 'Note'} that it was ${found}?`;
}

/** Batches with open rows, which stay open when all single writes are settled. */
const batchesLeft = async (
  named: string | undefined,
  record: AccountRecord | undefined,
  port: Parameters<typeof openBatches>[1],
) => (record === undefined || named !== undefined ? [] : await openBatches(record, port));

/**
 * Suggests to resume the batch: the interrupted run counted the row as unknown, and only another run finishes the
 * batch.
 */
function resumeNotes(settles: boolean, [write]: readonly WriteWithTexts[]) {
  if (!settles || write === undefined || write.batch === null) return [];
  const next = `creditctl batch resume ${valueArgs(write.batch)}`;
  return [{ text: `Go on with its batch: ${next}`, data: { next } }];
}

const openText = ({ batch, rows }: OpenBatch): string =>
  `The outcome of ${counted(rows, 'row')} of batch ${batch} is unknown`;

const wayOn = ({ batch, isUndo }: OpenBatch): string => {
  const verb = isUndo ? 'undo' : 'resume';
  return `creditctl batch ${verb} ${valueArgs(batch)}`;
};

const dryRunNotes = (unknown: readonly Unsettled[], batches: readonly OpenBatch[]) => [
  ...(unknown.length === 0 ? [] : [dryRunNote]),
  ...batches.map(openNote),
];

function openNote(batch: OpenBatch) {
  const next = wayOn(batch);
  return { text: `${openText(batch)}. To settle it: ${next}`, data: { next } };
}

/** Throws a `usage` error for an unknown outcome, or without a key: `--found` is about one write. */
function checkFound(key: string | undefined, found: string | undefined): void {
  const problems = oneOfProblems('--found', found, verdicts);
  const isLoose = found !== undefined && key === undefined;
  const loose = { where: '--found', problem: 'needs the key of one write: creditctl history settle <key>' };
  if (isLoose || problems.length > 0) throw usageError(isLoose ? [...problems, loose] : problems);
}

/** The open writes, oldest first; or the named write, whatever its outcome. */
async function writesToSettle(named: string | undefined, record: AccountRecord) {
  if (named === undefined) {
    const open = [];
    for await (const write of record.writes({ states: ['noted', 'unknown'] })) open.unshift(write);
    return open;
  }
  const operation = await findOperation(named, record);
  if (operation === undefined)
    throw new CreditctlError('not-found', `The record has no write "${named}" in this account`, {
      next: [...tooShortHint(named), 'creditctl history list --outcome unknown --all'],
    });
  if (operation.batch === null) return [operation];
  if (operation.undoes === null) return [await withPlannedRequest(operation, record)];
  throw notApplied('failure', `The write "${named}" took a row of batch ${operation.batch} back`, [
    `To settle what it took back: creditctl batch undo ${valueArgs(operation.batch)}`,
  ]);
}

/** Adds the planned request to a row of a batch: the ledger is searched for it before a person's word counts. */
async function withPlannedRequest(row: WriteWithTexts, record: AccountRecord): Promise<WriteWithTexts> {
  if (!isOpen(row)) return row;
  const { request } = await keptRow(row, record);
  return { ...row, texts: { ...row.texts, request: requestText(marked(request, row.key)) } };
}

const settling = (named: string | undefined): string =>
  `creditctl history settle${named === undefined ? '' : ` ${valueArgs(named)}`}`;

function checkAllKnown(
  rows: readonly SettledWrite[],
  batches: readonly OpenBatch[],
  named: string | undefined,
): void {
  const open = rows.filter(({ outcome }) => outcome === 'unknown' || outcome === 'noted');
  if (open.length + batches.length === 0) return;
  const reasons = [...new Set(open.flatMap(({ note }) => note ?? []))].slice(0, 5);
  const some = open.length === rows.length ? '' : `${open.length} of `;
  const own = open
    .filter(({ step }) => step === 'ask' || step === 'look')
    .slice(0, 1)
    .map(
      ({ key }) => `Note what you find yourself: creditctl history settle --found <what> ${valueArgs(key)}`,
    );
  const message = [
    ...(open.length === 0 ? [] : [`The outcome of ${some}${counted(rows.length, 'write')} is still unknown`]),
    ...reasons,
    ...batches.map(openText),
  ];
  throw mayBeApplied(message.join('\n'), {
    next: [
      ...batches.map(wayOn),
      ...(open.every(({ step }) => step === 'ask') ? [] : [`Try again later: ${settling(named)}`]),
      ...own,
    ],
  });
}
