// What a write reports beside its result: where it goes, how it came to be done, and its command line.

import type { Place } from '../record/journal.ts';
import { connectionWords, flagWords, shellText } from '../requests/command-text.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { TypedBack } from './consent.ts';
import type { WriteContext } from './execute.ts';
import type { Manner, Settled } from './submit.ts';

/** Says where a write goes, before it does. */
export function reportTarget(place: Place, runtime: Runtime): void {
  runtime.note({ text: targetName(place), data: { connection: { ...place } } });
}

/** Live, test and sandbox differ at a glance before every write. */
export function targetName({ profile, kind, host }: Place): string {
  return kind === 'sandbox' ? `SANDBOX · ${host}` : `${kind.toUpperCase()} · profile ${profile} · ${host}`;
}

const mannerTexts: Readonly<Record<Exclude<Manner, 'sent'>, string>> = {
  replayed: 'This key had been used for this write before: nothing was written twice.',
  resumed: 'An earlier run left this write with an unknown outcome: it is settled now, and was written once.',
  untold:
    'An earlier run was cut off after this write was done: here it is, and nothing was written now. Run the command again for another.',
  known:
    'The journal knows this write as done, and the API does not know its key (any more): nothing was sent.',
  found:
    'An earlier run left this write with an unknown outcome: it was found in the ledger, done once, and nothing was sent. Run the command again for another.',
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
  runtime.note({ text: `The same without questions:\n  ${command}`, data: { command } });
}
