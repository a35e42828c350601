// Reads many rows of PostgreSQL page by page, with one statement for each page; memory stays flat.
import type { PostgresConnection } from './connection.ts';
import type { Row } from './values.ts';

/** Rows of a page: few enough for flat memory, enough to make few round trips. */
export const pageSize = 500;
/** Rows of the first page: most lists are shown to a person, who reads no more. */
const firstPage = 50;

/**
 * Forces index scans, because each page follows the order of an index. With old table statistics, the server would sort
 * the whole table for each page.
 */
export const inOrder = ['sort', 'hashjoin', 'mergejoin', 'bitmapscan', 'seqscan']
  .map((way) => `set local enable_${way} = off;\n`)
  .join('');

/**
 * @param page the statement that selects all rows in order, or those after a row
 * @param read decodes a row
 */
export async function* pagesOf<Of>(
  connection: PostgresConnection,
  page: (after: Row | undefined) => string,
  read: (row: Row) => Of,
): AsyncGenerator<Of> {
  let after: Row | undefined;
  for (let size = firstPage; ; size = pageSize) {
    const rows = await connection.rows(`${inOrder}${page(after)} limit ${size}`);
    yield* rows.map(read);
    after = rows.at(-1);
    if (after === undefined || rows.length < size) return;
  }
}
