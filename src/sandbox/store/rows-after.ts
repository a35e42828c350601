// Reading on from a place in an order by a key and then by ordinal.
import type { Row } from '../../database/driver.ts';

/**
 * First the rows that have the same key as the place, then those beyond it. In one comparison of both columns
 * SQLite would search by the key alone and read all its ties again, which may be hundreds of thousands.
 * @param tied rows with the place's key and a later ordinal @param beyond rows with a later key
 */
export function rowsAfter(
  limit: number,
  tied: (limit: number) => readonly Row[],
  beyond: (limit: number) => readonly Row[],
): readonly Row[] {
  const first = tied(limit);
  return first.length < limit ? [...first, ...beyond(limit - first.length)] : first;
}
