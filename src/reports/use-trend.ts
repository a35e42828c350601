// Estimates the trend of daily use: how much is used now, whether use grows, and how certain both are. Pure.

// Binary floating point is precise enough here, because no estimate enters a balance.

/** The state after the last day: `level` is the use per day, `slope` is how much the level grows per day. */
export interface UseTrend {
  readonly level: number;
  readonly slope: number;
  /** The variance of the level, the variance of the slope, and their covariance. */
  readonly levelVariance: number;
  readonly slopeVariance: number;
  readonly covariance: number;
  /** The variance of a single day around its level, and of the step that the level takes each day. */
  readonly noise: number;
  readonly step: number;
  readonly basisDays: number;
}

/** The growth per day that is assumed before the first day, and its standard deviation; both as shares of the mean use. */
const typicalGrowth = 0.003;
const growthSpread = 0.01;
/** The standard deviation of the level's step per day, as a share of the mean use. */
const typicalStep = 0.025;
/** The variance of the level before the first day, in squared mean uses: nothing is known of the level yet. */
const unknown = 1e6;

const daysOfWeek = 7;
/** Fewer days do not show a weekly pattern. */
const patternDaysMin = 2 * daysOfWeek;

/**
 * Applies a Kalman filter with level and slope, so that late days count more than early ones. The weekly pattern is
 * removed first, because it is no uncertainty.
 * @param days the use of each day, the oldest first
 */
export function trendOf(days: readonly number[]): UseTrend {
  const usual = mean(days);
  const { even, noise } = withoutPattern(days);
  const step = (typicalStep * usual) ** 2;
  let trend: UseTrend = {
    level: usual,
    slope: typicalGrowth * usual,
    levelVariance: unknown * usual ** 2,
    slopeVariance: (growthSpread * usual) ** 2,
    covariance: 0,
    noise,
    step,
    basisDays: days.length,
  };
  for (const used of even) trend = afterDay(trend, used);
  return trend;
}

function afterDay(trend: UseTrend, used: number): UseTrend {
  const level = trend.level + trend.slope;
  const levelVariance = trend.levelVariance + 2 * trend.covariance + trend.slopeVariance + trend.step;
  const covariance = trend.covariance + trend.slopeVariance;
  const all = levelVariance + trend.noise;
  if (all === 0) return { ...trend, level };
  const surprise = used - level;
  return {
    ...trend,
    level: level + (levelVariance / all) * surprise,
    slope: trend.slope + (covariance / all) * surprise,
    levelVariance: (1 - levelVariance / all) * levelVariance,
    slopeVariance: trend.slopeVariance - (covariance / all) * covariance,
    covariance: (1 - levelVariance / all) * covariance,
  };
}

/** The number of standard deviations that leaves one case in ten on either side; more after few days. */
const deviationsOf = (days: number): number => 1.2816 + 0.93 / Math.max(1, days - 1);

/** Growth is extrapolated for at most this many days, because no use grows without end. */
const growthDaysMax = 30;

/**
 * The bound of the total use in a number of days after the last one; one case in ten is beyond the bound.
 * @param side 1 for the upper bound, -1 for the lower one
 */
export function boundAfter(trend: UseTrend, days: number, side: 1 | -1): number {
  const growing = Math.min(days, growthDaysMax);
  const reach = (growing * (growing + 1)) / 2 + (days - growing) * growing;
  const variance =
    trend.noise * days +
    trend.levelVariance * days ** 2 +
    2 * trend.covariance * days * reach +
    trend.slopeVariance * reach ** 2 +
    (trend.step * days ** 3) / 3;
  const centre = trend.level * days + trend.slope * reach;
  return centre + side * deviationsOf(trend.basisDays) * Math.sqrt(Math.max(0, variance));
}

/** The days without the weekly pattern, if there are enough weeks, and the variance that remains. */
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
