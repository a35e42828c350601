// Runs a shell command for its output, within a time limit, and ends it with every process that it started.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import type { Readable } from 'node:stream';
import type { Environment } from './environment.ts';

export interface Running {
  readonly env: Environment;
  /** Milliseconds until the command is ended. */
  readonly limit: number;
  /** A person is present: the command may ask on the terminal, and its stderr goes there. */
  readonly isInteractive: boolean;
  /** Called with each line of stderr, unless a person is present. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The exit code, signal or failure of the command, and its output. */
export interface CommandEnd {
  readonly how: number | NodeJS.Signals | 'too slow' | 'too much' | 'not started';
  readonly stdout: string;
}

/** The failure, for a sentence that begins with the command. */
export function endText(how: CommandEnd['how']): string {
  if (typeof how === 'number') return `failed with exit code ${how}`;
  if (how === 'too slow') return 'took too long and was stopped';
  if (how === 'too much') return 'printed too much and was stopped';
  return how === 'not started' ? 'could not be started' : `was ended by ${how}`;
}

/** Characters; longer than any key, so a command that prints more is the wrong command. */
const outputMost = 16_384;

/** Milliseconds between SIGTERM and SIGKILL, and from the exit of a command to the end of its output. */
const grace = 250;

const isWindows = os.platform() === 'win32';

/** Rejects only with the signal's reason. */
export async function runShell(command: string, running: Running): Promise<CommandEnd> {
  const { env, isInteractive, limit, signal, say } = running;
  if (signal.aborted) throw signal.reason;
  // A process group can be ended as a whole, but a command in its own group cannot ask on the terminal.
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

/** Resolves when the command has ended, or when `ending` aborts. */
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
    // A process that the command leaves running, such as an agent, may keep the output open.
    child.on('exit', (code, signal) =>
      setTimeout(() => resolved(code ?? signal ?? 'not started'), grace).unref(),
    );
    ending.signal.addEventListener('abort', () =>
      resolved(ending.signal.reason === 'too much' ? 'too much' : 'too slow'),
    );
  });
}

/** Closes the pipes and forgets the process, because both would keep this program from ending. */
function letGo(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

/** Asks the command and its descendants to end, so that a prompt can restore the terminal; then kills them. */
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
      // The process has ended already.
    }
  }
}

/** The children of a process, and all their descendants. */
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
    // Keeps only the end of an endless line.
    rest = lines.pop()?.slice(-outputMost) ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}
