// A row of a batch as `history show` tells of it: like a single write, with the batch and its number.

import { type CustomerRef, customerRefText } from '../../credits/customer-ref.ts';
import { CreditctlError } from '../../errors.ts';
import { journalOf, undoneIn, writesIn } from '../../record/journals.ts';
import { entryRequest } from '../../requests/entry-request.ts';
import { marked } from '../../requests/marker.ts';
import { writeSentence } from '../../requests/write-sentence.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { undoPrefix } from '../../undo/undo-key.ts';
import type { HistoryWrite, OutcomeName } from '../../views/history.ts';
import type { PlanRow } from '../plan/plan-lines.ts';
import { keptRow, type RowStory, rowName } from './row-story.ts';

/** What it says of the request comes from the kept copy of the plan; a note tells where that cannot be had. */
export async function rowHistory(story: RowStory, runtime: Runtime): Promise<HistoryWrite> {
  const planned = await plannedRow(story, runtime);
  const row = story.row > 0 ? story.row : planned?.row;
  return {
    ...{ ...endOf(story), ...requestOf(planned, story), ...runOf(story, runtime) },
    ...(row === undefined ? {} : { row }),
  };
}

function runOf(
  { key, at, run, folder, undoneBy }: RowStory,
  runtime: Runtime,
): Omit<HistoryWrite, keyof ReturnType<typeof endOf> | keyof ReturnType<typeof requestOf>> {
  const { profile, kind, host } = run.place;
  const own = journalOf(profile, runtime);
  const mark = own.journal.batchMarks().find((each) => each.batch === run.batch && each.run === run.at);
  const { who, command } = run;
  return {
    ...{ key, profile, kind, host, at, who, command, batch: folder.id },
    machine: mark?.runner.machine ?? null,
    pid: mark?.runner.pid ?? null,
    undoes: null,
    undone_by: undoneIn(writesIn(own)).get(key) ?? undoneBy ?? null,
  };
}

const outcomeNames = {
  settled: 'settled',
  refused: 'refused',
  unknown: 'unknown',
  unsent: 'absent',
} as const;

function endOf({ end, isTold }: RowStory) {
  const outcome: OutcomeName = end === undefined ? 'intended' : outcomeNames[end.event];
  return {
    outcome,
    outcome_at: end?.at ?? null,
    status: end?.status ?? null,
    request_id: end?.request_id ?? null,
    replayed: end?.status === undefined ? null : end.replayed === true,
    message: end?.message ?? null,
    entry: end?.entry ?? null,
    // Of a row only ids are kept.
    answer: null,
    told: isTold,
  };
}

function requestOf(planned: PlanRow | undefined, story: RowStory) {
  const { key, folder } = story;
  if (planned === undefined) {
    const name = rowName(story);
    const isUndo = key.startsWith(undoPrefix);
    const what = `${isUndo ? `Take back ${name}` : sentenceStart(name)} of batch ${folder.id}`;
    return { what, why: null, customer: null, request: undefined };
  }
  const { customer, request } = planned;
  const external = customer.external_customer_id;
  const ref: CustomerRef =
    external === null ? { by: 'id', id: customer.id } : { by: 'external', id: external };
  const why = request.body.description;
  return {
    what: writeSentence(entryRequest(ref, request.body)),
    why: typeof why === 'string' ? why : null,
    customer: customerRefText(ref),
    request: marked(request, key),
  };
}

const sentenceStart = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What takes a row back is worked out when it is sent, and in no plan. */
async function plannedRow(story: RowStory, runtime: Runtime): Promise<PlanRow | undefined> {
  if (story.key.startsWith(undoPrefix)) return undefined;
  try {
    return await keptRow(story);
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    const { message } = error;
    runtime.note({ text: `The request is not known: ${message}`, data: { request_not_known: message } });
    return undefined;
  }
}
