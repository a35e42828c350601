// `sandbox serve`: the embedded ledger over HTTP, on this machine only, for any client of the contract.
import { usageError } from '../../errors.ts';
import type { GlobalFlags, Runtime } from '../../runtime.ts';
import { checkPlainOutput } from '../../show.ts';
import { writeJson } from '../../wire/json.ts';

export interface SandboxServeFlags extends GlobalFlags {
  readonly port?: string;
}

/** Resolves when SIGINT or SIGTERM has come and the last answer has left. */
export async function run(
  _words: readonly string[],
  flags: SandboxServeFlags,
  runtime: Runtime,
): Promise<void> {
  checkPlainOutput(flags);
  const port = flags.port ?? '4010';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw usageError([
      { where: '--port', problem: `must be a port from 0 (any free one) to 65535: "${port}"` },
    ]);
  }
  const server = await runtime.serveSandbox(flags, Number(port));
  // A script waits for this line, so it comes only once the port is open.
  await runtime.terminal.out(`${writeJson({ base_url: server.baseUrl, api_key: server.apiKey })}\n`);
  await interrupted(runtime.interruption);
  await server.close();
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
