// Checks the journals of the batches of a profile: the chain of each, and that it has the runs that the profile knows of.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BatchFolder, batchesOfProfile, batchFolder } from '../../record/batch-folders.ts';
import { chainedFile } from '../../record/chained-file.ts';
import type { FileLine } from '../../record/file-lines.ts';
import type { BatchMark } from '../../record/journal.ts';
import type { NamedJournal } from '../../record/journals.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { CheckedJournal, JournalFinding } from '../../views/journal-check.ts';
import { inFolder } from './batch-folder.ts';
import { begunAt, removed, UnmarkedRuns } from './unmarked-runs.ts';

/** What the journal of a profile says of the runs of one batch, until each is found in the journal of that batch. */
interface Runs {
  readonly folder: BatchFolder;
  /** When they began. */
  readonly begun: Set<string>;
  /** The hashes of the lines that they ended with, and when they began. */
  readonly ended: Map<string, string>;
}

/** One after the other, so that however many lines they have, no more than what is wrong with them is kept. */
export function checkedBatches(named: NamedJournal, runtime: Runtime): readonly CheckedJournal[] {
  return runsOf(named, runtime).map((runs) => checked(runs, named, runtime));
}

/**
 * Those whose folders are there, and those that the profile knows of. A run notes its beginning in its own journal
 * first: one that the profile knows of must be there, and one that it does not was killed in between.
 */
function runsOf({ profile, journal }: NamedJournal, { folders }: Runtime): readonly Runs[] {
  const all = new Map<string, Runs>();
  const runsIn = (folder: BatchFolder): Runs => {
    const runs = all.get(folder.path) ?? { folder, begun: new Set(), ended: new Map() };
    all.set(folder.path, runs);
    return runs;
  };
  for (const folder of batchesOfProfile(folders.state, profile)) runsIn(folder);
  for (const mark of journal.batchMarks()) {
    if (!isReadable(mark)) continue;
    const { begun, ended } = runsIn(batchFolder(folders.state, { ...mark.place, profile }, mark.batch));
    begun.add(mark.run);
    if (typeof mark.head === 'string' && mark.head !== '') ended.set(mark.head, mark.run);
  }
  const nameOf = ({ folder: { id, path } }: Runs): string => `${id} ${path}`;
  return [...all.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** A line that somebody has changed may say anything; that it was changed is told of the journal of the profile. */
const isReadable = ({ batch, run, place }: BatchMark): boolean =>
  [batch, run, place?.host].every((text) => typeof text === 'string') &&
  batch !== '' &&
  !batch.startsWith('.') &&
  path.basename(batch) === batch;

function checked(runs: Runs, { profile, journal }: NamedJournal, { parts }: Runtime): CheckedJournal {
  const { folder } = runs;
  const file = folder.journal;
  const last = [...runs.begun].at(-1);
  const isMissing = !existsSync(file) && last !== undefined;
  const unmarked = new UnmarkedRuns(runs.begun);
  const { lines, end, findings } = inFolder(folder, 'read', () =>
    chainedFile(file, parts.process).verify((line) => {
      unmarked.take(line);
      takeFound(line, runs);
    }),
  );
  return {
    ...{ profile, batch: folder.id, file, lines, chain: end.line, head: end.hash },
    findings: isMissing
      ? [missing(last)]
      : [...findings, ...unmarked.findings(journal, folder.id), ...notFound(runs, lines + 1)],
  };
}

/** The 64 digits before `"}` at the end of a line. */
const hashOf = (bytes: Buffer): string => bytes.toString('latin1', bytes.length - 66, bytes.length - 2);

function takeFound({ bytes }: FileLine, { begun, ended }: Runs): void {
  if (ended.size > 0) ended.delete(hashOf(bytes));
  if (begun.size > 0) begun.delete(begunAt(bytes) ?? '');
}

function notFound({ begun, ended }: Runs, line: number): readonly JournalFinding[] {
  const ends = [...new Set(ended.values())].filter((run) => !begun.has(run));
  return [
    ...[...begun].map((run) =>
      removed(
        line,
        `the run that began on ${run}, which the journal of the profile knows of, is not there: removed or replaced`,
      ),
    ),
    ...ends.map((run) =>
      removed(
        line,
        `the end of the run that began on ${run}, which the journal of the profile knows by its hash, is not there: removed or replaced`,
      ),
    ),
  ];
}

const missing = (run: string): JournalFinding =>
  removed(
    1,
    `it is missing, and the journal of the profile knows of the run of the batch that began on ${run}`,
  );
