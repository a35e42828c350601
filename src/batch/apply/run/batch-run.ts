// Records one run of a batch: its start with plan and lease before the first row, its end after the last.
import { type CreditctlError, notApplied, repetition, shellText, valueArgs } from '../../../errors.ts';
import { embeddedClock } from '../../../orb/connection.ts';
import { notSent } from '../../../record/attempt.ts';
import type { BatchBegun, BatchEnded, NewFact } from '../../../record/facts.ts';
import { authorOf } from '../../../writes/submission.ts';
import type { Plan } from '../../plan/plan-lines.ts';
import type { DayCaps } from '../day-caps.ts';
import { noSuchBatch, runsOf, underWay } from '../recorded/recorded-runs.ts';
import type { Session } from '../session.ts';
import type { SignedBy } from '../signed-by.ts';
import type { NotingRun } from './begin-rows.ts';
import { RowOutcomes } from './row-outcomes.ts';
import { faultOf } from './run-faults.ts';
import { RunLease } from './run-lease.ts';

export interface RunBeginning {
  readonly plan: Plan;
  /** Path prefix of the result files. */
  readonly results: string;
  readonly caps: DayCaps;
  /** Whether the run sends refused rows again. */
  readonly retriesRefused: boolean;
  /** Whether the run is an undo. */
  readonly isUndo?: true;
  /** The approvals of this run; `undefined` to keep those of the previous run. */
  readonly signed?: SignedBy | undefined;
}

export type BatchRun = Awaited<ReturnType<typeof beginRun>>;

/**
 * Saves the plan in the record and notes the start of the run. Throws a `refused` error if another process began a run
 * first, and the record's errors; no row is sent then.
 */
export async function beginRun(beginning: RunBeginning, session: Session) {
  const { record, id: batch, connection, lookup, runtime } = session;
  const { system } = runtime;
  const self = system.process;
  const { plan, results, signed, caps, retriesRefused } = beginning;
  const lease = new RunLease(record, { batch, runner: self.runner }, system);
  try {
    await record.savePlan(plan.end.sha256, plan.hashedBytes());
    const fact = await begunFact(beginning, lease, session);
    const { run } = fact;
    const texts = masked({ command: shellText(runtime.argv), results }, runtime);
    const begun: NewFact = { fact, texts: { ...texts, signatures: signed?.signatures } };
    const appended = await record.append([...approvedFacts(beginning), begun]);
    if (appended.kind !== 'appended') throw await quicker(session);
    const ledgerNow = embeddedClock(connection);
    const noting: NotingRun = { record, batch, run, lease, lookup, caps, self, retriesRefused, ledgerNow };
    const outcomes = new RowOutcomes(record, {
      onEnded: (key) => lease.keys.delete(key),
      monotonic: system.monotonic,
    });
    return {
      noting,
      outcomes,
      /** Notes the end of the run; resolves with the error if that fails. */
      end: (counts: Omit<BatchEnded, 'kind' | 'batch' | 'run'>): Promise<CreditctlError | undefined> =>
        faultOf(async () => {
          await outcomes.flush();
          await record.append([{ fact: { kind: 'batch_ended', batch, run, ...counts } }]);
          return undefined;
        }),
      /** Stops extending the lease. */
      release: () => lease.end(),
    };
  } catch (error) {
    lease.end();
    throw notSent(error);
  }
}

function approvedFacts({ plan, signed }: RunBeginning): readonly NewFact[] {
  const { sha256 } = plan.end;
  // Signatures that the record already has were noted together with their approvals.
  if (signed?.signatures === undefined) return [];
  return signed.approvals.map(({ principal, fingerprint }) => ({
    fact: { kind: 'approved', plan: sha256, principal, key_fingerprint: fingerprint },
  }));
}

async function begunFact(
  { plan, isUndo, signed }: RunBeginning,
  lease: RunLease,
  { connection, record, runtime, id, runs }: Session,
): Promise<BatchBegun> {
  const { ofRecord } = await runtime.policyWith(connection, await record.policy());
  const ledgerNow = embeddedClock(connection);
  const earlier = isUndo === true ? [] : (runs.applied?.approvedBy ?? []);
  const approvedBy = signed?.approvals.map(({ principal }) => principal) ?? earlier;
  return {
    kind: 'batch_begun',
    batch: id,
    run: (runs.last?.run ?? 0) + 1,
    plan: plan.end.sha256,
    rows: plan.end.rows,
    lease_ms: lease.ms,
    author: authorOf(runtime),
    runner: runtime.system.process.runner,
    undo: isUndo,
    approved_by: approvedBy.length === 0 ? undefined : approvedBy,
    api_key: record.apiKey ?? undefined,
    policy: ofRecord,
    ledger_at: ledgerNow && new Date(ledgerNow()).toISOString(),
  };
}

const masked = <Texts extends Readonly<Record<string, string>>>(
  texts: Texts,
  { secrets }: Session['runtime'],
) => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, secrets.mask(text)]));

/** The error for a run that another process began first, and may have ended by now. */
async function quicker({ record, id }: Session): Promise<CreditctlError> {
  const { last } = await runsOf(record, id);
  if (last === undefined) return noSuchBatch(id);
  if (last.endedAt === null) return underWay(last);
  const done = last.isUndo ? 'undid' : 'ran';
  const message = `${last.who} ${done} the batch ${id} after this command had read it; nothing was written`;
  return notApplied('refused', message, [
    `creditctl batch status ${valueArgs(id)}`,
    ...(last.isUndo ? [] : [repetition(': it goes on from there')]),
  ]);
}
