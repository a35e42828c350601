// Settles open writes of the record, one after the other.

import {
  CreditctlError,
  isInterruption,
  mayBeApplied,
  repetition,
  unlessAbsent,
  valueArgs,
} from '../errors.ts';
import { cleanLine, wrapSentence } from '../output/shown-text.ts';
import type { AccountRecord, WriteWithTexts } from '../record/record.ts';
import { mayTakeMoreThanLeft } from '../requests/prediction.ts';
import { type ApiRequest, changedObject, customerOf, isEntryWrite } from '../requests/request.ts';
import type { SettledWrite, Step } from '../views/settling.ts';
import { isJsonObject, type Json } from '../wire/json.ts';
import { askYes, checkSameRules, reportTarget } from './consent.ts';
import { predictEntry } from './entry-effect.ts';
import type { CommandContext, WriteContext } from './execute.ts';
import { guard } from './guard.ts';
import { absentText, settleEarlier } from './settle-earlier.ts';
import { type Manner, type ReadAnswer, type SubmitContext, submissionTo } from './submission.ts';
import { movedNote, planned, reportedTo, type Unsettled, unsettled } from './unsettled.ts';

/**
 * Throws a `refused` error that names the key if the present policy forbids a write that would be sent again: then no write
 * is sent. Nothing is typed back here, because a person did that when the write was first made.
 */
export async function checkResends(
  unknown: readonly Unsettled[],
  { connection, runtime }: SubmitContext,
): Promise<void> {
  for (const { write, options, step } of unknown) {
    const { request } = options;
    if (step !== 'resend' || request === undefined) continue;
    // A write for a deleted customer needs no check, because the API refuses it.
    await unlessAbsent(() => checkResend({ ...write, request }, { connection, runtime }));
  }
}

async function checkResend(
  {
    key,
    who,
    undoes,
    request,
  }: Pick<WriteWithTexts, 'key' | 'who' | 'undoes'> & { readonly request: ApiRequest },
  { connection, runtime }: SubmitContext,
): Promise<void> {
  const customer = isEntryWrite(request) ? customerOf(request) : undefined;
  const target = customer === undefined ? undefined : { connection, customer };
  const effect = target && (() => predictEntry(request.body ?? {}, undefined, target));
  try {
    // A description that a person gave to an undo was judged when it was first sent.
    await guard({ request, key, effect, hasOwnText: undoes !== null }, { connection, runtime });
  } catch (error) {
    if (!(error instanceof CreditctlError) || error.kind !== 'refused') throw error;
    const why = error.message.replace(/nothing was written$/, 'its outcome stays unknown');
    throw new CreditctlError('refused', `The write ${key} of ${who} is not sent again. ${why}`, {
      ...error.facts,
      // The outcome of the first attempt is still unknown.
      applied: 'unknown',
      retrySafe: true,
      idempotencyKey: key,
      next: [
        `creditctl history show ${valueArgs(key)}`,
        'Settle another write: creditctl history settle <key>',
        ...(error.facts.next ?? []),
      ],
    });
  }
}

/**
 * Settles each write as far as possible, once the policy and the person agree. Throws as `checkResends` does, and a
 * `refused` error if the person declines; then nothing is sent.
 * @param question set if the person states the outcome; then a failed search is thrown. Default: the usual question
 */
export async function* settleEach(
  open: readonly Unsettled[],
  { connection, flags, runtime }: WriteContext,
  question?: string,
): AsyncGenerator<SettledWrite> {
  await checkResends(open, { connection, runtime });
  if (flags.yes !== true) {
    await confirmSettling(open, { flags, runtime }, question);
    await checkSameRules({ connection, runtime });
  }
  const mustLook = question !== undefined;
  for (const each of open) yield settleOne(each, { connection, runtime }, mustLook);
}

/** Shows the step for each write and asks for consent. Throws a `refused` error if the answer is no. */
async function confirmSettling(
  unknown: readonly Unsettled[],
  { flags, runtime }: CommandContext,
  question = unknown.length === 1 ? 'Settle this write?' : `Settle these ${unknown.length} writes?`,
): Promise<void> {
  for (const { what, who, at, step } of unknown.map(planned))
    runtime.terminal.say(
      wrapSentence(
        cleanLine(`  ${at}  ${what}, by ${who}: ${stepTexts[step]}`),
        runtime.terminal.noteWidth,
        4,
      ),
    );
  await askYes(question, 'nothing was sent', { flags, runtime });
}

const stepTexts: Readonly<Record<Step, string>> = {
  resend: 'look for it where it can be seen, and send it again under its key if it is not there',
  look: 'look for it, and send nothing',
  ask: 'nothing can be found out from here',
  wait: 'leave it to the process that is working on it',
};

/**
 * Settles one write. A failure leaves the write open, with the reason in its note; an interruption is thrown.
 * @param mustLook whether a failed search is thrown
 */
async function settleOne(open: Unsettled, context: SubmitContext, mustLook: boolean): Promise<SettledWrite> {
  const { write, step } = open;
  const before = planned(open);
  if (step !== 'resend' && step !== 'look') return before;
  try {
    const { api } = context.connection;
    const options = await optionsNow(open, context);
    if (options === 'moved') return { ...before, note: movedNote };
    if (!options.hasMark && !options.mayResend) return planned({ ...open, options, step: 'ask' });
    const read: ReadAnswer<Json> = (document, sent) => {
      if (options.request?.path === '/customers') api.customerOf(document);
      return api.answerOf(document, sent);
    };
    // The outcome is not yet reported to whoever wrote it, and may run the command again.
    const submission = { ...(await submissionTo(context, read)), onSettled: () => {} };
    const found = await settleEarlier(write, options, submission);
    return endOf(found, before, options);
  } catch (error) {
    if (!(error instanceof CreditctlError) || isInterruption(error)) throw error;
    const { applied, idempotencyKey, mayPass } = error.facts;
    if (mustLook && mayPass !== false) throw error;
    // Only the error of a sent request has its key; other errors come from reading the ledger or the record before.
    const outcome = applied === 'no' && idempotencyKey === write.key ? 'refused' : 'unknown';
    return { ...before, outcome, note: error.message };
  }
}

/** The row of a write after the attempt to settle it. @param before the row as it was shown */
function endOf(
  found: Awaited<ReturnType<typeof settleEarlier<Json>>>,
  before: SettledWrite,
  { request }: Unsettled['options'],
): SettledWrite {
  if (found === 'moved') return { ...before, note: movedNote };
  if (found === 'absent') {
    const note = request && `${absentText(request)}; it was not sent again`;
    return { ...before, outcome: 'absent', note: note ?? null };
  }
  const { document, manner } = found;
  const entry = isJsonObject(document) && typeof document.id === 'string' ? document.id : null;
  return { ...before, outcome: 'settled', entry, note: mannerNote(manner, request) };
}

/**
 * The options of a write at its turn, because hours may have passed since it was shown: its key may be forgotten by now, or
 * its top-up replaced. Forbids the resend of a write that would now take more than is left: credits were used since its
 * preview. After its lease, such a write is absent if the ledger does not have it.
 */
async function optionsNow(
  { write, options: shown, step }: Unsettled,
  { connection, runtime }: SubmitContext,
): Promise<Unsettled['options'] | 'moved'> {
  const record = await runtime.record(connection);
  const now = await record.write(write.key);
  if (now?.version !== write.version) return 'moved';
  // A row of a batch has its request only in what was shown.
  const known = [{ ...now, texts: write.texts }];
  const [{ options } = { options: shown }] = await unsettled(known, { connection, record, runtime });
  const { request } = options;
  const customer = request === undefined ? undefined : customerOf(request);
  // A write that was shown as one that nothing is sent for stays so.
  if (step !== 'resend') return { ...options, mayResend: false };
  if (customer === undefined || !mayTakeMoreThanLeft(request?.body ?? {})) return options;
  // Zone and currency do not affect the amount that is left.
  const anywhere = { timezone: 'UTC', currency: null };
  const predicted = await unlessAbsent(() =>
    predictEntry(request?.body ?? {}, anywhere, { connection, customer }),
  );
  return predicted === undefined || predicted.effect.notes.length === 0
    ? options
    : { ...options, mayResend: false };
}

function mannerNote(manner: Manner, request: ApiRequest | undefined): string | null {
  if (manner === 'found') return 'found as it was asked for: nothing was sent';
  if (manner !== 'resumed') return null;
  // Other requests were not searched for: the API remembers the key, or a second deletion has no effect.
  const isSought = request !== undefined && (isEntryWrite(request) || changedObject(request) !== undefined);
  return `${isSought ? 'not found, so it was sent' : 'sent'} again under its key: written once`;
}

/**
 * Settles the open writes among these, and returns the keys of settled ones. Throws an `outcome-unknown` error if a write
 * stays open; `refused` if the policy forbids a write, or a person declines. A dry run settles nothing.
 */
export async function settleOpen(
  writes: readonly WriteWithTexts[],
  { connection, flags, record, runtime }: WriteContext & { readonly record: AccountRecord },
): Promise<ReadonlySet<string>> {
  const open = await unsettled(writes, { connection, record, runtime });
  const done = new Set<string>();
  if (open.length === 0 || flags.dryRun === true) return done;
  reportTarget({ connection, runtime });
  for await (const { outcome, key, note } of settleEach(open, { connection, flags, runtime })) {
    if (outcome === 'unknown' || outcome === 'noted') throw stillOpen(key, note);
    if (outcome === 'settled') done.add(key);
  }
  const who = await record.who();
  for (const { write } of open) if (done.has(write.key)) reportedTo(who, write, { record, runtime });
  return done;
}

const stillOpen = (key: string, note: string | null): CreditctlError =>
  mayBeApplied(`An earlier run left a part of this with an unknown outcome: ${note}`, {
    idempotencyKey: key,
    next: [repetition(), `Or: creditctl history settle ${valueArgs(key)}`],
  });
