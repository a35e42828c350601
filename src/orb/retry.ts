// Decides whether and when to retry. Pure, so every line of the policy has a one-line test.

export interface RetryPolicy {
  /** Milliseconds; the first pause is at most this, and each later pause at most twice the one before. */
  readonly pauseBase: number;
  readonly pauseMax: number;
  /** The longest `Retry-After` that a retry waits for, in milliseconds. */
  readonly retryAfterMax: number;
  /** Milliseconds from the first attempt after which no new attempt begins. */
  readonly budget: number;
  /** The first attempt included: a person must not wait for the whole budget if a host is mistyped or down. */
  readonly attemptsMax: number;
}

export const retryPolicy: RetryPolicy = {
  pauseBase: 500,
  pauseMax: 8_000,
  retryAfterMax: 30_000,
  budget: 60_000,
  attemptsMax: 6,
};

/** Milliseconds for one attempt with its whole answer, even if bytes keep arriving. */
export const attemptMax = 90_000;

export interface Attempt {
  /** Attempts so far, this attempt included. */
  readonly count: number;
  /** Milliseconds since the first attempt began. */
  readonly elapsed: number;
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter?: number | undefined;
  /** From 0 up to but not including 1. */
  readonly random: number;
}

/** Milliseconds to wait before the next attempt, or `undefined` if time or attempts are spent. */
export function pauseBefore(attempt: Attempt, policy: RetryPolicy = retryPolicy): number | undefined {
  if (attempt.count >= policy.attemptsMax) return undefined;
  const ceiling = Math.min(policy.pauseMax, policy.pauseBase * 2 ** (attempt.count - 1));
  // Full jitter: clients that failed together must not retry together.
  const jittered = Math.floor(attempt.random * ceiling);
  const asked = attempt.retryAfter === undefined ? 0 : Math.min(attempt.retryAfter, policy.retryAfterMax);
  const pause = Math.max(jittered, asked);
  return attempt.elapsed + pause > policy.budget ? undefined : pause;
}

/** Statuses for a temporary failure. A 409 is retried only if a request is in flight, and no other 4xx is. */
export function isRetryable(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** `Retry-After` (seconds or an HTTP date) or `retry-after-ms` as milliseconds. @param now where the answer has no `Date` */
export function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const milliseconds = headers['retry-after-ms'];
  if (milliseconds !== undefined && /^\d{1,9}(\.\d+)?$/.test(milliseconds))
    return Math.ceil(Number(milliseconds));
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d{1,9}(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const at = Date.parse(value);
  if (Number.isNaN(at)) return undefined;
  // Both dates come from the same clock, which may be hours from this machine's.
  const sent = Date.parse(headers.date ?? '');
  return Math.max(0, at - (Number.isNaN(sent) ? now : sent));
}
