// Where a write goes, as it is told before it leaves.

/** The profile, what kind of target it is, and the host or database file. */
export interface Place {
  readonly profile: string;
  readonly kind: 'live' | 'test' | 'sandbox';
  readonly host: string;
}
