// The kinds of columns that several views have: metadata, filters, instants.
import type { BlockFilter } from '../credits/block.ts';
import type { Column } from '../output/view.ts';
import { writeJson } from '../wire/json.ts';
import { shownInstant } from './shown-values.ts';

type Named<R> = Pick<Column<R>, 'name' | 'header' | 'yields'>;

/** An instant, which a person reads in fewer characters. */
export function instantColumn<R>(named: Named<R>, at: (record: R) => string | null | undefined): Column<R> {
  return {
    ...named,
    text: (record) => at(record) ?? '',
    show: (record, context) => ({ text: shownInstant(at(record) ?? '', context) }),
  };
}

/** Metadata: JSON for programs, `key=value` for people. */
export function metadataColumn<R extends { readonly metadata: Readonly<Record<string, string>> }>(
  named: Named<R>,
): Column<R> {
  return {
    ...named,
    shortens: true,
    text: ({ metadata }) => (Object.keys(metadata).length === 0 ? '' : writeJson(metadata)),
    show: ({ metadata }) => ({
      text: Object.entries(metadata)
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
    }),
  };
}

/** What a block may be spent on: JSON for programs, `item_id includes a or b` for people. */
export function filtersColumn<R>(named: Named<R>, filters: (record: R) => readonly BlockFilter[]): Column<R> {
  return {
    ...named,
    shortens: true,
    text: (record) => (filters(record).length === 0 ? '' : writeJson(filters(record).map(asJson))),
    show: (record) => ({ text: filters(record).map(sentence).join(', ') }),
  };
}

const asJson = ({ field, operator, values }: BlockFilter) => ({ field, operator, values });

const sentence = ({ field, operator, values }: BlockFilter): string =>
  `${field} ${operator} ${values.join(' or ')}`;
