// One ledger entry from its draft to its rows: what `ledger add`, `blocks expire` and their siblings have in common.

import type { CustomerRef } from '../credits/customer-ref.ts';
import type { Instant } from '../credits/instant.ts';
import { CreditctlError, type Problem, usageError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import type { BlockPurpose } from '../requests/block-purpose.ts';
import { customerMissing } from '../requests/customer-argument.ts';
import type { EntryDraft, EntryField } from '../requests/entry-draft.ts';
import { entryBody, entryRequest } from '../requests/entry-request.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { JsonObject } from '../wire/json.ts';
import { type Completed, completeEntry } from './complete-entry.ts';
import { withBlockList } from './customer-blocks.ts';
import { carryOut, keyProblems, openForWriting, type WriteFlags } from './execute.ts';
import { entryTitle, predictEntry } from './predict-entry.ts';
import { type Written, writtenEntries } from './written-entries.ts';

export interface EntryWrite {
  readonly customer: CustomerRef | undefined;
  readonly draft: EntryDraft;
  /** What was already found wrong with the command line. */
  readonly problems: readonly Problem[];
  readonly nameOf?: (field: EntryField) => string;
  /** What shall be done with the block, for a command about one: what the block itself says is then heeded. */
  readonly purpose?: BlockPurpose;
  /** The command line that says the same as a completed draft. */
  readonly words: (customer: CustomerRef, draft: EntryDraft) => readonly string[];
}

/** Carries an entry from its draft to the API and back; `undefined` after a dry run. */
export async function writeEntry(
  write: EntryWrite,
  flags: WriteFlags,
  runtime: Runtime,
): Promise<Written | undefined> {
  const prompter = await runtime.prompter(flags);
  const problems = [...write.problems, ...keyProblems(flags)];
  const missing = checkDraft({ ...write, problems }, prompter !== undefined, runtime);
  const connection = await openForWriting(flags, runtime);
  const { customer, draft, purpose } = write;
  return completeEntry(
    { customer, draft, purpose },
    {
      connection,
      policy: await runtime.policy(connection.place),
      prompter: missing ? prompter : undefined,
      act: (completed) => carryOutEntry(completed, { write, missing, connection, flags, runtime }),
    },
  );
}

interface Carrying {
  readonly write: EntryWrite;
  /** Whether something was asked for. */
  readonly missing: boolean;
  readonly connection: Connection;
  readonly flags: WriteFlags;
  readonly runtime: Runtime;
}

async function carryOutEntry(
  { customer, draft, zone }: Completed,
  { write, missing, connection, flags, runtime }: Carrying,
): Promise<Written | undefined> {
  const { purpose } = write;
  const body = bodyOf(draft, zone ?? 'UTC', { write, now: connection.now() });
  const planned = {
    request: entryRequest(customer, body),
    title: entryTitle(body, { customer, purpose }),
    effect: () => predictEntry(body, zone, { connection, customer }),
    read: connection.api.entryOf,
    words: missing ? write.words(customer, draft) : undefined,
  };
  try {
    const settled = await carryOut(planned, { connection, flags, runtime });
    if (settled === undefined) return undefined;
    const answer = connection.api.entryOf(settled.document);
    return { answer, all: () => writtenEntries(answer, { body, connection, customer, runtime }) };
  } catch (error) {
    const listed = draft.block === undefined ? error : withBlockList(error, customer);
    throw draft.amount === write.draft.amount ? listed : withAmount(listed, draft.amount);
  }
}

/** Another run would look again at what is left, so the figure of this one has to be said to settle it. */
function withAmount(error: unknown, amount: string | undefined): unknown {
  if (!(error instanceof CreditctlError) || error.facts.applied !== 'unknown') return error;
  const next = [
    `Run the same command with --amount ${amount}: this finds out the outcome and never writes twice`,
  ];
  return new CreditctlError(error.kind, error.message, { ...error.facts, next });
}

/** Throws every problem at once before anything is opened; says whether there is something to ask for. */
function checkDraft(write: EntryWrite, canAsk: boolean, runtime: Runtime): boolean {
  const { customer, nameOf, purpose } = write;
  // The block will say how much is left to void.
  const draft = purpose === 'void' ? { amount: '1', ...write.draft } : write.draft;
  const reading = entryBody(draft, {
    now: runtime.now(),
    zone: undefined,
    ...(nameOf === undefined ? {} : { nameOf }),
  });
  const problems: Problem[] = [
    ...write.problems,
    ...(customer === undefined && write.problems.length === 0 ? [customerMissing] : []),
    ...('problems' in reading ? reading.problems : []),
  ];
  const wrong = problems.filter(({ isMissing }) => isMissing !== true);
  if (wrong.length > 0 || (problems.length > 0 && !canAsk)) throw usageError(problems);
  return problems.length > 0;
}

function bodyOf(
  draft: EntryDraft,
  zone: string,
  { write, now }: { write: EntryWrite; now: Instant },
): JsonObject {
  const { nameOf } = write;
  const reading = entryBody(draft, { now, zone, ...(nameOf === undefined ? {} : { nameOf }) });
  if ('problems' in reading) throw usageError(reading.problems);
  return reading.body;
}
