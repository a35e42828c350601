// The view of the journal: each write that was made here, who made it and why, and what became of it.
import type { Column, Row, Shown, View } from '../output/view.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Json, JsonObject } from '../wire/json.ts';
import { instantColumn } from './column-kinds.ts';

/** `intended`: begun, and no end of it is on record; `absent`: looked for in the ledger and never applied. */
export const outcomes = ['settled', 'refused', 'unknown', 'intended', 'absent'] as const;
export type OutcomeName = (typeof outcomes)[number];

export interface HistoryWrite {
  readonly key: string;
  readonly profile: string;
  /** Live, test or sandbox. */
  readonly kind: string;
  readonly host: string;
  /** RFC 3339, when it was begun. */
  readonly at: string;
  readonly who: string;
  /** `null` where nobody has noted it. */
  readonly machine: string | null;
  readonly pid: number | null;
  readonly command: string;
  /** In a few words. */
  readonly what: string;
  /** The description that was given. */
  readonly why: string | null;
  /** As it is typed; `null` for a write that is about none. */
  readonly customer: string | null;
  /** None of a batch, which is many. */
  readonly request: ApiRequest | undefined;
  readonly outcome: OutcomeName;
  readonly outcome_at: string | null;
  readonly status: number | null;
  readonly request_id: string | null;
  readonly replayed: boolean | null;
  readonly message: string | null;
  /** The id of what the write made. */
  readonly entry: string | null;
  readonly answer: Json;
  /** Whether somebody was told how it went. */
  readonly told: boolean;
  /** The key of the write that this one takes back, and of the last one that took this one back. */
  readonly undoes: string | null;
  readonly undone_by: string | null;
  /** Of a row of a batch. */
  readonly batch?: string;
  readonly row?: number;
}

/** These documents are this tool's own. */
export function historyRow(write: HistoryWrite): Row<HistoryWrite, Json> {
  return { record: write, document: historyDocument(write) };
}

function historyDocument({ request, ...facts }: HistoryWrite): JsonObject {
  if (request === undefined) return { ...facts, request: null };
  const { method, path, body = null } = request;
  return { ...facts, request: { method, path, body } };
}

const meanings: Readonly<Record<OutcomeName, Shown['meaning']>> = {
  settled: 'good',
  refused: 'muted',
  unknown: 'bad',
  intended: 'warning',
  absent: 'muted',
};

const plain = (
  name: string,
  header: string,
  [yields, text]: readonly [number, (write: HistoryWrite) => string | null],
): Column<HistoryWrite> => ({ name, header, yields, text: (write) => text(write) ?? '' });

export const historyView: View<HistoryWrite> = {
  columns: [
    instantColumn({ name: 'at', header: 'when', yields: 0 }, ({ at }) => at),
    plain('who', 'who', [3, ({ who }) => who]),
    { ...plain('what', 'what', [0, ({ what }) => what]), shortens: true },
    {
      ...plain('outcome', 'outcome', [0, ({ outcome }) => outcome]),
      show: ({ outcome }) => {
        const meaning = meanings[outcome];
        return { text: outcome, ...(meaning === undefined ? {} : { meaning }) };
      },
    },
    plain('entry', 'entry', [2, ({ entry }) => entry]),
    plain('key', 'key', [4, ({ key }) => key]),
    {
      ...plain('kind', 'place', [1, ({ kind }) => kind]),
      show: ({ kind }) => (kind === 'live' ? { text: kind, meaning: 'warning' } : { text: kind }),
    },
    plain('profile', 'profile', [5, ({ profile }) => profile]),
    plain('host', 'host', [8, ({ host }) => host]),
    { ...plain('why', 'why', [6, ({ why }) => why]), shortens: true },
    plain('customer', 'customer', [7, ({ customer }) => customer]),
    plain('machine', 'machine', [9, ({ machine }) => machine]),
    { ...plain('command', 'command', [9, ({ command }) => command]), shortens: true },
    plain('request.method', 'method', [9, ({ request }) => request?.method ?? null]),
    plain('request.path', 'path', [9, ({ request }) => request?.path ?? null]),
    instantColumn({ name: 'outcome_at', header: 'known since', yields: 7 }, ({ outcome_at }) => outcome_at),
    plain('status', 'status', [8, ({ status }) => (status === null ? null : String(status))]),
    plain('request_id', 'request id', [9, ({ request_id }) => request_id]),
    plain('replayed', 'replayed', [9, ({ replayed }) => (replayed === null ? null : String(replayed))]),
    { ...plain('message', 'message', [8, ({ message }) => message]), shortens: true },
    plain('told', 'told', [9, ({ told }) => String(told)]),
    plain('undoes', 'undoes', [8, ({ undoes }) => undoes]),
    plain('undone_by', 'undone by', [8, ({ undone_by }) => undone_by]),
  ],
  usual: ['at', 'who', 'what', 'outcome', 'entry', 'key', 'kind'],
  fields: [
    ...[
      'key',
      'profile',
      'kind',
      'host',
      'at',
      'who',
      'machine',
      'pid',
      'command',
      'what',
      'why',
      'customer',
    ],
    ...['request', 'request.method', 'request.path', 'request.body'],
    ...['outcome', 'outcome_at', 'status', 'request_id', 'replayed', 'message', 'entry', 'answer', 'told'],
    ...['undoes', 'undone_by'],
  ],
  none: 'no writes',
};

/** One line of the journal, as it stands there. */
export interface HistoryLine {
  /** Of the file, counted from 1. */
  readonly number: number;
  readonly event: string;
  readonly at: string;
  readonly document: JsonObject;
}

const said =
  (name: string) =>
  ({ document }: HistoryLine): string => {
    // The journal of a batch names it as the API does.
    const value = document[name] ?? (name === 'requestId' ? document.request_id : undefined);
    return value === undefined || value === null ? '' : String(value);
  };

export const historyLinesView: View<HistoryLine> = {
  columns: [
    { name: 'line', header: 'line', align: 'right', yields: 0, text: ({ number }) => String(number) },
    instantColumn({ name: 'at', header: 'when', yields: 0 }, ({ at }) => at),
    { name: 'event', header: 'event', yields: 0, text: ({ event }) => event },
    { name: 'who', header: 'who', yields: 3, text: said('who') },
    { name: 'status', header: 'status', yields: 2, text: said('status') },
    { name: 'request_id', header: 'request id', yields: 4, text: said('requestId') },
    { name: 'message', header: 'message', shortens: true, yields: 1, text: said('message') },
  ],
  usual: ['line', 'at', 'event', 'who', 'status', 'request_id', 'message'],
  fields: ['line', 'at', 'event'],
  none: 'no lines',
};

/** A write with all its lines, whose view is that of the write. */
export const historyShowView: View<HistoryWrite> = {
  ...historyView,
  columns: [
    ...historyView.columns,
    plain('batch', 'batch', [6, ({ batch }) => batch ?? null]),
    plain('row', 'row', [6, ({ row }) => (row === undefined ? null : String(row))]),
  ],
  fields: [...historyView.fields, 'batch', 'row', 'lines'],
};

export function historyShowRow(write: HistoryWrite, lines: readonly HistoryLine[]): Row<HistoryWrite, Json> {
  const documents = lines.map(({ number, document }) => ({ line: number, ...document }));
  const { batch = null, row = null } = write;
  return { record: write, document: { ...historyDocument(write), batch, row, lines: documents } };
}

export const historyLineRow = (line: HistoryLine): Row<HistoryLine, Json> => ({
  record: line,
  document: { line: line.number, ...line.document },
});
