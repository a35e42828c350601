// The network of a simulated world: it loses requests and answers, and delivers some after the client gave up.
import { once, setMaxListeners } from 'node:events';
import { attemptMax } from '../../src/orb/retry.ts';
import { type Exchange, TransportFailure, type WireAnswer, type WireRequest } from '../../src/wire/json.ts';
import type { SimulatedProcess, World } from './simulated-world.ts';

interface Network {
  readonly process: SimulatedProcess;
  readonly world: World;
}

/** @param answer of the API; it may apply the request until `deadline`, milliseconds since the epoch */
export function faultyExchange(
  answer: (request: WireRequest, deadline: number) => Promise<WireAnswer>,
  { process, world }: Network,
): Exchange {
  const after = async (failure: TransportFailure): Promise<never> => {
    await world.turn(process);
    throw failure;
  };
  return async (request, signal = new AbortController().signal) => {
    signal.throwIfAborted();
    setMaxListeners(0, signal);
    // No attempt is still on its way after this instant: the client gave it up, and the lease goes by that.
    const deadline = world.now + attemptMax;
    const fault = world.fails()
      ? world.oneOf(['refused', 'lost', 'late', 'unanswered', '429', '500', '500 late'] as const)
      : undefined;
    if (fault !== undefined) world.tell(`${process.pid}: ${fault}`);
    if (fault === 'refused') return await after(new TransportFailure('refused', 'no'));
    if (fault === 'lost') return await after(new TransportFailure('lost', 'maybe'));
    if (fault === '429') return refusal(429, '429-too-many-requests', 'Too many requests');
    if (fault === '500') return { status: 500, headers: {}, body: '' };
    const answering = answer(request, deadline);
    if (fault === 'late') return await after(new TransportFailure('timed out', 'maybe'));
    const answered = await Promise.race([answering, once(signal, 'abort').then(() => signal.reason)]);
    signal.throwIfAborted();
    if (fault === '500 late') return { status: 502, headers: {}, body: '' };
    await world.turn(process);
    if (fault === 'unanswered' || world.now > deadline) throw new TransportFailure('no answer', 'maybe');
    return answered;
  };
}

export const refusal = (status: number, type: string, title: string): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ type: `https://docs.withorb.com/reference/error-responses#${type}`, status, title }),
});
