// Executes writes step by step: name the target, show what they do, get consent, submit, report.
import type { Amount } from '../credits/exact.ts';
import { CreditctlError, type Problem } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { cleanLine } from '../output/clean-text.ts';
import { wrapSentence } from '../output/text-width.ts';
import { type ApiRequest, customerOf, reservedProblem } from '../requests/request.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { checkFormat, show } from '../runtime/show.ts';
import {
  dryRunDocument,
  dryRunView,
  effectDocument,
  effectLines,
  requestLines,
} from '../views/prediction.ts';
import { type Preview, previewIndent } from '../views/preview.ts';
import {
  askConsent,
  type ConsentFlags,
  checkConsentIsPossible,
  checkTypedBack,
  reportCommand,
  reportDone,
  reportManner,
  reportTarget,
  type TypedBack,
} from './consent.ts';
import { checkPossible, checkUnmoved, type Prediction } from './entry-effect.ts';
import { guardAll, unaskedTypedBack } from './guard.ts';
import { type ReadAnswer, type Settled, type Submission, submissionTo } from './submission.ts';
import { submit } from './submit.ts';

export interface WriteFlags extends ConsentFlags {
  readonly idempotencyKey?: string;
}

/** A command that writes. @template Flags what it takes beside the flags of every write */
export type WriteCommand<Flags = unknown> = (
  words: readonly string[],
  flags: WriteFlags & Flags,
  runtime: Runtime,
) => Promise<void>;

/** What a write will do, and the customer's time zone, in which its dates are shown. */
export interface PlannedWrite<Result> {
  readonly request: ApiRequest;
  /** A person wrote the path of the request. */
  readonly isRaw?: boolean;
  /** What happens, in words: "Grant 100 credits to acme". */
  readonly title: string;
  /** The question that asks for consent, where it says more than the title: the customer's name, digits in groups. */
  readonly question?: (customerName: string | undefined) => string;
  /** More lines that say what happens, if the effect does not. */
  readonly details?: readonly string[];
  /** Worked out only if it is shown or guarded; `undefined` for a write that moves no credits. */
  readonly effect: (() => Promise<Prediction>) | undefined;
  /** What else the write does beside balances. */
  readonly preview?: () => Promise<Preview>;
  /** The customer's time zone, where it is known without asking. */
  readonly zone?: string | undefined;
  readonly read: ReadAnswer<Result>;
  /** The command line that does the same without questions, if questions were asked. */
  readonly words?: readonly string[] | undefined;
  /** What has to be typed back because the write destroys something. */
  readonly typedBack?: TypedBack;
  /** The idempotency key, if the write itself decides it; otherwise the flag does. */
  readonly key?: string | undefined;
  /** The write that this one takes back. */
  readonly undoing?: Submission<Result>['undoing'];
}

/** What several writes have in common. */
export interface Together {
  /** Credits that all of them move, to be typed back. */
  readonly total: Amount;
  /** What a person should know beside the writes, each a sentence. */
  readonly notes: readonly string[];
}

export interface WriteContext {
  readonly connection: Connection;
  readonly flags: WriteFlags;
  readonly runtime: Runtime;
}

/** What a command that writes is run with, before it has a connection. */
export type CommandContext = Pick<WriteContext, 'flags' | 'runtime'>;

export interface Executed<Result> {
  /** In the order of the writes; empty after a dry run. */
  readonly settled: readonly Settled<Result>[];
  /** What stopped the rest, if some of several writes are done. */
  readonly failure?: CreditctlError;
}

/**
 * Opens the connection for a write. Without consent, throws before anything is opened or asked; a missing key is
 * reported first.
 * @param hints how to consent, if more than a yes is needed
 */
export async function openForWriting(
  flags: WriteFlags,
  runtime: Runtime,
  hints?: readonly string[],
): Promise<Connection> {
  const choice = runtime.choice(flags);
  if (choice.kind === 'sandbox' || choice.key !== undefined) checkConsentIsPossible(flags, runtime, hints);
  return runtime.connect(flags, { mayCreate: flags.dryRun !== true });
}

/** What is wrong with a key set by hand, if Orb would not take it (Orb docs: idempotency). */
export function keyProblems({ idempotencyKey: key }: WriteFlags): readonly Problem[] {
  if (key === undefined) return [];
  const problem = /^[\x21-\x7e]{1,64}$/.test(key)
    ? reservedProblem(key)
    : `must be 1 to 64 printable characters without spaces: "${key.slice(0, 80)}"`;
  return problem === undefined ? [] : [{ where: '--idempotency-key', problem }];
}

/**
 * Makes writes that the policy allows and a person agrees to, one after the other; a dry run only shows them.
 * Throws a `refused` error before the first if the policy refuses one or consent is missing, and the error of the first.
 * @param together what several writes have in common
 */
export async function execute<Result>(
  asked: readonly PlannedWrite<Result>[],
  context: WriteContext,
  together?: Together,
): Promise<Executed<Result>> {
  const { flags, runtime } = context;
  const writes = asked.map((write) => ({
    ...write,
    // Guard, preview and dry run look at the same prediction.
    effect: write.effect && once(write.effect),
    key: write.key ?? flags.idempotencyKey,
  }));
  reportTarget(context);
  if (writes.length === 0) return { settled: [] };
  if (flags.dryRun === true) await showDryRun(writes, together, context);
  const typedBack = await guardAll(writes, together?.total, context);
  if (flags.dryRun === true) return { settled: [] };
  const unasked = flags.confirm === undefined ? undefined : unaskedTypedBack(writes, together?.total);
  checkTypedBack(typedBack ?? unasked, flags, runtime);
  await confirm(writes, typedBack, { ...context, notes: together?.notes ?? [] });
  const settled: Settled<Result>[] = [];
  let failure: CreditctlError | undefined;
  for (const write of writes) {
    try {
      const submission = await submissionTo(context, write.read, write.undoing);
      const done = await submit(write.request, write.key, submission);
      reportManner(done, runtime);
      reportDone(write, done, runtime);
      settled.push(done);
    } catch (error) {
      if (!(error instanceof CreditctlError) || settled.length === 0) throw error;
      failure = partOf(error, settled.length, writes.length);
      break;
    }
  }
  const [{ words } = {}] = writes;
  if (words !== undefined) reportCommand(words, typedBack, runtime);
  return failure === undefined ? { settled } : { settled, failure };
}

function once<Result>(act: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= act();
    return result;
  };
}

/** Shows what the writes do and asks, unless the flags have agreed. Throws a `refused` error if the answer is no. */
async function confirm(
  writes: readonly PlannedWrite<unknown>[],
  typedBack: TypedBack | undefined,
  { connection, flags, runtime, notes }: WriteContext & Pick<Together, 'notes'>,
): Promise<void> {
  const { terminal } = runtime;
  const isAsked = flags.yes !== true || (typedBack !== undefined && flags.confirm === undefined);
  if (isAsked) {
    checkConsentIsPossible(flags, runtime);
    for (const { effect } of writes) checkPossible(await effect?.());
    for (const write of writes)
      for (const line of (await previewOf(write)).lines)
        terminal.say(wrapSentence(cleanLine(line), terminal.noteWidth, previewIndent(line)));
  }
  for (const note of notes) runtime.note({ text: cleanLine(note), data: { note } });
  if (!isAsked) return;
  await askConsent({ typedBack, question: await questionOf(writes) }, flags, runtime);
  // A person may take minutes to answer.
  for (const { request, effect } of writes) {
    const [customer, shown] = [customerOf(request), await effect?.()];
    if (customer && shown) await checkUnmoved(request.body ?? {}, shown, { connection, customer });
  }
}

async function questionOf([first, ...others]: readonly PlannedWrite<unknown>[]): Promise<string> {
  if (first === undefined || others.length > 0) return `Make these ${others.length + 1} writes?`;
  const { question, title, effect } = first;
  return question === undefined ? `${title}?` : question((await effect?.())?.name);
}

async function showDryRun(
  writes: readonly PlannedWrite<unknown>[],
  together: Together | undefined,
  { flags, runtime }: WriteContext,
): Promise<void> {
  const choice = checkFormat(flags);
  const notes = together?.notes ?? [];
  if (choice.format === 'table') {
    const lines = ['Dry run: nothing is written.'];
    for (const write of writes) lines.push(...(await previewOf(write)).lines, ...requestLines(write.request));
    await runtime.terminal.out(`${[...lines, ...notes].map(cleanLine).join('\n')}\n`);
    return;
  }
  for (const note of notes) runtime.note({ text: note, data: { note } });
  const rows = [];
  for (const write of writes) {
    const document = dryRunDocument(write.request, (await previewOf(write)).document);
    rows.push({ record: document, document });
  }
  const shape = together === undefined ? 'one' : 'list';
  await show(rows, { view: dryRunView, shape, choice }, runtime);
}

/** What a person sees before a write; a write that needs no more than its title has no document. */
async function previewOf({
  title,
  details = [],
  effect,
  preview,
}: PlannedWrite<unknown>): Promise<Partial<Preview> & Pick<Preview, 'lines'>> {
  if (preview !== undefined) return preview();
  if (effect === undefined) return { lines: [title, ...details] };
  const predicted = await effect();
  return { lines: effectLines(title, predicted), document: effectDocument(predicted.effect) };
}

function partOf(error: CreditctlError, done: number, all: number): CreditctlError {
  const { applied, next = [] } = error.facts;
  const kind = applied === 'unknown' ? 'outcome-unknown' : 'partly-done';
  return new CreditctlError(kind, `${done} of ${all} writes are done, and then: ${error.message}`, {
    ...error.facts,
    applied: applied === 'unknown' ? 'unknown' : 'yes',
    next: ['Run the same command again: it does what is left, and nothing twice', ...next],
    retrySafe: true,
  });
}
