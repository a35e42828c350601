// A session holds the lock of a batch, reads what is known of it, and always releases the lock.
import { mkdirSync } from 'node:fs';
import { CreditctlError, type Problem } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { hold } from '../../platform/lock.ts';
import { rateProblem } from '../../profiles/settings.ts';
import { type BatchFolder, batchFolder } from '../../record/batch-folders.ts';
import { connectionWords, shellText } from '../../requests/command-text.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { ConsentFlags } from '../../writes/consent.ts';
import { batchNameProblem } from '../input/row-key.ts';
import { inFolder } from './batch-folder.ts';
import { BatchJournal } from './batch-journal.ts';
import { type KnownBatch, readBatch } from './known-batch.ts';

export interface BatchFlags extends ConsentFlags {
  /** Writes a second. */
  readonly rate?: string;
  /** The folder for the files of the outcomes. */
  readonly results?: string;
  /** Files of outcomes that are there may be replaced. */
  readonly force?: boolean;
  /** Carries the plan out although its ledgers have moved. */
  readonly allowDrift?: boolean;
  /** Looks for every row in the ledgers first. */
  readonly verifyRemote?: boolean;
}

export interface Session {
  readonly connection: Connection;
  readonly flags: BatchFlags;
  readonly runtime: Runtime;
  readonly folder: BatchFolder;
  readonly journal: BatchJournal;
  readonly known: KnownBatch;
}

/** Holds the batch while `act` is at work. Throws a `refused` error that names who holds it already. */
export async function withBatch<Result>(
  id: string,
  { connection, flags, runtime }: Pick<Session, 'connection' | 'flags' | 'runtime'>,
  act: (session: Session) => Promise<Result>,
): Promise<Result> {
  const locking = runtime.parts.process;
  const folder = batchFolder(runtime.folders.state, connection.place, id);
  const session = (): Session => ({
    connection,
    flags,
    runtime,
    folder,
    journal: new BatchJournal(folder.journal, locking, runtime.secrets.mask),
    known: inFolder(folder, 'read', () => readBatch(folder, locking)),
  });
  // A dry run writes nothing and needs no lock.
  if (flags.dryRun === true) return act(session());
  const held = inFolder(folder, 'written', () => {
    mkdirSync(folder.path, { recursive: true, mode: 0o700 });
    return hold(folder.lock, locking);
  });
  if ('heldBy' in held)
    throw new CreditctlError('refused', `The batch ${id} is under way: ${held.heldBy} is at it`, {
      applied: 'no',
      retrySafe: true,
      next: [
        shellText(['creditctl', 'batch', 'status', id, ...connectionWords(flags)]),
        `If there is no such process on that machine, remove ${folder.lock}`,
      ],
    });
  try {
    return await act(session());
  } finally {
    held.release();
  }
}

/** The default number of writes a second (Orb docs: rate limits). */
const defaultRates = { live: 50, test: 5, sandbox: undefined } as const;

/** What is wrong with the `[batch]` of a command line. */
export function batchProblems(id: string | undefined): readonly Problem[] {
  const problem = id === undefined ? undefined : batchNameProblem(id);
  return problem === undefined ? [] : [{ where: '[batch]', problem }];
}

export function rateProblems({ rate }: BatchFlags): readonly Problem[] {
  const problem = rate === undefined ? undefined : rateProblem(rate);
  return problem === undefined ? [] : [{ where: '--rate', problem }];
}

/** Writes a second at most; `undefined` for as many as go. The flag goes before the profile. */
export function rateOf({ rate }: BatchFlags, { place }: Connection, runtime: Runtime): number | undefined {
  const setting = rate ?? runtime.profiles.get(place.profile, 'rate');
  if (setting === undefined) return defaultRates[place.kind];
  return setting === 'none' ? undefined : Number.parseInt(setting, 10);
}
