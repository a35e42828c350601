// Where the files of the outcomes go: beside the input or in a folder that is named, and never over a file that is there.
import { lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Problem, usageError } from '../../../errors.ts';
import { AtomicFile } from '../../../platform/atomic-file.ts';
import type { BatchFormat } from '../../input/records.ts';
import { folderFault, keptFrom, outputProblems } from '../../plan/output-places.ts';
import type { BatchFlags, Session } from '../session.ts';

export const ends = ['succeeded', 'failed', 'unknown', 'unprocessed'] as const;
export type End = (typeof ends)[number];

export interface ResultsPlace {
  /** The names begin with this path. */
  readonly base: string;
  readonly format: BatchFormat;
  /** Files of these names may go; otherwise the next number that is free is put into the names. */
  readonly mayReplace: boolean;
  /** Of this process. */
  readonly pid: number;
}

/** `g.failed.csv`, and `g.failed.2.csv` where there is one already. */
export const resultName = ({ base, format }: ResultsPlace, end: End, number = 1): string =>
  `${base}.${end}${number === 1 ? '' : `.${number}`}.${format}`;

/** The first number of which there is no file of any end: those of one run belong together. */
export function freeNumber(place: ResultsPlace, from = 1): number {
  for (let number = from; ; number += 1)
    if (!ends.some((end) => isThere(resultName(place, end, number)))) return number;
}

// A link that leads nowhere is there as well.
const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

/** Beside the input, or in the folder that is named. @param unnamed what the files are called where the input is a pipe */
export function resultsBase(file: string, { results }: BatchFlags, unnamed: string): string {
  const { dir, name } = path.parse(path.resolve(hasFolder(file) ? file : unnamed));
  return path.join(results === undefined ? dir : path.resolve(results), name);
}

/** What comes through a pipe or by the path of a descriptor has no folder of its own. */
function hasFolder(file: string): boolean {
  // Files in memory lie in /dev/shm, and are files like any other.
  if (file === '-' || /^\/(dev|proc)\/(?!shm\/)/.test(path.resolve(file))) return false;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** What can be said before anything is asked of the API. */
export function resultsFolderProblems({ results }: BatchFlags): readonly Problem[] {
  const fault = results === undefined ? undefined : folderFault(results);
  return fault === undefined
    ? []
    : [{ where: '--results', problem: `names a folder that ${fault}: ${results}` }];
}

/** Throws a `usage` error, before anything is sent, if the result files cannot be written there. */
export function resultsPlace(
  { base, format, input }: Pick<ResultsPlace, 'base' | 'format'> & { readonly input: string },
  { flags, runtime }: Session,
): ResultsPlace {
  const { pid } = runtime.parts.process.runner;
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

/** Where no flag speaks of the files, a free number is found for them. */
const outputsAt = (place: ResultsPlace, { results }: BatchFlags) =>
  results === undefined && !place.mayReplace
    ? []
    : ends.map((end) => ({
        where: results === undefined ? '--force' : '--results',
        file: resultName(place, end),
        isInFolder: true as const,
      }));

/** That a file can be made there is known for sure only when one was. */
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
