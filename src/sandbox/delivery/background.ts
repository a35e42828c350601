// Sends events for as long as a server runs, also those that other processes have left behind.
import type { Database } from '../../database/driver.ts';
import { CreditctlError } from '../../errors.ts';
import { isAnyAddress } from '../store/webhooks.ts';
import { Courier } from './courier.ts';

/** How often it looks for what has happened by itself and for what others have left, in milliseconds. */
const lookEvery = 500;

/** How long what was just written waits for more, in milliseconds: looking after each write would slow them down. */
const gatherFor = 50;

/** How long attempts under way may still take when the server ends, in milliseconds. */
const closingPatience = 2000;

export interface BackgroundDelivery {
  /** Sends what was just written soon, without waiting for the next look. */
  send(): void;
  /** Rejects once the database file was deleted or replaced: what is written then could not be seen. */
  readonly lost: Promise<never>;
  stop(): Promise<void>;
}

export interface BackgroundPorts {
  /** Real time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Writes what has happened by itself, such as an expiry. */
  readonly settle: () => void;
}

export function deliverInBackground(
  database: Database,
  { now, settle }: BackgroundPorts,
): BackgroundDelivery {
  const courier = new Courier(database, now);
  let lose: (reason: unknown) => void;
  const lost = new Promise<never>((_, reject) => {
    lose = reject;
  });
  // A server that is closed by then reports nothing.
  lost.catch(() => {});
  const look = (): void => {
    try {
      database.checkInPlace();
    } catch (error) {
      lose(error);
      return;
    }
    unlessItFails(() => {
      if (isAnyAddress(database)) settle();
    });
    courier.send();
  };
  const timer = setInterval(look, lookEvery);
  courier.send();
  let gathering: NodeJS.Timeout | undefined;
  return {
    lost,
    send: () => {
      gathering ??= setTimeout(() => {
        gathering = undefined;
        courier.send();
      }, gatherFor);
    },
    stop: async () => {
      clearInterval(timer);
      clearTimeout(gathering);
      courier.send();
      await courier.finish(closingPatience);
    },
  };
}

/** A database that is locked or full now is looked at again soon. */
function unlessItFails(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
  }
}
