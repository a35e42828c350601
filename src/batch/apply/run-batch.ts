// Runs a confirmed batch: notes its begin, writes the rows that are left, writes the result files, notes its end.
import { setMaxListeners } from 'node:events';
import { CreditctlError } from '../../errors.ts';
import type { BatchMark } from '../../record/journal.ts';
import { journalFile, journalPath } from '../../record/journal-file.ts';
import { shellText } from '../../requests/command-text.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { JsonObject } from '../../wire/json.ts';
import type { PlanRow } from '../plan/plan-lines.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { diskFault, journalFault, resultsFault } from './batch-folder.ts';
import type { Begun } from './batch-journal.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { type OtherPlanRows, otherPlanRows } from './known-batch.ts';
import { isDone } from './plan-scan.ts';
import { type Progress, trackProgress } from './progress.ts';
import { rowRateLimiter } from './rate-limited.ts';
import { type Results, writeResultFiles } from './results.ts';
import type { ResultsPlace } from './results-place.ts';
import { rowState } from './row-states.ts';
import { rateOf, type Session } from './session.ts';
import { settleOpenRows } from './settle-rows.ts';
import { type Tally, type WriteContext, writeRows } from './write-rows.ts';

export interface RunOptions {
  readonly plan: Plan;
  /** Rows that are to be sent. */
  readonly left: number;
  /** The files of the outcomes begin with this path. */
  readonly base: string;
  /** Whether rows that were refused before are sent again. */
  readonly retriesRefused: boolean;
  /** The keys of rows that other plans of this name have left open. */
  readonly openElsewhere?: ReadonlySet<string>;
  /** The run undoes the batch. */
  readonly isUndo?: true;
}

export interface RunResult {
  readonly results: Results;
  readonly otherPlans: OtherPlanRows;
  readonly seconds: number;
  /** Rows a second. */
  readonly rate: number;
  /** Requests that were sent again. */
  readonly retries: number;
  /** Why it ended before its last row. */
  readonly stoppedBy: CreditctlError | undefined;
  /** Why there are no files of the outcomes. */
  readonly filesFault: CreditctlError | undefined;
}

export interface ApplyRunOptions extends Omit<RunOptions, 'base' | 'isUndo'> {
  /** Where the files of the outcomes go. */
  readonly place: ResultsPlace;
}

export async function runBatch({ place, ...running }: ApplyRunOptions, session: Session): Promise<RunResult> {
  const { interruption } = session.runtime;
  const tally: Tally = { succeeded: 0, refused: 0, unknown: 0, retries: 0 };
  const run = new BatchRunRecorder({ ...running, base: place.base }, session);
  await run.begin();
  const pace = trackProgress(running.left, tally, session.runtime);
  const stoppedBy = await run.writeRows(tally, pace);
  pace.end();
  const [seconds, rate] = [pace.seconds(), pace.rate()];
  const { results, filesFault } = await run.results(place);
  const endFault = await run.end(results);
  const interrupted = interruption.reason instanceof CreditctlError ? interruption.reason : undefined;
  return {
    results,
    otherPlans: otherPlanRows(running.openElsewhere ?? [], session.known.states),
    seconds,
    rate,
    retries: tally.retries,
    stoppedBy: interrupted ?? stoppedBy ?? endFault,
    filesFault,
  };
}

const aheadMax = 512;

/** One run of a batch, with the lines that record it in the journals. */
export class BatchRunRecorder {
  readonly #running: RunOptions;
  readonly #session: Session;
  readonly #mark: Omit<BatchMark, 'event'>;

  constructor(running: RunOptions, session: Session) {
    this.#running = running;
    this.#session = session;
    const { connection, runtime, folder } = session;
    const { who, runner } = runtime.parts.process;
    const at = this.#at();
    const { end } = running.plan;
    this.#mark = {
      at,
      key: `batch ${folder.id}`,
      who,
      runner,
      command: shellText(runtime.argv),
      place: connection.place,
      batch: folder.id,
      plan: end.sha256,
      rows: end.rows,
      run: at,
      ...(running.isUndo === true ? { undo: true } : {}),
    };
  }

  /** Throws a `failure` if the begin cannot be noted; then nothing is sent. */
  async begin(): Promise<void> {
    const { batch, who, command, place, plan, rows, at } = this.#mark;
    const begun: Begun = {
      event: 'begun',
      at,
      batch,
      who,
      command,
      place,
      plan,
      rows,
      results: this.#running.base,
      ...(this.#running.isUndo === true ? { undo: true } : {}),
    };
    try {
      await this.#session.journal.append({ ...begun } as unknown as JsonObject);
    } catch (error) {
      throw journalFault(error, { applied: 'no' });
    }
    this.#journal().append({ event: 'batch_begun', ...this.#mark });
  }

  /** Resolves with why it stopped, if it did before the last row. */
  async writeRows(tally: Tally, pace: Progress): Promise<CreditctlError | undefined> {
    try {
      const context = await writeContext(tally, pace, this.#session);
      const stopped = await settleOpenRows(this.#running.plan, context, this.#session);
      return stopped ?? (await writeRows(this.#rows(), context));
    } catch (error) {
      // What was written still has to be reported.
      if (error instanceof CreditctlError) return error;
      throw error;
    }
  }

  /** Puts on the disk how the rows ended. */
  flush(): void {
    try {
      this.#session.journal.flush();
    } catch {
      // The end of the run fails for the same reason, and says so.
    }
  }

  /** Before the end is noted, so that an ended batch always has its files. `filesFault` says why there are none. */
  async results(place: ResultsPlace): Promise<Pick<RunResult, 'results' | 'filesFault'>> {
    this.flush();
    const { plan } = this.#running;
    try {
      const results = await writeResultFiles(plan, place, this.#session);
      noteFileNumber(results, this.#session.runtime);
      return { results, filesFault: undefined };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      const results = await writeResultFiles(plan, undefined, this.#session);
      return { results, filesFault: resultsFault(error, place.base) };
    }
  }

  async end({ counts }: Pick<Results, 'counts'>): Promise<CreditctlError | undefined> {
    try {
      // A batch is not finished while rows of its earlier plans are open.
      const { known, journal } = this.#session;
      const { openElsewhere = [] } = this.#running;
      const unknown = counts.unknown + otherPlanRows(openElsewhere, known.states).unknown;
      const ended = { at: this.#at(), ...counts, unknown };
      await journal.append({ event: 'ended', ...ended });
      const head = journal.head();
      this.#journal().append({ event: 'batch_ended', ...this.#mark, ...ended, head });
      return undefined;
    } catch (error) {
      const { state } = this.#session.runtime.folders;
      return diskFault(`The end of the batch cannot be noted in ${state}`, error);
    }
  }

  async *#rows(): AsyncGenerator<readonly PlanRow[]> {
    const { plan, retriesRefused } = this.#running;
    const { states } = this.#session.known;
    for await (const rows of plan.rowGroups())
      yield rows.filter(({ key }) => {
        const state = states.get(key);
        return !isDone(state) && (retriesRefused || state !== rowState.refused);
      });
  }

  #journal() {
    const { runtime, connection } = this.#session;
    return journalFile(
      journalPath(runtime.folders.state, connection.place.profile),
      runtime.parts.process,
      runtime.secrets.mask,
    );
  }

  #at(): string {
    return new Date(this.#session.connection.now()).toISOString();
  }
}

/** Otherwise a person could take the files of an earlier run for those of this one. */
function noteFileNumber({ number, files }: Results, runtime: Runtime): void {
  if (number === 1) return;
  const names = Object.values(files).join(', ');
  const text = `Files of an earlier run are still there. Those of this run are ${names}`;
  runtime.note({ text, data: { results_number: number } });
}

/** How the rows of a run are sent: at the rate that is asked for, as many in flight as the API allows. */
export async function writeContext(tally: Tally, pace: Progress, session: Session): Promise<WriteContext> {
  const { connection, flags, runtime, journal, known } = session;
  const { interruption } = runtime;
  // Each waiting row listens to it, and Node warns of more than ten listeners.
  setMaxListeners(0, interruption);
  const rate = rateOf(flags, connection, runtime);
  const send = connection.rowSender({
    turn: rate === undefined ? undefined : rowRateLimiter(rate, runtime),
  });
  return {
    send,
    journal,
    states: known.states,
    now: connection.now,
    interruption,
    tally,
    limit: new ConcurrencyLimit(),
    // At most the rows of one second are begun, because those have to be settled after a crash.
    ahead: Math.min(Math.ceil((rate ?? Number.POSITIVE_INFINITY) / 2), aheadMax),
    onEnd: pace.step,
  };
}
