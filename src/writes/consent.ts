// The person's consent to a write: by a flag, at a prompt, or typed back if a slip would cost.
import { CreditctlError } from '../errors.ts';
import { cleanLine } from '../output/clean-text.ts';
import { shellText } from '../requests/command-text.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';

export interface ConsentFlags extends GlobalFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  /** The text to type back, given in advance. */
  readonly confirm?: string;
}

/** What a person has to type before a write that a yes is not enough for. */
export interface TypedBack {
  /** `the block id`, `the amount`. */
  readonly what: string;
  /** As it is to be typed. */
  readonly text: string;
  /** Why a yes is not enough, a sentence without its full stop: "the write destroys the block". */
  readonly why: string;
  /** Whether an answer means the same; by default, only the exact text does. */
  readonly matches?: (answer: string) => boolean;
}

const consentHints: readonly string[] = ['To write, add --yes', 'To preview, add --dry-run'];

/** Throws a `refused` error if no flag agrees and no person can be asked. */
export function checkConsentIsPossible(flags: ConsentFlags, runtime: Runtime, next = consentHints): void {
  if (flags.dryRun === true || flags.yes === true || canAsk(flags, runtime)) return;
  throw refused('Without a terminal, nothing is written unless you pass --yes', next);
}

const canAsk = ({ input }: ConsentFlags, { terminal }: Runtime): boolean =>
  terminal.isInteractive && input !== false;

/**
 * Throws a `refused` error unless `--confirm` names this very write. A `--confirm` with another text is refused even if
 * none was needed.
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
      `Add --confirm ${shellText([text])}`,
    ]);
  }
  if (isSame(flags.confirm, typedBack)) return;
  throw refused(`--confirm does not match ${what}: "${flags.confirm}". Nothing was written`, [
    `If you are sure, add --confirm ${shellText([text])}`,
  ]);
}

export interface Consent {
  readonly typedBack: TypedBack | undefined;
  /** Names the write: "Grant 50 credits to globex?" */
  readonly question: string;
}

/** Asks for the consent that the flags do not give, after the preview. Throws a `refused` error if the answer is no. */
export async function askConsent(
  { typedBack, question }: Consent,
  flags: ConsentFlags,
  runtime: Runtime,
): Promise<void> {
  if (typedBack !== undefined && flags.confirm === undefined) return askTypedBack(typedBack, flags, runtime);
  if (flags.yes === true) return;
  const prompter = await runtime.prompter(flags);
  if (prompter !== undefined && (await prompter.confirm({ message: cleanLine(question) }))) return;
  throw declined();
}

async function askTypedBack(typedBack: TypedBack, flags: ConsentFlags, runtime: Runtime): Promise<void> {
  const { what, text, why } = typedBack;
  const prompter = await runtime.prompter(flags);
  const begun = why.charAt(0).toUpperCase() + why.slice(1);
  const message = `${begun}. Type ${what} to continue (${text})`;
  const answer = await prompter?.text({ message, isConsent: true });
  if (answer !== undefined && isSame(answer, typedBack)) return;
  // A slip gets one more try, which shows it; a no does not.
  if (prompter === undefined || answer === undefined || /^\s*(no?)?\s*$/i.test(answer)) throw declined();
  const slip = `You typed "${cleanLine(answer.trim())}". One more try: type ${what} to continue (${text})`;
  if (!isSame(await prompter.text({ message: slip, isConsent: true }), typedBack)) throw declined();
}

const isSame = (answer: string, { text, matches }: TypedBack): boolean =>
  answer.trim() === text || matches?.(answer.trim()) === true;

const declined = (): CreditctlError => refused('Declined: nothing was written', []);

const refused = (message: string, next: readonly string[]): CreditctlError =>
  new CreditctlError('refused', message, { applied: 'no', next });
