// What the journal of a batch tells of one row: when it was begun and by whom, how it ended, and every line about it.

import { CreditctlError } from '../../errors.ts';
import type { Locking } from '../../platform/lock.ts';
import type { BatchFolder } from '../../record/batch-folders.ts';
import { chainedFile } from '../../record/chained-file.ts';
import { linesHolding } from '../../record/file-lines.ts';
import { withoutSeal } from '../../record/journal.ts';
import { undoPrefix } from '../../undo/undo-key.ts';
import type { HistoryLine } from '../../views/history.ts';
import type { JsonObject } from '../../wire/json.ts';
import type { PlanRow } from '../plan/plan-lines.ts';
import { openPlan } from '../plan/plan-reader.ts';
import { planCopyPath } from './batch-folder.ts';
import { type Begun, isOf, outcomeOf, type RowLine, type RowOutcome } from './batch-journal.ts';

/** How a row ended, and when that was known. */
type RowEnd = RowOutcome & Pick<RowLine, 'at'>;

export interface RowStory {
  readonly folder: BatchFolder;
  readonly key: string;
  /** In its plan; 0 where only an older version has noted it, which found it in the ledger. */
  readonly row: number;
  /** When the attempt that counts was begun; RFC 3339, UTC. */
  readonly at: string;
  /** The run in which that was. */
  readonly run: Begun;
  /** The plans that may have it, by their hashes: that of the run first, and of a row that was only found every one. */
  readonly plans: readonly string[];
  /** `undefined` while nobody has noted it. */
  readonly end: RowEnd | undefined;
  /** Whether the run came to its end after the row did. */
  readonly isTold: boolean;
  /** The key of the last write of `batch undo` that took it back, as far as row numbers can tell. */
  readonly undoneBy: string | undefined;
  readonly lines: readonly HistoryLine[];
}

/** `undefined` if the journal has no whole line about it. Reads the journal from its first line to its last. */
export function rowStory(folder: BatchFolder, key: string, locking: Locking): RowStory | undefined {
  const told = new Telling(key);
  for (const line of chainedFile(folder.journal, locking).lines())
    if (line.isWhole) told.take(line.bytes, line.number);
  return told.story(folder);
}

const undoKey = Buffer.from(`,"key":"${undoPrefix}`);

class Telling {
  readonly #key: string;
  readonly #needle: Buffer;
  readonly #plans = new Set<string>();
  readonly #lines: HistoryLine[] = [];
  /** The last that sends such writes, or the first of all while there is none. */
  #run: Begun | undefined;
  /** The attempt that counts. */
  #begun: { readonly at: string; readonly run: Begun | undefined } | undefined;
  #wasSent = false;
  /** Of one that was only found: the run that found it has begun. */
  #isPlaced = false;
  #row = 0;
  #end: RowEnd | undefined;
  #isTold = false;
  #undoneBy: string | undefined;

  constructor(key: string) {
    this.#key = key;
    this.#needle = Buffer.from(`"key":${JSON.stringify(key)}`);
  }

  take(bytes: Buffer, number: number): void {
    if (isOf('begun', bytes)) this.#takeRun(outcomeOf(bytes) as unknown as Begun);
    else if (isOf('ended', bytes)) this.#isTold = this.#end !== undefined;
    else if (bytes.includes(this.#needle)) this.#takeOwn(bytes, number);
    else if (this.#row > 0 && bytes.includes(undoKey))
      this.#takeUndoing(outcomeOf(bytes) as unknown as RowLine);
  }

  story(folder: BatchFolder): RowStory | undefined {
    const { at, run } = this.#begun ?? {};
    if (at === undefined || run === undefined) return undefined;
    const plans = this.#wasSent ? [] : [...this.#plans].reverse();
    return {
      ...{ folder, key: this.#key, row: this.#row, at, run, end: this.#end },
      plans: [...new Set([run.plan, ...plans])],
      isTold: this.#isTold,
      // Under one name several plans may have been carried out, and each has a row of that number.
      undoneBy: this.#plans.size === 1 ? this.#undoneBy : undefined,
      lines: this.#lines,
    };
  }

  #takeRun(run: Begun): void {
    if (run.undo !== true) this.#plans.add(run.plan);
    const isOfKind = (run.undo === true) === this.#key.startsWith(undoPrefix);
    if (isOfKind) this.#run = run;
    else this.#run ??= run;
    // Ledgers are looked at before a run begins: what is found there is of the run that comes next, if one does.
    if (this.#begun === undefined || this.#wasSent || this.#isPlaced) return;
    this.#begun = { at: this.#begun.at, run: this.#run };
    this.#isPlaced = isOfKind;
  }

  #takeOwn(bytes: Buffer, number: number): void {
    const document = withoutSeal(outcomeOf(bytes) as unknown as JsonObject);
    const { event, at, row, ...more } = document as unknown as RowLine & Omit<RowOutcome, 'event'>;
    this.#lines.push({ number, event, at, document });
    if (row > 0) this.#row = row;
    if (more.found !== true) this.#wasSent = true;
    // What is in the ledger stays there, whatever is noted of it later.
    if (this.#end?.event === 'settled') return;
    const isNew =
      this.#begun === undefined || this.#end?.event === 'refused' || this.#end?.event === 'unsent';
    if (isNew) this.#begun = { at, run: this.#run };
    this.#end = event === 'intended' ? undefined : ({ ...more, event, at } as RowEnd);
    this.#isTold = false;
  }

  #takeUndoing({ event, row, key }: RowLine): void {
    if (event === 'settled' && row === this.#row) this.#undoneBy = key;
  }
}

/**
 * The row as the plan has it that it was sent from, out of the copy that was kept. Throws a `usage` or `refused` error if
 * the copy is not there or not what it was.
 */
export async function keptRow({ folder, plans, key }: RowStory): Promise<PlanRow> {
  const problems: CreditctlError[] = [];
  for (const sha256 of plans)
    try {
      return await rowOfPlan(key, { file: planCopyPath(folder, sha256), sha256 });
    } catch (error) {
      if (!(error instanceof CreditctlError)) throw error;
      problems.push(error);
    }
  throw problems[0] ?? new RangeError('every story has a plan');
}

async function rowOfPlan(
  key: string,
  { file, sha256 }: { readonly file: string; readonly sha256: string },
): Promise<PlanRow> {
  const plan = await openPlan(file);
  try {
    // The whole file was checked, and only this line of it is parsed.
    for (const { start } of linesHolding(file, Buffer.from(`"key":"${key}"`))) {
      const row = plan.rowAt(start);
      if (row.key === key && plan.end.sha256 === sha256) return row;
    }
  } finally {
    await plan.close();
  }
  throw new CreditctlError('usage', `The plan ${file} is not the one that the row was sent from`, {
    applied: 'no',
    retrySafe: true,
  });
}

/** As it is called in a sentence. */
export const rowName = ({ row }: Pick<RowStory, 'row'>): string => (row > 0 ? `row ${row}` : 'a row');
