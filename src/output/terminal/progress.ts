// Writes the progress line of a long run: a bar, the count, the rate and the time left. Pure.

export interface ProgressFigures {
  readonly done: number;
  readonly total: number;
  /** Items per second. */
  readonly rate: number;
  readonly failed: number;
  /** The number of items that a cap held back. */
  readonly held: number;
  /** The number of items with an unknown outcome. */
  readonly unknown: number;
}

/** Whole seconds as `42 s`, `3 min 20 s` or `2 h 5 min`. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `[██████░░░░] 60 % · 600 of 1000 · 48/s · 8 s left · 2 failed`, no wider than the terminal. */
export function progressLine(progress: ProgressFigures, width: number): string {
  const { done, total } = progress;
  const text = `${Math.floor((done / Math.max(1, total)) * 100)} % · ${progressText(progress)}`;
  const room = Math.min(30, width - text.length - 4);
  if (room < 5) return text.slice(0, Math.max(0, width - 1));
  const full = Math.floor((done / Math.max(1, total)) * room);
  return `[${'█'.repeat(full)}${'░'.repeat(room - full)}] ${text}`;
}

/** The progress in words, for a log. */
export function progressText({ done, total, rate, failed, held, unknown }: ProgressFigures): string {
  const left = rate > 0 ? [`${spanText((total - done) / rate)} left`] : [];
  return [
    `${done} of ${total}`,
    `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`,
    ...left,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(held === 0 ? [] : [`${held} held back`]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
  ].join(' · ');
}
