// Reads the key or the password of `auth login`.
import { usageErrorAt } from '../../errors.ts';
import type { Invocation, SwitchFlags } from '../../runtime/show.ts';

export type AuthLoginFlags = SwitchFlags<'file' | 'check' | 'record'>;

/**
 * Reads a secret from a hidden prompt or from stdin.
 * @param message the question
 * @param problemOf problem of an answer, without the answer itself; a person is then asked again
 */
export async function readSecret(
  message: string,
  problemOf: (secret: string) => string | undefined,
  { flags, runtime }: Invocation,
): Promise<string> {
  const prompter = await runtime.prompter(flags);
  const check = (answer: string): string | undefined => {
    const problem = problemOf(answer);
    return problem && `What you typed ${problem}`;
  };
  if (prompter !== undefined) return prompter.secret({ message, check });
  if (!runtime.terminal.inputIsTyped)
    return (await runtime.terminal.readInput(runtime.interruption)).toString('utf8');
  const problem = 'has nothing to store: pipe it in, or leave out --no-input to type it hidden';
  throw usageErrorAt('stdin', problem);
}
