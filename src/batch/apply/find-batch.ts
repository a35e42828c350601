// Which batch is meant, and how each that was begun at a place stands.

import { CreditctlError } from '../../errors.ts';
import { holderOf } from '../../platform/lock.ts';
import type { Place } from '../../profiles/place.ts';
import { type BatchFolder, batchesOf, batchFolder } from '../../record/batch-folders.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { BatchStanding } from '../../views/batches.ts';
import { batchNameProblem } from '../input/row-key.ts';
import { openPlan } from '../plan/plan-reader.ts';
import { inFolder, planCopyPath } from './batch-folder.ts';
import { type BatchLines, type Begun, type Ended, readBatchJournal } from './batch-journal.ts';
import { type KnownBatch, otherPlanRows, readBatch } from './known-batch.ts';
import { RowStates, rowState } from './row-states.ts';

/** The runs of a batch, without its rows. */
interface Runs {
  readonly folder: BatchFolder;
  readonly last: Begun;
  readonly ended: Ended | undefined;
}

/** Newest first. */
function runsOf(place: Place, { folders, parts }: Runtime): readonly Runs[] {
  return batchesOf(folders.state, place)
    .flatMap((folder): readonly Runs[] => {
      const runs: { last?: Begun; ended?: Ended | undefined } = {};
      const lines: BatchLines = {
        onBegun: (begun) => {
          runs.last = begun;
          runs.ended = undefined;
        },
        onEnded: (ended) => {
          runs.ended = ended;
        },
      };
      inFolder(folder, 'read', () => readBatchJournal(folder.journal, parts.process, lines));
      return runs.last === undefined ? [] : [{ folder, last: runs.last, ended: runs.ended }];
    })
    .sort((a, b) => Date.parse(b.last.at) - Date.parse(a.last.at));
}

export const isUnfinished = ({ ended }: Pick<Runs, 'ended'>): boolean =>
  ended === undefined || ended.unknown + ended.unprocessed > 0;

/** Whether there is something to resume: what is taken back does not go on. */
export const goesOn = ({ last, ended }: Pick<KnownBatch, 'last' | 'ended'>): boolean =>
  isUnfinished({ ended }) && last?.undo !== true;

/** Throws a `not-found` error where every batch has come to its end. */
export function newestUnfinished(place: Place, runtime: Runtime): string {
  const found = runsOf(place, runtime).find(goesOn);
  if (found !== undefined) return found.folder.id;
  throw new CreditctlError('not-found', 'No batch here is unfinished', {
    applied: 'no',
    retrySafe: true,
    next: ['creditctl batch status --all'],
  });
}

/** Whether a batch of that name was begun at a place; a word that means something else is no name. */
export const isBegun = (id: string, place: Place, { folders }: Runtime): boolean =>
  batchNameProblem(id) === undefined && batchesOf(folders.state, place).some((folder) => folder.id === id);

/** Throws a `not-found` error where there is none. */
export function newestBatch(place: Place, runtime: Runtime): string {
  const [newest] = runsOf(place, runtime);
  if (newest !== undefined) return newest.folder.id;
  throw new CreditctlError('not-found', 'No batch was begun here', {
    applied: 'no',
    retrySafe: true,
    next: ['creditctl batch apply <plan>'],
  });
}

export const noSuchBatch = (id: string): CreditctlError =>
  new CreditctlError('not-found', `No batch "${id}" was begun here`, {
    applied: 'no',
    retrySafe: true,
    next: ['creditctl batch status --all'],
  });

/** Newest first. */
export async function allStandings(place: Place, runtime: Runtime): Promise<readonly BatchStanding[]> {
  const standings: BatchStanding[] = [];
  for (const { folder } of runsOf(place, runtime)) standings.push(await standingOf(folder, runtime));
  return standings;
}

/** Throws a `not-found` error for a batch that was never begun. */
export function standing(id: string, place: Place, runtime: Runtime): Promise<BatchStanding> {
  return standingOf(batchFolder(runtime.folders.state, place, id), runtime);
}

async function standingOf(folder: BatchFolder, { parts }: Runtime): Promise<BatchStanding> {
  const known = readBatch(folder, parts.process);
  const { first, applied, last } = known;
  if (first === undefined || last === undefined || applied === undefined) throw noSuchBatch(folder.id);
  const heldBy = holderOf(folder.lock, parts.process);
  const states = await statesOf(known, applied, folder);
  const succeeded = states.count(rowState.settled, rowState.already);
  const failed = states.count(rowState.refused);
  const unknown = states.count(rowState.intended, rowState.unknown);
  // Of other plans of this name; writes that take rows back have a table of their own.
  const others = [...known.open.keys()].filter((key) => states.get(key) === rowState.none);
  const { rows } = applied;
  return {
    batch: folder.id,
    state: stateOf(known, heldBy),
    rows,
    succeeded,
    failed,
    unknown: unknown + otherPlanRows(others, known.states).unknown,
    unprocessed: Math.max(0, rows - succeeded - failed - unknown),
    undo_writes: known.undone.count(rowState.settled, rowState.already),
    rows_per_second: known.rate,
    who: last.who,
    begun_at: first.at,
    last_run_at: last.at,
    ended_at: known.ended?.at ?? null,
    ...placeOf(last),
    held_by: heldBy ?? null,
    plan: applied.plan,
    results: applied.results,
  };
}

/** Under one name several plans may have been carried out; the counts are those of the last one. */
async function statesOf(known: KnownBatch, { plan: sha256 }: Begun, folder: BatchFolder): Promise<RowStates> {
  if (known.plans.length === 1) return known.states;
  const states = new RowStates();
  const plan = await openPlan(planCopyPath(folder, sha256));
  try {
    for await (const { key } of plan.rows()) states.set(key, known.states.get(key) || rowState.planned);
  } finally {
    await plan.close();
  }
  return states;
}

const placeOf = ({ place: { profile, kind, host } }: Begun) => ({ profile, kind, host });

function stateOf(known: KnownBatch, heldBy: string | undefined): BatchStanding['state'] {
  if (heldBy !== undefined) return 'running';
  return isUnfinished(known) ? 'unfinished' : 'finished';
}
