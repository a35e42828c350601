// A span of time as it is typed on the command line. Pure.

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of `500ms`, `30s`, `2m` or `1h`; a number alone counts seconds. `undefined` for any other text, and for 0. */
export function durationIn(text: string): number | undefined {
  const [, count, unit = 's'] = /^(\d{1,7})(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const span = Number(count) * units[unit as keyof typeof units];
  return Number.isSafeInteger(span) && span > 0 ? span : undefined;
}
