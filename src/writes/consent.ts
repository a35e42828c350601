// Shows a person the target of a write, asks for consent, and reports the result.
import { type CreditctlError, commandLine, flagArgs, notApplied, shellText, valueArgs } from '../errors.ts';
import { cleanLine } from '../output/shown-text.ts';
import { withoutQuestions } from '../requests/command-args.ts';
import { otherTerms } from '../requests/granted-terms.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { type DoneWrite, doneLine } from '../views/done-line.ts';
import { isJsonObject, type Json, numberText } from '../wire/json.ts';
import type { Manner, Settled, SubmitContext } from './submission.ts';

export interface ConsentFlags extends GlobalFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  /** The text to type back, given on the command line. */
  readonly confirm?: string;
}

/** The text that a person must type before a write for which a yes is not enough. */
export interface TypedBack {
  /** `the block id`, `the amount`. */
  readonly what: string;
  /** The exact text to type. */
  readonly text: string;
  /** The reason why a yes is not enough, as a sentence without full stop: "the write destroys the block". */
  readonly why: string;
  /** Whether an answer counts as the text. Default: only the exact text. */
  readonly matches?: (answer: string) => boolean;
}

/** The note of a dry run whose output has no mark of its own. */
export const dryRunNote = { text: 'Dry run: nothing is written.', data: { dry_run: true } } as const;

const consentHints: readonly string[] = ['To write, add --yes', 'To preview, add --dry-run'];

/** Throws a `refused` error if no flag gives consent and no person can be asked. */
export function checkConsentIsPossible(flags: ConsentFlags, runtime: Runtime, next = consentHints): void {
  if (flags.dryRun === true || flags.yes === true || canAsk(flags, runtime)) return;
  const why = runtime.terminal.isInteractive ? 'With --no-input' : 'Without a terminal';
  throw refused(`${why}, nothing is written unless you pass --yes`, next);
}

const canAsk = ({ input }: ConsentFlags, { terminal }: Runtime): boolean =>
  terminal.isInteractive && input !== false;

/**
 * Throws a `refused` error unless `--confirm` has the text to type back, or a person can be asked for it. A wrong
 * `--confirm` is refused even if none was needed.
 */
export function checkTypedBack(
  typedBack: TypedBack | undefined,
  flags: ConsentFlags,
  runtime: Runtime,
): void {
  if (typedBack === undefined) return;
  const { what, text, why } = typedBack;
  if (flags.confirm === undefined) {
    if (canAsk(flags, runtime)) return;
    throw refused(`--confirm is missing: ${why}, so you must repeat ${what}. Nothing was written`, [
      `Add ${shellText(flagArgs('--confirm', text))}`,
    ]);
  }
  if (isSame(flags.confirm, typedBack)) return;
  throw refused(`--confirm does not match ${what}: "${flags.confirm}". Nothing was written`, [
    `If you are sure, add ${shellText(flagArgs('--confirm', text))}`,
  ]);
}

export interface Consent {
  readonly typedBack: TypedBack | undefined;
  /** The question, with the write: "Grant 50 credits to globex?" */
  readonly question: string;
}

/** Asks for the consent that the flags do not give, after the preview. Throws a `refused` error if the answer is no. */
export async function askConsent(
  { typedBack, question }: Consent,
  flags: ConsentFlags,
  runtime: Runtime,
): Promise<void> {
  if (typedBack !== undefined && flags.confirm === undefined) return askTypedBack(typedBack, flags, runtime);
  await askYes(cleanLine(question), 'nothing was written', { flags, runtime });
}

/** Asks unless `--yes` is set. Throws a `refused` error if the answer is no. @param unchanged the end of that message */
export async function askYes(
  message: string,
  unchanged: string,
  { flags, runtime }: { readonly flags: ConsentFlags; readonly runtime: Runtime },
): Promise<void> {
  if (flags.yes === true) return;
  const prompter = await runtime.prompter(flags);
  if (prompter === undefined || !(await prompter.confirm({ message }))) throw declined(unchanged);
}

/** Throws a `refused` error if the rules changed while a person was asked: the write was judged by other rules. */
export async function checkSameRules({ connection, runtime }: SubmitContext): Promise<void> {
  await runtime.policyWith(connection, await (await runtime.record(connection)).policy());
}

async function askTypedBack(typedBack: TypedBack, flags: ConsentFlags, runtime: Runtime): Promise<void> {
  const { what, text, why } = typedBack;
  const prompter = await runtime.prompter(flags);
  const begun = why.charAt(0).toUpperCase() + why.slice(1);
  const message = `${begun}. Type ${what} to continue (${text})`;
  const answer = await prompter?.text({ message, isConsent: true });
  if (answer !== undefined && isSame(answer, typedBack)) return;
  // After a typing mistake the person gets one more try, but not after a no.
  if (prompter === undefined || answer === undefined || /^\s*(no?)?\s*$/i.test(answer)) throw declined();
  const slip = `You typed "${cleanLine(answer.trim())}". One more try: type ${what} to continue (${text})`;
  if (!isSame(await prompter.text({ message: slip, isConsent: true }), typedBack)) throw declined();
}

const isSame = (answer: string, { text, matches }: TypedBack): boolean =>
  answer.trim() === text || matches?.(answer.trim()) === true;

const declined = (unchanged = 'nothing was written'): CreditctlError => refused(`Declined: ${unchanged}`, []);

const refused = (message: string, next: readonly string[]): CreditctlError =>
  notApplied('refused', message, next);

/** Reports the target of a write before it is sent. */
export function reportTarget({ connection: { target }, runtime }: SubmitContext): void {
  runtime.note({
    text: targetName(target),
    data: { connection: { ...target } },
    isKept: true,
    target: target.kind,
  });
}

/** The target in one line. It begins with LIVE, TEST or SANDBOX, so that a person sees the difference at once. */
export function targetName({ profile, kind, host }: SubmitContext['connection']['target']): string {
  return kind === 'sandbox' ? `SANDBOX · ${host}` : `${kind.toUpperCase()} · profile ${profile} · ${host}`;
}

const mannerTexts: Readonly<Record<Exclude<Manner, 'sent'>, string>> = {
  replayed: 'This idempotency key was used before: nothing was written again.',
  resumed:
    'An earlier run did not learn the outcome of this write. It is now confirmed and was written once.',
  unacknowledged: 'An earlier run made this write and did not report it. Nothing was written now.',
  known: 'This idempotency key was used before. The record has the outcome, so nothing was sent.',
  found:
    'An earlier run did not learn the outcome of this write. It was found as it was asked for, so nothing was sent.',
  recovered:
    'This idempotency key was used before. The record does not have the write, and it was found in the ledger, so nothing was sent.',
};

/**
 * Reports how a write was done unless it was sent now, and the person who began it if that was another person.
 * @param isRepeatable whether the same command would write once more
 */
export function reportManner(
  { manner, key, begunBy, undoneBy }: Settled<unknown>,
  isRepeatable: boolean,
  runtime: Runtime,
): void {
  if (manner === 'sent') return;
  const stands = (manner === 'replayed' || manner === 'resumed') && undoneBy === undefined;
  const again = isRepeatable && !stands ? ' To write another, run the command again.' : '';
  const byKey = isRepeatable ? '' : ' To write it again, use another key.';
  const undone = undoneBy === undefined ? '' : ` It was undone since.${byKey}`;
  const whose = begunBy === undefined ? '' : ` ${begunBy} began it.`;
  const by = {
    ...(begunBy === undefined ? {} : { begun_by: begunBy }),
    ...(undoneBy === undefined ? {} : { undone_by: undoneBy }),
  };
  runtime.note({
    text: `${mannerTexts[manner]}${whose}${undone}${again}`,
    data: { write: { manner, idempotency_key: key, ...by } },
  });
}

/** Reports the result in one line for a person. A script reads the same from the output. */
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
      text: `Warning: The balance is below zero now. To give the credits back: creditctl undo ${valueArgs(key)}`,
      data: { warning: 'the balance is below zero', undo: key },
    });
}

/** Whether the balance is negative after the entry: the API accepts a decrement of more credits than there are. */
function endsBelowZero(document: Json): boolean {
  return isJsonObject(document) && numberText(document.ending_balance)?.startsWith('-') === true;
}

/** Reports the command line that does the same without questions. */
export function reportCommand(
  args: readonly string[],
  typedBack: Pick<TypedBack, 'text'> | undefined,
  runtime: Runtime,
): void {
  const consent = ['--yes', ...flagArgs('--confirm', typedBack?.text)];
  runtime.note(withoutQuestions(commandLine(args, runtime.where, consent)));
}
