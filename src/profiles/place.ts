// Where a write goes, as it is told before it leaves.
import type { ConnectionChoice } from './choose-connection.ts';

/** The profile, what kind of target it is, and the host or database file. */
export interface Place {
  readonly profile: string;
  readonly kind: 'live' | 'test' | 'sandbox';
  readonly host: string;
}

export function placeOf(choice: ConnectionChoice): Place {
  if (choice.kind === 'sandbox') return { profile: choice.profile, kind: 'sandbox', host: choice.db };
  return { profile: choice.profile, kind: choice.mode, host: new URL(choice.baseUrl).host };
}
