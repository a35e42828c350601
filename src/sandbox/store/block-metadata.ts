// Stores the metadata of blocks, which only blocks copied from another account have.
import { type Database, text } from '../../database/driver.ts';

export type BlockMetadata = Readonly<Record<string, string>>;

/** Schema step 9. Not a column of `blocks`, because a replay deletes those rows and inserts them again under the same ids. */
export const blockMetadataTables = `
CREATE TABLE block_metadata (block TEXT PRIMARY KEY, metadata TEXT NOT NULL) WITHOUT ROWID;
`;

export function insertBlockMetadata(database: Database, block: string, metadata: BlockMetadata): void {
  if (Object.keys(metadata).length === 0) return;
  database.prepare('INSERT INTO block_metadata VALUES (?, ?)').run(block, JSON.stringify(metadata));
}

export function deleteBlockMetadata(database: Database, block: string): void {
  database.prepare('DELETE FROM block_metadata WHERE block = ?').run(block);
}

const selectMetadata =
  'SELECT block, metadata FROM block_metadata WHERE block IN (SELECT value FROM json_each(?))';

/** The metadata of these blocks by block id; a block without metadata is left out. */
export function metadataOfBlocks(
  database: Database,
  ids: readonly string[],
): ReadonlyMap<string, BlockMetadata> {
  const rows = database.prepare(selectMetadata).all(JSON.stringify(ids));
  return new Map(rows.map((row) => [text(row, 'block'), JSON.parse(text(row, 'metadata')) as BlockMetadata]));
}
