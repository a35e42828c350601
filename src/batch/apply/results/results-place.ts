// Chooses where result files go: beside the input or in a named folder, and never over an existing file.
import { lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Problem, usageError } from '../../../errors.ts';
import { AtomicFile } from '../../../platform/whole-file.ts';
import type { BatchFormat } from '../../input/records.ts';
import { folderFault, keptFrom, outputProblems } from '../../plan/output-places.ts';
import type { BatchFlags, Session } from '../session.ts';

export const ends = ['succeeded', 'failed', 'unknown', 'unprocessed'] as const;
export type End = (typeof ends)[number];

export interface ResultsPlace {
  /** Path prefix of the file names. */
  readonly base: string;
  readonly format: BatchFormat;
  /** Allows replacing existing files; otherwise the next free number goes into the names. */
  readonly mayReplace: boolean;
  /** Id of this process. */
  readonly pid: number;
}

/** `g.failed.csv`, or `g.failed.2.csv` if that file exists. */
export const resultName = ({ base, format }: ResultsPlace, end: End, number = 1): string =>
  `${base}.${end}${number === 1 ? '' : `.${number}`}.${format}`;

/** The first number without a file for any outcome: all files of one run have the same number. */
export function freeNumber(place: ResultsPlace, from = 1): number {
  for (let number = from; ; number += 1)
    if (!ends.some((end) => isThere(resultName(place, end, number)))) return number;
}

// A broken symbolic link counts as an existing file.
const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

/** Path prefix beside the input or in the named folder. @param unnamed name for the files if the input is a pipe */
export function resultsBase(file: string, { results }: BatchFlags, unnamed: string): string {
  // A name such as `2026.11` has no ending to take away.
  const { dir, name } = hasFolder(file)
    ? path.parse(path.resolve(file))
    : { dir: path.resolve(), name: unnamed };
  return path.join(results === undefined ? dir : path.resolve(results), name);
}

/** Whether the input has a folder; a pipe or a descriptor's path has none. */
function hasFolder(file: string): boolean {
  // /dev/shm holds ordinary files in memory.
  if (file === '-' || /^\/(dev|proc)\/(?!shm\/)/.test(path.resolve(file))) return false;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** Problems that need no request to the API. */
export function resultsFolderProblems({ results }: BatchFlags): readonly Problem[] {
  const fault = results === undefined ? undefined : folderFault(results);
  return fault === undefined
    ? []
    : [{ where: '--results', problem: `names a folder that ${fault}: ${results}` }];
}

/** Throws a `usage` error, before anything is sent, if the result files cannot be written. */
export function resultsPlace(
  { base, format, input }: Pick<ResultsPlace, 'base' | 'format'> & { readonly input: string },
  { flags, runtime }: Session,
): ResultsPlace {
  const { pid } = runtime.system.process.runner;
  const place = { base, format, mayReplace: flags.force === true, pid };
  const problems =
    placeProblems(place, flags) ??
    outputProblems(outputsAt(place, flags), {
      mayReplace: place.mayReplace,
      kept: () => keptFrom(input, flags, runtime),
    });
  if (problems.length > 0)
    throw usageError(problems, ['Name a folder for the files of the outcomes in --results']);
  return place;
}

/** Without a flag, the names get a free number, so no file needs a check. */
const outputsAt = (place: ResultsPlace, { results }: BatchFlags) =>
  results === undefined && !place.mayReplace
    ? []
    : ends.map((end) => ({
        where: results === undefined ? '--force' : '--results',
        file: resultName(place, end),
        isInFolder: true as const,
      }));

/** Creates a trial file, because only that proves that the folder accepts one. */
function placeProblems(place: ResultsPlace, { results }: BatchFlags): readonly Problem[] | undefined {
  const folder = path.dirname(place.base);
  const fault = folderFault(folder) ?? trialFault(place);
  if (fault === undefined) return undefined;
  const problem =
    results === undefined
      ? `is missing, and the folder of the input ${fault}: ${folder}`
      : `names a folder that ${fault}: ${folder}`;
  return [{ where: '--results', problem }];
}

function trialFault(place: ResultsPlace): string | undefined {
  try {
    freeNumber(place);
    new AtomicFile(place.base, place.pid).close();
    return undefined;
  } catch (error) {
    return `takes no such file (${(error as NodeJS.ErrnoException).code})`;
  }
}
