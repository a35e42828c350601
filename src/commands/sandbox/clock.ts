// `sandbox clock`: shows or moves the clock of the embedded ledger, which every process with the database follows.
import { formatInstant, type Instant, parseInstant } from '../../credits/exact.ts';
import { usageErrorAt } from '../../errors.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { readAction } from './action.ts';
import { clockRow, clockView } from './clock-view.ts';

type Move = (now: Instant) => Instant | undefined;

export const run: ReadCommand = async (args, flags, runtime) => {
  const choice = checkOutput(flags, clockView);
  const move = readMove(args);
  const { clock } = await runtime.openSandbox(flags, { mayCreate: move !== 'show' });
  if (move !== 'show') {
    const before = clock.now();
    const target = move(before);
    if (target !== undefined && !isSane(target))
      throw usageErrorAt('<instant>', 'is outside the years 1970 to 9899');
    clock.set(target);
    const after = clock.now();
    // Both readings are of a running clock, so less than a second is no step back.
    if (after <= before - 1000) runtime.note(backNote(formatInstant(before), formatInstant(after)));
  }
  // The same line would advance the clock once more.
  const written = move === 'show' ? undefined : { isRepeatable: args[0] !== 'advance' };
  const row = clockRow(clock.now(), clock.real());
  await show([row], { view: clockView, shape: 'one', choice, written }, runtime);
};

function readMove(args: readonly string[]): Move | 'show' {
  const [action, value] = readAction(args, {
    show: undefined,
    set: ['<instant>', 'such as 2027-01-31T09:00:00Z or 2027-01-31'],
    advance: ['<duration>', 'such as 30d, 48h, 90m, 2w or 1y'],
    real: undefined,
  });
  if (action === 'show') return action;
  if (action === 'real') return () => undefined;
  if (action === 'advance') return readDuration(value);
  const at = readInstant(value);
  return () => at;
}

/** Reads an instant, or a day that begins at midnight UTC: a clock has no customer, so no other zone. */
function readInstant(value: string): Instant {
  const at = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value);
  if (at !== undefined) return at;
  throw usageErrorAt('<instant>', `is not a time: "${value}"; write 2027-01-31T09:00:00Z or 2027-01-31`);
}

const milliseconds = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** A year is a calendar year in UTC; a day has 24 hours. */
function readDuration(value: string): Move {
  const match = /^\+?(\d{1,7})([mhdwy])$/.exec(value);
  if (match === null)
    throw usageErrorAt('<duration>', `is not a duration: "${value}"; write 30d, 48h, 90m, 2w or 1y`);
  const count = Number(match[1]);
  if (match[2] === 'y') return (now) => new Date(now).setUTCFullYear(new Date(now).getUTCFullYear() + count);
  const size = milliseconds[match[2] as keyof typeof milliseconds];
  return (now) => now + count * size;
}

/** No date may pass the year 9999, though the clock runs on and credits of a top-up may last a hundred years. */
const isSane = (at: Instant): boolean => at >= 0 && at < Date.UTC(9900, 0);

const backNote = (from: string, to: string) => ({
  text: `The clock went back from ${from} to ${to}. Ledgers do not go back: what has expired stays expired. Until the clock catches up, a new entry gets the time of the last entry in its ledger.`,
  data: { clock_went_back: { from, to } },
});
