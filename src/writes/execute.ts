// Executes writes step by step: name the target, show what they do, get consent, submit, report.
import type { Amount } from '../credits/exact.ts';
import { CreditctlError, type Problem } from '../errors.ts';
import { reservedProblem } from '../requests/request.ts';
import type { Runtime } from '../runtime/runtime.ts';
import {
  type ConsentFlags,
  checkConsentIsPossible,
  checkTypedBack,
  reportCommand,
  reportDone,
  reportManner,
  reportTarget,
  type TypedBack,
} from './consent.ts';
import { guardAll, unaskedTypedBack } from './guard.ts';
import { confirm, type ShownWrite, showDryRun } from './preview-write.ts';
import {
  type ReadAnswer,
  type Settled,
  type SubmitContext,
  submissionTo,
  type WriteBackground,
} from './submission.ts';
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

/** A write as it is shown and sent, and the customer's time zone, in which its dates are shown. */
export interface PlannedWrite<Result> extends ShownWrite, WriteBackground {
  /** A person wrote the path of the request. */
  readonly isRaw?: boolean;
  /** Whether the answer shows that it has taken effect, where the API may take a request and not carry it out yet. */
  readonly isDone?: (document: Settled<Result>['document']) => boolean;
  /** The customer's time zone, where it is known without asking. */
  readonly zone?: string | undefined;
  readonly read: ReadAnswer<Result>;
  /** The command line that does the same without questions, if questions were asked. */
  readonly words?: readonly string[] | undefined;
  /** What has to be typed back because the write destroys something. */
  readonly typedBack?: TypedBack;
  /** The idempotency key, if the write itself decides it; otherwise the flag does. */
  readonly key?: string | undefined;
}

/** What several writes have in common. */
export interface Together {
  /** Credits that all of them move, to be typed back. */
  readonly total: Amount;
  /** What a person should know beside the writes, each a sentence. */
  readonly notes: readonly string[];
}

export interface WriteContext extends SubmitContext {
  readonly flags: WriteFlags;
}

/** What a command that writes is run with, before it has a connection. @template Flags what it takes beside the usual */
export interface CommandContext<Flags = unknown> extends Pick<WriteContext, 'runtime'> {
  readonly flags: WriteFlags & Flags;
}

export interface Executed<Result> {
  /** In the order of the writes; empty after a dry run. */
  readonly settled: readonly Settled<Result>[];
  /** What stopped the rest, if some of several writes are done. */
  readonly failure?: CreditctlError;
}

/**
 * Opens the connection for a write. Throws before anything is opened or asked if a key, or else consent, is missing.
 * @param hints how to consent, if more than a yes is needed
 */
export async function openForWriting(
  flags: WriteFlags,
  runtime: Runtime,
  hints?: readonly string[],
): Promise<SubmitContext['connection']> {
  const choice = runtime.choice(flags);
  if (choice.kind === 'sandbox' || choice.key !== undefined) checkConsentIsPossible(flags, runtime, hints);
  return runtime.connect(flags, { mayCreate: flags.dryRun !== true, choice });
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
  if (writes.length === 0) return { settled: [] };
  reportTarget(context);
  if (flags.dryRun === true) await showDryRun(writes, together?.notes, context);
  const typedBack = await guardAll(writes, together?.total, context);
  if (flags.dryRun === true) return { settled: [] };
  const unasked = flags.confirm === undefined ? undefined : unaskedTypedBack(writes, together?.total);
  checkTypedBack(typedBack ?? unasked, flags, runtime);
  await confirm(writes, typedBack, { ...context, notes: together?.notes ?? [] });
  const settled: Settled<Result>[] = [];
  let failure: CreditctlError | undefined;
  for (const write of writes) {
    try {
      const submission = await submissionTo(context, write.read, write);
      const done = await submit(write.request, write.key, submission);
      reportManner(done, runtime);
      const asSent = { ...write, request: done.earlierRequest ?? write.request };
      if (write.isDone?.(done.document) !== false) reportDone(asSent, done, runtime);
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

/** Does it when it is first asked for, and answers the same from then on. */
export function once<Result>(act: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= act();
    return result;
  };
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
