// Opens the connection that was chosen, HTTP or embedded, and joins reads and writes to it.
import path from 'node:path';
import { type CreditsApi, creditsApi } from './api/credits-api.ts';
import { type Answer, sender } from './api/send.ts';
import { CreditctlError } from './errors.ts';
import type { ConnectionChoice } from './profiles/choose-connection.ts';
import type { ApiRequest } from './requests/request.ts';
import type { Runtime } from './runtime.ts';
import type { Place } from './submission/journal.ts';
import type { Settled } from './submission/submit.ts';
import type { Json } from './wire/json.ts';
import type { Exchange } from './wire/message.ts';

/** A request, and how its success is read; what cannot be read was not answered by the API that was meant. */
export interface Write {
  readonly request: ApiRequest;
  readonly read: (document: Json) => unknown;
}

/** An API to talk to, and the one way to write to it. */
export interface Connection {
  readonly place: Place;
  readonly api: CreditsApi;
  /** The time that this connection goes by, in milliseconds since the epoch: a moved clock of the embedded ledger counts. */
  readonly now: () => number;
  /** @param key an idempotency key set by hand */
  submit(write: Write, key: string | undefined): Promise<Settled>;
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
  const { exchange, close, now = runtime.now } = await runtime.parts.exchange(choice, runtime);
  const endings: (() => void)[] = [];
  const connection = connectionOver(exchange, {
    place,
    runtime,
    now,
    atEnd: (ending) => endings.push(ending),
  });
  return {
    ...connection,
    close: () => {
      for (const ending of endings) ending();
      return close();
    },
  };
}

interface Surroundings {
  readonly place: Place;
  readonly runtime: Runtime;
  readonly now: () => number;
  /** Takes what is to be done when the program ends in good order. */
  readonly atEnd: (ending: () => void) => void;
}

function connectionOver(exchange: Exchange, { place, runtime, now, atEnd }: Surroundings): Connection {
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
    now,
    api: creditsApi(send),
    submit: async ({ request, read }, key) => {
      const { submit } = await import('./submission/submit.ts');
      const { journalFile } = await import('./submission/journal-file.ts');
      const { shellText } = await import('./requests/command-text.ts');
      const journal = journalFile(
        path.join(runtime.folders.state, 'journal', `${place.profile}.ndjson`),
        runtime.parts.process,
      );
      const settled = await submit(request, key, {
        place,
        journal,
        send: async (...sent) => readable(await send(...sent), read),
        now,
        newKey: runtime.parts.newKey,
        ...runtime.parts.process,
        command: shellText(runtime.argv),
      });
      atEnd(() => journal.tell(settled.key, new Date(now()).toISOString()));
      return settled;
    },
  };
}

/**
 * Throws `outcome-unknown` for a success that cannot be read: a proxy or another host may have answered, so nobody
 * knows if the write was applied, and the next run has to settle it under the same key.
 */
function readable(answer: Answer, read: Write['read']): Answer {
  try {
    read(answer.document);
    return answer;
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    throw new CreditctlError(
      'outcome-unknown',
      `${error.message}; whether the write was applied is not known`,
      {
        ...error.facts,
        next: [
          'Run the same command again: it settles this write under its key',
          ...(error.facts.next ?? []),
        ],
        status: answer.status,
        ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
        applied: 'unknown',
        retrySafe: true,
      },
    );
  }
}
