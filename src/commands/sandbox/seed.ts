// `sandbox seed`: adds customers with two years of ledger entries, for tests and measurements.
import { type Problem, usageError } from '../../errors.ts';
import { checkOutput, type ReadCommand, show, type TextFlags } from '../../runtime/show.ts';
import { sandboxLoadRow, sandboxLoadView } from './seed-view.ts';

export const run: ReadCommand<TextFlags<'customers' | 'entries' | 'seed'>> = async (
  _args,
  flags,
  runtime,
) => {
  const choice = checkOutput(flags, sandboxLoadView);
  const { customers = '100', entries = '10000', seed = '1' } = flags;
  const problems = [
    ...wrongCount('--customers', customers, 1),
    ...wrongCount('--entries', entries, 0),
    ...wrongCount('--seed', seed, 0),
  ];
  if (problems.length > 0) throw usageError(problems);
  const operations = (await runtime.openSandbox(flags)).operations();
  const load = { customers: Number(customers), entries: Number(entries), seed: Number(seed) };
  const begun = runtime.now();
  const { prefix } = await operations.seed(load, runtime.interruption);
  const seconds = (runtime.now() - begun) / 1000;
  const row = sandboxLoadRow({ ...load, external_id_prefix: prefix, seconds });
  const written = { isRepeatable: true };
  await show([row], { view: sandboxLoadView, shape: 'one', choice, written }, runtime);
};

function wrongCount(where: string, text: string, least: number): readonly Problem[] {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return [];
  return [{ where, problem: `must be a whole number from ${least} to 999999999: "${text}"` }];
}
