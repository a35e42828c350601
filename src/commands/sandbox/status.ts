// `sandbox status`: shows size, settings and integrity of the embedded ledger.
import { CreditctlError } from '../../errors.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { sandboxStatusRow, sandboxStatusView } from './status-view.ts';

/** Throws a `check-failed` error after showing the status if anything is wrong with the database. */
export const run: ReadCommand = async (_args, flags, runtime) => {
  const choice = checkOutput(flags, sandboxStatusView);
  const { clock, operations } = await runtime.openSandbox(flags, { mayCreate: false });
  const { status, faults } = operations();
  const store = status();
  const row = sandboxStatusRow({
    store,
    clock: { now: clock.now(), real: clock.real() },
    faults: faults.plan()?.probabilities ?? null,
  });
  await show([row], { view: sandboxStatusView, shape: 'one', choice }, runtime);
  if (store.problems.length === 0) return;
  const message = `The sandbox database ${store.path} is not intact:\n${store.problems.join('\n')}`;
  throw new CreditctlError('check-failed', message, {
    next: ['Start over and lose everything in it: creditctl sandbox reset'],
  });
};
