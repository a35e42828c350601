// Prepares a batch for sending: checks policy, record and ledgers, shows the sums and asks for consent.
import { type Amount, counted, countedIs, isTyped, minuteText } from '../../credits/exact.ts';
import { type CreditctlError, notApplied, valueArgs } from '../../errors.ts';
import { cleanLine } from '../../output/shown-text.ts';
import { type BatchVerdict, judgeBatch, movedIn } from '../../policy/judge-batch.ts';
import { toMoveText } from '../../requests/moved-credits.ts';
import {
  askConsent,
  checkConsentIsPossible,
  checkSameRules,
  checkTypedBack,
  dryRunNote,
  type TypedBack,
} from '../../writes/consent.ts';
import { checkOpenAmounts } from '../plan/plan-check.ts';
import type { Plan } from '../plan/plan-lines.ts';
import { DayCaps, type PlannedGrants } from './day-caps.ts';
import { checkStillNoDrift, findInLedgers } from './found-rows.ts';
import {
  checkRows,
  noteDone,
  type PlanScan,
  planLeft,
  rowsBegunAnew,
  type ScanOptions,
  scanPlan,
} from './plan-scan.ts';
import { rowsOpenInOtherPlans, werePlanned } from './recorded/resendable-rows.ts';
import type { Session } from './session.ts';
import {
  checkOthersSigned,
  checkStillSigned,
  type SignedBy,
  signedInFile,
  signedInRecord,
} from './signed-by.ts';

const planAgain = 'Change the batch and plan again, or ask whoever keeps the policy to change the rule';

/**
 * What a person must type back for a batch. Throws a `refused` error that names every rule that the whole batch breaks.
 * @param wayOut the next step of the error
 */
export function checkBatchAllowed(
  facts: Parameters<typeof judgeBatch>[0],
  policy: Parameters<typeof judgeBatch>[1],
  wayOut = planAgain,
): BatchVerdict['typedBack'] {
  const { breaches, typedBack } = judgeBatch(facts, policy);
  if (breaches.length > 0) throw refusedBy(breaches, wayOut);
  return typedBack;
}

/**
 * Throws a `refused` error if a day's cap would be exceeded. This is a forecast: other writes may come first.
 * @param wayOut the next step of the error
 */
export async function checkDay(
  grants: readonly PlannedGrants[],
  caps: DayCaps,
  wayOut = planAgain,
): Promise<void> {
  const breaches = await caps.forecast(grants);
  if (breaches.length > 0) throw refusedBy(breaches, wayOut);
}

const shownMax = 100;

function refusedBy(breaches: readonly string[], wayOut: string): CreditctlError {
  const more = breaches.length > shownMax ? [`and ${breaches.length - shownMax} more`] : [];
  const lines = [
    'The policy refuses this batch, and nothing was written:',
    ...breaches.slice(0, shownMax),
    ...more,
  ];
  return notApplied('refused', lines.join('\n'), [wayOut]);
}

/** A plan after comparing it with the record and the ledgers: the rows to send and the consent that they need. */
export interface Reconciled {
  readonly scan: PlanScan;
  /** Whether the run sends refused rows again. */
  readonly retriesRefused: boolean;
  /** Keys of rows that other plans of the batch left open. */
  readonly openElsewhere: ReadonlySet<string>;
  /** Number of rows to send: those left of the plan, and open rows of other plans. */
  readonly toSend: number;
  /** Also `undefined` for a resumed batch, whose first run asked for it. */
  readonly typedBack: BatchVerdict['typedBack'];
  readonly caps: DayCaps;
  /** `undefined` if no row is left, or if a resumed batch needs no signatures. */
  readonly signed: SignedBy | undefined;
}

/**
 * Throws a `refused` error if a rule is broken or a ledger changed.
 * @param file of the applied plan, with its signatures beside it; `undefined` for a resumed batch, whose refused rows stay
 * refused and whose signatures come from the record
 */
export async function reconcilePlan(
  plan: Plan,
  file: string | undefined,
  session: Session,
): Promise<Reconciled> {
  const { runtime, connection, record, lookup, runs, id } = session;
  const policy = await runtime.policy(connection);
  // These are the totals that the plan states; the scan checks them against the rows.
  const { rows, totals } = plan.end;
  const people = { planner: plan.header.planned_by, applier: runtime.system.process.who };
  const later = `On another day: creditctl batch resume ${valueArgs(id)}`;
  const [ofRule, ofDay] = runs.first === undefined ? [] : [planLeft, later];
  const facts = { rows, credits: totals.credits, ...people, isPlanned: true };
  const typedBack = checkBatchAllowed(facts, policy, ofRule);
  const caps = new DayCaps({ policy, connection, record });
  const retriesRefused = file !== undefined;
  const options = { policy, sumsGrants: caps.isAny, retriesRefused, hasKey: runtime.secrets.isIn };
  const known = await scanPlan(plan, lookup, options);
  if (known.left > 0) await checkNotUndone(plan, options, session);
  const inFile =
    file === undefined || known.left === 0
      ? undefined
      : await signedInFile(plan, { file, policy, ...known }, session);
  const found = known.left > 0 ? await findInLedgers(plan, known, session) : 0;
  const scan = found > 0 ? await scanPlan(plan, lookup, options) : known;
  const inRecord =
    file === undefined && scan.left > 0
      ? await signedInRecord(plan, { policy, ...scan }, session)
      : undefined;
  // The cap counted the amounts that the plan states, and the plan's author could state too little.
  if (scan.openRow !== undefined && policy.some(({ name }) => name === 'batch_cap'))
    await checkOpenAmounts(rowsBegunAnew(plan, lookup, options), connection, 'nothing was written');
  const openElsewhere = keysOpenElsewhere(scan, session);
  // The run sends these rows again, so today's policy applies to them, too.
  const others = await rowsOpenInOtherPlans(plan, scan.openRows, session);
  checkRows(others, policy);
  await checkOthersSigned(others, policy, session);
  await checkDay(scan.grants, caps, ofDay);
  if (scan.already > 0) await noteDone(scan, session);
  const toSend = scan.left + openElsewhere.size;
  const back = file === undefined ? undefined : typedBack;
  const signed = inFile ?? inRecord;
  return { scan, retriesRefused, openElsewhere, toSend, typedBack: back, caps, signed };
}

/** A longer plan contains the shorter one's rows, so a row that is open in both counts as this plan's. */
function keysOpenElsewhere({ openRows }: PlanScan, { open, lookup }: Session): ReadonlySet<string> {
  const own = new Set(openRows.map(({ key }) => key));
  return new Set([...open.keys()].filter((key) => !own.has(key) && !lookup.found.has(key)));
}

/**
 * Throws a `refused` error if an undone batch has rows left, which would be written after the undo. A new plan of the same
 * file has the same rows. Rows that no plan had before the undo may be written.
 */
async function checkNotUndone(plan: Plan, options: ScanOptions, session: Session): Promise<void> {
  const { id, lookup, runs } = session;
  const { last, plans } = runs;
  if (last?.isUndo !== true) return;
  if (!plans.includes(plan.end.sha256)) {
    const left = new Set<string>();
    for await (const { key } of rowsBegunAnew(plan, lookup, options)) left.add(key);
    if (!(await werePlanned(left, session))) return;
  }
  const message = `${last.who} began to undo batch ${id} at ${minuteText(last.begunAt)}, so what is left of it is not written`;
  throw notApplied('refused', message, ['Plan only what is left, under another --batch-id']);
}

/** Shows the sums and asks for consent. Throws a `refused` error without consent, or if a ledger changed during the prompt. */
export async function confirm(plan: Plan, reconciled: Reconciled, session: Session): Promise<void> {
  const { flags, runtime } = session;
  const { scan, toSend, typedBack, caps, signed } = reconciled;
  noteSums(plan, reconciled, runtime);
  await noteOtherFiles(scan, session);
  if (flags.dryRun === true) return runtime.note(dryRunNote);
  if (typedBack === undefined) checkSaid(plan, session);
  const question = `Write ${counted(toSend, 'row')} of batch ${plan.header.batch.id}?`;
  if (!(await requireConsent({ typedBack, question, caps }, session))) return;
  await checkStillSigned(plan, signed, session);
  await checkStillNoDrift(plan, scan, session);
}

/** An unneeded `--confirm` must still match the batch's number of rows or its moved credits. */
function checkSaid({ end: { rows, totals } }: Plan, { flags, runtime }: Session): void {
  if (flags.confirm === undefined) return;
  const sums = totals.credits.map(movedIn);
  const matches = (answer: string): boolean =>
    answer === String(rows) || sums.some((sum) => isTyped(answer, sum));
  const text = sums[0] ?? String(rows);
  checkTypedBack({ what: 'the amount', text, why: 'a batch moves credits', matches }, flags, runtime);
}

/** Asks for a yes or for text to type back; true if a person answered. Throws a `refused` error without consent. */
export async function requireConsent(
  { typedBack, question, caps }: Pick<Reconciled, 'typedBack' | 'caps'> & { readonly question: string },
  { connection, flags, runtime }: Pick<Session, 'connection' | 'flags' | 'runtime'>,
): Promise<boolean> {
  const back = typedBack === undefined ? undefined : typedBackOf(typedBack);
  checkTypedBack(back, flags, runtime);
  if (flags.yes === true && (back === undefined || flags.confirm !== undefined)) return false;
  checkConsentIsPossible(flags, runtime);
  await askConsent({ typedBack: back, question }, flags, runtime);
  await checkSameRules({ connection, runtime });
  caps.forget();
  return true;
}

/** Warns about rows outside this plan: a corrected file under the same name adds its new rows to the old ones. */
async function noteOtherFiles({ already }: PlanScan, { id, record, runs, lookup, runtime }: Session) {
  if (runs.last === undefined) return;
  const settled = async (more: { readonly isUndone?: false }): Promise<number> => {
    const filter = { batch: id, states: ['settled'], withRows: true, isUndo: false, ...more } as const;
    return (await record.countWrites(filter)).get('settled') ?? 0;
  };
  const all = await settled({});
  const others = all - (already - lookup.found.size);
  if (others <= 0) return;
  const standing = await settled({ isUndone: false });
  if (standing === 0) return;
  const unless = standing < all ? ', except for undone ones' : '';
  const text = `Not in this plan: ${counted(others, 'row')} of this batch, which ${others === 1 ? 'stays' : 'stay'} in the ledger${unless}`;
  runtime.note({ text, data: { warning: text } });
}

function noteSums(
  { header, end }: Plan,
  { scan, openElsewhere }: Reconciled,
  runtime: Session['runtime'],
): void {
  const { batch, planned_at, planned_by } = header;
  const { left, already, openRows } = scan;
  const open = openRows.length + openElsewhere.size;
  const lines = [
    `Batch ${batch.id}, planned by ${planned_by} at ${minuteText(planned_at)}: ${counted(end.rows, 'row')} for ${counted(end.totals.customers, 'customer')}`,
    `In all: ${toMoveText(end.totals.credits)}`,
    ...(already === 0 ? [] : [`Written before: ${counted(already, 'row')}; ${countedIs(left, 'row')} left`]),
    ...(open === 0 ? [] : [`${counted(open, 'row')} of unknown outcome: settled first, under the same keys`]),
    ...(end.totals.refusals === 0 ? [] : [`${counted(end.totals.refusals, 'row')} may be refused`]),
  ];
  runtime.note({
    text: lines.map(cleanLine).join('\n'),
    data: { applying: { batch: batch.id, rows: end.rows, left, already, open, sha256: end.sha256 } },
  });
}

function typedBackOf({ what, text, why }: NonNullable<BatchVerdict['typedBack']>): TypedBack {
  if (what === 'rows') return { what: 'the number of rows', text, why };
  return { what: 'the amount', text, why, matches: (answer) => isTyped(answer, text as Amount) };
}
