// Sends events for as long as a server runs, also those that other processes have left behind.
import type { Database } from '../../database/driver.ts';
import { Courier } from './courier.ts';

/** How often it looks for what others have left, in milliseconds. */
const lookEvery = 500;

/** How long attempts under way may still take when the server ends, in milliseconds. */
const closingPatience = 2000;

export interface BackgroundDelivery {
  /** Sends what was just written, without waiting for the next look. */
  send(): void;
  stop(): Promise<void>;
}

/** @param now real time, in milliseconds since the epoch */
export function deliverInBackground(database: Database, now: () => number): BackgroundDelivery {
  const courier = new Courier(database, now);
  const timer = setInterval(() => courier.send(), lookEvery);
  courier.send();
  return {
    send: () => courier.send(),
    stop: async () => {
      clearInterval(timer);
      await courier.finish(closingPatience);
    },
  };
}
