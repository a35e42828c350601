// How often the tests try a property on generated input; fast-check prints the seed of one that fails.

/** So many times, or `RUNS` times as many: `RUNS=20 npx vitest run test/undo`. @throws RangeError for no number */
export function runs(usual: number): number {
  const times = Number(process.env.RUNS ?? '1');
  if (!(times > 0)) throw new RangeError(`RUNS must be a number above 0: ${process.env.RUNS}`);
  return Math.ceil(usual * times);
}
