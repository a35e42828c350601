// Reads `--interval` and `--limit` of `ledger watch`.
import type { Problem } from '../../errors.ts';
import { readListFlags } from '../../requests/list-flags.ts';

export interface WatchFlags {
  /** Seconds. */
  readonly interval?: string;
  readonly limit?: string;
}

export interface WatchPace {
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Infinity without `--limit`. */
  readonly limit: number;
}

const intervalMin = 500;
/** Milliseconds: the longest time between two attempts while the API does not answer. */
const intervalMax = 60_000;

export function readWatchFlags({ interval = '2', limit }: WatchFlags): {
  pace: WatchPace;
  problems: readonly Problem[];
} {
  const ms = /^\d{1,4}(\.\d{1,3})?$/.test(interval) ? Math.round(Number(interval) * 1000) : 0;
  const { span, problems } = readListFlags(limit === undefined ? { all: true } : { limit });
  const isOften = ms < intervalMin ? [{ where: '--interval', problem: intervalProblem(interval) }] : [];
  return {
    pace: { interval: ms, limit: span.limit ?? Number.POSITIVE_INFINITY },
    problems: [...isOften, ...problems],
  };
}

const intervalProblem = (text: string): string =>
  `must be a number of seconds, at least ${intervalMin / 1000}: "${text}"`;

/** Milliseconds before the next request: doubles after each failure in a row, up to a minute. */
export const restBefore = ({ interval }: WatchPace, failures: number): number =>
  failures === 0 ? interval : Math.max(interval, Math.min(intervalMax, interval * 2 ** failures));
