// Creates, changes or deletes an object other than a ledger entry, and shows it.
import type { CustomerRef } from '../credits/customer.ts';
import type { Instant } from '../credits/exact.ts';
import { CreditctlError, flagArgs, isAbsent, type Problem, shellText, usageError } from '../errors.ts';
import type { OutputChoice } from '../output/output-flags.ts';
import type { Row, View } from '../output/view.ts';
import type { CustomerAnswers } from '../prompts/customer.ts';
import type { Prompter, WizardStep } from '../prompts/prompter.ts';
import { type CustomerFlags, readCustomerArgument } from '../requests/command-args.ts';
import { afterWrite, type Written as Repetition, writtenUnder } from '../runtime/after-write.ts';
import { checkOutput, show } from '../runtime/show.ts';
import { deletionOf, deletionsView } from '../views/deletions.ts';
import type { Preview } from '../views/preview.ts';
import type { Json, JsonObject } from '../wire/json.ts';
import { customerZone } from './customer.ts';
import {
  type CommandContext,
  execute,
  type PlannedWrite,
  type WriteCommand,
  type WriteContext,
  type WriteFlags,
} from './execute.ts';
import { askAndWrite, openForCustomerWrite } from './for-customer.ts';
import type { Settled } from './submission.ts';

/** A command whose own flags are the draft of a write about one customer. */
export type CustomerWriteCommand<Draft> = WriteCommand<CustomerFlags & Draft>;

/** A write about one customer, made from a draft. */
export interface CustomerDraftWrite<Draft> {
  /** The body of the request, or its problems. Without the zone, only the form of dates is checked. */
  readonly read: (
    draft: Draft,
    at: { readonly now: Instant; readonly zone: string | undefined },
  ) => { readonly body: JsonObject } | { readonly problems: readonly Problem[] };
  /** Whether the draft has a date, which depends on the customer's time zone. */
  readonly needsZone?: (draft: Draft) => boolean;
  /** The steps that ask a person for what is missing. */
  readonly questions: (
    prompter: Prompter,
    connection: WriteContext['connection'],
  ) => readonly WizardStep<CustomerAnswers<Draft>>[];
  /** The write itself; a person who steps back out of it gets the last question again. */
  readonly write: (made: MadeOfDraft<Draft>, context: WriteContext) => Promise<void>;
}

export interface MadeOfDraft<Draft> {
  readonly customer: CustomerRef;
  readonly draft: Draft;
  readonly body: JsonObject;
  /** The body of the same draft at another time; `undefined` if the draft has problems then. */
  readonly bodyAt: (now: Instant) => JsonObject | undefined;
  /** Whether a person was asked for something. */
  readonly isAsked: boolean;
}

/** Asks for the customer and missing fields, and writes. Throws a `usage` error with all problems before it connects. */
export async function writeForCustomer<Draft>(
  args: readonly string[],
  { read, needsZone, questions, write }: CustomerDraftWrite<Draft>,
  { flags, runtime }: CommandContext<CustomerFlags & Draft>,
): Promise<void> {
  const first = read(flags, { now: runtime.now(), zone: undefined });
  const problems = 'problems' in first ? first.problems : [];
  const open = await openForCustomerWrite(readCustomerArgument(args, flags), problems, { flags, runtime });
  const { connection, prompter } = open;
  await askAndWrite<Draft, void>(open, {
    draft: flags,
    questions: (person) => questions(person, connection),
    perform: async (customer, completed) => {
      const isDated = needsZone?.(completed) === true;
      const zone = isDated ? await customerZone(connection, customer) : undefined;
      const reading = read(completed, { now: connection.now(), zone });
      if ('problems' in reading) throw usageError(reading.problems);
      const bodyAt = (then: Instant) => {
        const at = read(completed, { now: then, zone });
        return 'body' in at ? at.body : undefined;
      };
      const made = {
        customer,
        draft: completed,
        body: reading.body,
        bodyAt,
        isAsked: prompter !== undefined,
      };
      await write(made, { connection, flags, runtime });
    },
  });
}

/** Adapts questions about a draft to answers that also hold the customer. */
export const forDraft = <Draft>(
  questions: readonly WizardStep<Draft>[],
): readonly WizardStep<CustomerAnswers<Draft>>[] =>
  questions.map(({ isOpen, ask, isSilent = false }) => ({
    isSilent,
    isOpen: ({ draft }) => isOpen(draft),
    ask: async (answers, before) => ({ ...answers, draft: await ask(answers.draft, before?.draft) }),
  }));

/** A write without a predictable effect on credits. Its preview shows what it does. */
export type ObjectWrite<Record> = Omit<PlannedWrite<Row<Record>>, 'effect'>;

export interface ObjectShown<Record> {
  readonly view: View<Record>;
  readonly choice: OutputChoice;
  /** Fetches the time zone of the object, only if a person reads the times. */
  readonly zoneOf?: (record: Record) => Promise<string | undefined>;
  /** Reads the object again, if it may have changed since the recorded answer. */
  readonly readAgain?: (written: Record) => Promise<Row<Record>>;
}

/** A done write, with the object as it is shown. */
export interface WrittenObject<Record> {
  readonly settled: Settled<Row<Record>>;
  readonly record: Record;
  /** The API's document of the object, as it was shown. */
  readonly document: Json;
  /** Whether an earlier run made the write, so that the answer may be out of date. */
  readonly isLate: boolean;
}

/** Makes the write and shows the object; `undefined` after a dry run. */
export async function writeObject<Record>(
  write: ObjectWrite<Record>,
  { view, choice, zoneOf, readAgain }: ObjectShown<Record>,
  context: WriteContext,
): Promise<WrittenObject<Record> | undefined> {
  const done = await execute([{ ...write, effect: undefined }], context);
  const [settled] = done.settled;
  if (settled === undefined) return undefined;
  const isLate = settled.manner === 'resumed' || settled.manner === 'unacknowledged';
  const written = writtenUnder(context.flags, settled.key);
  const row =
    isLate && readAgain !== undefined
      ? await readLate(() => readAgain(settled.result.record), written)
      : settled.result;
  const { record, document } = row;
  const zone = zoneOf === undefined ? undefined : () => zoneOf(record);
  await show([row], { view, shape: 'one', choice, written, zone }, context.runtime);
  return { settled, record, document, isLate };
}

/** Reads the object again. If that fails, the error says that the earlier write succeeded. */
async function readLate<Row>(readAgain: () => Promise<Row>, written: Repetition): Promise<Row> {
  try {
    return await readAgain();
  } catch (error) {
    throw afterWrite(error, written);
  }
}

/** The error for a write of an earlier run that another person overruled before this run could report it. */
export const overruled = (write: string, since: string, key: string): CreditctlError =>
  new CreditctlError('failure', `Your earlier command ${write}. It was ${since} since`, {
    applied: 'yes',
    // An automatic retry would overrule the other person.
    retrySafe: false,
    idempotencyKey: key,
    next: ['Ask who did that. To write it again, run the same command again'],
  });

export interface ObjectDeletion
  extends Pick<ObjectWrite<unknown>, 'request' | 'title' | 'preview' | 'owner' | 'equivalentArgs'> {
  /** `alert`, as in "the alert id". */
  readonly noun: string;
  readonly id: string;
  /** The reason why a yes is not enough. Default: the write deletes the object. */
  readonly why?: string;
}

/** The preview of a deletion. If the object is gone, the error says how to confirm an earlier deletion of unknown outcome. */
export const unlessDeleted =
  (args: readonly string[], preview: () => Promise<Preview>) => async (): Promise<Preview> => {
    try {
      return await preview();
    } catch (error) {
      if (!isAbsent(error)) throw error;
      const line = shellText(['creditctl', ...args, '--yes', ...flagArgs('--confirm', args.at(-1))]);
      const settles = `If you deleted it earlier and did not see the outcome, confirm it: ${line}`;
      throw error.with({ next: [settles, ...(error.facts.next ?? [])] });
    }
  };

export type DeletionOutput = ObjectShown<unknown>['choice'];

/** Reads the output flags of a deletion. Throws a `usage` error. */
export const checkDeletionOutput = (flags: WriteFlags): DeletionOutput => checkOutput(flags, deletionsView);

/** Deletes an object. Throws a `refused` error if the id is not typed back. */
export async function deleteObject(
  { noun, id, why = `this deletes the ${noun}`, ...write }: ObjectDeletion,
  choice: DeletionOutput,
  context: WriteContext,
): Promise<void> {
  const { answerOf } = context.connection.api;
  await writeObject(
    {
      ...write,
      typedBack: { what: `the ${noun} id`, text: id, why },
      read: (document, sent) => {
        answerOf(document, sent);
        return deletionOf(id);
      },
    },
    { view: deletionsView, choice },
    context,
  );
}
