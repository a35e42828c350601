// A write in the order of its story: say where it goes, show what it does, get consent, submit, tell how it went.

import type { Problem } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { cleanLine } from '../output/clean-text.ts';
import { wrapSentence } from '../output/terminal/wrap-sentence.ts';
import type { Place } from '../record/journal.ts';
import type { Manner, Settled } from '../record/submit.ts';
import { connectionWords, flagWords, shellText } from '../requests/command-text.ts';
import type { Effect } from '../requests/prediction.ts';
import type { ApiRequest } from '../requests/request.ts';
import { reservedProblem } from '../requests/reserved-names.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { checkFormat, show } from '../runtime/show.ts';
import { dryRunDocument, effectDocument, effectLines, requestLines } from '../views/prediction.ts';
import { type Preview, previewIndent } from '../views/preview.ts';
import type { Json } from '../wire/json.ts';
import {
  askConsent,
  type ConsentFlags,
  checkConsentIsPossible,
  checkTypedBack,
  type TypedBack,
} from './consent.ts';
import { type Guarded, guard } from './guard.ts';

export interface WriteFlags extends ConsentFlags {
  readonly idempotencyKey?: string;
}

/** What a write will do, and the customer's time zone, in which its dates are told. */
export interface Prediction {
  readonly effect: Effect;
  readonly zone: string;
}

export interface PlannedWrite {
  readonly request: ApiRequest;
  /** A person wrote the path of the request. */
  readonly isRaw?: boolean;
  /** What happens, in words: "Grant 100 credits to acme". */
  readonly title: string;
  /** More lines that say what happens, where the effect does not. */
  readonly details?: readonly string[];
  /** Worked out only if somebody will see it; `undefined` for a write that moves no credits. */
  readonly effect: (() => Promise<Prediction>) | undefined;
  /** What else the write does, where that is not told in balances. */
  readonly preview?: () => Promise<Preview>;
  /** Reads the document of a success; throws if that is not what the contract promises. */
  readonly read: (document: Json) => unknown;
  /** The command line that says the same, where questions were asked. */
  readonly words: readonly string[] | undefined;
  /** What has to be typed back because the write destroys something. */
  readonly typedBack?: TypedBack;
}

/**
 * Opens the connection for a write. Throws before anything is opened or asked if consent cannot be had at all
 * (product page, "Guarded"); that there is no key is said first.
 * @param hints how to consent, where more than a yes is needed
 */
export async function openForWriting(
  flags: WriteFlags,
  runtime: Runtime,
  hints?: readonly string[],
): Promise<Connection> {
  const choice = runtime.choice(flags);
  if (choice.kind === 'sandbox' || choice.key !== undefined) checkConsentIsPossible(flags, runtime, hints);
  return runtime.connect(flags);
}

/** What is wrong with a key set by hand, if Orb would not take it (orb-api.md §12). */
export function keyProblems({ idempotencyKey: key }: WriteFlags): readonly Problem[] {
  if (key === undefined) return [];
  const problem = /^[\x21-\x7e]{1,64}$/.test(key)
    ? reservedProblem(key)
    : `must be 1 to 64 printable characters without spaces: "${key.slice(0, 80)}"`;
  return problem === undefined ? [] : [{ where: '--idempotency-key', problem }];
}

/**
 * Carries out a write that the policy allows and a person consents to; `undefined` after a dry run, which only shows it.
 */
export async function carryOut(
  asked: PlannedWrite,
  { connection, flags, runtime }: { connection: Connection; flags: WriteFlags; runtime: Runtime },
): Promise<Settled | undefined> {
  const effect = asked.effect && once(asked.effect);
  const planned: PlannedWrite & Guarded = { ...asked, effect, key: flags.idempotencyKey };
  tellPlace(connection.place, runtime);
  if (flags.dryRun === true) {
    await showDryRun(planned, flags, runtime);
    await guard(planned, connection, runtime);
    return undefined;
  }
  const write = await guarded(planned, connection, runtime);
  checkTypedBack(write.typedBack, flags, runtime);
  if (isAsked(write, flags)) await confirm(write, flags, runtime);
  const settled = await connection.submit(write, flags.idempotencyKey);
  tellManner(settled, runtime);
  if (write.words !== undefined) tellWords(write, { place: connection.place, flags }, runtime);
  return settled;
}

/** Guard, preview and dry run look at the same prediction. */
function once<Result>(act: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= act();
    return result;
  };
}

/** The same write with what the policy wants typed back; what it destroys comes first. */
async function guarded(
  planned: PlannedWrite & Guarded,
  connection: Connection,
  runtime: Runtime,
): Promise<PlannedWrite> {
  const typedBack = await guard(planned, connection, runtime);
  return typedBack === undefined ? planned : { typedBack, ...planned };
}

/** Says where a write goes, before it does. */
export function tellPlace(place: Place, runtime: Runtime): void {
  runtime.note({ text: placeText(place), data: { connection: { ...place } } });
}

/** Live, test and sandbox are told apart at a glance before every write. */
export function placeText({ profile, kind, host }: Place): string {
  return kind === 'sandbox' ? `SANDBOX · ${host}` : `${kind.toUpperCase()} · profile ${profile} · ${host}`;
}

async function showDryRun(write: PlannedWrite, flags: WriteFlags, runtime: Runtime): Promise<void> {
  const { request } = write;
  const choice = checkFormat(flags);
  const { lines, document } = await told(write);
  if (choice.format !== 'table') {
    const dry = dryRunDocument(request, document);
    const { dryRunView: view } = await import('../views/dry-run.ts');
    await show([{ record: dry, document: dry }], { view, shape: 'one', choice }, runtime);
    return;
  }
  const all = ['Dry run: nothing is written.', ...lines, ...requestLines(request)];
  await runtime.terminal.out(`${all.map(cleanLine).join('\n')}\n`);
}

/** What a person is shown before a write; a write that needs no more than its title has no document. */
export async function told({
  title,
  details = [],
  effect,
  preview,
}: PlannedWrite): Promise<Partial<Preview> & Pick<Preview, 'lines'>> {
  if (preview !== undefined) return preview();
  if (effect === undefined) return { lines: [title, ...details] };
  const predicted = await effect();
  return { lines: effectLines(title, predicted), document: effectDocument(predicted.effect) };
}

const isAsked = ({ typedBack }: PlannedWrite, { yes, confirm }: WriteFlags): boolean =>
  yes !== true || (typedBack !== undefined && confirm === undefined);

async function confirm(write: PlannedWrite, flags: WriteFlags, runtime: Runtime): Promise<void> {
  checkConsentIsPossible(flags, runtime);
  const { terminal } = runtime;
  for (const line of (await told(write)).lines)
    terminal.say(wrapSentence(cleanLine(line), terminal.noteWidth, previewIndent(line)));
  await askConsent({ typedBack: write.typedBack, question: `${write.title}?` }, flags, runtime);
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

export function tellManner({ manner, key }: Settled, runtime: Runtime): void {
  if (manner === 'sent') return;
  runtime.note({ text: mannerTexts[manner], data: { write: { manner, idempotency_key: key } } });
}

export function tellWords(
  { words = [], typedBack }: Pick<PlannedWrite, 'words' | 'typedBack'>,
  { place, flags }: { place: Place; flags: WriteFlags },
  runtime: Runtime,
): void {
  // The sandbox may have been chosen by an answer instead of the flag.
  const isSandbox = flags.sandbox === true || (place.kind === 'sandbox' && place.profile === 'sandbox');
  const where = connectionWords({ ...flags, sandbox: isSandbox });
  const consent = ['--yes', ...flagWords('--confirm', typedBack?.text)];
  const command = shellText(['creditctl', ...words, ...where, ...consent]);
  runtime.note({ text: `To run this without questions:\n  ${command}`, data: { command } });
}
