// The events that webhooks report, as they lie in the outbox.
import type { TestSandbox } from './sandbox-at.ts';

/** Their types, in order. */
export const writtenEvents = ({ sandbox: { database } }: TestSandbox): readonly string[] =>
  database
    .prepare('SELECT type, threshold FROM webhook_events ORDER BY ordinal')
    .all()
    .map(({ type, threshold }) => `${type} ${threshold ?? ''}`.trim());
