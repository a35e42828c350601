// Defines the view of `sandbox clone`: what was copied, from where and into which database.
import { plainColumn, rowOf, viewOf } from '../../output/view.ts';

export interface SandboxCopy {
  /** The profile that was read. */
  readonly from: string;
  /** The database file. */
  readonly db: string;
  readonly customers: number;
  /** The ledgers of these customers that have a block, one for each currency. */
  readonly ledgers: number;
  readonly blocks: number;
  readonly entries: number;
  readonly seconds: number;
}

export const sandboxCopyRow = rowOf<SandboxCopy>;

const names = ['from', 'db', 'customers', 'ledgers', 'blocks', 'entries', 'seconds'] as const;

export const sandboxCopyView = viewOf<SandboxCopy>({
  columns: names.map((name) => plainColumn<SandboxCopy>(name, name === 'db' || name === 'seconds' ? 1 : 0)),
  none: 'nothing was copied',
});
