// The writes of the record whose outcome is not known, what can be done about each from here, and what a person found of one.
import { type CreditctlError, notApplied, valueWords } from '../errors.ts';
import { noteAcknowledged, noteEnding } from '../record/attempt.ts';
import { isHeld, type Self, type Way, wayTo } from '../record/decide.ts';
import { isOpen } from '../record/facts.ts';
import { historyAlone } from '../record/history.ts';
import type { AccountRecord, WriteWithTexts } from '../record/record.ts';
import { isOfTopUp, isReplaced } from '../record/replaced-top-up.ts';
import { changedObject } from '../requests/request.ts';
import type { SettledWrite, Step } from '../views/settling.ts';
import { type SubmitContext, selfOfRun } from './submission.ts';

export interface Unsettled {
  readonly write: WriteWithTexts;
  readonly way: Way;
  readonly step: Step;
  readonly record: Pick<AccountRecord, 'account'>;
}

/** The writes whose outcome is not known, and what can be done about each from here. */
export async function unsettled(
  writes: readonly WriteWithTexts[],
  { connection, record, runtime }: SubmitContext & { readonly record: AccountRecord },
): Promise<readonly Unsettled[]> {
  const open = writes.filter(isOpen);
  if (open.length === 0) return [];
  const self = await selfOfRun({ connection, record, runtime });
  const found: Unsettled[] = [];
  for (const write of open) {
    const way = await wayAlone(write, self, record);
    found.push({ write, way, step: stepOf(write, way, self), record });
  }
  return found;
}

/** The way where no person asks for the write again: a change of what is there could overrule a later one. */
async function wayAlone(write: WriteWithTexts, self: Self, record: AccountRecord): Promise<Way> {
  const way = wayTo(write, self);
  // What is left of a batch is sent by its own commands, which compare it with the ledgers.
  if (write.batch !== null) return { ...way, mayResend: false };
  if (way.mayResend && (await isReplaced(write, record))) return { ...way, mayResend: false };
  const changesWhatIsThere = way.request !== undefined && changedObject(way.request) !== undefined;
  return changesWhatIsThere || isChange(write) ? { ...way, mayResend: false } : way;
}

/** The API ignores the keys of these, so it does every attempt. */
const isChange = ({ method }: WriteWithTexts): boolean => method === 'PUT' || method === 'PATCH';

function stepOf(write: WriteWithTexts, { mayResend, hasMark }: Way, self: Self): Step {
  if (isHeld(write, self)) return 'wait';
  if (mayResend) return 'resend';
  return hasMark ? 'look' : 'ask';
}

/** What is shown of one before anything is done about it. */
export function planned({ write, way, step, record }: Unsettled): SettledWrite {
  const { key, at, who, what, outcome, message } = historyAlone(write, record);
  return { key, at, who, what, step, outcome, entry: null, note: adviceOf(write, way, step) ?? message };
}

function adviceOf(write: WriteWithTexts, { request }: Way, step: Step): string | null {
  const { author, runner, notedAt, method } = write;
  if (step === 'wait') return `process ${runner.pid} on ${author.host} is working on it`;
  if (step !== 'ask') return null;
  if (request?.path === '/customers')
    return 'its key is too old: look for the customer with creditctl customers list, and create it if it is missing';
  const what = request === undefined ? method : `${method} ${request.path}`;
  const isLate = isChange(write) || isOfTopUp(write);
  const why = isLate ? 'it could undo a later change' : 'its key cannot be sent again';
  return `${why}: look whether ${what} of ${notedAt.slice(0, 10)} was done, and repeat it if not`;
}

/** What a person found who looked for a write, in the API itself or elsewhere. */
export const verdicts = ['applied', 'not-applied'] as const;
export type Verdict = (typeof verdicts)[number];

/** Throws a `refused` error where a person's word is not needed, or comes too early. @param open as `unsettled` has them */
export function checkVouching([open]: readonly Unsettled[], key: string): void {
  const refused = (message: string, next: string): CreditctlError => notApplied('refused', message, [next]);
  if (open === undefined)
    throw refused(`The outcome of the write ${key} is known`, `creditctl history show ${valueWords(key)}`);
  if (open.step === 'resend')
    throw refused(
      `creditctl can find out itself what became of the write ${key}`,
      `creditctl history settle ${valueWords(key)}`,
    );
  if (!open.way.isOver)
    throw refused(
      `The write ${key} may still be on its way`,
      `Run the same command again after ${open.write.leaseUntil}`,
    );
}

/** Notes the verdict on a write whose outcome is still not known after the look for it; any other is as it was. */
export async function vouched(
  settled: SettledWrite,
  verdict: Verdict,
  { connection, runtime }: SubmitContext,
): Promise<SettledWrite> {
  const { key, outcome } = settled;
  if (outcome !== 'unknown' && outcome !== 'noted') return settled;
  const record = await runtime.record(connection);
  // A search that failed has noted so, and moved the write on.
  const write = await record.write(key);
  const state = verdict === 'applied' ? 'settled' : 'absent';
  const message = `${await record.who()} looked, and found it ${verdict}`;
  const noting = { record, mask: runtime.secrets.mask };
  if (write === undefined || !isOpen(write) || !(await noteEnding(write, { state, message }, noting)))
    return { ...settled, note: 'another process has settled it, or works on it now' };
  if (state === 'settled') runtime.atEnd(() => noteAcknowledged(write, record));
  return { ...settled, outcome: state, note: message };
}
