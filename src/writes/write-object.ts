// One write to an object that is no entry: a top-up, an alert, a customer, an invoice. It is made, and the object shown.

import type { OutputChoice } from '../output/output-flags.ts';
import type { Row, View } from '../output/view.ts';
import { afterWrite, type Written as Repetition, writtenUnder } from '../runtime/emit-written.ts';
import { show } from '../runtime/show.ts';
import { deletionOf, deletionsView } from '../views/deletions.ts';
import type { Json } from '../wire/json.ts';
import { execute, type PlannedWrite, type WriteContext } from './execute.ts';
import type { Settled } from './submission.ts';

/** It moves no credits of which the amount is known beforehand; its preview says what it does. */
export type ObjectWrite<Record> = Omit<PlannedWrite<Row<Record, Json>>, 'effect'>;

/** How the object is shown. */
export interface ObjectShown<Record> {
  readonly view: View<Record>;
  readonly choice: OutputChoice;
  /** Reads the object as it is now, where it may have changed since the answer. */
  readonly readAgain?: () => Promise<Row<Record, Json>>;
}

/** What was done, and the object as it is shown. */
export interface WrittenObject<Record> {
  readonly settled: Settled<Row<Record, Json>>;
  readonly record: Record;
  /** An earlier run made the write: the API repeats the answer that it gave then. */
  readonly isLate: boolean;
}

/** `undefined` after a dry run. */
export async function writeObject<Record>(
  write: ObjectWrite<Record>,
  { view, choice, readAgain }: ObjectShown<Record>,
  context: WriteContext,
): Promise<WrittenObject<Record> | undefined> {
  const done = await execute([{ ...write, effect: undefined }], context);
  const [settled] = done.settled;
  if (settled === undefined) return undefined;
  const isLate = settled.manner === 'resumed' || settled.manner === 'unacknowledged';
  const written = writtenUnder(context.flags);
  const row = isLate && readAgain !== undefined ? await readLate(readAgain, written) : settled.result;
  await show([row], { view, shape: 'one', choice, written }, context.runtime);
  return { settled, record: row.record, isLate };
}

/** The object may be deleted or replaced by now, or the API may be out of reach: the earlier write stands all the same. */
async function readLate<Row>(readAgain: () => Promise<Row>, written: Repetition): Promise<Row> {
  try {
    return await readAgain();
  } catch (error) {
    throw afterWrite(error, written);
  }
}

export interface ObjectDeletion
  extends Pick<ObjectWrite<unknown>, 'request' | 'title' | 'preview' | 'words'> {
  /** `alert`, as in "the alert id". */
  readonly noun: string;
  readonly id: string;
  /** Why a yes is not enough, where it is more than that the object is deleted. */
  readonly why?: string;
}

/** Deletes an object, whose id has to be typed back, and shows that it is gone. */
export async function deleteObject(
  { noun, id, why = `this deletes the ${noun}`, ...write }: ObjectDeletion,
  choice: OutputChoice,
  context: WriteContext,
): Promise<void> {
  const { answerOf } = context.connection.api;
  const read = (...answered: Parameters<typeof answerOf>) => {
    answerOf(...answered);
    return deletionOf(id);
  };
  const typedBack = { what: `the ${noun} id`, text: id, why };
  await writeObject({ ...write, read, typedBack }, { view: deletionsView, choice }, context);
}
