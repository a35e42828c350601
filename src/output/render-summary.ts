// A record that sums up a list, with that list below it: a balance over its blocks.
import type { Json } from '../wire/json.ts';
import { type RenderOptions, render } from './render.ts';
import type { Row, Rows, View } from './view.ts';

export interface Summary<S, R> {
  readonly view: View<S>;
  /** The summary; its document holds the documents of the list. */
  readonly row: Row<S, Json>;
  readonly list: View<R>;
  readonly rows: Rows<Row<R, Json>>;
}

/** As of `render`; `fields` are the summary's and `columns` the list's. */
export type SummaryOptions = Omit<RenderOptions<unknown>, 'view' | 'shape'>;

/** A table is a card over the list, CSV the list alone, and any other format the one document. */
export async function* renderSummary<S, R>(
  { view, row, list, rows }: Summary<S, R>,
  options: SummaryOptions,
): AsyncGenerator<string> {
  const { columns, ...unlisted } = options;
  if (options.format !== 'csv') yield* render([row], { ...unlisted, view, shape: 'one' });
  if (options.format === 'table') yield '\n';
  if (options.format === 'table' || options.format === 'csv') {
    yield* render(rows, { ...unlisted, columns, view: list, shape: 'list' });
  }
}
