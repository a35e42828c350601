// Delivers events while a server runs, including events that other processes left in the outbox.
import type { Database } from '../../database/driver.ts';
import { isAnyAddress } from '../store/webhooks.ts';
import { Courier, withFallback } from './courier.ts';

/** The interval between looks for due events and for deliveries that other processes left, in milliseconds. */
const lookEvery = 500;

/** How long a new event waits for more events, in milliseconds: a look after each write would slow writes down. */
const gatherFor = 50;

/** How long the running attempts may still take when the server stops, in milliseconds. */
const closingPatience = 2000;

export interface BackgroundPorts {
  /** Real time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Writes due events, such as an expiry. */
  readonly settle: () => void;
}

export function deliverInBackground(database: Database, { now, settle }: BackgroundPorts) {
  const courier = new Courier(database, now);
  let lose: (reason: unknown) => void;
  const lost = new Promise<never>((_, reject) => {
    lose = reject;
  });
  // Once the server is closed nothing awaits `lost`; an unhandled rejection would end the process.
  lost.catch(() => {});
  const look = (): void => {
    try {
      database.checkInPlace();
    } catch (error) {
      lose(error);
      return;
    }
    withFallback(() => {
      if (isAnyAddress(database)) settle();
    }, undefined);
    courier.send();
  };
  const timer = setInterval(look, lookEvery);
  courier.send();
  let gathering: NodeJS.Timeout | undefined;
  return {
    /** Rejects once the database file was deleted or replaced, because later writes would be lost. */
    lost,
    /** Delivers newly written events soon, without waiting for the next look. */
    send: (): void => {
      gathering ??= setTimeout(() => {
        gathering = undefined;
        courier.send();
      }, gatherFor);
    },
    stop: async (): Promise<void> => {
      clearInterval(timer);
      clearTimeout(gathering);
      courier.send();
      await courier.finish(closingPatience);
    },
  };
}
