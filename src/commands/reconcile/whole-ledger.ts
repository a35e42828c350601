// Checks whether the API listed a whole ledger: an omitted entry looks like a missing grant, and must not be granted again.
import type { CreditBlock, LedgerEntry } from '../../credits/customer.ts';
import { LedgerCheck } from '../../credits/ledger-check.ts';
import { blocksWithoutEntry, grantEntryTypes } from '../../reports/granted.ts';
import { entriesOf, type Ledger } from '../every-ledger.ts';

export interface LedgerRead {
  /** Entries of `grantEntryTypes`, up to the newest entry. */
  readonly entries: readonly LedgerEntry[];
  /** All blocks, as they were at the newest entry. */
  readonly blocks: readonly CreditBlock[];
  /** Sequence number of the newest entry; minus infinity for an empty ledger. */
  readonly newest: number;
}

/**
 * Reads the whole ledger once more, with its usage, and returns a sentence about the evidence of a gap; `undefined` if
 * there is none.
 */
export async function findGap(
  ledger: Ledger,
  { entries, blocks, newest }: LedgerRead,
): Promise<string | undefined> {
  const known = new Set(entries.map(({ id }) => id));
  const check = new LedgerCheck();
  let unlisted: string | undefined;
  for await (const { record } of entriesOf(ledger)) {
    if (record.ledger_sequence_number > newest) continue;
    check.add(record);
    if (grantTypes.has(record.entry_type) && !known.delete(record.id)) unlisted ??= record.id;
  }
  const [extra] = known;
  if (unlisted !== undefined || extra !== undefined)
    return `entry ${unlisted ?? extra} is in one list of the API, and not in another`;
  const broken = check.end(blocks, ledger.connection.now()).firstBreak;
  if (broken !== null) return broken.what;
  const [block] = blocksWithoutEntry(entries, blocks);
  return block === undefined ? undefined : `no entry made the block ${block.id}`;
}

const grantTypes: ReadonlySet<string> = new Set(grantEntryTypes);
