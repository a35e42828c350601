// What the journal knows of a write that is about to be made, and what is to be done about it. Pure.
import { CreditctlError } from '../errors.ts';
import type { Runner } from '../platform/process.ts';
import type { Place } from '../profiles/place.ts';
import { markerOf } from '../requests/marker.ts';
import { isOpen, type KnownWrite, keyLifetime } from './journal.ts';

/** What one run knows of itself and of the others of its machine. */
export interface Self {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly runner: Runner;
  /** Whether a process of this machine is still running. */
  readonly isAlive: (runner: Runner) => boolean;
}

/**
 * `send` it, under the key of an earlier attempt if there is one; `answer` from the journal, because it is done; `look`
 * in the ledger first, because the key is too old; or it is `stuck`, because nothing can be found out.
 */
export type Decision =
  | { readonly kind: 'send'; readonly earlier: KnownWrite | undefined }
  | { readonly kind: 'answer'; readonly earlier: KnownWrite; readonly manner: 'untold' | 'known' }
  | { readonly kind: 'look' | 'stuck'; readonly earlier: KnownWrite };

/** For a write without a key of its own. @param equal the writes that are equal to it, oldest first */
export function decideByContent(equal: readonly KnownWrite[], self: Self): Decision {
  const open = equal.findLast(
    (write) => isOpen(write) && !isUnderWay(write, self) && !isSuperseded(write, equal, self.now),
  );
  if (open !== undefined) return decideOpen(open, self.now);
  const untold = equal.findLast((write) => isUntold(write, self));
  if (untold !== undefined) return { kind: 'answer', earlier: untold, manner: 'untold' };
  return { kind: 'send', earlier: undefined };
}

/** For a key set by hand. Throws a `usage` error if it was used for another write. @param known all that mention it */
export function decideByKey(
  known: readonly KnownWrite[],
  { key, print, place }: { readonly key: string; readonly print: string; readonly place: Place },
  now: number,
): Decision {
  const earlier = known.find(({ intent }) => intent.key === key && intent.place.host === place.host);
  // One that only ever met a refusal is free for another write.
  if (earlier === undefined || isNotApplied(earlier)) return { kind: 'send', earlier: undefined };
  if (earlier.intent.fingerprint !== print) throw usedForAnother(earlier);
  if (isOpen(earlier)) return decideOpen(earlier, now);
  if (isForgotten(earlier, now) || !hasKeyAtApi(earlier)) return { kind: 'answer', earlier, manner: 'known' };
  return { kind: 'send', earlier };
}

/** What is to be done about a write of unknown outcome. */
export function decideOpen(earlier: KnownWrite, now: number): Decision {
  if (!isForgotten(earlier, now)) return { kind: 'send', earlier };
  return { kind: markerOf(earlier.intent.request) === undefined ? 'stuck' : 'look', earlier };
}

/**
 * Whether the API may have forgotten the key, so that sending the write again could do its work twice. Another PUT or
 * DELETE never does: it only makes the same of the same.
 */
export function isForgotten(write: KnownWrite, now: number): boolean {
  return hasKeyAtApi(write) && now - Date.parse(write.intent.at) >= keyLifetime;
}

/** The API ignores the keys of other methods, so that the journal alone knows them (Orb docs: idempotency). */
const hasKeyAtApi = ({ intent }: KnownWrite): boolean => intent.request.method === 'POST';

/** After so many milliseconds a write is not taken for under way any more, whatever became of its process. */
const underWayMax = 5 * 60 * 1000;

/** Whether another process is at it right now. Two grants at once are two grants. */
export function isUnderWay(
  { intent, outcome, claimedAt }: KnownWrite,
  { runner, isAlive, now }: Self,
): boolean {
  if (outcome !== undefined || now - Date.parse(claimedAt) > underWayMax) return false;
  return (
    intent.runner.machine === runner.machine && intent.runner.pid !== runner.pid && isAlive(intent.runner)
  );
}

/** For so many milliseconds a run that was cut off after its write is taken for the one that is now repeated. */
const untoldMax = 10 * 60 * 1000;

/** Done by a run that was cut off before it could say so, not long ago. */
export function isUntold({ outcome, isTold, intent }: KnownWrite, { now, runner, isAlive }: Self): boolean {
  if (outcome?.event !== 'settled' || isTold || now - Date.parse(outcome.at) > untoldMax) return false;
  return intent.runner.machine === runner.machine && !isAlive(intent.runner);
}

/** Too old to be sent again, and an equal one was done since: whoever looked into it went on. */
function isSuperseded(write: KnownWrite, equal: readonly KnownWrite[], now: number): boolean {
  const later = equal.slice(equal.indexOf(write) + 1);
  return isForgotten(write, now) && later.some(({ outcome }) => outcome?.event === 'settled');
}

const isNotApplied = ({ outcome }: KnownWrite): boolean =>
  outcome?.event === 'refused' || outcome?.event === 'absent';

function usedForAnother({ intent }: KnownWrite): CreditctlError {
  const { key, request, at } = intent;
  const message = `--idempotency-key was used for another write: "${key}" (${request.method} ${request.path}, ${at})`;
  return new CreditctlError('usage', message, {
    applied: 'no',
    retrySafe: true,
    idempotencyKey: key,
    next: ['Give this write a key of its own, or repeat the earlier one unchanged'],
  });
}
