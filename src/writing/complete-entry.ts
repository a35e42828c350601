// Completes the draft of an entry before it is written: from the block that is meant, and from the person.
import type { Connection } from '../connection.ts';
import type { CreditBlock } from '../credits/block.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import { askEntry } from '../questions/entry.ts';
import type { Prompter } from '../questions/prompter.ts';
import { customerBlocks, namedBlock } from '../reading/customer-blocks.ts';
import { customerZone } from '../reading/customer-zone.ts';
import { type BlockPurpose, heedBlock } from '../requests/block-purpose.ts';
import { type EntryDraft, needsZone } from '../requests/entry-draft.ts';

export interface Incomplete {
  readonly draft: EntryDraft;
  readonly customer: CustomerRef;
  readonly purpose: BlockPurpose | undefined;
}

export interface Completed {
  readonly draft: EntryDraft;
  /** The customer's, where something needed it. */
  readonly zone: string | undefined;
}

/**
 * Throws a `usage` error where the block shows that something else is meant, and a `failure` where none fits.
 * @param from.prompter the person, if something is missing
 */
export async function completeEntry(
  { draft, customer, purpose }: Incomplete,
  { connection, prompter }: { readonly connection: Connection; readonly prompter: Prompter | undefined },
): Promise<Completed> {
  const now = connection.now();
  const known =
    prompter !== undefined || needsZone(draft) ? await customerZone(connection, customer) : undefined;
  const zone = known ?? 'UTC';
  const heed = (said: EntryDraft, block: CreditBlock): EntryDraft =>
    purpose === undefined ? said : heedBlock(said, block, { purpose, customer, now, zone });
  const named = await blockToHeed({ draft, customer, purpose }, connection);
  const heeded = named === undefined ? draft : heed(draft, named);
  if (prompter === undefined) return { draft: heeded, zone: known };
  const blocks = (meant: BlockPurpose): Promise<readonly CreditBlock[]> =>
    // What was used up can be given back, so amendments alone concern blocks that are empty.
    customerBlocks(connection, customer, { currency: draft.currency, all: meant === 'amend' });
  const questions = { prompter, now, zone, customer, blocks, purpose, named, heed };
  return { draft: await askEntry(heeded, questions), zone };
}

/** The block that is named, where it has a say: in how much is left to void, in what would be later than now. */
async function blockToHeed(
  { draft, customer, purpose }: Incomplete,
  connection: Connection,
): Promise<CreditBlock | undefined> {
  const hasASay = purpose === 'extend' || (purpose === 'void' && draft.amount === undefined);
  return hasASay && draft.block !== undefined ? namedBlock(connection, draft.block, customer) : undefined;
}
