// Injects faults between a client and the API, drawn at random for each request.
import { setTimeout } from 'node:timers/promises';
import { type Exchange, TransportFailure, type WireAnswer, type WireRequest } from '../../wire/json.ts';
import { seededChance } from '../ledger/seeded-chance.ts';
import { problemAnswer, RequestProblem } from './answers.ts';

/** In the order in which they strike a request; the first fault ends the request, except that `latency` only delays it. */
export const faultKinds = [
  'latency',
  'reset-before',
  '429',
  '409-in-flight',
  '500',
  'reset-after',
  'truncate',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultPlan {
  /** Whole number; the same seed draws the same faults for the same sequence of requests. */
  readonly seed: number;
  /** From 0 to 1 each; an omitted kind never strikes. */
  readonly probabilities: Readonly<Partial<Record<FaultKind, number>>>;
}

/** Thrown with a complete answer, of which the client gets half of the body under the full content length. */
export class TruncatedAnswer extends TransportFailure {
  readonly answer: WireAnswer;

  constructor(answer: WireAnswer) {
    super('the embedded ledger cut its answer short (a fault on purpose)', 'maybe');
    this.answer = answer;
  }
}

/** Delays are at least `latencyMin` and less than `latencyMin + latencySpan`, in milliseconds. */
const latencyMin = 50;
const latencySpan = 450;

export interface FaultyExchange {
  readonly exchange: Exchange;
  readonly plan: FaultPlan;
  /** The number of earlier requests under this plan. */
  readonly ordinal: number;
}

/**
 * Answers one request under a plan.
 * @throws TransportFailure to cut the connection; as over a network, the client cannot know whether the request was executed
 */
export async function answerUnderFaults(
  { exchange, plan, ordinal }: FaultyExchange,
  request: WireRequest,
  signal?: AbortSignal,
): Promise<WireAnswer> {
  const draw = (salt: number): number => seededChance(plan.seed, ordinal, salt);
  const strikes = (kind: FaultKind): boolean =>
    draw(faultKinds.indexOf(kind)) < (plan.probabilities[kind] ?? 0);
  const answered = (): Promise<WireAnswer> => exchange(request, signal);
  // A second draw per kind decides how the fault strikes.
  const manner = draw(faultKinds.length);
  if (strikes('latency')) {
    const delay = latencyMin + Math.floor(manner * latencySpan);
    await setTimeout(delay, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
  if (strikes('reset-before')) throw connectionCut();
  if (strikes('429')) return problemAnswer(tooMany, { 'retry-after': '1' });
  // Only a request with a key can already be in flight (Orb docs: idempotency).
  if (strikes('409-in-flight') && request.headers['idempotency-key'] !== undefined)
    return problemAnswer(inFlight);
  if (strikes('500')) {
    // Model: half of the failures come after the work, because a client must not take a 500 for "nothing done".
    if (manner < 0.5) await answered();
    return problemAnswer(internal, { 'transient-error': 'true' });
  }
  if (strikes('reset-after')) {
    await answered();
    throw connectionCut();
  }
  if (strikes('truncate')) throw new TruncatedAnswer(await answered());
  return answered();
}

function connectionCut(): TransportFailure {
  return new TransportFailure('the embedded ledger cut the connection (a fault on purpose)', 'maybe');
}

const tooMany = new RequestProblem('429-too-many-requests', 'Too many requests (a fault on purpose).');
const inFlight = new RequestProblem(
  '409-resource-conflict',
  'The first request with this idempotency key is still being processed (a fault on purpose).',
);
const internal = new RequestProblem('500-internal-server-error', 'A fault on purpose.');
