// A write in the order of its story: say where it goes, show what it does, get consent, submit, tell how it went.

import type { Connection } from '../connection.ts';
import { CreditctlError, type Problem } from '../errors.ts';
import { cleanText } from '../output/clean-text.ts';
import { jsonText } from '../output/json-text.ts';
import { shellText } from '../requests/command-text.ts';
import type { Effect } from '../requests/effect.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { GlobalFlags, Runtime } from '../runtime.ts';
import type { Place } from '../submission/journal.ts';
import type { Manner, Settled } from '../submission/submit.ts';
import { dryRunDocument, effectLines, requestLines } from '../views/effect.ts';
import type { Json } from '../wire/json.ts';

export interface WriteFlags extends GlobalFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly idempotencyKey?: string;
}

/** What a write will do, and the customer's time zone, in which its dates are told. */
export interface Prediction {
  readonly effect: Effect;
  readonly zone: string;
}

export interface PlannedWrite {
  readonly request: ApiRequest;
  /** What happens, in words: "Grant 100 credits to acme". */
  readonly title: string;
  /** Worked out only if somebody will see it; `undefined` for a write that moves no credits. */
  readonly effect: (() => Promise<Prediction>) | undefined;
  /** Reads the document of a success; throws if that is not what the contract promises. */
  readonly read: (document: Json) => unknown;
  /** The command line that says the same, where questions were asked. */
  readonly words: readonly string[] | undefined;
}

/**
 * Opens the connection for a write. Throws before anything is opened or asked if consent cannot be had at all
 * (product page, "Guarded"); that there is no key is said first.
 */
export async function openForWriting(flags: WriteFlags, runtime: Runtime): Promise<Connection> {
  const choice = runtime.choice(flags);
  if (choice.kind === 'sandbox' || choice.key !== undefined) checkConsentIsPossible(flags, runtime);
  return runtime.connect(flags);
}

const consentHints = ['Add --yes to do it', 'Or add --dry-run to see what it would do'];

/** Throws a `refused` error if nobody can be asked and nobody has agreed. */
export function checkConsentIsPossible(flags: WriteFlags, runtime: Runtime, next = consentHints): void {
  if (flags.dryRun === true || flags.yes === true) return;
  if (runtime.terminal.isInteractive && flags.input !== false) return;
  throw new CreditctlError(
    'refused',
    'A write without a person to confirm it needs --yes; nothing was written',
    { applied: 'no', retrySafe: true, next },
  );
}

/** What is wrong with a key set by hand, if Orb would not take it (orb-api.md §12). */
export function keyProblems({ idempotencyKey: key }: WriteFlags): readonly Problem[] {
  if (key === undefined || /^[\x21-\x7e]{1,64}$/.test(key)) return [];
  const problem = `must be 1 to 64 printable characters without spaces: "${key.slice(0, 80)}"`;
  return [{ where: '--idempotency-key', problem }];
}

/** Carries out a write with the person's consent; `undefined` after a dry run, which only shows it. */
export async function carryOut(
  write: PlannedWrite,
  { connection, flags, runtime }: { connection: Connection; flags: WriteFlags; runtime: Runtime },
): Promise<Settled | undefined> {
  runtime.note({ text: placeText(connection.place), data: { connection: { ...connection.place } } });
  if (flags.dryRun === true) {
    await showDryRun(write, flags, runtime);
    return undefined;
  }
  if (flags.yes !== true) await confirm(write, flags, runtime);
  const settled = await connection.submit(write, flags.idempotencyKey);
  tellManner(settled, runtime);
  if (write.words !== undefined) tellWords(write.words, { place: connection.place, flags }, runtime);
  return settled;
}

/** Live, test and sandbox are told apart at a glance before every write. */
export function placeText({ profile, kind, host }: Place): string {
  return kind === 'sandbox' ? `SANDBOX · ${host}` : `${kind.toUpperCase()} · profile ${profile} · ${host}`;
}

async function showDryRun(
  { request, title, effect }: PlannedWrite,
  { output: format = 'json' }: WriteFlags,
  runtime: Runtime,
): Promise<void> {
  const predicted = await effect?.();
  if (runtime.noteStyle === 'json') {
    await runtime.terminal.out(
      `${jsonText(dryRunDocument(request, predicted?.effect), format === 'json' ? 2 : 0)}\n`,
    );
    return;
  }
  const effects = predicted === undefined ? [title] : effectLines(title, predicted);
  const lines = ['Dry run: nothing is written.', ...effects, ...requestLines(request)];
  await runtime.terminal.out(`${cleanText(lines.join('\n'))}\n`);
}

async function confirm({ title, effect }: PlannedWrite, flags: WriteFlags, runtime: Runtime): Promise<void> {
  checkConsentIsPossible(flags, runtime);
  const prompter = await runtime.prompter(flags);
  const predicted = await effect?.();
  for (const line of predicted === undefined ? [title] : effectLines(title, predicted))
    runtime.terminal.say(cleanText(line));
  if (prompter !== undefined && (await prompter.confirm({ message: 'Do it?' }))) return;
  throw new CreditctlError('refused', 'Declined: nothing was written', { applied: 'no', retrySafe: true });
}

const mannerTexts: Readonly<Record<Exclude<Manner, 'sent'>, string>> = {
  replayed: 'This key had been carried out before: nothing was written twice.',
  resumed: 'An earlier run left this write with an unknown outcome: it is settled now, and was written once.',
  untold:
    'An earlier run was cut off after this write was done: here it is, and nothing was written now. Run the command again for another.',
  known: 'The journal knows this write as done (the API has forgotten its key by now): nothing was sent.',
};

function tellManner({ manner, key }: Settled, runtime: Runtime): void {
  if (manner === 'sent') return;
  runtime.note({ text: mannerTexts[manner], data: { write: { manner, idempotency_key: key } } });
}

function tellWords(
  words: readonly string[],
  { place, flags }: { place: Place; flags: WriteFlags },
  runtime: Runtime,
): void {
  const { profile, db } = flags;
  // The sandbox may have been chosen by an answer instead of the flag.
  const isSandbox = flags.sandbox === true || (place.kind === 'sandbox' && place.profile === 'sandbox');
  const where = [
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(isSandbox ? ['--sandbox'] : []),
    ...(db === undefined ? [] : ['--db', db]),
  ];
  const command = shellText(['creditctl', ...words, ...where]);
  runtime.note({
    text: `The same without questions:\n  ${command} --yes`,
    data: { command: `${command} --yes` },
  });
}
