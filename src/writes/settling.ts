// Finds out what became of the writes of a journal, one after the other: what can be done about each, and doing it.

import { CreditctlError, isInterruption } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { cleanLine } from '../output/clean-text.ts';
import { decideOpen, isUnderWay, type Self } from '../record/earlier.ts';
import { isOpen, type KnownWrite } from '../record/journal.ts';
import { historyOf, type JournalledWrite } from '../record/journals.ts';
import { customerOf, isEntryWrite } from '../requests/marker.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import type { SettledWrite, Step } from '../views/settling.ts';
import { isJsonObject, type Json } from '../wire/json.ts';
import type { WriteContext } from './execute.ts';
import { guard } from './guard.ts';
import { predictEntry } from './predict-entry.ts';
import { reportTarget } from './report.ts';
import { type Manner, type ReadAnswer, type SubmitContext, settle, submissionTo } from './submit.ts';

export interface Unsettled {
  readonly write: JournalledWrite;
  readonly step: Step;
}

/** The writes of unknown outcome, oldest first, and what can be done about each from here. */
export function unsettled(
  writes: readonly JournalledWrite[],
  { place }: Pick<Connection, 'place'>,
  self: Self,
): readonly Unsettled[] {
  return writes
    .filter(({ write }) => isOpen(write))
    .map((operation) => ({ write: operation, step: stepOf(operation, place.host, self) }));
}

function stepOf({ write }: JournalledWrite, host: string, self: Self): Step {
  if (write.intent.place.host !== host) return 'elsewhere';
  if (isUnderWay(write, self)) return 'wait';
  const { kind } = decideOpen(write, self.now);
  return kind === 'send' ? 'resend' : kind === 'look' ? 'look' : 'ask';
}

/** What is shown of one before anything is done about it. */
export function planned({ write, step }: Unsettled): SettledWrite {
  const { key, at, what, outcome, message } = historyOf(write);
  return { key, at, what, step, outcome, entry: null, note: adviceOf(write, step) ?? message };
}

/**
 * Throws a `refused` error that names the key if the policy, as it is now, forbids a write that would be sent again: then
 * none is. What had to be typed back was when the write was first made.
 */
export async function checkAllowed(
  unknown: readonly Unsettled[],
  { connection, runtime }: { readonly connection: Connection; readonly runtime: Runtime },
): Promise<void> {
  for (const { write, step } of unknown)
    if (step === 'resend') await checkMayLeave(write.write, connection, runtime);
}

async function checkMayLeave(
  { intent: { key, request } }: KnownWrite,
  connection: Connection,
  runtime: Runtime,
): Promise<void> {
  const customer = isEntryWrite(request) ? customerOf(request) : undefined;
  const target = customer === undefined ? undefined : { connection, customer };
  const effect = target && (() => predictEntry(request.body ?? {}, undefined, target));
  try {
    await guard({ request, key, effect }, connection, runtime);
  } catch (error) {
    if (!(error instanceof CreditctlError) || error.kind !== 'refused') throw error;
    throw new CreditctlError('refused', `The write ${key} is not sent again. ${error.message}`, {
      ...error.facts,
      // Whether it was applied when it was first sent is as unknown as before.
      applied: 'unknown',
      idempotencyKey: key,
      next: [
        `creditctl history show ${key}`,
        'Settle another write: creditctl history settle <key>',
        ...(error.facts.next ?? []),
      ],
    });
  }
}

/** Asks whether to do what can be done. Throws a `refused` error if the answer is no. */
export async function confirmSettling(
  unknown: readonly Unsettled[],
  flags: GlobalFlags,
  runtime: Runtime,
): Promise<void> {
  const prompter = await runtime.prompter(flags);
  for (const { what, at, step } of unknown.map(planned))
    runtime.terminal.say(cleanLine(`  ${at}  ${what}: ${stepTexts[step]}`));
  if (prompter !== undefined && (await prompter.confirm({ message: 'Do it?' }))) return;
  throw new CreditctlError('refused', 'Declined: nothing was sent', { applied: 'no', retrySafe: true });
}

const stepTexts: Readonly<Record<Step, string>> = {
  resend: 'send it again under its key, which writes it if it was not written',
  look: 'look for it in the ledger',
  ask: 'nothing can be found out from here',
  wait: 'leave it to the process that is at it',
  elsewhere: 'leave it, it was sent to another host',
};

/** Does what can be done. A failure leaves the write as it was, with the reason in its note; an interruption is thrown. */
export async function settleOne(unknown: Unsettled, context: SubmitContext): Promise<SettledWrite> {
  const { write, step } = unknown;
  const before = planned(unknown);
  if (step !== 'resend' && step !== 'look') return before;
  try {
    const { api } = context.connection;
    const isCustomer = write.write.intent.request.path === '/customers';
    const read: ReadAnswer<Json> = (document, sent) => {
      if (isCustomer) api.customerOf(document);
      return api.answerOf(document, sent);
    };
    const found = await settle(write.write, submissionTo(context, read));
    if (found === 'left') return { ...before, note: 'settled meanwhile, or under way at another process' };
    if (found === 'absent')
      return {
        ...before,
        outcome: 'absent',
        note: 'not in the ledger: it was never applied, and was not sent again',
      };
    const { result: document, manner } = found;
    const entry = isJsonObject(document) && typeof document.id === 'string' ? document.id : null;
    return { ...before, outcome: 'settled', entry, note: mannerNotes[manner] ?? null };
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    if (isInterruption(error)) throw error;
    const outcome = error.facts.applied === 'no' ? 'refused' : 'unknown';
    return { ...before, outcome, note: error.message };
  }
}

const mannerNotes: Partial<Record<Manner, string>> = {
  resumed: 'sent again under its key: written once',
  found: 'found in the ledger by its mark: nothing was sent',
};

function adviceOf({ write }: JournalledWrite, step: Step): string | null {
  const { place, runner, request, at } = write.intent;
  const day = at.slice(0, 10);
  if (step === 'wait') return `under way at process ${runner.pid}`;
  if (step === 'elsewhere') return `was sent to ${place.host}: settle it with the profile that leads there`;
  if (step !== 'ask') return null;
  if (request.path === '/customers')
    return 'its key is too old: look for the customer with creditctl customers list, and create it if it is missing';
  if (isEntryWrite(request))
    return `its key is too old and it has no mark: look for it with creditctl ledger list <customer> --since ${day}`;
  return `its key is too old: look whether ${request.method} ${request.path} of ${day} was done, and repeat it if not`;
}

/**
 * Returns those that are done now, as the journal knew them before. Throws an `outcome-unknown` error if one of them is
 * still not known, or under way elsewhere; `refused` if the policy forbids one, or a person declines. A dry run settles nothing.
 */
export async function settleOpen(
  writes: readonly JournalledWrite[],
  { connection, flags, runtime }: WriteContext,
): Promise<readonly JournalledWrite[]> {
  const self = { ...runtime.parts.process, now: connection.now() };
  const open = unsettled(writes, connection, self);
  if (open.length === 0 || flags.dryRun === true) return [];
  reportTarget(connection.place, runtime);
  await checkAllowed(open, { connection, runtime });
  if (flags.yes !== true) await confirmSettling(open, flags, runtime);
  const done: JournalledWrite[] = [];
  for (const each of open) {
    const { outcome, key, note } = await settleOne(each, { connection, runtime });
    if (outcome === 'unknown' || outcome === 'intended') throw stillOpen(key, note);
    if (outcome === 'settled') done.push(each.write);
  }
  return done;
}

const stillOpen = (key: string, note: string | null): CreditctlError =>
  new CreditctlError(
    'outcome-unknown',
    `An earlier run left a part of this with an unknown outcome: ${note}`,
    {
      applied: 'unknown',
      retrySafe: true,
      idempotencyKey: key,
      next: ['Run the same command again', `Or: creditctl history settle ${key}`],
    },
  );
