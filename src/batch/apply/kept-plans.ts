// The plans that the record keeps: each is read through a file that no other user sees, which is removed afterwards.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { CreditctlError } from '../../errors.ts';
import type { AccountRecord } from '../../record/record.ts';
import { planTail } from '../plan/plan-file.ts';
import type { Plan } from '../plan/plan-lines.ts';
import { openPlan } from '../plan/plan-reader.ts';
import { diskFault } from './record-faults.ts';

/** Where such files lie while they are read. */
export interface PlanSpace {
  readonly folders: { readonly state: string };
}

/**
 * Makes a folder for `act`, and removes it afterwards. Throws a `failure` that names the folder if it cannot be made.
 * @param act takes the path of a file that is not there yet
 */
export async function withPlanFile<Result>(
  { folders }: PlanSpace,
  act: (file: string) => Promise<Result>,
): Promise<Result> {
  let folder: string;
  try {
    mkdirSync(folders.state, { recursive: true, mode: 0o700 });
    folder = mkdtempSync(path.join(folders.state, 'plan-'));
  } catch (error) {
    throw diskFault(`A copy of the plan cannot be kept in ${folders.state}`, error, { applied: 'no' });
  }
  try {
    return await act(path.join(folder, 'plan.ndjson'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens a plan that was applied, wherever that was. Throws a `refused` error if what the record keeps is not that plan. */
export function withKeptPlan<Result>(
  record: Pick<AccountRecord, 'plan'>,
  sha256: string,
  { space, act }: { readonly space: PlanSpace; readonly act: (plan: Plan) => Promise<Result> },
): Promise<Result> {
  return withPlanFile(space, async (file) => {
    await copy(record.plan(sha256), sha256, file);
    const plan = await openPlan(file);
    try {
      if (plan.end.sha256 !== sha256) throw notThatPlan(sha256);
      return await act(plan);
    } finally {
      await plan.close();
    }
  });
}

const notThatPlan = (sha256: string): CreditctlError =>
  new CreditctlError('refused', `What the record keeps is not the plan ${sha256}, which was applied`, {
    applied: 'no',
    next: ['creditctl history verify'],
  });

async function copy(pieces: AsyncIterable<Uint8Array>, sha256: string, file: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw diskFault(`The plan cannot be copied to ${file}`, error, { applied: 'no' });
  });
  try {
    for await (const piece of pieces) await handle.writeFile(piece);
    await handle.writeFile(planTail(sha256));
  } catch (error) {
    if (error instanceof CreditctlError) throw error;
    throw diskFault(`The plan cannot be copied to ${file}`, error, { applied: 'no' });
  } finally {
    await handle.close();
  }
}
