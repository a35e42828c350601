// What the journal of a batch tells of one row: when it was begun and by whom, how it ended, and every line about it.

import type { PlanRow } from '../batch/plan-lines.ts';
import { openPlan } from '../batch/plan-reader.ts';
import { CreditctlError } from '../errors.ts';
import type { Locking } from '../lock.ts';
import { chainedFile } from '../submission/chained-file.ts';
import { linesHolding } from '../submission/file-lines.ts';
import { withoutSeal } from '../submission/journal.ts';
import { undoPrefix } from '../undo/undo-key.ts';
import type { HistoryLine } from '../views/history.ts';
import { type JsonObject, numberText, parseJson } from '../wire/json.ts';
import { type BatchFolder, keptPlan } from './batch-folder.ts';
import { type Begun, outcomeOf, type RowLine, type RowOutcome } from './batch-journal.ts';

/** How a row ended, and when that was known. */
type RowEnd = RowOutcome & Pick<RowLine, 'at'>;

export interface RowStory {
  readonly folder: BatchFolder;
  readonly key: string;
  /** In its plan; 0 for what took a row back and was found in the ledger. */
  readonly row: number;
  /** When the attempt that counts was begun; RFC 3339, UTC. */
  readonly at: string;
  /** The run in which that was. */
  readonly run: Begun;
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

const begunStart = Buffer.from('{"v":2,"event":"begun"');
const endedStart = Buffer.from('{"v":2,"event":"ended"');
const undoKey = Buffer.from(`,"key":"${undoPrefix}`);

class Telling {
  readonly #key: string;
  readonly #needle: Buffer;
  readonly #plans = new Set<string>();
  readonly #lines: HistoryLine[] = [];
  #run: Begun | undefined;
  /** The attempt that counts. */
  #begun: { readonly at: string; readonly run: Begun } | undefined;
  #row = 0;
  #end: RowEnd | undefined;
  #isTold = false;
  #undoneBy: string | undefined;

  constructor(key: string) {
    this.#key = key;
    this.#needle = Buffer.from(`"key":${JSON.stringify(key)}`);
  }

  take(bytes: Buffer, number: number): void {
    if (startsWith(bytes, begunStart)) this.#takeRun(outcomeOf(bytes) as unknown as Begun);
    else if (startsWith(bytes, endedStart)) this.#isTold = this.#end !== undefined;
    else if (bytes.includes(this.#needle)) this.#takeOwn(bytes, number);
    else if (this.#row > 0 && bytes.includes(undoKey))
      this.#takeUndoing(outcomeOf(bytes) as unknown as RowLine);
  }

  story(folder: BatchFolder): RowStory | undefined {
    if (this.#begun === undefined) return undefined;
    return {
      ...{ folder, key: this.#key, row: this.#row, ...this.#begun, end: this.#end },
      isTold: this.#isTold,
      // Under one name several plans may have been carried out, and each has a row of that number.
      undoneBy: this.#plans.size === 1 ? this.#undoneBy : undefined,
      lines: this.#lines,
    };
  }

  #takeRun(run: Begun): void {
    this.#run = run;
    if (run.undo !== true) this.#plans.add(run.plan);
  }

  #takeOwn(bytes: Buffer, number: number): void {
    if (this.#run === undefined) return;
    const document = withoutSeal(outcomeOf(bytes) as unknown as JsonObject);
    const { event, at, row, ...more } = document as unknown as RowLine & Omit<RowOutcome, 'event'>;
    this.#lines.push({ number, event, at, document });
    this.#row = row;
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

const startsWith = (bytes: Buffer, start: Buffer): boolean => bytes.subarray(0, start.length).equals(start);

/**
 * The row as the plan has it that it was sent from, out of the copy that was kept. Throws a `usage` or `refused` error if
 * the copy is not there or not what it was.
 */
export async function keptRow({ folder, run, key }: RowStory): Promise<PlanRow> {
  const file = keptPlan(folder, run.plan);
  const plan = await openPlan(file);
  await plan.close();
  // The whole file was checked, and only this line of it is parsed.
  for (const { bytes } of linesHolding(file, Buffer.from(`"key":"${key}"`))) {
    const row = parseJson(bytes.toString()) as JsonObject;
    if (row.key === key && plan.end.sha256 === run.plan)
      return {
        ...row,
        row: Number(numberText(row.row)),
        line: Number(numberText(row.line)),
      } as unknown as PlanRow;
  }
  throw new CreditctlError('usage', `The plan ${file} is not the one that the row was sent from`, {
    applied: 'no',
    retrySafe: true,
  });
}
