// What an operator does to the embedded ledger itself, beside the API that it answers.
import type { Database } from '../../database/driver.ts';
import { eraseStore } from '../store/erase.ts';
import type { Settings } from '../store/settings.ts';
import type { LedgerClock } from './clock.ts';
import { type FaultSettings, faultSettings } from './faults.ts';
import { type Load, type LoadReport, seedStore } from './seed.ts';
import { type StoreStatus, storeStatus } from './status.ts';
import { type UnitSettings, unitSettings } from './units.ts';

export interface Operations {
  readonly faults: FaultSettings;
  readonly units: UnitSettings;
  readonly status: () => StoreStatus;
  /** Erases everything, settings included, and starts again with the sample customers. */
  readonly reset: () => void;
  /** Adds customers with ledgers of the past two years. Rejects with the signal's reason; what is there by then is whole. */
  readonly seed: (load: Load, signal: AbortSignal) => Promise<LoadReport>;
}

export interface OperationsContext {
  readonly database: Database;
  readonly settings: Settings;
  readonly clock: LedgerClock;
  /** Adds the sample customers. */
  readonly fill: (database: Database) => void;
}

export function operationsOn({ database, settings, clock, fill }: OperationsContext): Operations {
  return {
    faults: faultSettings(settings),
    units: unitSettings(database),
    status: () => storeStatus(database),
    reset: () => eraseStore(database, fill),
    seed: (load, signal) => seedStore({ database, now: clock.now() }, load, signal),
  };
}
