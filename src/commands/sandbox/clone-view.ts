// The view of `sandbox clone`: what was copied, from where and into which database.
import { plainColumn, rowOf, viewOf } from '../../output/view.ts';

export interface SandboxCopy {
  /** The profile that was read. */
  readonly from: string;
  /** The database file. */
  readonly db: string;
  readonly customers: number;
  /** Of these customers, one for each currency in which there is a block. */
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
