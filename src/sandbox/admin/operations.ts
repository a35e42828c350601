// Gives an operator the actions on the embedded ledger that its API does not have.
import type { Database } from '../../database/driver.ts';
import { eraseStore } from '../store/erase.ts';
import type { Settings } from '../store/settings.ts';
import { faultSettings } from './faults.ts';
import { type PriceContext, priceSettings } from './prices.ts';
import { type Load, type LoadReport, seedStore } from './seed.ts';
import { storeStatus } from './status.ts';
import { unitSettings } from './units.ts';
import { type WebhookContext, webhookSettings } from './webhooks.ts';

export type Operations = ReturnType<typeof operationsOn>;

export interface OperationsContext extends WebhookContext, PriceContext {
  readonly database: Database;
  readonly settings: Settings;
  /** Adds the sample customers. */
  readonly fill: (database: Database) => void;
}

export function operationsOn(context: OperationsContext) {
  const { database, settings, clock, fill } = context;
  return {
    faults: faultSettings(settings),
    units: unitSettings(database),
    prices: priceSettings(database, context),
    webhooks: webhookSettings(database, context),
    status: () => storeStatus(database),
    /** Erases all data, settings included, and adds the sample customers again. */
    reset: () => eraseStore(database, fill),
    /** Adds customers with ledgers of the past two years. Rejects with the signal's reason; customers written by then are complete. */
    seed: (load: Load, signal: AbortSignal): Promise<LoadReport> =>
      seedStore({ database, now: clock.now() }, load, signal),
  };
}
