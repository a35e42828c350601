// Several writes that belong together: shown as one, agreed to once, and carried out one after the other.

import { type Amount, amount, compare, readAmount } from '../credits/amount.ts';
import { CreditctlError } from '../errors.ts';
import type { Connection, Write } from '../orb/connection.ts';
import { cleanLine } from '../output/clean-text.ts';
import type { Settled } from '../record/submit.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { checkFormat, show } from '../runtime/show.ts';
import { dryRunView } from '../views/dry-run.ts';
import { dryRunDocument, requestLines } from '../views/prediction.ts';
import { askConsent, checkConsentIsPossible, checkTypedBack, type TypedBack } from './consent.ts';
import { type PlannedWrite, tellManner, tellPlace, told, type WriteFlags } from './execute.ts';
import { guard } from './guard.ts';

export interface KeyedWrite extends PlannedWrite {
  /** Made of what the write is, so that it is the same whenever it is tried. */
  readonly key: string;
  readonly undoing: NonNullable<Write['undoing']>;
}

export interface WritesTogether {
  readonly writes: readonly KeyedWrite[];
  /** Credits that all of them move, for whoever has to type it back. */
  readonly total: Amount;
  /** What a person should know beside the writes, each a sentence. */
  readonly notes: readonly string[];
}

export interface Carrying {
  readonly connection: Connection;
  readonly flags: WriteFlags;
  readonly runtime: Runtime;
}

export interface CarriedOut {
  readonly settled: readonly Settled[];
  /** What stopped the rest. */
  readonly failure: CreditctlError | undefined;
}

/** `undefined` after a dry run, which only shows them; no writes are done at once. Throws if the policy refuses one of them, or nobody agrees. */
export async function carryOutAll(
  together: WritesTogether,
  where: Carrying,
): Promise<CarriedOut | undefined> {
  const { connection, flags, runtime } = where;
  tellPlace(connection.place, runtime);
  if (together.writes.length === 0) return { settled: [], failure: undefined };
  if (flags.dryRun === true) {
    await showDryRun(together, where);
    await guarded(together, where);
    return undefined;
  }
  const typedBack = await guarded(together, where);
  checkTypedBack(typedBack, flags, runtime);
  const isAsked = flags.yes !== true || (typedBack !== undefined && flags.confirm === undefined);
  if (isAsked) checkConsentIsPossible(flags, runtime);
  for (const line of isAsked ? await linesOf(together) : together.notes)
    runtime.note({ text: cleanLine(line), data: { note: line } });
  if (isAsked) await askConsent({ typedBack, question: questionOf(together) }, flags, runtime);
  return submitAll(together.writes, where);
}

const questionOf = ({ writes: [first, ...others] }: WritesTogether): string =>
  first !== undefined && others.length === 0 ? `${first.title}?` : `Make these ${others.length + 1} writes?`;

/** Any of them may be above the limit at which an amount is typed back; then it is the amount of all. */
async function guarded(
  { writes, total }: WritesTogether,
  { connection, runtime }: Carrying,
): Promise<TypedBack | undefined> {
  let typedBack: TypedBack | undefined;
  for (const write of writes) typedBack = (await guard(write, connection, runtime)) ?? typedBack;
  if (typedBack === undefined || writes.length === 1) return typedBack;
  const isTotal = (answer: string): boolean => {
    const reading = readAmount(answer);
    return 'amount' in reading && compare(reading.amount, total) === 0;
  };
  return { ...typedBack, what: 'the amount of all together', text: amount(total), matches: isTotal };
}

async function linesOf({ writes, notes }: WritesTogether): Promise<readonly string[]> {
  const all: string[] = [];
  for (const write of writes) all.push(...(await told(write)).lines);
  return [...all, ...notes];
}

async function submitAll(
  writes: readonly KeyedWrite[],
  { connection, runtime }: Carrying,
): Promise<CarriedOut> {
  const settled: Settled[] = [];
  for (const write of writes) {
    try {
      const one = await connection.submit(write, write.key);
      tellManner(one, runtime);
      settled.push(one);
    } catch (error) {
      if (!(error instanceof CreditctlError) || settled.length === 0) throw error;
      return { settled, failure: partOf(error, settled.length, writes.length) };
    }
  }
  return { settled, failure: undefined };
}

function partOf(error: CreditctlError, done: number, all: number): CreditctlError {
  const kind = error.facts.applied === 'unknown' ? 'outcome-unknown' : 'partly-done';
  const next = [
    'Run the same command again: it does what is left, and nothing twice',
    ...(error.facts.next ?? []),
  ];
  return new CreditctlError(kind, `${done} of ${all} writes are done, and then: ${error.message}`, {
    ...error.facts,
    next,
    retrySafe: true,
  });
}

async function showDryRun(together: WritesTogether, { flags, runtime }: Carrying): Promise<void> {
  const choice = checkFormat(flags);
  if (choice.format === 'table') {
    const lines = ['Dry run: nothing is written.'];
    for (const write of together.writes)
      lines.push(...(await told(write)).lines, ...requestLines(write.request));
    await runtime.terminal.out(`${[...lines, ...together.notes].map(cleanLine).join('\n')}\n`);
    return;
  }
  for (const note of together.notes) runtime.note({ text: note, data: { note } });
  const rows = [];
  for (const write of together.writes) {
    const document = dryRunDocument(write.request, (await told(write)).document);
    rows.push({ record: document, document });
  }
  await show(rows, { view: dryRunView, shape: 'list', choice }, runtime);
}
