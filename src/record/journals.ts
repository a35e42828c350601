// The journals on this machine, and the writes that they tell of; no connection is needed.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { customerRefText } from '../credits/customer-ref.ts';
import type { ProcessPort } from '../platform/process.ts';
import type { Folders } from '../profiles/environment.ts';
import type { Place } from '../profiles/place.ts';
import { customerOf } from '../requests/marker.ts';
import { writeSentence } from '../requests/write-sentence.ts';
import type { HistoryLine, HistoryWrite } from '../views/history.ts';
import { isJsonObject } from '../wire/json.ts';
import { profilesWithBatches } from './batch-folders.ts';
import { type BatchMark, factOf, type Operation, operationsIn } from './journal.ts';
import { type Journal, journalFile, journalPath, type NumberedLine } from './journal-file.ts';

export interface JournalFlags {
  readonly allProfiles?: boolean;
}

/** Where the journals are, and which processes write them. */
export interface JournalHome {
  readonly folders: Pick<Folders, 'state'>;
  readonly parts: { readonly process: ProcessPort };
}

export interface NamedJournal {
  readonly profile: string;
  readonly file: string;
  readonly journal: Journal;
}

/** The journal of the connection that the flags choose, or those of all profiles that wrote; none need be there. */
export function journalsOf<Flags>(
  flags: Flags & JournalFlags,
  runtime: JournalHome & { place(flags: Flags): Place },
): readonly NamedJournal[] {
  if (flags.allProfiles !== true) return [journalOf(runtime.place(flags).profile, runtime)];
  // Where there are batches, there was a journal, whatever became of it.
  const profiles = [...profilesWithJournal(runtime), ...profilesWithBatches(runtime.folders.state)];
  return [...new Set(profiles)].sort().map((profile) => journalOf(profile, runtime));
}

export function journalOf(profile: string, { folders, parts }: JournalHome): NamedJournal {
  const file = journalPath(folders.state, profile);
  return { profile, file, journal: journalFile(file, parts.process) };
}

function profilesWithJournal({ folders }: JournalHome): readonly string[] {
  try {
    const files = readdirSync(path.dirname(journalPath(folders.state, 'x')));
    return files.flatMap((file) => /^(.+)\.(?:ndjson|head)$/.exec(file)?.[1] ?? []);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export type JournalledWrite = Operation<NumberedLine>;

/** Oldest first. */
export function writesIn({ journal }: NamedJournal): readonly JournalledWrite[] {
  return operationsIn(journal.lines(), ({ line }) => line);
}

/** The keys of writes that were taken back to the last part that could be, each with the key of what took that back. */
export function undoneIn(writes: readonly JournalledWrite[]): ReadonlyMap<string, string> {
  const undone = new Map<string, string>();
  for (const { write } of writes) {
    const { undoes, toFollow = 0, key } = write.intent;
    if (undoes !== undefined && toFollow === 0 && write.outcome?.event === 'settled') undone.set(undoes, key);
  }
  return undone;
}

/** Writes as they are shown, each with the one that took it back. */
export function historiesOf(writes: readonly JournalledWrite[]): readonly HistoryWrite[] {
  const undone = undoneIn(writes);
  return writes.map((operation) => {
    const write = historyOf(operation);
    return { ...write, undone_by: undone.get(write.key) ?? null };
  });
}

/** The runs of batches that a journal tells of, as they are shown, oldest first. */
export function batchRunsIn({ journal }: NamedJournal): readonly HistoryWrite[] {
  const runs = new Map<string, HistoryWrite>();
  for (const line of journal.batchMarks()) {
    const name = `${line.key} ${line.run}`;
    const begun = line.event === 'batch_begun';
    const known = runs.get(name) ?? batchRun(line);
    runs.set(name, begun ? known : { ...known, ...endedBatch(line) });
  }
  return [...runs.values()];
}

function batchRun({ batch, place, at, who, runner, command, rows, undo }: BatchMark): HistoryWrite {
  const act = undo === true ? 'Take back batch' : 'Apply batch';
  return {
    key: batch,
    ...place,
    at,
    who,
    machine: runner.machine,
    pid: runner.pid,
    command,
    what: `${act} ${batch}: ${rows} row${rows === 1 ? '' : 's'}`,
    why: null,
    customer: null,
    request: undefined,
    outcome: 'intended',
    outcome_at: null,
    status: null,
    request_id: null,
    replayed: null,
    message: null,
    entry: null,
    answer: null,
    told: false,
    undoes: null,
    undone_by: null,
  };
}

/** A batch is settled once every row is: a run of which a row is not known, or was not sent, is not. */
function endedBatch({ at, succeeded = 0, failed = 0, unknown = 0, unprocessed = 0 }: BatchMark) {
  const outcome = unknown > 0 ? 'unknown' : unprocessed > 0 ? 'intended' : 'settled';
  const message = `${succeeded} succeeded, ${failed} failed, ${unknown} unknown, ${unprocessed} unprocessed`;
  return { outcome, outcome_at: at, message, told: true } as const;
}

/** A write as it is shown. */
export function historyOf({ write }: JournalledWrite): HistoryWrite {
  const { intent, outcome, isTold } = write;
  const { request, place, runner } = intent;
  const customer = customerOf(request);
  const answer = outcome?.answer ?? null;
  const why = request.body?.description;
  return {
    key: intent.key,
    profile: place.profile,
    kind: place.kind,
    host: place.host,
    at: intent.at,
    who: intent.who,
    machine: runner.machine,
    pid: runner.pid,
    command: intent.command,
    what: writeSentence(request),
    why: typeof why === 'string' ? why : null,
    customer: customer === undefined ? null : customerRefText(customer),
    request,
    outcome: outcome?.event ?? 'intended',
    outcome_at: outcome?.at ?? null,
    status: outcome?.status ?? null,
    request_id: outcome?.requestId ?? null,
    replayed: outcome?.replayed ?? null,
    message: outcome?.message ?? null,
    entry: isJsonObject(answer) && typeof answer.id === 'string' ? answer.id : null,
    answer,
    told: isTold,
    undoes: intent.undoes ?? null,
    undone_by: null,
  };
}

export const historyLinesOf = ({ lines }: JournalledWrite): readonly HistoryLine[] =>
  lines.map(({ number, line }) => ({ number, event: line.event, at: line.at, document: factOf(line) }));
