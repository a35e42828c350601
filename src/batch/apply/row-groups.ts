// Rows that come many at a time, in groups of another size: a step for each row alone costs more than the row.

export type Groups<Row> = AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;

/** The same rows in groups of one size; the last one has what is left, which may be nothing. */
export async function* inGroupsOf<Row>(size: number, groups: Groups<Row>): AsyncGenerator<readonly Row[]> {
  let group: Row[] = [];
  for await (const rows of groups) {
    for (const row of rows) {
      group.push(row);
      if (group.length < size) continue;
      yield group;
      group = [];
    }
  }
  yield group;
}
