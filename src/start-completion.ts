// Runs completion in this process: `creditctl __complete <shell> …`, which the shells' scripts call at each Tab.
import { type Answer, answer, type LiveValues } from './cli/completion/answer.ts';
import { readBashLine } from './cli/completion/bash-line.ts';
import { forBash, forFish, forZsh } from './cli/completion/shell-answer.ts';
import { program } from './commands/program.ts';
import { outletOn } from './runtime/outlet.ts';
import { thisSystem } from './runtime/system.ts';
import type { StartOptions } from './start.ts';

/** The longest wait for another program's answer, in milliseconds, because a person waits after each Tab. */
const patience = 800;

/**
 * Prints the candidates; resolves once they are written. A failure prints nothing and throws nothing: a person in the
 * middle of a line could do nothing about it.
 */
export async function complete({ argv, version }: StartOptions): Promise<void> {
  try {
    const [, shell, , ...tokens] = argv;
    const text = await textFor(shell, tokens, version);
    const stdout = outletOn(1, { isTerminal: false, stream: () => process.stdout });
    stdout.on('error', () => {});
    await new Promise((resolve) => void stdout.write(text, resolve));
  } catch {
    // A failure prints nothing, as promised above.
  }
}

async function textFor(
  shell: string | undefined,
  tokens: readonly string[],
  version: string,
): Promise<string> {
  if (shell === 'zsh')
    return forZsh(await answered(tokens, version), Number(process.env['COLUMNS']) || undefined);
  // The scripts add a plus sign, because some versions of PowerShell drop an empty argument.
  if (shell === 'powershell')
    return forFish(
      await answered([...tokens.slice(0, -1), tokens.at(-1)?.replace(/^\+/, '') ?? ''], version),
    );
  if (shell !== 'bash' && shell !== 'fish') return '';
  if (shell === 'fish') {
    // The typed word comes with its quotes, which work almost as in bash.
    const last = readBashLine(`creditctl ${tokens.at(-1) ?? ''}`, '').tokens.join(' ');
    return forFish(await answered([...tokens.slice(0, -1), last], version));
  }
  const [typed = '', breaks = '', kind = '', columns = ''] = tokens;
  const line = readBashLine(typed, breaks);
  // COMP_TYPE is `?`, `!` or `@` if bash lists the candidates instead of inserting one.
  const isList = ['63', '33', '64'].includes(kind);
  return forBash(await answered(line.tokens, version), line, { isList, width: Number(columns) || 80 });
}

async function answered(tokens: readonly string[], version: string): Promise<Answer> {
  const { signal, stop } = timeLimit();
  const world = async (): Promise<LiveValues> => {
    const { liveWorld } = await import('./cli/completion/live-world.ts');
    return liveWorld({
      env: process.env,
      version,
      now: thisSystem.now,
      process: String(process.pid),
      signal,
    });
  };
  const late = new Promise<readonly []>((resolve) => signal.addEventListener('abort', () => resolve([])));
  const orNothing = async <Item>(items: () => Promise<readonly Item[]>): Promise<readonly Item[]> => {
    try {
      return await Promise.race([items(), late]);
    } catch {
      return [];
    }
  };
  try {
    return await answer(program, tokens, {
      profiles: () => orNothing(async () => (await world()).profiles()),
      live: (question) => orNothing(async () => (await world()).live(question)),
    });
  } finally {
    stop();
  }
}

function timeLimit(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const limit = new AbortController();
  const answered = new AbortController();
  thisSystem.sleep(patience, answered.signal).then(
    () => limit.abort(new Error('time is up')),
    () => {},
  );
  return { signal: limit.signal, stop: () => answered.abort() };
}
