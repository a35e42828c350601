// What an operator does to the embedded ledger itself, beside the API that it answers.
import type { Settings } from '../store/settings.ts';
import { type FaultSettings, faultSettings } from './faults.ts';

export interface Operations {
  readonly faults: FaultSettings;
}

export interface OperationsContext {
  readonly settings: Settings;
}

export function operationsOn({ settings }: OperationsContext): Operations {
  return { faults: faultSettings(settings) };
}
