// `sandbox faults`: makes requests to the embedded ledger fail on purpose, in every process.
import { missingValue, type Problem, usageError, usageErrorAt } from '../../errors.ts';
import { checkOutput, type ReadCommand, show, type TextFlags } from '../../runtime/show.ts';
import { faultRows, faultsView } from './faults-view.ts';

export type SandboxFaultsFlags = TextFlags<'seed'>;

const actions = ['show', 'set', 'clear'];

export const run: ReadCommand<SandboxFaultsFlags> = async ([action = 'show', ...args], flags, runtime) => {
  const choice = checkOutput(flags, faultsView);
  if (!actions.includes(action)) throw usageErrorAt('<action>', `must be show, set or clear: "${action}"`);
  if (action !== 'set' && args.length > 0) throw usageErrorAt(action, 'takes no more arguments');
  if (action !== 'set' && flags.seed !== undefined) throw usageErrorAt('--seed', 'is only for set');
  const { faults } = (await runtime.openSandbox(flags, { mayCreate: action !== 'show' })).operations();
  if (action === 'set') {
    const { seed, probabilities } = readPlan(args, flags, faults.kinds);
    faults.set({ seed, probabilities });
  } else if (action === 'clear') {
    faults.clear();
  }
  const written = action === 'show' ? undefined : { isRepeatable: true };
  await show(faultRows(faults.plan()), { view: faultsView, shape: 'list', choice, written }, runtime);
};

/** Throws a `usage` error that names every problem. */
function readPlan(
  args: readonly string[],
  { seed = '1' }: SandboxFaultsFlags,
  kinds: readonly string[],
): { readonly seed: number; readonly probabilities: Readonly<Record<string, number>> } {
  const problems: Problem[] = [];
  const probabilities: Record<string, number> = {};
  const known = `kinds: ${kinds.join(', ')}`;
  if (args.length === 0) problems.push(missingValue('<kind>=<probability>', known));
  for (const word of args) {
    const [, kind = word, value = ''] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    if (!kinds.includes(kind)) problems.push({ where: word, problem: `is not a kind of fault; ${known}` });
    else if (Object.hasOwn(probabilities, kind)) problems.push({ where: word, problem: 'repeats a kind' });
    else if (!/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/.test(value))
      problems.push({ where: word, problem: 'needs a probability from 0 to 1, such as latency=0.1' });
    probabilities[kind] = Number(value);
  }
  if (!/^\d{1,9}$/.test(seed)) {
    problems.push({ where: '--seed', problem: `must be a whole number of at most 9 digits: "${seed}"` });
  }
  if (problems.length > 0) throw usageError(problems);
  return { seed: Number(seed), probabilities };
}
