// What comes before a batch is sent: the rules of the policy, the record and the ledgers, the sums shown, and the person's consent.
import { type Amount, counted, countedIs, isTyped, minuteText } from '../../credits/exact.ts';
import { type CreditctlError, notApplied } from '../../errors.ts';
import { cleanLine } from '../../output/clean-text.ts';
import { type BatchVerdict, judgeBatch, movedIn } from '../../policy/judge-batch.ts';
import { toMoveText } from '../../requests/moved-credits.ts';
import { askConsent, checkConsentIsPossible, checkTypedBack, type TypedBack } from '../../writes/consent.ts';
import { checkOpenAmounts } from '../plan/plan-check.ts';
import type { Plan } from '../plan/plan-lines.ts';
import { DayCaps, type PlannedGrants } from './day-caps.ts';
import { checkStillNoDrift, findInLedgers } from './found-rows.ts';
import { checkRows, type PlanScan, rowsBegunAnew, type ScanOptions, scanPlan } from './plan-scan.ts';
import { rowsOpenInOtherPlans, werePlanned } from './recorded/resendable-rows.ts';
import type { Session } from './session.ts';
import { checkOthersSigned, type SignedBy, signedInFile, signedInRecord } from './signed-by.ts';

/** What a batch has to have typed back. Throws a `refused` error that names every rule that it breaks as a whole. */
export function checkBatchAllowed(...judged: Parameters<typeof judgeBatch>): BatchVerdict['typedBack'] {
  const { breaches, typedBack } = judgeBatch(...judged);
  if (breaches.length > 0) throw refusedBy(breaches);
  return typedBack;
}

/** Throws a `refused` error if a cap on the credits of a day would be broken: a forecast, since others write as well. */
export async function checkDay(grants: readonly PlannedGrants[], caps: DayCaps): Promise<void> {
  const breaches = await caps.forecast(grants);
  if (breaches.length > 0) throw refusedBy(breaches);
}

const shownMax = 100;

function refusedBy(breaches: readonly string[]): CreditctlError {
  const more = breaches.length > shownMax ? [`and ${breaches.length - shownMax} more`] : [];
  const lines = [
    'The policy refuses this batch, and nothing was written:',
    ...breaches.slice(0, shownMax),
    ...more,
  ];
  return notApplied('refused', lines.join('\n'), [
    'Change the batch and plan again, or ask whoever keeps the policy to change the rule',
  ]);
}

/** A plan as the record and the ledgers leave it: what of it is to be sent, and what has to be agreed to. */
export interface Reconciled {
  readonly scan: PlanScan;
  /** Whether rows that were refused before are sent again. */
  readonly retriesRefused: boolean;
  /** The keys of rows that other plans of its name have left open. */
  readonly openElsewhere: ReadonlySet<string>;
  /** What is left of the plan, and what other plans of its name have left open. */
  readonly toSend: number;
  /** `undefined` too for a batch that is resumed: what had to be typed back was typed when it began. */
  readonly typedBack: BatchVerdict['typedBack'];
  readonly caps: DayCaps;
  /** `undefined` where no row is left, and for a batch that is resumed where no signatures are needed. */
  readonly signed: SignedBy | undefined;
}

/**
 * Throws a `refused` error where a rule is broken or a ledger has moved.
 * @param file of the plan that is applied, beside which its signatures lie; `undefined` for a batch that is resumed: its
 * refused rows stay refused, and the signatures count that the record keeps
 */
export async function reconcilePlan(
  plan: Plan,
  file: string | undefined,
  session: Session,
): Promise<Reconciled> {
  const { runtime, connection, record, lookup } = session;
  const policy = await runtime.policy(connection);
  // By its own totals; whether they are those of its rows, the scan finds out.
  const { rows, totals } = plan.end;
  const people = { planner: plan.header.planned_by, applier: runtime.parts.process.who };
  const typedBack = checkBatchAllowed({ rows, credits: totals.credits, ...people, isPlanned: true }, policy);
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
  // The cap counted what the plan says, and whoever wrote it could say less.
  if (scan.openRow !== undefined && policy.some(({ name }) => name === 'batch_cap'))
    await checkOpenAmounts(rowsBegunAnew(plan, lookup, options), connection, 'nothing was written');
  const openElsewhere = keysOpenElsewhere(scan, session);
  // These rows are sent again too, so today's policy applies to them.
  const others = await rowsOpenInOtherPlans(plan, scan.openRows, session);
  checkRows(others, policy);
  await checkOthersSigned(others, policy, session);
  await checkDay(scan.grants, caps);
  if (scan.already > 0) await noteUndone(session);
  const toSend = scan.left + openElsewhere.size;
  const back = file === undefined ? undefined : typedBack;
  const signed = inFile ?? inRecord;
  return { scan, retriesRefused, openElsewhere, toSend, typedBack: back, caps, signed };
}

/** A longer version of a plan has the rows of the shorter one, so what is open in both is the plan's own. */
function keysOpenElsewhere({ openRows }: PlanScan, { open, lookup }: Session): ReadonlySet<string> {
  const own = new Set(openRows.map(({ key }) => key));
  return new Set([...open.keys()].filter((key) => !own.has(key) && !lookup.found.has(key)));
}

/**
 * Throws a `refused` error if rows are left of a batch that was undone: they would come after the undo. A plan that was made
 * anew of the same file has them, too; rows that no plan had before the undo are no part of it.
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
  const message = `${last.who} undid batch ${id} at ${minuteText(last.begunAt)}, so what is left of it is not written`;
  throw notApplied('refused', message, ['Plan the rows under another --batch-id']);
}

/** What was undone stays done, so nothing else here would say that its credits are gone. */
async function noteUndone({ id, runs: { last }, record, runtime }: Session): Promise<void> {
  const filter = { batch: id, isUndo: false, isUndone: true, states: ['settled'] } as const;
  const undone = (await record.countWrites(filter)).get('settled') ?? 0;
  if (last?.isUndo !== true && undone === 0) return;
  const what =
    last?.isUndo === true
      ? `${last.who} undid batch ${id} at ${minuteText(last.begunAt)}, in part or wholly`
      : `Of batch ${id}, ${countedIs(undone, 'row')} undone`;
  const text = `${what}. Undone rows are not written again; to write them, plan the file under another --batch-id`;
  runtime.note({ text, data: { warning: text } });
}

/** Shows the sums and asks for consent. Throws a `refused` error without it, and if a ledger moved while a person was asked. */
export async function confirm(plan: Plan, reconciled: Reconciled, session: Session): Promise<void> {
  const { flags, runtime } = session;
  const { scan, typedBack } = reconciled;
  noteSums(plan, reconciled, runtime);
  await noteOtherFiles(scan, session);
  if (flags.dryRun === true) {
    runtime.note({ text: 'Dry run: nothing is written.', data: { dry_run: true } });
    return;
  }
  if (typedBack === undefined) checkSaid(plan, session);
  const question = `Write ${counted(scan.left, 'row')} of batch ${plan.header.batch.id}?`;
  const isAsked = await requireConsent({ typedBack, question }, session);
  if (isAsked) await checkStillNoDrift(plan, scan, session);
}

/** A `--confirm` that no rule asks for has to say the batch's rows or the credits that it moves all the same. */
function checkSaid({ end: { rows, totals } }: Plan, { flags, runtime }: Session): void {
  if (flags.confirm === undefined) return;
  const sums = totals.credits.map(movedIn);
  const matches = (answer: string): boolean =>
    answer === String(rows) || sums.some((sum) => isTyped(answer, sum));
  const text = sums[0] ?? String(rows);
  checkTypedBack({ what: 'the amount', text, why: 'a batch moves credits', matches }, flags, runtime);
}

/** Asks for a yes, or for what has to be typed back; true if a person answered. Throws a `refused` error without it. */
export async function requireConsent(
  { typedBack, question }: { readonly typedBack: BatchVerdict['typedBack']; readonly question: string },
  { flags, runtime }: Pick<Session, 'flags' | 'runtime'>,
): Promise<boolean> {
  const back = typedBack === undefined ? undefined : typedBackOf(typedBack);
  checkTypedBack(back, flags, runtime);
  if (flags.yes === true && (back === undefined || flags.confirm !== undefined)) return false;
  checkConsentIsPossible(flags, runtime);
  await askConsent({ typedBack: back, question }, flags, runtime);
  return true;
}

/** A file that was corrected under its batch's name grants its new rows beside the old ones. */
async function noteOtherFiles({ already }: PlanScan, { id, record, runs, lookup, runtime }: Session) {
  if (runs.last === undefined) return;
  const counts = await record.countWrites({ batch: id, states: ['settled'], withRows: true, isUndo: false });
  const others = (counts.get('settled') ?? 0) - (already - lookup.found.size);
  if (others <= 0) return;
  const text = `${counted(others, 'row')} of this batch ${others === 1 ? 'is' : 'are'} not in this plan, and ${others === 1 ? 'stays' : 'stay'} in the ledger`;
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
    ...(already === 0
      ? []
      : [`${countedIs(already, 'row')} in the ledger already; ${countedIs(left, 'row')} left`]),
    ...(open === 0 ? [] : [`${counted(open, 'row')} of unknown outcome: settled first, under the same keys`]),
    ...(end.totals.refusals === 0 ? [] : [`${counted(end.totals.refusals, 'row')} will probably be refused`]),
  ];
  runtime.note({
    text: lines.map(cleanLine).join('\n'),
    data: { applying: { batch: batch.id, rows: end.rows, left, already, open, sha256: end.sha256 } },
  });
}

function typedBackOf({ what, text, why }: NonNullable<BatchVerdict['typedBack']>): TypedBack {
  if (what === 'rows') return { what: 'the number of rows', text, why };
  return {
    what: 'the amount',
    text,
    why,
    matches: (answer) => isTyped(answer, text as Amount),
  };
}
