// `sandbox reset`: erases the embedded ledger and adds the sample customers again.
import { CreditctlError } from '../../errors.ts';
import { checkPlainOutput, type ReadCommand } from '../../runtime/show.ts';
import { checkConsentIsPossible } from '../../writes/consent.ts';

export interface SandboxResetFlags {
  readonly yes?: boolean;
}

export const run: ReadCommand<SandboxResetFlags> = async (_words, flags, runtime) => {
  checkPlainOutput(flags);
  checkConsentIsPossible(flags, runtime, ['Add --yes to do it']);
  const { host: db } = runtime.place({ ...flags, sandbox: true });
  if (flags.yes !== true) {
    const prompter = await runtime.prompter(flags);
    const message = `Erase every customer, ledger and setting in ${db}?`;
    if (prompter === undefined || !(await prompter.confirm({ message })))
      throw new CreditctlError('refused', 'Declined: nothing was erased', { applied: 'no' });
  }
  const { reset } = (await runtime.openSandbox(flags)).operations();
  reset();
  runtime.note({
    text: `Erased ${db}. It has real time, no faults, and three sample customers: acme, globex, initech`,
    data: { sandbox_reset: { db, customers: ['acme', 'globex', 'initech'] } },
  });
};
