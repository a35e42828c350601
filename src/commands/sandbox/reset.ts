// `sandbox reset`: erases the embedded ledger and adds the sample customers again.
import { checkPlainOutput, type ReadCommand } from '../../runtime/show.ts';
import { askYes, checkConsentIsPossible } from '../../writes/consent.ts';

export const run: ReadCommand<{ readonly yes?: boolean }> = async (_args, flags, runtime) => {
  checkPlainOutput(flags);
  checkConsentIsPossible(flags, runtime, ['Add --yes to do it']);
  const { host: db } = runtime.target({ ...flags, sandbox: true });
  const question = `Erase every customer, ledger and setting in ${db}?`;
  await askYes(question, 'nothing was erased', { flags, runtime });
  const { reset } = (await runtime.openSandbox(flags)).operations();
  reset();
  runtime.note({
    text: `Erased ${db}. It has real time, no faults, and three sample customers: acme, globex, initech`,
    data: { sandbox_reset: { db, customers: ['acme', 'globex', 'initech'] } },
  });
};
