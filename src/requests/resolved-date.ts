// A typed date, resolved: what was meant, when it begins, and how that is written; a file repeats the same few.
import { type CalendarDate, readDate, startOfDay, zonedText } from '../credits/calendar.ts';
import type { Instant } from '../credits/instant.ts';

/** A day or an instant with its beginning, or the sentence fragment that says what is wrong. */
export type ResolvedDate =
  | { readonly kind: 'date'; readonly date: CalendarDate; readonly at: Instant; readonly text: string }
  | { readonly kind: 'instant'; readonly at: Instant; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: string };

export type ResolveDate = (typed: string) => ResolvedDate;

/** Resolves dates as seen at one instant in one zone; `text` is RFC 3339 with the zone's offset. */
export function dateResolver(now: Instant, zone: string): ResolveDate {
  return (typed) => {
    const reading = readDate(typed, now, zone);
    if (reading.kind === 'problem') return reading;
    const at = reading.kind === 'date' ? startOfDay(reading.date, zone) : reading.at;
    return { ...reading, at, text: zonedText(at, zone) };
  };
}

/** As many texts as are remembered: a file of exact times, each another, must not fill the memory. */
const rememberedMax = 10_000;

/** The same resolver, which works out a text only once. */
export function remembering(resolve: ResolveDate): ResolveDate {
  const known = new Map<string, ResolvedDate>();
  return (typed) => {
    const earlier = known.get(typed);
    if (earlier !== undefined) return earlier;
    const resolved = resolve(typed);
    if (known.size >= rememberedMax) known.clear();
    known.set(typed, resolved);
    return resolved;
  };
}
