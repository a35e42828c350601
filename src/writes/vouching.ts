// What a person found of a write whose outcome creditctl cannot find out: noted in the record, with who found it.
import { CreditctlError } from '../errors.ts';
import { noteAcknowledged, noteEnding } from '../record/attempt.ts';
import { isOpen } from '../record/decide.ts';
import { shellText } from '../requests/shell-words.ts';
import type { SettledWrite } from '../views/settling.ts';
import type { SubmitContext } from './submission.ts';
import type { Unsettled } from './unsettled.ts';

/** What a person found who looked for a write, in the API itself or elsewhere. */
export const verdicts = ['applied', 'not-applied'] as const;
export type Verdict = (typeof verdicts)[number];

/** Throws a `refused` error where a person's word is not needed, or comes too early. @param open as `unsettled` has them */
export function checkVouching([open]: readonly Unsettled[], key: string): void {
  const refused = (message: string, next: string): CreditctlError =>
    new CreditctlError('refused', message, { applied: 'no', next: [next] });
  if (open === undefined)
    throw refused(`The outcome of the write ${key} is known`, `creditctl history show ${shellText([key])}`);
  if (open.step === 'resend')
    throw refused(
      `creditctl can find out itself what became of the write ${key}`,
      `creditctl history settle ${shellText([key])}`,
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
