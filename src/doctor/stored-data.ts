// Checks what the program stores: the record of writes and the embedded ledger's database.

import { counted } from '../credits/exact.ts';
import { valueArgs } from '../errors.ts';
import type { Write } from '../record/known-write.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { failed, ok, type Verdict, verdictOn, warning } from './finding.ts';

/** Creates nothing. Throws a CreditctlError if the record is unreachable or unreadable, or a team's record takes no writes. */
export async function recordVerdict(flags: GlobalFlags, runtime: Runtime): Promise<Verdict> {
  const { store, accounts, problem: problemOf } = await runtime.recordToRead({ ...flags, allAccounts: true });
  const problem = await problemOf();
  if (problem !== undefined)
    return failed(`${store.name} ${problem}`, 'See what is missing: creditctl record status');
  let count = 0;
  let clock: string | undefined;
  const open: Write[] = [];
  const batches: OpenBatch[] = [];
  for (const account of accounts) {
    const record = store.of(account);
    // An empty write: a replica, or a role without rights, refuses it like any other write.
    if (store.engine === 'postgres') await store.noteCustomers(account, []);
    for (const number of (await record.countWrites({ withRows: true })).values()) count += number;
    for await (const write of record.writes({ states: ['noted', 'unknown'] }))
      if (!isUnderWay(write, runtime.system.process)) open.push(write);
    batches.push(...(await batchesLeft(record, runtime.system.process)));
    clock ??= clockOff((await record.now()) - runtime.now());
  }
  const flaws = await store.flaws();
  if (accounts.length === 0 && flaws.length === 0) return ok(`${store.name}: no writes yet`);
  const found = [`${store.name}: ${counted(count, 'write')} in ${counted(accounts.length, 'account')}`];
  const remedy: string[] = [];
  if (flaws.length > 0) {
    found.push(...flaws.map((flaw) => `it ${flaw}`));
    remedy.push('With the newest creditctl, as the owner of the record: creditctl record init');
  }
  const oldest = open.sort((a, b) => Date.parse(a.notedAt) - Date.parse(b.notedAt))[0];
  if (oldest !== undefined) {
    found.push(
      `the outcome of ${open.length} is not known, the oldest from ${oldest.notedAt} by ${oldest.who}`,
    );
    remedy.push(`Find out how it ended: creditctl history settle ${valueArgs(oldest.key)}`);
  }
  for (const { batch, rows, isUndo } of batches) {
    found.push(`the outcome of ${counted(rows, 'row')} of batch ${batch} is not known`);
    const verb = isUndo ? 'undo' : 'resume';
    remedy.push(`creditctl batch ${verb} ${valueArgs(batch)}`);
  }
  if (clock !== undefined) {
    found.push(clock);
    remedy.push('Set the clock of the server and of this machine, preferably with NTP');
  }
  return remedy.length === 0 ? ok(found.join('; ')) : warning(found.join('; '), ...remedy);
}

/** The largest normal difference between two clocks, in milliseconds. */
const tolerated = 5 * 60_000;

/** @param ms how far the clock of the record's server is ahead of this machine's */
function clockOff(ms: number): string | undefined {
  if (Math.abs(ms) <= tolerated) return undefined;
  const off = `${Math.round(Math.abs(ms) / 1000)} s ${ms > 0 ? 'ahead of' : 'behind'} this machine's`;
  return `its clock is ${off}, and leases, the caps of a day and the age of a key go by it`;
}

/** Whether another process of this machine is sending the write right now. */
function isUnderWay(
  { state, runner }: Write,
  { runner: own, isAlive }: Runtime['system']['process'],
): boolean {
  return state === 'noted' && runner.machine === own.machine && isAlive(runner);
}

interface OpenBatch {
  readonly batch: string;
  /** How many rows have no known outcome. */
  readonly rows: number;
  readonly isUndo: boolean;
}

type AccountRecord = ReturnType<Awaited<ReturnType<Runtime['recordToRead']>>['store']['of']>;

/** The batches with rows of unknown outcome, without those that a process is writing right now. */
async function batchesLeft(
  record: AccountRecord,
  { runner: own, isAlive }: Runtime['system']['process'],
): Promise<readonly OpenBatch[]> {
  const open = new Map<string, OpenBatch>();
  for await (const { batch, undoes } of record.writes({ states: ['noted', 'unknown'], withRows: true }))
    if (batch !== null)
      open.set(batch, { batch, rows: (open.get(batch)?.rows ?? 0) + 1, isUndo: undoes !== null });
  const left: OpenBatch[] = [];
  for (const each of open.values()) {
    const [last] = await record.batchRuns({ batch: each.batch });
    const isHeld =
      last?.endedAt === null &&
      Date.parse(last.leaseUntil) > (await record.now()) &&
      (last.runner.machine !== own.machine || isAlive(last.runner));
    if (!isHeld) left.push(each);
  }
  return left;
}

/** Changes nothing. A fault is only a warning if the command uses another connection than the embedded ledger. */
export async function sandboxVerdict(flags: GlobalFlags, runtime: Runtime): Promise<Verdict> {
  const verdict = await examined(flags, runtime);
  if (verdict.status !== 'failed' || isInUse(flags, runtime)) return verdict;
  return { ...verdict, status: 'warning' };
}

async function examined(flags: GlobalFlags, runtime: Runtime): Promise<Verdict> {
  try {
    const { host: db } = runtime.target({ ...flags, sandbox: true });
    const { examineSandbox } = await import('../sandbox/sandbox.ts');
    const examination = await examineSandbox(db);
    if (examination === undefined) return ok(`no file ${db} yet; the first use creates it`);
    const { bytes, version, newest, problem } = examination;
    const size = `${db}, ${(bytes / 1e6).toFixed(1)} MB`;
    if (problem !== undefined)
      return failed(
        `${size}: ${problem}`,
        'See details: creditctl sandbox status',
        'Start over: creditctl sandbox reset',
      );
    if (version === newest) return ok(`${size}, version ${version}`);
    return ok(`${size}, version ${version}; the next use upgrades it to ${newest}`);
  } catch (error) {
    return verdictOn(error);
  }
}

function isInUse(flags: GlobalFlags, runtime: Runtime): boolean {
  try {
    return runtime.choice(flags).kind === 'sandbox';
  } catch {
    return false;
  }
}
