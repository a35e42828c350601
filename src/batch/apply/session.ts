// Opens a session: reads a batch's state from the record, and refuses a batch that another process has locked.
import { isDeepStrictEqual } from 'node:util';
import { CreditctlError, notApplied, type Problem } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { rateProblem, usualRates } from '../../profiles/settings.ts';
import type { AccountRecord } from '../../record/record.ts';
import { recordFor } from '../../runtime/record-of.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { ConsentFlags } from '../../writes/consent.ts';
import { batchNameProblem } from '../input/row-key.ts';
import {
  type BatchRuns,
  isRunHeld,
  type OpenRow,
  openRowsOf,
  runsOf,
  underWay,
} from './recorded/recorded-runs.ts';
import { RowLookup } from './recorded/row-lookup.ts';

export interface BatchFlags extends ConsentFlags {
  /** Writes per second. */
  readonly rate?: string;
  /** Folder for the result files. */
  readonly results?: string;
  /** Allows replacing existing result files. */
  readonly force?: boolean;
  /** Applies the plan even if its ledgers changed. */
  readonly allowDrift?: boolean;
  /** Searches the ledgers for every row first. */
  readonly verifyRemote?: boolean;
}

export interface Session {
  readonly connection: Connection;
  readonly flags: BatchFlags;
  readonly runtime: Runtime;
  /** The batch's name. */
  readonly id: string;
  readonly record: BatchRecord;
  /** The batch's runs when the session began. */
  readonly runs: BatchRuns;
  /** Rows whose outcome was unknown when the session began, by key. */
  readonly open: ReadonlyMap<string, OpenRow>;
  readonly lookup: RowLookup;
}

type SessionContext = Pick<Session, 'connection' | 'flags' | 'runtime'>;

/** Throws a `refused` error that names the process that has the batch locked; a dry run ignores the lock. */
export async function openSession(
  id: string,
  { connection, flags, runtime }: SessionContext,
): Promise<Session> {
  const record = await recordOf({ connection, flags, runtime });
  const runs = await runsOf(record, id);
  const { last, first } = runs;
  const isRunning =
    last !== undefined &&
    last.endedAt === null &&
    isRunHeld(last, await record.now(), runtime.system.process);
  if (isRunning && flags.dryRun !== true) throw underWay(last);
  return {
    ...{ connection, flags, runtime, id, record, runs },
    open: await openRowsOf(record, id, runs),
    lookup: new RowLookup(record, first === undefined ? 'new batch' : 'begun batch'),
  };
}

/** The problem of the argument `[batch]`. */
export function batchProblems(id: string | undefined): readonly Problem[] {
  const problem = id === undefined ? undefined : batchNameProblem(id);
  return problem === undefined ? [] : [{ where: '[batch]', problem }];
}

export function rateProblems({ rate }: BatchFlags): readonly Problem[] {
  const problem = rate === undefined ? undefined : rateProblem(rate);
  return problem === undefined ? [] : [{ where: '--rate', problem }];
}

/** Most writes per second; `undefined` for no limit. The flag overrides the profile. */
export function rateOf({ rate }: BatchFlags, { target }: Connection, runtime: Runtime): number | undefined {
  const setting = rate ?? runtime.profiles.get(target.profile, 'rate');
  if (setting === undefined) return usualRates[target.kind];
  return setting === 'none' ? undefined : Number.parseInt(setting, 10);
}

type BatchRecord = Pick<
  AccountRecord,
  | ('apiKey' | 'now' | 'who' | 'append' | 'extendLease' | 'batchRuns' | 'policy' | 'lostSpan')
  | ('savePlan' | 'plan' | 'hasPlan' | 'keyStates' | 'reserved')
  | ('write' | 'writes' | 'countWrites' | 'eventsOf')
>;

/** A dry run never creates a record or opens one for writing. Throws the errors of opening the record. */
export const recordOf = async (context: SessionContext): Promise<BatchRecord> =>
  (await recordFor(context)) ?? emptyRecord;

async function* nothing<Item>(): AsyncGenerator<Item> {}

const isReadOnly = (): never => {
  throw new TypeError('a dry run writes nothing to the record');
};

const emptyRecord: BatchRecord = {
  apiKey: null,
  now: async () => Number.NaN,
  who: async () => '',
  append: isReadOnly,
  extendLease: isReadOnly,
  savePlan: isReadOnly,
  write: async () => undefined,
  writes: nothing,
  countWrites: async () => new Map(),
  keyStates: async () => new Map(),
  reserved: async () => '0',
  eventsOf: async () => [],
  batchRuns: async () => [],
  plan: nothing,
  hasPlan: async () => false,
  policy: async () => undefined,
  lostSpan: async () => undefined,
};

/** Milliseconds for which a run trusts the rules that it read last. */
const rulesMs = 1000;

/**
 * Returns a function to call before each attempt. It throws a `refused` error once other rules hold, or none can be read: a
 * run may take hours, and the next run judges the rows that are left.
 */
export function rulesCheck({
  connection,
  runtime,
}: Pick<Session, 'connection' | 'runtime'>): () => Promise<void> {
  const { monotonic } = runtime.system;
  const judgedBy = runtime.policy(connection);
  let readAt = monotonic();
  return async () => {
    if (monotonic() - readAt < rulesMs) return;
    readAt = monotonic();
    const rules = await runtime.policy(connection, true).catch(noRules);
    if (!isDeepStrictEqual(await judgedBy, rules))
      throw notApplied('refused', 'The rules for writes changed, so this run stopped', []);
  };
}

/** A `usage` error would be about the row alone, and the next row would be sent. */
function noRules(error: unknown): never {
  if (!(error instanceof CreditctlError) || error.kind !== 'usage') throw error;
  throw new CreditctlError('refused', error.message, error.facts);
}
