// What a write reports beside its result: where it goes, how it came to be done, and its command line.

import type { Place } from '../record/journal.ts';
import { connectionWords, flagWords, shellText } from '../requests/command-text.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { TypedBack } from './consent.ts';
import type { WriteContext } from './execute.ts';
import type { Manner, Settled } from './submit.ts';

/** Says where a write goes, before it does. */
export function reportTarget(place: Place, runtime: Runtime): void {
  runtime.note({ text: targetName(place), data: { connection: { ...place } }, isKept: true });
}

/** Live, test and sandbox differ at a glance before every write. */
export function targetName({ profile, kind, host }: Place): string {
  return kind === 'sandbox' ? `SANDBOX · ${host}` : `${kind.toUpperCase()} · profile ${profile} · ${host}`;
}

const mannerTexts: Readonly<Record<Exclude<Manner, 'sent'>, string>> = {
  replayed: 'This idempotency key was used before: nothing was written again.',
  resumed:
    'An earlier run did not learn the outcome of this write. It is now confirmed and was written once.',
  untold:
    'An earlier run made this write but was stopped before it could report it. Nothing was written now. To write another, run the command again.',
  known:
    'The journal shows that this write succeeded, and the API no longer knows its key. Nothing was sent.',
  found:
    'An earlier run did not learn the outcome of this write. It was found in the ledger, so nothing was sent. To write another, run the command again.',
};

/** Says how a write came to be done, unless it was simply sent. */
export function reportManner({ manner, key }: Settled<unknown>, runtime: Runtime): void {
  if (manner === 'sent') return;
  runtime.note({ text: mannerTexts[manner], data: { write: { manner, idempotency_key: key } } });
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
