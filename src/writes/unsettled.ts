// Lists open writes of the record with the step that can settle each, and notes the outcome that a person states.
import { type CreditctlError, notApplied, repetition, valueArgs } from '../errors.ts';
import { noteAcknowledged, noteEnding } from '../record/attempt.ts';
import { isHeld, type Self, type SettlingOptions, settlingOptions } from '../record/decide.ts';
import { isOpen } from '../record/facts.ts';
import { historyAlone } from '../record/history.ts';
import type { AccountRecord, WriteWithTexts } from '../record/record.ts';
import { isOfTopUp, isReplaced } from '../record/replaced-top-up.ts';
import { changedObject } from '../requests/request.ts';
import type { SettledWrite, Step } from '../views/settling.ts';
import { type SubmitContext, selfOfRun } from './submission.ts';

export interface Unsettled {
  readonly write: WriteWithTexts;
  readonly options: SettlingOptions;
  readonly step: Step;
  readonly record: Pick<AccountRecord, 'account'>;
}

/** The open writes among these, each with the step that can settle it. */
export async function unsettled(
  writes: readonly WriteWithTexts[],
  { connection, record, runtime }: SubmitContext & { readonly record: AccountRecord },
): Promise<readonly Unsettled[]> {
  const open = writes.filter(isOpen);
  if (open.length === 0) return [];
  const self = await selfOfRun({ connection, record, runtime });
  const found: Unsettled[] = [];
  for (const write of open) {
    const options = await optionsWithoutRepeat(write, self, record);
    found.push({ write, options, step: stepOf(write, options, self), record });
  }
  return found;
}

/** The settling options if no command repeats the write. No change is sent again, because it could undo a later change. */
async function optionsWithoutRepeat(
  write: WriteWithTexts,
  self: Self,
  record: AccountRecord,
): Promise<SettlingOptions> {
  const options = settlingOptions(write, self);
  // Rows of a batch are sent only by the batch commands, which compare them with the ledgers.
  if (write.batch !== null) return { ...options, mayResend: false };
  if (options.mayResend && (isTurnedAway(write) || (await isReplaced(write, record))))
    return { ...options, mayResend: false };
  const changesWhatIsThere = options.request !== undefined && changedObject(options.request) !== undefined;
  return changesWhatIsThere || isChange(write) ? { ...options, mayResend: false } : options;
}

/** Whether the last attempt was refused in a way that says nothing of the first: another one would end alike. */
const isTurnedAway = ({ state, status }: WriteWithTexts): boolean =>
  state === 'unknown' && status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429;

/** Whether the write is a PUT or PATCH. The API ignores their keys, so it applies each attempt. */
const isChange = ({ method }: WriteWithTexts): boolean => method === 'PUT' || method === 'PATCH';

function stepOf(write: WriteWithTexts, { mayResend, hasMark }: SettlingOptions, self: Self): Step {
  if (isHeld(write, self)) return 'wait';
  if (mayResend) return 'resend';
  return hasMark ? 'look' : 'ask';
}

/** An open write as it is shown before its step. */
export function planned({ write, options, step, record }: Unsettled): SettledWrite {
  const { key, at, who, what, outcome, message } = historyAlone(write, record);
  return {
    key,
    at,
    who,
    what,
    step,
    outcome,
    entry: null,
    note: adviceOf({ ...write, what }, options, step) ?? message,
  };
}

function adviceOf(
  write: WriteWithTexts & Pick<SettledWrite, 'what'>,
  { request }: SettlingOptions,
  step: Step,
): string | null {
  const { author, runner, notedAt, what } = write;
  if (step === 'wait') return `process ${runner.pid} on ${author.host} is working on it`;
  if (step !== 'ask') return null;
  if (request?.path === '/customers')
    return 'its key is too old: look for the customer with creditctl customers list, and create it if it is missing';
  const isLate = isChange(write) || isOfTopUp(write);
  const lateWhy = isLate ? 'it could undo a later change' : 'its key cannot be sent again';
  const why = isTurnedAway(write) ? 'it was refused when it was sent again' : lateWhy;
  return `${why}: look whether "${what}" of ${notedAt.slice(0, 10)} was done, and repeat it if not`;
}

/** The outcomes that a person may state after a look at the API or elsewhere. */
export const verdicts = ['applied', 'not-applied'] as const;
export type Verdict = (typeof verdicts)[number];

/** Throws a `refused` error if a person may not state the outcome, or not yet. @param open the result of `unsettled` */
export function checkVouching([open]: readonly Unsettled[], key: string): void {
  const refused = (message: string, next: string): CreditctlError => notApplied('refused', message, [next]);
  if (open === undefined)
    throw refused(`The outcome of the write ${key} is known`, `creditctl history show ${valueArgs(key)}`);
  if (open.step === 'resend')
    throw refused(
      `creditctl can find out itself what became of the write ${key}`,
      `creditctl history settle ${valueArgs(key)}`,
    );
  if (!open.options.isOver)
    throw refused(`The write ${key} may still be on its way`, repetition(` after ${open.write.leaseUntil}`));
}

export const movedNote = 'another process has settled it, or works on it now';

/**
 * Notes a person's verdict on a write that is still open after the search. A settled write is returned unchanged.
 * @param seen the write about which the person was asked: the verdict says nothing about an attempt after it
 */
export async function vouched(
  settled: SettledWrite,
  { verdict, seen }: { readonly verdict: Verdict; readonly seen: Pick<WriteWithTexts, 'leaseUntil'> },
  { connection, runtime }: SubmitContext,
): Promise<SettledWrite> {
  const { key, outcome } = settled;
  if (outcome !== 'unknown' && outcome !== 'noted') return settled;
  const record = await runtime.record(connection);
  // A failed search noted its failure, which changed the version of the write; another attempt has a lease of its own.
  const write = await record.write(key);
  const isAsSeen = write !== undefined && isOpen(write) && write.leaseUntil === seen.leaseUntil;
  const state = verdict === 'applied' ? 'settled' : 'absent';
  const who = await record.who();
  const message = `${who} looked, and found it ${verdict}`;
  const noting = { record, mask: runtime.secrets.mask };
  if (!isAsSeen || !(await noteEnding(write, { state, message }, noting)))
    return { ...settled, note: movedNote };
  if (state === 'settled') reportedTo(who, write, { record, runtime });
  return { ...settled, outcome: state, note: message };
}

/** Notes that an outcome was reported, if the person began the write: anybody else may still run their command again. */
export function reportedTo(
  person: string,
  { key, attempt, who }: Pick<WriteWithTexts, 'key' | 'attempt' | 'who'>,
  { record, runtime }: Pick<SubmitContext, 'runtime'> & { readonly record: AccountRecord },
): void {
  if (who === person) runtime.atEnd(() => noteAcknowledged({ key, attempt }, record));
}
