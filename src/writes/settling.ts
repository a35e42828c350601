// Finds out what became of writes of the record, one after the other.

import { CreditctlError, isInterruption, unlessGone, valueWords } from '../errors.ts';
import { cleanLine } from '../output/clean-text.ts';
import type { AccountRecord, WriteWithTexts } from '../record/record.ts';
import { mayTakeMoreThanLeft } from '../requests/prediction.ts';
import { type ApiRequest, changedObject, customerOf, isEntryWrite } from '../requests/request.ts';
import type { SettledWrite, Step } from '../views/settling.ts';
import { isJsonObject, type Json } from '../wire/json.ts';
import { askYes, reportTarget } from './consent.ts';
import { predictEntry } from './entry-effect.ts';
import type { CommandContext, WriteContext } from './execute.ts';
import { guard } from './guard.ts';
import { absentText, settleEarlier } from './settle-earlier.ts';
import { type Manner, type ReadAnswer, type SubmitContext, submissionTo } from './submission.ts';
import { planned, type Unsettled, unsettled } from './unsettled.ts';

/**
 * Throws a `refused` error that names the key if the policy, as it is now, forbids a write that would be sent again: then
 * none is. What had to be typed back was when the write was first made.
 */
export async function checkResends(
  unknown: readonly Unsettled[],
  { connection, runtime }: SubmitContext,
): Promise<void> {
  for (const { write, way, step } of unknown) {
    const { request } = way;
    if (step !== 'resend' || request === undefined) continue;
    // Of a customer who was deleted the API refuses it.
    await unlessGone(() => checkResend({ ...write, request }, { connection, runtime }));
  }
}

async function checkResend(
  { key, who, request }: Pick<WriteWithTexts, 'key' | 'who'> & { readonly request: ApiRequest },
  { connection, runtime }: SubmitContext,
): Promise<void> {
  const customer = isEntryWrite(request) ? customerOf(request) : undefined;
  const target = customer === undefined ? undefined : { connection, customer };
  const effect = target && (() => predictEntry(request.body ?? {}, undefined, target));
  try {
    await guard({ request, key, effect }, { connection, runtime });
  } catch (error) {
    if (!(error instanceof CreditctlError) || error.kind !== 'refused') throw error;
    throw new CreditctlError('refused', `The write ${key} of ${who} is not sent again. ${error.message}`, {
      ...error.facts,
      // Whether it was applied when it was first sent is as unknown as before.
      applied: 'unknown',
      retrySafe: true,
      idempotencyKey: key,
      next: [
        `creditctl history show ${valueWords(key)}`,
        'Settle another write: creditctl history settle <key>',
        ...(error.facts.next ?? []),
      ],
    });
  }
}

/**
 * Does what can be done about each, once the policy and the person agree. Throws as `checkResends` does, and a `refused`
 * error if the person declines; then nothing is sent.
 * @param question in place of the usual one, for a person who says what became of it: then a look that fails is thrown
 */
export async function* settleEach(
  open: readonly Unsettled[],
  { connection, flags, runtime }: WriteContext,
  question?: string,
): AsyncGenerator<SettledWrite> {
  await checkResends(open, { connection, runtime });
  if (flags.yes !== true) await confirmSettling(open, { flags, runtime }, question);
  const mustLook = question !== undefined;
  for (const each of open) yield settleOne(each, { connection, runtime }, mustLook);
}

/** Asks whether to do what can be done. Throws a `refused` error if the answer is no. */
async function confirmSettling(
  unknown: readonly Unsettled[],
  { flags, runtime }: CommandContext,
  question = unknown.length === 1 ? 'Settle this write?' : `Settle these ${unknown.length} writes?`,
): Promise<void> {
  for (const { what, who, at, step } of unknown.map(planned))
    runtime.terminal.say(cleanLine(`  ${at}  ${what}, by ${who}: ${stepTexts[step]}`));
  await askYes(question, 'nothing was sent', { flags, runtime });
}

const stepTexts: Readonly<Record<Step, string>> = {
  resend: 'look for it where it can be seen, and send it again under its key if it is not there',
  look: 'look for it, and send nothing',
  ask: 'nothing can be found out from here',
  wait: 'leave it to the process that is working on it',
};

/**
 * A failure leaves the write as it was, with the reason in its note; an interruption is thrown.
 * @param mustLook whether anything is thrown that kept it from looking
 */
async function settleOne(open: Unsettled, context: SubmitContext, mustLook: boolean): Promise<SettledWrite> {
  const { write, step } = open;
  const before = planned(open);
  if (step !== 'resend' && step !== 'look') return before;
  try {
    const { api } = context.connection;
    const way = await wayByNow(open, context.connection);
    const read: ReadAnswer<Json> = (document, sent) => {
      if (way.request?.path === '/customers') api.customerOf(document);
      return api.answerOf(document, sent);
    };
    const found = await settleEarlier(write, way, await submissionTo(context, read));
    if (found === 'moved') return { ...before, note: 'another process has settled it, or works on it now' };
    if (found === 'absent') {
      const note = way.request && `${absentText(way.request)}; it was not sent again`;
      return { ...before, outcome: 'absent', note: note ?? null };
    }
    const { document, manner } = found;
    const entry = isJsonObject(document) && typeof document.id === 'string' ? document.id : null;
    return { ...before, outcome: 'settled', entry, note: mannerNote(manner, way.request) };
  } catch (error) {
    if (!(error instanceof CreditctlError) || isInterruption(error)) throw error;
    const { applied, idempotencyKey, mayPass } = error.facts;
    if (mustLook && mayPass !== false) throw error;
    // Only what became of a request that was sent says its key; a look at the ledger or the record may fail before that.
    const outcome = applied === 'no' && idempotencyKey === write.key ? 'refused' : 'unknown';
    return { ...before, outcome, note: error.message };
  }
}

/**
 * The way without sending, for a write that would now take more than is left: credits were used since it was begun, and
 * no person was shown that. What is not in the ledger once its lease is over was never applied.
 */
async function wayByNow(
  { way, step }: Unsettled,
  connection: WriteContext['connection'],
): Promise<Unsettled['way']> {
  const { request } = way;
  const customer = request === undefined ? undefined : customerOf(request);
  if (step !== 'resend' || customer === undefined || !mayTakeMoreThanLeft(request?.body ?? {})) return way;
  // Neither zone nor money says anything about what is left.
  const known = { timezone: 'UTC', currency: null };
  const predicted = await unlessGone(() =>
    predictEntry(request?.body ?? {}, known, { connection, customer }),
  );
  return predicted === undefined || predicted.effect.notes.length === 0 ? way : { ...way, mayResend: false };
}

function mannerNote(manner: Manner, request: ApiRequest | undefined): string | null {
  if (manner === 'found') return 'found as it was asked for: nothing was sent';
  if (manner !== 'resumed') return null;
  // Of the others nothing can be looked for: the API knows the key, or a deletion twice is one.
  const isSought = request !== undefined && (isEntryWrite(request) || changedObject(request) !== undefined);
  return `${isSought ? 'not found, so it was sent' : 'sent'} again under its key: written once`;
}

/**
 * Returns the keys of those that are done now. Throws an `outcome-unknown` error if one of them is still not known, or
 * under way elsewhere; `refused` if the policy forbids one, or a person declines. A dry run settles nothing.
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
      next: ['Run the same command again', `Or: creditctl history settle ${valueWords(key)}`],
    },
  );
