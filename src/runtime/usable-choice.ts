// The connection that a command can use: without a key, a person is offered the embedded ledger.
import { type ConnectionChoice, noCredentials } from '../profiles/choose-connection.ts';
import type { GlobalFlags, Runtime } from './runtime.ts';

/** Throws a `credentials` error if there is no key, and nobody says yes to the embedded ledger. */
export async function usableChoice(
  runtime: Pick<Runtime, 'choice' | 'prompter'>,
  flags: GlobalFlags,
): Promise<ConnectionChoice> {
  const choice = runtime.choice(flags);
  if (choice.kind === 'sandbox' || choice.key !== undefined) return choice;
  const prompter = await runtime.prompter(flags);
  const message = `There is no API key for the profile "${choice.profile}". Use the embedded ledger (sandbox) for this command?`;
  if (prompter === undefined || !(await prompter.confirm({ message }))) throw noCredentials(choice.profile);
  return runtime.choice({ ...flags, sandbox: true });
}
