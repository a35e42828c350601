// Shows the record: each write, who made it and why, its outcome, and who determined the outcome.
import { type Meaning, plainColumn, type Row, type Shown, type View, viewOf } from '../output/view.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Json, JsonObject } from '../wire/json.ts';
import { instantColumn } from './column-kinds.ts';

/** `noted`: begun, without an outcome on record; `absent`: not found in the ledger, so never applied; `unsent`: never sent. */
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
  /** RFC 3339, when the write began. */
  readonly at: string;
  /** As the record knows the person: the user of the operating system, or the role of the database. */
  readonly who: string;
  readonly os_user: string;
  readonly machine: string;
  readonly pid: number;
  /** A CI job, an agent or a ticket, as `CREDITCTL_ACTOR` named it. */
  readonly actor: string | null;
  readonly command: string | null;
  /** The write in a few words. */
  readonly what: string;
  /** The description of the write. */
  readonly why: string | null;
  /** The customer as typed; `null` for a write without a customer. */
  readonly customer: string | null;
  /** `undefined` for a batch, which is many requests, and for its rows, whose requests are in the plan. */
  readonly request: ApiRequest | undefined;
  readonly outcome: OutcomeName;
  readonly outcome_at: string | null;
  /** Who determined the outcome: the person who made the write, or another one who settled it. */
  readonly outcome_by: string | null;
  readonly status: number | null;
  readonly request_id: string | null;
  readonly replayed: boolean | null;
  readonly message: string | null;
  /** The id of the object that the write created. */
  readonly entry: string | null;
  readonly answer: Json;
  /** Whether the command that made the write reported the outcome. */
  readonly reported: boolean;
  readonly approved_by: readonly string[];
  /** The key of the write that this write undoes; the key of the last write that undid this one, and who made that undo. */
  readonly undoes: string | null;
  readonly undone_by: string | null;
  readonly undone_by_who: string | null;
  /** Set for a batch and for each of its rows. */
  readonly batch: string | null;
  readonly row: number | null;
}

/** These documents have this program's own form. */
export function historyRow(write: HistoryWrite): Row<HistoryWrite> {
  return { record: write, document: historyDocument(write) };
}

function historyDocument({ request, ...facts }: HistoryWrite): JsonObject {
  if (request === undefined) return { ...facts, request: null };
  const { method, path, body = null } = request;
  return { ...facts, request: { method, path, body } };
}

/** How each outcome matters, and what it means. The help of `history list` says the same. */
const meanings: Readonly<Record<OutcomeName, { readonly meaning: Meaning; readonly remark: string }>> = {
  settled: { meaning: 'good', remark: 'the write was applied' },
  refused: { meaning: 'muted', remark: 'the API refused it; nothing was written' },
  unknown: { meaning: 'bad', remark: 'it may have been applied: run history settle' },
  noted: { meaning: 'warning', remark: 'not finished: it is running, or was cut off' },
  absent: { meaning: 'muted', remark: 'it was never applied, as the ledger or a person says' },
  unsent: { meaning: 'muted', remark: 'the request was never sent' },
};

const plain = plainColumn<HistoryWrite>;

/** Marks an undo, which otherwise looks like a write of its own. */
const whatText = ({ what, undoes }: HistoryWrite): string => (undoes === null ? what : `undo: ${what}`);

/** A person sees `undone` instead of the outcome; `text` keeps the outcome for scripts. */
const shownOutcome = ({ outcome, undone_by }: HistoryWrite): Shown =>
  undone_by === null
    ? { text: outcome, meaning: meanings[outcome].meaning }
    : { text: 'undone', meaning: 'muted' };

const outcomeRemark = ({ outcome, undone_by }: HistoryWrite): string | undefined =>
  undone_by === null ? `${outcome}: ${meanings[outcome].remark}.` : undefined;

export const historyView: View<HistoryWrite> = {
  columns: [
    instantColumn({ name: 'at', header: 'when' }, ({ at }) => at),
    plain('who'),
    { ...plain('what'), text: whatText, wraps: true },
    { ...plain('outcome'), show: shownOutcome, remark: outcomeRemark },
    plain('entry', 2),
    plain('key', 4),
    {
      ...plain('kind', 2),
      show: ({ kind }) => (kind === 'live' ? { text: kind, meaning: 'warning' } : { text: kind }),
    },
    plain('account', 8),
    plain('origin', 8),
    { ...plain('why', 1), shortens: true },
    plain('customer', 7),
    plain('machine', 9),
    plain('os_user', 9),
    plain('actor', 8),
    { ...plain('command', 9), shortens: true },
    { name: 'request.method', header: 'method', hideRank: 9, text: ({ request }) => request?.method ?? '' },
    { name: 'request.path', header: 'path', hideRank: 9, text: ({ request }) => request?.path ?? '' },
    instantColumn({ name: 'outcome_at', hideRank: 7 }, ({ outcome_at }) => outcome_at),
    plain('outcome_by', 7),
    plain('status', 8),
    plain('request_id', 9),
    plain('replayed', 9),
    { ...plain('message', 8), shortens: true },
    plain('reported', 9),
    plain('undoes', 8),
    plain('undone_by', 8),
    plain('undone_by_who', 7),
    { ...plain('approved_by', 8), text: ({ approved_by }) => approved_by.join(', ') },
    plain('batch', 6),
    plain('row', 6),
  ],
  usual: ['at', 'who', 'what', 'why', 'outcome', 'entry', 'key', 'kind'],
  fields: [
    ...['key', 'account', 'kind', 'origin', 'at', 'who', 'os_user', 'machine', 'pid', 'actor', 'command'],
    ...['what', 'why', 'customer', 'request', 'request.method', 'request.path', 'request.body'],
    ...['outcome', 'outcome_at', 'outcome_by', 'status', 'request_id', 'replayed', 'message'],
    ...['entry', 'answer', 'reported', 'approved_by', 'undoes', 'undone_by', 'undone_by_who', 'batch', 'row'],
  ],
  none: 'no writes',
};

/** One event of the record: something that happened to a write. */
export interface HistoryEvent {
  /** The number of the event in its account. */
  readonly event: number;
  readonly kind: string;
  readonly at: string;
  readonly who: string;
  /** The fields of the event. */
  readonly document: JsonObject;
}

const fieldText =
  (name: string) =>
  ({ document }: HistoryEvent): string => {
    const value = document[name];
    return value === undefined || value === null ? '' : String(value);
  };

export const historyEventsView = viewOf<HistoryEvent>({
  columns: [
    { name: 'event', align: 'right', hideRank: 1, text: ({ event }) => String(event) },
    instantColumn({ name: 'at', header: 'when' }, ({ at }) => at),
    { name: 'kind', text: ({ kind }) => kind },
    { name: 'state', text: fieldText('state') },
    { name: 'who', hideRank: 3, text: ({ who }) => who },
    { name: 'status', hideRank: 2, text: fieldText('status') },
    { name: 'request_id', hideRank: 4, text: fieldText('request_id') },
    { name: 'message', shortens: true, hideRank: 1, text: fieldText('message') },
  ],
  fields: ['event', 'at', 'kind', 'who'],
  none: 'no events',
});

/** The view of one write with its events: the view of the list, plus `events`. */
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
