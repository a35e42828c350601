// What a write reports beside its result: where it goes, how it came to be done, and its command line.

import { cleanLine } from '../output/clean-text.ts';
import type { Place } from '../profiles/place.ts';
import { connectionWords, flagWords, shellText } from '../requests/command-text.ts';
import { otherTerms } from '../requests/entry-answer.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type DoneWrite, doneLine } from '../views/done-line.ts';
import { isJsonObject, type Json, numberText } from '../wire/json.ts';
import type { TypedBack } from './consent.ts';
import type { WriteContext } from './execute.ts';
import type { Manner, Settled, SubmitContext } from './submission.ts';

/** Says where a write goes, before it does. */
export function reportTarget({ connection: { place }, runtime }: SubmitContext): void {
  runtime.note({
    text: targetName(place),
    data: { connection: { ...place } },
    isKept: true,
    target: place.kind,
  });
}

/** Live, test and sandbox differ at a glance before every write. */
export function targetName({ profile, kind, host }: Place): string {
  return kind === 'sandbox' ? `SANDBOX · ${host}` : `${kind.toUpperCase()} · profile ${profile} · ${host}`;
}

const mannerTexts: Readonly<Record<Exclude<Manner, 'sent'>, string>> = {
  replayed: 'This idempotency key was used before: nothing was written again.',
  resumed:
    'An earlier run did not learn the outcome of this write. It is now confirmed and was written once.',
  unacknowledged:
    'An earlier run made this write but was stopped before it could report it. Nothing was written now. To write another, run the command again.',
  known: 'This idempotency key was used before. The record has the outcome, so nothing was sent.',
  found:
    'An earlier run did not learn the outcome of this write. It was found in the ledger, so nothing was sent. To write another, run the command again.',
};

/** Says how a write came to be done, unless it was simply sent, and who began it if that was another person. */
export function reportManner({ manner, key, begunBy }: Settled<unknown>, runtime: Runtime): void {
  if (manner === 'sent') return;
  const whose = begunBy === undefined ? '' : ` ${begunBy} began it.`;
  const by = begunBy === undefined ? {} : { begun_by: begunBy };
  runtime.note({
    text: `${mannerTexts[manner]}${whose}`,
    data: { write: { manner, idempotency_key: key, ...by } },
  });
}

/** Says in one line what was done; only a person needs it, because the result says the same to a script. */
export function reportDone(
  { request, title, zone }: Pick<DoneWrite, 'request' | 'title'> & { readonly zone?: string | undefined },
  { document, key, manner }: Settled<unknown>,
  runtime: Runtime,
): void {
  const isEarlier = manner !== 'sent' && manner !== 'resumed';
  const text = cleanLine(doneLine({ request, title, document, zone, isEarlier }));
  runtime.note({ text, data: { done: text, idempotency_key: key } });
  for (const warning of otherTerms(request, document)) runtime.note({ text: warning, data: { warning } });
  if (!isEarlier && request.body?.entry_type === 'decrement' && endsBelowZero(document))
    runtime.note({
      text: `Warning: The balance is below zero now. To give the credits back: creditctl undo ${key}`,
      data: { warning: 'the balance is below zero', undo: key },
    });
}

/** The API takes more credits than there are. */
function endsBelowZero(document: Json): boolean {
  return isJsonObject(document) && numberText(document.ending_balance)?.startsWith('-') === true;
}

/** Says which command line does the same without questions. */
export function reportCommand(
  words: readonly string[],
  typedBack: Pick<TypedBack, 'text'> | undefined,
  { connection: { place }, flags, runtime }: WriteContext,
): void {
  // The sandbox may have been chosen by an answer instead of the flag.
  const isSandbox = flags.sandbox === true || (place.kind === 'sandbox' && place.profile === 'sandbox');
  const where = connectionWords({ ...flags, sandbox: isSandbox });
  const consent = ['--yes', ...flagWords('--confirm', typedBack?.text)];
  const command = shellText(['creditctl', ...words, ...where, ...consent]);
  runtime.note({ text: `To run this without questions:\n  ${command}`, data: { command } });
}
