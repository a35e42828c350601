// Opens the connection that was chosen, HTTP or embedded, and joins reads and writes to it.
import path from 'node:path';
import { type CreditsApi, creditsApi } from './api/credits-api.ts';
import { sender } from './api/send.ts';
import type { ConnectionChoice } from './profiles/choose-connection.ts';
import type { ApiRequest } from './requests/request.ts';
import type { Runtime } from './runtime.ts';
import type { Place } from './submission/journal.ts';
import type { Settled } from './submission/submit.ts';
import type { Exchange } from './wire/message.ts';

/** An API to talk to, and the one way to write to it. */
export interface Connection {
  readonly place: Place;
  readonly api: CreditsApi;
  /** @param key an idempotency key set by hand */
  submit(request: ApiRequest, key: string | undefined): Promise<Settled>;
}

/** A connection that is to be closed. */
export interface OpenConnection extends Connection {
  close(): Promise<void> | void;
}

export async function openConnection(
  choice: ConnectionChoice,
  place: Place,
  runtime: Runtime,
): Promise<OpenConnection> {
  const { exchange, close } = await runtime.parts.exchange(choice, runtime);
  return { ...connectionOver(exchange, place, runtime), close };
}

function connectionOver(exchange: Exchange, place: Place, runtime: Runtime): Connection {
  const send = sender(exchange, {
    now: runtime.now,
    random: runtime.parts.random,
    sleep: (ms) => runtime.parts.sleep(ms, runtime.interruption),
    signal: runtime.interruption,
    onRetry: (why, pause) => {
      const seconds = (pause / 1000).toFixed(1);
      runtime.note({
        text: `Trying again in ${seconds} s: ${why}`,
        data: { retry: { why, pause_ms: pause } },
      });
    },
  });
  return {
    place,
    api: creditsApi(send),
    submit: async (request, key) => {
      const { submit } = await import('./submission/submit.ts');
      const { journalFile } = await import('./submission/journal-file.ts');
      const { shellText } = await import('./requests/command-text.ts');
      return submit(request, key, {
        place,
        journal: journalFile(path.join(runtime.folders.state, 'journal', `${place.profile}.ndjson`)),
        send,
        now: runtime.now,
        newKey: runtime.parts.newKey,
        ...runtime.parts.process,
        command: shellText(runtime.argv),
      });
    },
  };
}
