// The parts as this machine has them; each heavy one is loaded when it is first used.
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { OpenExchange, Opening, Parts } from './parts.ts';
import type { ConnectionChoice } from './profiles/choose-connection.ts';
import type { Prompter } from './questions/prompter.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { Runner } from './submission/journal.ts';
import type { PrompterStreams } from './terminal/prompter.ts';

export const systemParts: Parts = {
  now: Date.now,
  monotonic: () => performance.now(),
  random: Math.random,
  newKey: () => crypto.randomUUID(),
  sleep,
  process: {
    get who() {
      return userName();
    },
    get runner() {
      const started = processState(process.pid)?.started;
      return { machine: os.hostname(), pid: process.pid, ...(started === undefined ? {} : { started }) };
    },
    isAlive,
  },
  machine: { node: process.versions.node, codeCacheFits: () => undefined },
  prompter,
  runCommand: async (command, running) =>
    (await import('./profiles/shell-command.ts')).runShell(command, running),
  askKeychain: async (request, asking) =>
    (await import('./profiles/ask-keychain.ts')).askKeychain(request, { ...asking, node: process.execPath }),
  exchange: openExchange,
  sandbox: openEmbedded,
};

async function prompter(streams: PrompterStreams): Promise<Prompter> {
  const onScreen = async () => (await import('./terminal/prompter.ts')).terminalPrompter(streams);
  if (!streams.isPlain) return onScreen();
  return (await import('./terminal/plain-prompter.ts')).plainPrompter(streams, onScreen);
}

async function openExchange(choice: ConnectionChoice, opening: Opening): Promise<OpenExchange> {
  if (choice.kind === 'sandbox') {
    const sandbox = await openEmbedded(choice.db, opening);
    return { exchange: sandbox.exchange, now: sandbox.clock.now, close: () => sandbox.close() };
  }
  const apiKey = await opening.keyOf(choice);
  const { connectHttp } = await import('./api/http-exchange.ts');
  const userAgent = `creditctl/${opening.version} node/${process.versions.node}`;
  return connectHttp({ baseUrl: choice.baseUrl, apiKey, userAgent, proxy: choice.proxy });
}

async function openEmbedded(db: string, { now, note }: Pick<Opening, 'now' | 'note'>): Promise<Sandbox> {
  const { openSandbox } = await import('./sandbox/sandbox.ts');
  // The global crypto loads when it is first used: a command that only reads does not pay for it.
  const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const sandbox = await openSandbox({ path: db, now, randomBytes });
  if (!sandbox.created) return sandbox;
  note({
    text: `Created the embedded ledger ${db} with three sample customers: acme, globex, initech`,
    data: { sandbox_created: { db, customers: ['acme', 'globex', 'initech'] } },
  });
  return sandbox;
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A container's user may have no name.
    return process.env.USER ?? 'unknown';
  }
}

/**
 * Whether the very process still runs: an id alone may belong to a later process, or to a killed one that its parent
 * has not buried. Where the machine does not tell when a process began, the id has to do.
 */
function isAlive({ pid, started }: Runner): boolean {
  const own = processState(process.pid);
  if (own === undefined) return answersSignals(pid);
  const other = processState(pid);
  if (other === undefined || other.isDead) return false;
  return started === undefined || other.started === started;
}

/** What Linux tells of a process: whether only its entry is left, and when it began, in ticks since the machine did. */
function processState(pid: number): { readonly isDead: boolean; readonly started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything, so counting begins after it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { isDead: fields[0] === 'Z' || fields[0] === 'X', started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      signal.removeEventListener('abort', stop);
      resolve();
    }
    function stop(): void {
      clearTimeout(timer);
      reject(signal.reason);
    }
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}
