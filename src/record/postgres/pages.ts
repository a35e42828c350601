// Reads a long answer of PostgreSQL page by page, each page a statement of its own; memory stays flat.
import type { PostgresConnection } from './connection.ts';
import type { Row } from './values.ts';

/** Rows of a page: few enough for flat memory, and enough that the way to the server costs little. */
export const pageSize = 500;
/** Most lists are shown to a person, who sees no more. */
const firstPage = 50;

/**
 * Every page lies in the order of an index. A table that grew since it was last looked over seems small to the server, and
 * then it would sort the whole of it for each page.
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
