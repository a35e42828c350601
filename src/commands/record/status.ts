// `record status`: shows where the record is kept, and whether it holds every write that this machine saw.
import { CreditctlError } from '../../errors.ts';
import { Heads } from '../../record/heads.ts';
import type { Account, RecordStore } from '../../record/record.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { type RecordStatusRow, recordStatusView, statusRow } from './status-view.ts';

/** Throws a `check-failed` error after showing every account if an account lost writes that this machine saw. */
export const run: ReadCommand = async (_args, flags, runtime) => {
  const choice = checkOutput(flags, recordStatusView);
  const { store, accounts, problem: problemOf } = await runtime.recordToRead({ ...flags, allAccounts: true });
  runtime.note({ text: `Record: ${store.name}`, data: { record: store.name, id: store.id } });
  for (const flaw of await store.flaws()) runtime.note(flawNote(store.name, flaw));
  const heads = new Heads(runtime.folders.state, runtime.system.process.runner.pid, 'read');
  const rows: RecordStatusRow[] = [];
  for (const account of accounts) rows.push(await statusOf(account, store, heads));
  await show(rows.map(statusRow), { view: recordStatusView, shape: 'list', choice }, runtime);
  const problem = await problemOf();
  if (problem === undefined) return;
  throw new CreditctlError('check-failed', `The record ${store.name} ${problem}`, {
    next: ['Restore it from a backup, or keep using it as it is: creditctl record accept'],
  });
};

const flawNote = (name: string, flaw: string) => ({
  text: `${name} ${flaw}. With the newest creditctl, its owner runs: creditctl record init`,
  data: { warning: `${name} ${flaw}`, next: 'creditctl record init' },
});

async function statusOf(account: Account, store: RecordStore, heads: Heads): Promise<RecordStatusRow> {
  const record = store.of(account);
  const { link, hash } = await record.head();
  const counts = await record.countWrites({ withRows: true });
  const seen = heads.of(store, account);
  return {
    account: account.id,
    origin: account.origin,
    mode: account.mode,
    ledger: account.ledger,
    writes: [...counts.values()].reduce((sum, count) => sum + count, 0),
    open: (counts.get('noted') ?? 0) + (counts.get('unknown') ?? 0),
    link,
    hash,
    seen_link: seen.link,
    holds_seen: await record.holds(seen),
  };
}
