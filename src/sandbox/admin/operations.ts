// Gives an operator the actions on the embedded ledger that its API does not have.
import type { Database } from '../../database/driver.ts';
import { eraseStore } from '../store/erase.ts';
import type { Settings } from '../store/settings.ts';
import { type FaultSettings, faultSettings } from './faults.ts';
import { type PriceContext, type PriceSettings, priceSettings } from './prices.ts';
import { type Load, type LoadReport, seedStore } from './seed.ts';
import { type StoreStatus, storeStatus } from './status.ts';
import { type UnitSettings, unitSettings } from './units.ts';
import { type WebhookContext, type WebhookSettings, webhookSettings } from './webhooks.ts';

export interface Operations {
  readonly faults: FaultSettings;
  readonly units: UnitSettings;
  readonly prices: PriceSettings;
  readonly webhooks: WebhookSettings;
  readonly status: () => StoreStatus;
  /** Erases all data, settings included, and adds the sample customers again. */
  readonly reset: () => void;
  /** Adds customers with ledgers of the past two years. Rejects with the signal's reason; customers written by then are complete. */
  readonly seed: (load: Load, signal: AbortSignal) => Promise<LoadReport>;
}

export interface OperationsContext extends WebhookContext, PriceContext {
  readonly database: Database;
  readonly settings: Settings;
  /** Adds the sample customers. */
  readonly fill: (database: Database) => void;
}

export function operationsOn(context: OperationsContext): Operations {
  const { database, settings, clock, fill } = context;
  return {
    faults: faultSettings(settings),
    units: unitSettings(database),
    prices: priceSettings(database, context),
    webhooks: webhookSettings(database, context),
    status: () => storeStatus(database),
    reset: () => eraseStore(database, fill),
    seed: (load, signal) => seedStore({ database, now: clock.now() }, load, signal),
  };
}
