// Defines the view of `sandbox status`: the embedded ledger's database, its settings and its problems.
import { formatInstant } from '../../credits/exact.ts';
import { type Column, plainColumn, type Row, rowOf, viewOf } from '../../output/view.ts';
import { distanceText } from './clock-view.ts';

export interface SandboxStatus {
  readonly database: string;
  /** Size on disk, including the write-ahead log. */
  readonly bytes: number;
  readonly schema_version: number;
  readonly customers: number;
  readonly ledgers: number;
  readonly blocks: number;
  readonly entries: number;
  /** The ledger's time, RFC 3339. */
  readonly now: string;
  readonly clock_ahead_seconds: number;
  /** Probabilities of faults by kind; `null` if none are set. */
  readonly faults: Readonly<Record<string, number>> | null;
  readonly is_intact: boolean;
  readonly problems: readonly string[];
}

export interface SandboxFacts {
  readonly store: Pick<
    SandboxStatus,
    'bytes' | 'customers' | 'ledgers' | 'blocks' | 'entries' | 'problems'
  > & {
    readonly path: string;
    readonly schemaVersion: number;
  };
  /** Milliseconds since the epoch: the ledger's time and the real one. */
  readonly clock: { readonly now: number; readonly real: number };
  readonly faults: Readonly<Record<string, number>> | null;
}

export function sandboxStatusRow({ store, clock, faults }: SandboxFacts): Row<SandboxStatus> {
  const { path, schemaVersion, problems, bytes, customers, ledgers, blocks, entries } = store;
  return rowOf({
    database: path,
    bytes,
    schema_version: schemaVersion,
    customers,
    ledgers,
    blocks,
    entries,
    now: formatInstant(clock.now),
    clock_ahead_seconds: Math.round((clock.now - clock.real) / 1000),
    faults,
    is_intact: problems.length === 0,
    problems,
  });
}

const plain = plainColumn<SandboxStatus>;

const columns: readonly Column<SandboxStatus>[] = [
  plain('database'),
  { ...plain('bytes'), show: ({ bytes }) => ({ text: `${(bytes / 1e6).toFixed(1)} MB` }) },
  ...(['schema_version', 'customers', 'ledgers', 'blocks', 'entries', 'now'] as const).map((name) =>
    plain(name),
  ),
  {
    ...plain('clock_ahead_seconds'),
    header: 'clock',
    show: ({ clock_ahead_seconds: ahead }) => ({ text: ahead === 0 ? 'real time' : distanceText(ahead) }),
  },
  { ...plain('faults'), text: ({ faults }) => faultsText(faults) },
  {
    ...plain('is_intact'),
    header: 'integrity',
    show: ({ is_intact: isIntact }) =>
      isIntact ? { text: 'intact', meaning: 'good' } : { text: 'BROKEN', meaning: 'bad' },
  },
  { ...plain('problems'), text: ({ problems }) => problems.join('; ') || 'none' },
];

export const sandboxStatusView = viewOf<SandboxStatus>({
  columns,
  none: 'no database',
});

const faultsText = (faults: SandboxStatus['faults']): string =>
  faults === null
    ? 'none'
    : Object.entries(faults)
        .map(([kind, probability]) => `${kind}=${probability}`)
        .join(' ');
