// Turns writes, rows of batches and batch runs of the record into what `history` shows.

import { counted } from '../credits/exact.ts';
import { nameInAnswer, requestFromText } from '../requests/request.ts';
import { creditsOf, writeSentence } from '../requests/write-sentence.ts';
import type { HistoryEvent, HistoryWrite } from '../views/history.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../wire/json.ts';
import type { EventRow } from './facts.ts';
import type { BatchRunRow } from './known-write.ts';
import type { AccountRecord, WriteWithTexts } from './record.ts';

/** A write as `history` shows it, with the person who undid it. */
export async function historyOf(write: WriteWithTexts, record: AccountRecord): Promise<HistoryWrite> {
  const { undoneBy } = write;
  const undoing = undoneBy === null ? undefined : await record.write(undoneBy);
  return { ...historyAlone(write, record), undone_by: undoneBy, undone_by_who: undoing?.who ?? null };
}

/** A write as `history` shows it, without the person who undid it: that takes another read of the record. */
export function historyAlone(
  write: WriteWithTexts,
  { account }: Pick<AccountRecord, 'account'>,
): HistoryWrite {
  const { texts, author, runner } = write;
  const request = requestFromText(texts.request);
  const why = request?.body?.description;
  const answer = texts.answer === null ? null : parsed(texts.answer);
  const customer = write.customer && nameInAnswer(write.customer, answer);
  return {
    key: write.key,
    ...accountFacts(account),
    at: write.notedAt,
    who: write.who,
    os_user: author.os_user,
    machine: author.host,
    pid: runner.pid,
    actor: author.actor ?? null,
    command: texts.command,
    what: request === undefined ? withoutRequest(write) : writeSentence(request, customer),
    why: typeof why === 'string' ? why : null,
    customer,
    request,
    outcome: write.state,
    outcome_at: write.endedAt,
    outcome_by: write.endedBy,
    status: write.status,
    request_id: write.requestId,
    replayed: write.endedAt === null ? null : write.isReplayed,
    message: texts.message,
    entry: write.entry,
    answer,
    reported: write.acknowledgedAt !== null,
    approved_by: write.approvedBy,
    undoes: write.undoes,
    undone_by: write.undoneBy,
    undone_by_who: null,
    batch: write.batch,
    row: write.row,
  };
}

const accountFacts = ({ id, mode, origin }: AccountRecord['account']) => ({
  account: id,
  kind: origin === 'sandbox' ? origin : mode,
  origin,
});

/** The text for a row of a batch, whose request is in its plan, or for a write whose request was erased. */
function withoutRequest({ batch, row, method, reserved, currency, customer }: WriteWithTexts): string {
  const amount = reserved === null ? '' : `: ${creditsOf({ amount: reserved, currency })}`;
  const whom = customer === null ? '' : ` → ${customer}`;
  return `${batch === null ? method : `row ${row} of batch ${batch}`}${amount}${whom}`;
}

function parsed(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/**
 * A run of a batch as one line among the writes. The run is settled once all its rows are.
 * @param now whether a row of the batch has an unknown outcome now, and whether a later run finished the batch
 */
export function historyOfRun(
  run: BatchRunRow,
  { account }: Pick<AccountRecord, 'account'>,
  now: RunNow,
): HistoryWrite {
  const { batch, rows, isUndo, counts, author, runner } = run;
  return {
    key: batch,
    ...accountFacts(account),
    at: run.begunAt,
    who: run.who,
    os_user: author.os_user,
    machine: author.host,
    pid: runner.pid,
    actor: author.actor ?? null,
    command: run.command,
    what: `${isUndo ? 'Undo' : 'Apply'} batch ${batch}: ${counted(rows, 'row')}`,
    why: null,
    customer: null,
    request: undefined,
    outcome: outcomeOf(counts, now),
    outcome_at: run.endedAt,
    outcome_by: run.endedAt === null ? null : run.who,
    status: null,
    request_id: null,
    replayed: null,
    message: counts === null ? null : countsText(counts),
    entry: null,
    answer: null,
    reported: run.endedAt !== null,
    approved_by: run.approvedBy,
    undoes: null,
    undone_by: null,
    undone_by_who: null,
    batch,
    row: null,
  };
}

interface RunNow {
  readonly hasOpenRows: boolean;
  readonly isFinished: boolean;
}

function outcomeOf(
  counts: BatchRunRow['counts'],
  { hasOpenRows, isFinished }: RunNow,
): HistoryWrite['outcome'] {
  if (counts !== null && counts.unknown > 0 && hasOpenRows) return 'unknown';
  return !isFinished && (counts === null || counts.unprocessed > 0) ? 'noted' : 'settled';
}

const countsText = ({
  succeeded,
  failed,
  unknown,
  unprocessed,
}: NonNullable<BatchRunRow['counts']>): string =>
  `${succeeded} succeeded, ${failed} failed, ${unknown} unknown, ${unprocessed} unprocessed`;

/** The events of one key as `history show` lists them, oldest first. */
export async function historyEventsOf(key: string, record: AccountRecord): Promise<readonly HistoryEvent[]> {
  return (await record.eventsOf(key)).map(({ texts, ...event }) => ({
    event: event.seq,
    kind: event.kind,
    at: event.at,
    who: event.who,
    document: documentOf(event, texts),
  }));
}

/** The fact with its texts beside their hashes; an erased text is `null`. */
function documentOf(
  { body }: Pick<EventRow, 'body'>,
  texts: Readonly<Record<string, string | null>>,
): JsonObject {
  const fact = parsed(body);
  if (!isJsonObject(fact)) return {};
  const { kind: _kind, texts: hashes, ...facts } = fact;
  return { ...facts, ...texts, ...(hashes === undefined ? {} : { sha256: hashes }) };
}
