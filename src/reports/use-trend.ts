// What the use of each day says of the days to come: how fast it is now, whether it grows, and how sure that is. Pure.

// An estimate, and none of it enters a balance: binary floating point does for it.

/** The outlook at the end of the last day: what is used a day, and how much more each day than the day before. */
export interface UseTrend {
  readonly level: number;
  readonly slope: number;
  /** Variances: of the level, of the slope, of the two together. */
  readonly ofLevel: number;
  readonly ofSlope: number;
  readonly ofBoth: number;
  /** Variances: of a single day around its level, and of the step that the level takes each day. */
  readonly noise: number;
  readonly step: number;
  readonly basisDays: number;
}

/** Shares of the mean use a day: before a day is known, use is expected to grow by this, give or take the second. */
const growthUsual = 0.003;
const growthSpread = 0.01;
/** How far the level moves from one day to the next without growth. */
const stepUsual = 0.025;
/** Nothing is known of the level before the first day. */
const unknown = 1e6;

const daysOfWeek = 7;
/** Fewer weeks say nothing of a weekly pattern. */
const patternDaysMin = 2 * daysOfWeek;

/**
 * A Kalman filter with a level and a slope, so that late days count more than early ones. The pattern of the week is taken
 * out first: it is no uncertainty.
 * @param days the use of each day, the oldest first
 */
export function trendOf(days: readonly number[]): UseTrend {
  const usual = mean(days);
  const { even, noise } = withoutPattern(days);
  const step = (stepUsual * usual) ** 2;
  let trend: UseTrend = {
    level: usual,
    slope: growthUsual * usual,
    ofLevel: unknown * usual ** 2,
    ofSlope: (growthSpread * usual) ** 2,
    ofBoth: 0,
    noise,
    step,
    basisDays: days.length,
  };
  for (const used of even) trend = afterDay(trend, used);
  return trend;
}

function afterDay(trend: UseTrend, used: number): UseTrend {
  const level = trend.level + trend.slope;
  const ofLevel = trend.ofLevel + 2 * trend.ofBoth + trend.ofSlope + trend.step;
  const ofBoth = trend.ofBoth + trend.ofSlope;
  const all = ofLevel + trend.noise;
  if (all === 0) return { ...trend, level };
  const surprise = used - level;
  return {
    ...trend,
    level: level + (ofLevel / all) * surprise,
    slope: trend.slope + (ofBoth / all) * surprise,
    ofLevel: (1 - ofLevel / all) * ofLevel,
    ofSlope: trend.ofSlope - (ofBoth / all) * ofBoth,
    ofBoth: (1 - ofLevel / all) * ofBoth,
  };
}

/** One tail of ten is cut off at either side: this many standard deviations, and more where few days are known. */
const deviationsOf = (days: number): number => 1.2816 + 0.93 / Math.max(1, days - 1);

/** Growth is not carried on for longer than this, because nothing grows for ever. */
const growthDaysMax = 30;

/**
 * What will have been used so many days after the last one, with one chance in ten that it is more, or less.
 * @param side 1 for the upper bound, -1 for the lower one
 */
export function boundAfter(trend: UseTrend, days: number, side: 1 | -1): number {
  const growing = Math.min(days, growthDaysMax);
  const reach = (growing * (growing + 1)) / 2 + (days - growing) * growing;
  const variance =
    trend.noise * days +
    trend.ofLevel * days ** 2 +
    2 * trend.ofBoth * days * reach +
    trend.ofSlope * reach ** 2 +
    (trend.step * days ** 3) / 3;
  const centre = trend.level * days + trend.slope * reach;
  return centre + side * deviationsOf(trend.basisDays) * Math.sqrt(Math.max(0, variance));
}

/** The days without the pattern of the week, where there are weeks enough, and the variance that is left in them. */
function withoutPattern(days: readonly number[]): {
  readonly even: readonly number[];
  readonly noise: number;
} {
  const usual = mean(days);
  if (days.length < patternDaysMin)
    return { even: days, noise: squares(days, usual) / Math.max(1, days.length - 1) };
  const weekday = Array.from({ length: daysOfWeek }, (_, each) =>
    mean(days.filter((_used, index) => index % daysOfWeek === each)),
  );
  const even = days.map((used, index) => used - (weekday[index % daysOfWeek] ?? usual) + usual);
  return { even, noise: squares(even, usual) / (days.length - daysOfWeek) };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((total, each) => total + each, 0) / values.length;

const squares = (values: readonly number[], middle: number): number =>
  values.reduce((total, each) => total + (each - middle) ** 2, 0);
