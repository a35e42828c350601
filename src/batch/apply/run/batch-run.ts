// Records one run of a batch: its start with plan and lease before the first row, its end after the last.
import { type CreditctlError, notApplied, shellText, valueArgs } from '../../../errors.ts';
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

export class BatchRun {
  readonly number: number;
  readonly noting: NotingRun;
  readonly outcomes: RowOutcomes;
  readonly #session: Session;

  /**
   * Saves the plan in the record and notes the start of the run. Throws a `refused` error if another process began a run
   * first, and the record's errors; no row is sent then.
   */
  static async begin(beginning: RunBeginning, session: Session): Promise<BatchRun> {
    const { record, runtime } = session;
    const { runner } = runtime.system.process;
    const lease = new RunLease(record, { batch: session.id, runner }, runtime.system);
    try {
      const { plan } = beginning;
      await record.savePlan(plan.end.sha256, plan.hashedBytes());
      const fact = await begunFact(beginning, lease, session);
      const { results, signed } = beginning;
      const texts = masked({ command: shellText(runtime.argv), results }, runtime);
      const begun: NewFact = { fact, texts: { ...texts, signatures: signed?.signatures } };
      const appended = await record.append([...approvedFacts(beginning), begun]);
      if (appended.kind !== 'appended') throw await quicker(session);
      return new BatchRun(fact.run, lease, { beginning, session });
    } catch (error) {
      lease.end();
      throw notSent(error);
    }
  }

  private constructor(
    number: number,
    lease: RunLease,
    { beginning, session }: { readonly beginning: RunBeginning; readonly session: Session },
  ) {
    const { record, id, connection, lookup } = session;
    const { caps, retriesRefused } = beginning;
    this.#session = session;
    this.number = number;
    this.outcomes = new RowOutcomes(record, {
      onEnded: (key) => lease.keys.delete(key),
      monotonic: session.runtime.system.monotonic,
    });
    const ledgerNow = embeddedClock(connection);
    const noting = { record, batch: id, run: number, lease, lookup, caps, retriesRefused, ledgerNow };
    this.noting = { ...noting, self: session.runtime.system.process };
  }

  /** Notes the end of the run; resolves with the error if that fails. */
  end(counts: Omit<BatchEnded, 'kind' | 'batch' | 'run'>): Promise<CreditctlError | undefined> {
    const { record, id } = this.#session;
    return faultOf(async () => {
      await this.outcomes.flush();
      await record.append([{ fact: { kind: 'batch_ended', batch: id, run: this.number, ...counts } }]);
      return undefined;
    });
  }

  /** Stops extending the lease. */
  release(): void {
    this.noting.lease.end();
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
    ...(last.isUndo ? [] : ['Run the same command again: it goes on from there']),
  ]);
}
