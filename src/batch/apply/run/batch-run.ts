// One run of a batch as the record has it: begun with its plan and its lease before the first row, ended after the last.
import { type CreditctlError, shellText } from '../../../errors.ts';
import { embeddedClock } from '../../../orb/connection.ts';
import type { BatchBegun, BatchEnded, NewFact } from '../../../record/facts.ts';
import { authorOf } from '../../../writes/submission.ts';
import type { Plan } from '../../plan/plan-lines.ts';
import type { DayCaps } from '../day-caps.ts';
import { noSuchBatch, runsOf, underWay } from '../recorded/recorded-runs.ts';
import type { Session } from '../session.ts';
import type { SignedBy } from '../signed-by.ts';
import type { NotingRun } from './begin-rows.ts';
import { RowOutcomes } from './row-outcomes.ts';
import { faultOf, notSent } from './run-faults.ts';
import { RunLease } from './run-lease.ts';

export interface RunBeginning {
  readonly plan: Plan;
  /** The files of the outcomes begin with this path. */
  readonly results: string;
  readonly caps: DayCaps;
  /** Whether rows that were refused before are sent again. */
  readonly retriesRefused: boolean;
  /** The run undoes the batch. */
  readonly isUndo?: true;
  /** Where no signatures are needed, a run takes the persons of the run before. */
  readonly signed?: SignedBy | undefined;
}

export class BatchRun {
  readonly number: number;
  readonly noting: NotingRun;
  readonly outcomes: RowOutcomes;
  readonly #session: Session;

  /**
   * Keeps the plan in the record and notes that the run begins. Throws a `refused` error if another process was quicker,
   * and what the record throws; nothing is sent then.
   */
  static async begin(beginning: RunBeginning, session: Session): Promise<BatchRun> {
    const { record, runtime } = session;
    const { runner } = runtime.parts.process;
    const lease = new RunLease(record, { batch: session.id, runner }, runtime.parts);
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
      monotonic: session.runtime.parts.monotonic,
    });
    const ledgerNow = embeddedClock(connection);
    this.noting = { record, batch: id, run: number, lease, lookup, caps, retriesRefused, ledgerNow };
  }

  /** Resolves with why the end could not be noted, if it could not. */
  end(counts: Omit<BatchEnded, 'kind' | 'batch' | 'run'>): Promise<CreditctlError | undefined> {
    const { record, id } = this.#session;
    return faultOf(async () => {
      await this.outcomes.flush();
      await record.append([{ fact: { kind: 'batch_ended', batch: id, run: this.number, ...counts } }]);
      return undefined;
    });
  }

  /** Stops extending its lease. */
  release(): void {
    this.noting.lease.end();
  }
}

function approvedFacts({ plan, signed }: RunBeginning): readonly NewFact[] {
  const { sha256 } = plan.end;
  // Those that the record has already were noted with them.
  if (signed?.signatures === undefined) return [];
  return signed.approvals.map(({ principal, fingerprint }) => ({
    fact: { kind: 'approved', plan: sha256, principal, key_fingerprint: fingerprint },
  }));
}

async function begunFact(
  { plan, isUndo, signed }: RunBeginning,
  lease: RunLease,
  { record, runtime, id, runs }: Session,
): Promise<BatchBegun> {
  const policy = await record.policy();
  const earlier = isUndo === true ? [] : (runs.applied?.approvedBy ?? []);
  const approvedBy = signed?.approvals.map(({ principal }) => principal) ?? earlier;
  return {
    kind: 'batch_begun',
    batch: id,
    run: (runs.last?.run ?? 0) + 1,
    plan: plan.end.sha256,
    rows: plan.end.rows,
    lease_ms: lease.ms,
    author: authorOf(runtime.parts.process, runtime.env),
    runner: runtime.parts.process.runner,
    undo: isUndo,
    approved_by: approvedBy.length === 0 ? undefined : approvedBy,
    api_key: record.apiKey ?? undefined,
    policy: policy?.sha256,
  };
}

const masked = <Texts extends Readonly<Record<string, string>>>(
  texts: Texts,
  { secrets }: Session['runtime'],
) => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, secrets.mask(text)]));

/** The run that another process began while this one was about to. */
async function quicker({ record, id }: Session): Promise<CreditctlError> {
  const { last } = await runsOf(record, id);
  return last === undefined ? noSuchBatch(id) : underWay(last);
}
