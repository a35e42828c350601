// Checks `--port`, and waits for the end, for commands that listen on a port.

/** Problems of the value of `--port`. */
export function portProblems(port: string) {
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return [];
  return [{ where: '--port', problem: `must be a port from 0 (any free one) to 65535: "${port}"` }];
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
