// Defines the view of `sandbox clock`: the embedded ledger's time, and its distance from real time.
import { formatInstant } from '../../credits/exact.ts';
import { numberColumn, plainColumn, type Row, rowOf, viewOf } from '../../output/view.ts';

export interface ClockReading {
  /** RFC 3339. */
  readonly now: string;
  readonly real: string;
  /** How far the ledger's time is ahead of real time, in whole seconds; negative if it is behind. */
  readonly ahead_seconds: number;
}

/** @param now the ledger's time and @param real the real one, milliseconds since the epoch */
export function clockRow(now: number, real: number): Row<ClockReading> {
  return rowOf({
    now: formatInstant(now),
    real: formatInstant(real),
    ahead_seconds: Math.round((now - real) / 1000),
  });
}

export const clockView = viewOf<ClockReading>({
  columns: [
    plainColumn('now'),
    { ...plainColumn('real', 1), header: 'real time' },
    {
      ...numberColumn('ahead_seconds'),
      header: 'from real time',
      show: (reading) => ({ text: distanceText(reading.ahead_seconds) }),
    },
  ],
  none: 'no clock',
});

/** `none`, or the distance in its two largest units, such as `30d 2h ahead`. */
export function distanceText(seconds: number): string {
  if (seconds === 0) return 'none';
  let rest = Math.abs(seconds);
  const parts: string[] = [];
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    if (rest >= size) parts.push(`${Math.floor(rest / size)}${unit}`);
    rest %= size;
  }
  return `${parts.slice(0, 2).join(' ')} ${seconds > 0 ? 'ahead' : 'behind'}`;
}
