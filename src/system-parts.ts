// The parts as this machine has them; each heavy one is loaded when it is first used.
import os from 'node:os';
import { noCredentials } from './credentials-error.ts';
import type { OpenExchange, Opening, Parts } from './parts.ts';
import type { ConnectionChoice } from './profiles/choose-connection.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

export const systemParts: Parts = {
  now: Date.now,
  random: Math.random,
  newKey: () => crypto.randomUUID(),
  sleep,
  process: {
    get who() {
      return userName();
    },
    get runner() {
      return { machine: os.hostname(), pid: process.pid };
    },
    isAlive,
  },
  prompter: async (streams) => (await import('./terminal/prompter.ts')).terminalPrompter(streams),
  exchange: openExchange,
  sandbox: openEmbedded,
};

async function openExchange(choice: ConnectionChoice, opening: Opening): Promise<OpenExchange> {
  if (choice.kind === 'sandbox') {
    const sandbox = await openEmbedded(choice.db, opening);
    return { exchange: sandbox.exchange, close: () => sandbox.close() };
  }
  if (choice.key === undefined) throw noCredentials(choice.profile);
  const { connectHttp } = await import('./api/http-exchange.ts');
  const userAgent = `creditctl/${opening.version} node/${process.versions.node}`;
  return connectHttp({ baseUrl: choice.baseUrl, apiKey: choice.key.value, userAgent });
}

async function openEmbedded(db: string, { now, note }: Opening): Promise<Sandbox> {
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

function isAlive(pid: number): boolean {
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
