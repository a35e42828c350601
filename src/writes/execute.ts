// Executes writes step by step: reports the target, shows the effect, gets consent, submits, reports the result.
import type { Amount } from '../credits/exact.ts';
import {
  CreditctlError,
  flagArgs,
  isInterruption,
  isRepetition,
  type Problem,
  repetition,
} from '../errors.ts';
import { isEntryWrite, reservedProblem } from '../requests/request.ts';
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

/** A command that writes. @template Flags its flags beside those of every write */
export type WriteCommand<Flags = unknown> = (
  args: readonly string[],
  flags: WriteFlags & Flags,
  runtime: SubmitContext['runtime'],
) => Promise<void>;

/** A write before it is shown and sent. */
export interface PlannedWrite<Result> extends ShownWrite, WriteBackground {
  /** Whether a person wrote the path of the request. */
  readonly isRaw?: boolean;
  /** Whether creditctl gave the description. */
  readonly hasOwnText?: boolean;
  /** Whether the answer shows the effect. Set only if the API may accept the request and act on it later. */
  readonly isDone?: (document: Settled<Result>['document']) => boolean;
  /** The customer's time zone for dates in the output, if it is known without a request. */
  readonly zone?: string | undefined;
  readonly read: ReadAnswer<Result>;
  /** The command line that does the same without questions; set if questions were asked. */
  readonly equivalentArgs?: readonly string[] | undefined;
  /** The text to type back, because the write destroys something. */
  readonly typedBack?: TypedBack;
  /** The idempotency key, if the write determines it; otherwise `--idempotency-key` does. */
  readonly key?: string | undefined;
}

/** Common data of several writes that one command makes. */
export interface Together {
  /** The total of credits that the writes move, to be typed back. */
  readonly total: Amount;
  /** Notes to a person beside the writes, each a sentence. */
  readonly notes: readonly string[];
}

export interface WriteContext extends SubmitContext {
  readonly flags: WriteFlags;
}

/** The context of a command that writes, before it connects. @template Flags its flags beside those of every write */
export interface CommandContext<Flags = unknown> extends Pick<WriteContext, 'runtime'> {
  readonly flags: WriteFlags & Flags;
}

export interface Executed<Result> {
  /** The done writes, in order; empty after a dry run. */
  readonly settled: readonly Settled<Result>[];
  /** The error that stopped the other writes, if some of several writes are done. */
  readonly failure?: CreditctlError;
}

/**
 * Opens the connection for a write. Throws before any request or question if the API key or consent is missing.
 * @param hints the ways to consent, if more than a yes is needed
 */
export async function openForWriting(
  flags: WriteFlags,
  runtime: SubmitContext['runtime'],
  hints?: readonly string[],
): Promise<SubmitContext['connection']> {
  const choice = runtime.choice(flags);
  if (choice.kind === 'sandbox' || choice.key !== undefined) checkConsentIsPossible(flags, runtime, hints);
  return runtime.connect(flags, { mayCreate: flags.dryRun !== true, choice });
}

/** The problem of a key set by hand that Orb would not accept (Orb docs: idempotency). */
export function keyProblems({ idempotencyKey: key }: WriteFlags): readonly Problem[] {
  if (key === undefined) return [];
  const problem = /^[\x21-\x7e]{1,64}$/.test(key)
    ? reservedProblem(key)
    : `must be 1 to 64 ASCII characters, without spaces or accents: "${key.slice(0, 80)}"`;
  return problem === undefined ? [] : [{ where: '--idempotency-key', problem }];
}

/**
 * Makes writes that the policy allows and a person agrees to, one after the other; a dry run only shows them. Throws a
 * `refused` error before the first write if the policy refuses one or consent is missing. Throws if the first write fails.
 */
export async function execute<Result>(
  asked: readonly PlannedWrite<Result>[],
  context: WriteContext,
  together?: Together,
): Promise<Executed<Result>> {
  const { flags, runtime } = context;
  const writes = asked.map((write) => ({
    ...write,
    // Guard, preview and dry run share one prediction.
    effect: write.effect && once(write.effect),
    key: write.key ?? flags.idempotencyKey,
  }));
  if (writes.length === 0) return { settled: [] };
  reportTarget(context);
  const [{ equivalentArgs } = {}] = writes;
  // The rules are read again after questions, which may have taken hours.
  if (equivalentArgs !== undefined) await runtime.policy(context.connection, true);
  if (flags.dryRun === true) await showDryRun(writes, together?.notes, context);
  const typedBack = await guardAll(writes, together?.total, context);
  if (flags.dryRun === true) return { settled: [] };
  const unasked = flags.confirm === undefined ? undefined : unaskedTypedBack(writes, together?.total);
  checkTypedBack(typedBack ?? unasked, flags, runtime);
  await confirm(writes, typedBack, { ...context, notes: together?.notes ?? [] });
  const settled: Settled<Result>[] = [];
  try {
    for (const write of writes) {
      const submission = await submissionTo(context, write.read, write);
      const done = await submit(write.request, write.key, submission);
      reportManner(done, write.key === undefined && isEntryWrite(write.request), runtime);
      const asSent = { ...write, request: done.earlierRequest ?? write.request };
      if (write.isDone?.(done.document) !== false) reportDone(asSent, done, runtime);
      settled.push(done);
    }
    return { settled };
  } catch (error) {
    if (!(error instanceof CreditctlError) || settled.length === 0) throw error;
    return { settled, failure: partlyDone(error, settled.length, writes.length) };
  } finally {
    // After a failure too: another answer would make another write. Without its key, so would the same line.
    const key = flagArgs('--idempotency-key', flags.idempotencyKey);
    if (equivalentArgs !== undefined) reportCommand([...equivalentArgs, ...key], typedBack, runtime);
  }
}

/** Runs `call` at the first call, and answers the same promise at each later call. */
export function once<Result>(call: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= call();
    return result;
  };
}

function partlyDone(error: CreditctlError, done: number, all: number): CreditctlError {
  const { applied, next = [] } = error.facts;
  const kind = applied === 'unknown' ? 'outcome-unknown' : 'partly-done';
  // An interrupted program has the exit code of its signal, as for a single write and a batch.
  return new CreditctlError(
    isInterruption(error) ? error.kind : kind,
    `${done} of ${all} writes are done, and then: ${error.message}`,
    {
      ...error.facts,
      applied: applied === 'unknown' ? 'unknown' : 'yes',
      next: [
        repetition(': it does what is left, and nothing twice'),
        ...next.filter((step) => !isRepetition(step)),
      ],
      retrySafe: true,
    },
  );
}

/**
 * The failure of a command line that may mean another write or batch once it is repeated, such as `undo last`.
 * @param way the next step that names what it meant, in place of a repetition
 */
export function naming(error: unknown, way: string): unknown {
  if (!(error instanceof CreditctlError)) return error;
  const { next = [], retrySafe } = error.facts;
  const named = next.map((step) => (isRepetition(step) ? way : step));
  // Safe only if nothing was applied, as by default.
  return error.with({ next: [...new Set(named)], retrySafe: retrySafe === false ? false : undefined });
}
