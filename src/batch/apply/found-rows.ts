// Finds rows of a batch that are in the ledgers but not settled in the record, by their marks, and notes them.
import { customerName, unitAfter } from '../../credits/customer.ts';
import { counted, grouped, parseInstant } from '../../credits/exact.ts';
import { type CreditctlError, notApplied } from '../../errors.ts';
import type { LostSpan, NewFact } from '../../record/facts.ts';
import { clocksApart } from '../../writes/search.ts';
import { rowKeyForm } from '../input/row-key.ts';
import { type BatchWrite, type Plan, type PlanHeader, planAgain } from '../plan/plan-lines.ts';
import {
  answersFirst,
  type Drift,
  type DriftSearch,
  entriesSince,
  type LaterEntries,
  searchForPlan,
  searchLedgers,
  voidedSince,
} from './in-ledgers.ts';
import type { FoundRow } from './recorded/row-lookup.ts';
import { type NotingRun, notedFact } from './run/begin-rows.ts';
import { appendWhatFits } from './run/row-outcomes.ts';
import type { Session } from './session.ts';

type ScannedLedgers = Pick<DriftSearch, 'ledgers'>;

/**
 * Searches for rows of the plan that another machine may have written: in the ledgers of a batch that never ran here, and in
 * entries newer than the plan. A found row counts as done. Throws a `refused` error if a ledger changed.
 */
export async function findInLedgers(
  plan: Plan,
  { ledgers }: ScannedLedgers,
  session: Session,
): Promise<number> {
  const { connection, runtime, flags, lookup, runs } = session;
  const before = lookup.found.size;
  const marks = new Marks();
  const lost = await session.record.lostSpan();
  const mayLack = lost !== undefined && mayHaveBegunBefore(lost, plan, session);
  const isEverywhere = flags.verifyRemote === true || mayLack;
  if (isEverywhere || runs.first === undefined)
    await searchForPlan(plan, isEverywhere ? 'everywhere' : 'where likely', async (some) => {
      await searchLedgers({ ledgers: some, since: undefined, onMark: marks.take }, connection);
      await recogniseRows(marks, plan, session);
      return lookup.found.size > before;
    });
  if (flags.allowDrift !== true) await checkDrift(plan, { ledgers, marks }, session);
  const found = lookup.found.size - before;
  if (found > 0) {
    const text = `Found in the ledger: ${counted(found, 'row')} of this batch whose end the record does not know`;
    runtime.note({ text, data: { found_in_ledger: found } });
  }
  return found;
}

/**
 * Whether the batch may have begun before the record was restored: its rows may then be in ledgers although neither the
 * record nor the API knows their keys any more.
 */
export function mayHaveBegunBefore(
  { until }: LostSpan,
  { header }: { readonly header: Pick<PlanHeader, 'planned_at'> },
  { connection, runs: { first } }: BegunBatch,
): boolean {
  // An embedded ledger has its own clock, which cannot be compared with the time of the restore.
  if (connection.ledger() !== undefined) return true;
  if (first !== undefined && Date.parse(first.begunAt) < until) return true;
  return (parseInstant(header.planned_at) ?? 0) - clocksApart < until;
}

interface BegunBatch {
  readonly connection: Pick<Session['connection'], 'ledger'>;
  readonly runs: { readonly first: Pick<NonNullable<Session['runs']['first']>, 'begunAt'> | undefined };
}

/** Throws a `refused` error if a ledger changed since planning, other than by rows of the same batch. */
async function checkDrift(
  plan: Plan,
  { marks = new Marks(), ...search }: Omit<DriftSearch, 'connection'> & { readonly marks?: Marks },
  session: Session,
): Promise<void> {
  const { connection, runs } = session;
  const { marked, metered, drift } = await entriesSince(plan, { ...search, connection });
  marks.takeAll(marked);
  const own = await recogniseRows(marks, plan, session);
  const foreign = marked.filter(({ mark }) => !own.has(mark));
  const voids = metered.size === 0 ? [] : await voidsLeft(plan, metered, session);
  const all = [...drift, ...foreign, ...(await voidedSince(voids, metered, connection))];
  if (all.length > 0) throw driftError(all, plan, runs.first === undefined ? 'nothing' : 'some');
}

/** Rows that will void credits of these blocks, including rows of unknown outcome that are in no ledger and are sent again. */
async function voidsLeft(
  plan: Plan,
  blocks: LaterEntries['metered'],
  { lookup }: Session,
): Promise<readonly BatchWrite[]> {
  const rows: BatchWrite[] = [];
  for await (const row of plan.rows()) {
    const { entry_type: type, block_id: block } = row.request.body;
    if (type === 'void' && typeof block === 'string' && blocks.has(block)) rows.push(row);
  }
  const states = await lookup.recordedStates(rows.map(({ key }) => key));
  return rows.filter(({ key }) => lookup.rowState(key, states.get(key)) !== 'done');
}

/**
 * Checks drift again after the prompt, which may take long, in ledgers from which rows take credits: the API takes more
 * than is left, or all that is there. In other ledgers, a change during the prompt does no harm.
 */
export async function checkStillNoDrift(
  plan: Plan,
  { ledgers }: ScannedLedgers,
  session: Session,
): Promise<void> {
  if (session.flags.allowDrift !== true) await checkDrift(plan, { ledgers, isOfTaking: true }, session);
}

/** The entry for each row mark: if several entries have a mark, the one that the API answered. */
class Marks {
  readonly entries = new Map<string, FoundRow['entry']>();

  readonly take = (key: string, entry: FoundRow['entry']): void => {
    if (rowKeyForm.test(key) && !this.entries.has(key)) this.entries.set(key, entry);
  };

  takeAll(marked: LaterEntries['marked']): void {
    const answers = answersFirst(this.take);
    for (const { mark, entry } of marked) answers.take(mark, entry);
    answers.end();
  }
}

/**
 * Finds the marks that belong to rows of this batch, and returns their keys. Rows that are not settled in the record count
 * as done from now on.
 */
async function recogniseRows(
  { entries }: Marks,
  plan: Plan,
  { lookup, runs }: Session,
): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  const left = new Map<string, FoundRow['known']>();
  const states = await lookup.expectedStates([...entries.keys()]);
  for (const [key, entry] of entries) {
    const known = states.get(key);
    const rowState = lookup.rowState(key, known);
    const isOwn = lookup.found.has(key) || (known?.plan != null && runs.plans.includes(known.plan));
    if (isOwn) own.add(key);
    if (isOwn && rowState === 'open') lookup.found.set(key, { known, entry, planned: undefined });
    else if (!isOwn || rowState !== 'done') left.set(key, known);
  }
  // The plan is read only if an entry has a mark that the record does not know as done.
  if (left.size === 0) return own;
  for await (const row of plan.rows()) {
    const entry = left.has(row.key) ? entries.get(row.key) : undefined;
    if (entry === undefined) continue;
    own.add(row.key);
    lookup.found.set(row.key, { known: left.get(row.key), entry, planned: row });
  }
  return own;
}

/** Notes rows that are in a ledger as settled. Throws the record's errors; a later run then finds the rows again. */
export async function noteFound(
  found: ReadonlyMap<string, FoundRow>,
  run: Pick<NotingRun, 'batch' | 'run' | 'ledgerNow' | 'record' | 'lease'>,
): Promise<void> {
  const { record, lease } = run;
  const versions = new Map<string, number>();
  const noted: NewFact[] = [];
  // These rows need no reservation: the ledger shows the day on which they were made.
  for (const [key, { known, planned }] of found)
    if (planned === undefined) versions.set(key, known?.version ?? 0);
    else noted.push({ fact: notedFact(planned, known, run), after: known?.version ?? null });
  // Rows that another process noted meanwhile stay with that process.
  for (const [key, version] of await appendWhatFits(record, noted)) versions.set(key, version);
  const ended = [...versions].flatMap(([key, after]): readonly NewFact[] => {
    const row = found.get(key);
    if (row === undefined) return [];
    const { known, entry, planned } = row;
    const attempt = (known?.attempt ?? 0) + (planned === undefined ? 0 : 1);
    const made = { entry: entry.id, block: entry.credit_block.id, amount: entry.amount };
    return [{ fact: { kind: 'ended', key, attempt, state: 'settled', found: true, ...made }, after }];
  });
  await appendWhatFits(record, ended);
  for (const key of versions.keys()) lease.keys.delete(key);
}

const shownMax = 20;

/** The error for a plan whose ledgers changed. @param sent whether rows of the batch were sent before */
function driftError(drift: readonly Drift[], { header }: Plan, sent: 'nothing' | 'some'): CreditctlError {
  const lines = drift.slice(0, shownMax).map(({ customer, entry, isBlock }) => {
    const who = customerName(customer);
    if (isBlock === true) return `${who}: a block was deleted`;
    if (entry === undefined) return `${who}: the customer ${customer.id} is not there any more`;
    const { ledger_sequence_number: number, entry_type: type, amount, currency, created_at, id } = entry;
    const credits = `${amount} ${unitAfter(amount, currency)}`;
    return `${who}: entry ${number}, ${type} of ${credits} at ${created_at} (${id})`;
  });
  const more = drift.length > shownMax ? [`and ${grouped(drift.length - shownMax)} more entries`] : [];
  const message = [
    `A balance changed after this plan was made. Nothing ${sent === 'some' ? 'more ' : ''}was written:`,
    ...lines,
    ...more,
  ].join('\n');
  return notApplied('refused', message, [
    planAgain(header),
    'Or apply it anyway: the same command with --allow-drift',
  ]);
}
