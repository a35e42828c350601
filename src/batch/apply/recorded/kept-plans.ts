// Reads plans from the record through a private temporary file.
import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { CreditctlError, notApplied } from '../../../errors.ts';
import type { AccountRecord } from '../../../record/record.ts';
import { makePlanFolder, notKept } from '../../input/input-folder.ts';
import { planTail } from '../../plan/plan-file.ts';
import type { Plan } from '../../plan/plan-lines.ts';
import { openPlan } from '../../plan/plan-reader.ts';

/** The state folder, for the temporary files. */
interface PlanSpace {
  readonly folders: { readonly state: string };
}

/**
 * Makes a folder for `use` and removes it afterwards. Throws a `failure` that names the folder if it cannot be created.
 * @param use receives the path of a file that does not exist yet
 */
export async function withPlanFile<Result>(
  { folders }: PlanSpace,
  use: (file: string) => Promise<Result>,
): Promise<Result> {
  const folder = makePlanFolder(folders.state);
  try {
    return await use(path.join(folder, 'plan.ndjson'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens a plan that was applied on any machine. Throws a `refused` error if the record holds a different plan. */
export function withKeptPlan<Result>(
  record: Pick<AccountRecord, 'plan'>,
  sha256: string,
  { space, use }: { readonly space: PlanSpace; readonly use: (plan: Plan) => Promise<Result> },
): Promise<Result> {
  return withPlanFile(space, async (file) => {
    await copy(record.plan(sha256), sha256, file);
    const plan = await openPlan(file);
    try {
      if (plan.end.sha256 !== sha256) throw notThatPlan(sha256);
      return await use(plan);
    } finally {
      await plan.close();
    }
  });
}

const notThatPlan = (sha256: string): CreditctlError =>
  notApplied('refused', `What the record keeps is not the plan ${sha256}, which was applied`, [
    'creditctl history verify',
  ]);

async function copy(pieces: AsyncIterable<Uint8Array>, sha256: string, file: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw notKept(path.dirname(file), error);
  });
  try {
    for await (const piece of pieces) await handle.writeFile(piece);
    await handle.writeFile(planTail(sha256));
  } catch (error) {
    if (error instanceof CreditctlError) throw error;
    throw notKept(path.dirname(file), error);
  } finally {
    await handle.close();
  }
}
