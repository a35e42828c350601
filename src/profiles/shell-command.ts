// Runs a shell command whose output is wanted, for so long and no longer, together with everything that it starts.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import type { Readable } from 'node:stream';
import type { Environment } from './environment.ts';

export interface Running {
  readonly env: Environment;
  /** Milliseconds after which it is ended. */
  readonly limit: number;
  /** A person is there: the command may ask on the terminal, which is then its stderr too. */
  readonly isInteractive: boolean;
  /** Takes each line of its stderr where no person is there. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** How the command came to its end, and what it had printed by then. */
export interface CommandEnd {
  readonly how: number | NodeJS.Signals | 'too slow' | 'too much' | 'not started';
  readonly stdout: string;
}

/** How a command failed, after its name. */
export function endText(how: CommandEnd['how']): string {
  if (typeof how === 'number') return `failed with exit code ${how}`;
  if (how === 'too slow') return 'took too long and was stopped';
  if (how === 'too much') return 'printed too much and was stopped';
  return how === 'not started' ? 'could not be started' : `was ended by ${how}`;
}

/** More than any key has; a command that prints more does something else than it should. */
const outputMost = 16_384;

/** Milliseconds that a command has to end by itself once it was asked to, and for its last words to arrive. */
const grace = 250;

const isWindows = os.platform() === 'win32';

/** Rejects only with the signal's reason. */
export async function runShell(command: string, running: Running): Promise<CommandEnd> {
  const { env, isInteractive, limit, signal, say } = running;
  if (signal.aborted) throw signal.reason;
  // A group of its own can be ended as a whole, but has no terminal to ask on.
  const hasOwnGroup = !isInteractive && !isWindows;
  const child = spawn(command, {
    shell: true,
    env: { ...env },
    detached: hasOwnGroup,
    windowsHide: true,
    stdio: ['ignore', 'pipe', isInteractive ? 'inherit' : 'pipe'],
  });
  if (child.stderr !== null) eachLine(child.stderr, say);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort('too slow'), limit);
  const interrupt = (): void => ending.abort('interrupted');
  signal.addEventListener('abort', interrupt, { once: true });
  const end = await endOf(child, ending);
  clearTimeout(timer);
  signal.removeEventListener('abort', interrupt);
  if (ending.signal.aborted) await endAll(child, hasOwnGroup);
  letGo(child);
  if (signal.aborted) throw signal.reason;
  return end;
}

/** Resolves when the command has ended, or `ending` says that it has to. */
function endOf(child: ChildProcess, ending: AbortController): Promise<CommandEnd> {
  return new Promise((resolve) => {
    let stdout = '';
    const resolved = (how: CommandEnd['how']): void => resolve({ how, stdout });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > outputMost) ending.abort('too much');
    });
    child.on('error', () => resolved('not started'));
    child.on('close', (code, signal) => resolved(code ?? signal ?? 'not started'));
    // What it leaves running, such as an agent, may hold its output open for good.
    child.on('exit', (code, signal) =>
      setTimeout(() => resolved(code ?? signal ?? 'not started'), grace).unref(),
    );
    ending.signal.addEventListener('abort', () =>
      resolved(ending.signal.reason === 'too much' ? 'too much' : 'too slow'),
    );
  });
}

/** What is still open must not keep this program from ending. */
function letGo(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

/** Asks the command and all it started to end, so that a prompt can restore the terminal; then ends them. */
async function endAll(child: ChildProcess, hasOwnGroup: boolean): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  if (isWindows) {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  const ids = hasOwnGroup ? [-pid] : [pid, ...descendantsOf(pid)];
  signalEach(ids, 'SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, grace));
  signalEach(ids, 'SIGKILL');
}

function signalEach(ids: readonly number[], signal: NodeJS.Signals): void {
  for (const id of ids) {
    try {
      process.kill(id, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

/** The processes that one has started, and those that they have. */
function descendantsOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const parent of found)
    for (const [id = 0, of] of rows) if (of === parent && !found.includes(id)) found.push(id);
  return found.slice(1);
}

function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    // Of a line without end the last part is enough.
    rest = lines.pop()?.slice(-outputMost) ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}
