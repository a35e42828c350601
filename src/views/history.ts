// The view of the record: each write, who made it and why, its outcome, and who found that out.
import type { Column, Row, Shown, View } from '../output/view.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Json, JsonObject } from '../wire/json.ts';
import { instantColumn } from './column-kinds.ts';

/**
 * `noted`: begun, and no end of it is on record; `absent`: looked for in the ledger and never applied; `unsent`: it never
 * left.
 */
export const outcomes = ['settled', 'refused', 'unknown', 'noted', 'absent', 'unsent'] as const;
export type OutcomeName = (typeof outcomes)[number];

export interface HistoryWrite {
  readonly key: string;
  /** The number of the account in the record. */
  readonly account: number;
  /** Live, test or sandbox. */
  readonly kind: string;
  /** Where the account is: `https://api.withorb.com`, or `sandbox`. */
  readonly origin: string;
  /** RFC 3339, when it was begun. */
  readonly at: string;
  /** As the record knows the person: the user of the operating system, or the role of the database. */
  readonly who: string;
  readonly os_user: string;
  readonly machine: string;
  readonly pid: number;
  /** A CI job, an agent or a ticket, as `CREDITCTL_ACTOR` named it. */
  readonly actor: string | null;
  readonly command: string | null;
  /** In a few words. */
  readonly what: string;
  /** The description that was given. */
  readonly why: string | null;
  /** As it is typed; `null` for a write that is about none. */
  readonly customer: string | null;
  /** None of a batch, which is many, and of its rows, which are in its plan. */
  readonly request: ApiRequest | undefined;
  readonly outcome: OutcomeName;
  readonly outcome_at: string | null;
  /** Who found out how it ended: the same person, or one who settled it. */
  readonly outcome_by: string | null;
  readonly status: number | null;
  readonly request_id: string | null;
  readonly replayed: boolean | null;
  readonly message: string | null;
  /** The id of what the write made. */
  readonly entry: string | null;
  readonly answer: Json;
  /** Whether the outcome was reported to whoever ran the command. */
  readonly told: boolean;
  readonly approved_by: readonly string[];
  /** The key of the write that this one takes back, and of the last one that took this one back, with who did. */
  readonly undoes: string | null;
  readonly undone_by: string | null;
  readonly undone_by_who: string | null;
  /** Of a row of a batch, or the batch itself. */
  readonly batch: string | null;
  readonly row: number | null;
}

/** These documents are this tool's own. */
export function historyRow(write: HistoryWrite): Row<HistoryWrite> {
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
  noted: 'warning',
  absent: 'muted',
  unsent: 'muted',
};

const plain = (
  name: string,
  header: string,
  [yields, text]: readonly [number, (write: HistoryWrite) => string | null],
): Column<HistoryWrite> => ({ name, header, yields, text: (write) => text(write) ?? '' });

/** Marks an undo, which is otherwise the same as a write made on purpose. */
const saidWhat = ({ what, undoes }: HistoryWrite): string => (undoes === null ? what : `undo: ${what}`);

/** A person wants to see at once that a write was taken back; `text` keeps the outcome for scripts. */
function shownOutcome({ outcome, undone_by }: HistoryWrite): Shown {
  if (undone_by !== null) return { text: 'undone', meaning: 'muted' };
  const meaning = meanings[outcome];
  return { text: outcome, ...(meaning === undefined ? {} : { meaning }) };
}

export const historyView: View<HistoryWrite> = {
  columns: [
    instantColumn({ name: 'at', header: 'when', yields: 0 }, ({ at }) => at),
    plain('who', 'who', [0, ({ who }) => who]),
    { ...plain('what', 'what', [0, saidWhat]), wraps: true },
    {
      ...plain('outcome', 'outcome', [0, ({ outcome }) => outcome]),
      show: shownOutcome,
    },
    plain('entry', 'entry', [2, ({ entry }) => entry]),
    plain('key', 'key', [4, ({ key }) => key]),
    {
      ...plain('kind', 'kind', [1, ({ kind }) => kind]),
      show: ({ kind }) => (kind === 'live' ? { text: kind, meaning: 'warning' } : { text: kind }),
    },
    plain('account', 'account', [8, ({ account }) => String(account)]),
    plain('origin', 'origin', [8, ({ origin }) => origin]),
    { ...plain('why', 'why', [6, ({ why }) => why]), shortens: true },
    plain('customer', 'customer', [7, ({ customer }) => customer]),
    plain('machine', 'machine', [9, ({ machine }) => machine]),
    plain('os_user', 'os user', [9, ({ os_user }) => os_user]),
    plain('actor', 'actor', [8, ({ actor }) => actor]),
    { ...plain('command', 'command', [9, ({ command }) => command]), shortens: true },
    plain('request.method', 'method', [9, ({ request }) => request?.method ?? null]),
    plain('request.path', 'path', [9, ({ request }) => request?.path ?? null]),
    instantColumn({ name: 'outcome_at', header: 'outcome at', yields: 7 }, ({ outcome_at }) => outcome_at),
    plain('outcome_by', 'outcome by', [7, ({ outcome_by }) => outcome_by]),
    plain('status', 'status', [8, ({ status }) => (status === null ? null : String(status))]),
    plain('request_id', 'request id', [9, ({ request_id }) => request_id]),
    plain('replayed', 'replayed', [9, ({ replayed }) => (replayed === null ? null : String(replayed))]),
    { ...plain('message', 'message', [8, ({ message }) => message]), shortens: true },
    plain('told', 'reported', [9, ({ told }) => String(told)]),
    plain('undoes', 'undoes', [8, ({ undoes }) => undoes]),
    plain('undone_by', 'undone by', [8, ({ undone_by }) => undone_by]),
    plain('undone_by_who', 'undone by who', [7, ({ undone_by_who }) => undone_by_who]),
    plain('approved_by', 'approved by', [8, ({ approved_by }) => approved_by.join(', ')]),
    plain('batch', 'batch', [6, ({ batch }) => batch]),
    plain('row', 'row', [6, ({ row }) => (row === null ? null : String(row))]),
  ],
  usual: ['at', 'who', 'what', 'outcome', 'entry', 'key', 'kind'],
  fields: [
    ...['key', 'account', 'kind', 'origin', 'at', 'who', 'os_user', 'machine', 'pid', 'actor', 'command'],
    ...['what', 'why', 'customer', 'request', 'request.method', 'request.path', 'request.body'],
    ...['outcome', 'outcome_at', 'outcome_by', 'status', 'request_id', 'replayed', 'message'],
    ...['entry', 'answer', 'told', 'approved_by', 'undoes', 'undone_by', 'undone_by_who', 'batch', 'row'],
  ],
  none: 'no writes',
};

/** One event of the record: something that happened to a write. */
export interface HistoryEvent {
  /** Counts the events of the account. */
  readonly event: number;
  readonly kind: string;
  readonly at: string;
  readonly who: string;
  /** What it says, with its texts. */
  readonly document: JsonObject;
}

const said =
  (name: string) =>
  ({ document }: HistoryEvent): string => {
    const value = document[name];
    return value === undefined || value === null ? '' : String(value);
  };

export const historyEventsView: View<HistoryEvent> = {
  columns: [
    { name: 'event', header: 'event', align: 'right', yields: 1, text: ({ event }) => String(event) },
    instantColumn({ name: 'at', header: 'when', yields: 0 }, ({ at }) => at),
    { name: 'kind', header: 'kind', yields: 0, text: ({ kind }) => kind },
    { name: 'state', header: 'state', yields: 0, text: said('state') },
    { name: 'who', header: 'who', yields: 3, text: ({ who }) => who },
    { name: 'status', header: 'status', yields: 2, text: said('status') },
    { name: 'request_id', header: 'request id', yields: 4, text: said('request_id') },
    { name: 'message', header: 'message', shortens: true, yields: 1, text: said('message') },
  ],
  usual: ['event', 'at', 'kind', 'state', 'who', 'status', 'request_id', 'message'],
  fields: ['event', 'at', 'kind', 'who'],
  none: 'no events',
};

/** A write with all its events, whose view is that of the write. */
export const historyShowView: View<HistoryWrite> = {
  ...historyView,
  fields: [...historyView.fields, 'events'],
};

export function historyShowRow(write: HistoryWrite, events: readonly HistoryEvent[]): Row<HistoryWrite> {
  const documents = events.map((event) => historyEventRow(event).document);
  return { record: write, document: { ...historyDocument(write), events: documents } };
}

export const historyEventRow = (record: HistoryEvent): Row<HistoryEvent, JsonObject> => {
  const { event, kind, at, who, document } = record;
  return { record, document: { event, at, kind, who, ...document } };
};
