// A record that sums up a list, with that list below it: a balance over its blocks.
import type { Json } from '../wire/json.ts';
import { isDocumentFormat, type RenderOptions, render } from './render.ts';
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

/** A table is a card over the list, CSV the list alone, and a format of documents the one document. */
export async function* renderSummary<S, R>(
  { view, row, list, rows }: Summary<S, R>,
  options: SummaryOptions,
): AsyncGenerator<string> {
  const { columns, ...unlisted } = options;
  const { format } = options;
  if (format !== 'csv') yield* render([row], { ...unlisted, view, shape: 'one' });
  if (format === 'table' || format === 'md') yield '\n';
  if (isDocumentFormat(format)) return;
  yield* render(rows, { ...unlisted, columns, view: list, shape: 'list' });
}
