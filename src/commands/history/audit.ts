// `history audit <customer>|--all`: compares the ledger with the record, customer by customer.
import { type Customer, customerName, customerNames, instantOf } from '../../credits/customer.ts';
import { LedgerCheck } from '../../credits/ledger-check.ts';
import {
  type AuditedEntry,
  type AuditFinding,
  entryFinding,
  isAutomatic,
  markOf,
  TakenOverUsage,
  writeFinding,
} from '../../record/audit.ts';
import { writesFor } from '../../record/customer-names.ts';
import { isHeld, type Self } from '../../record/decide.ts';
import type { Account, AccountRecord, WriteWithTexts } from '../../record/record.ts';
import { recordOfConnection } from '../../runtime/record-of.ts';
import type { AccountFlags } from '../../runtime/runtime.ts';
import {
  checkOutput,
  type Invocation,
  type RecordCommand,
  show,
  type TextFlags,
} from '../../runtime/show.ts';
import { selfOfRun } from '../../writes/submission.ts';
import { entriesOf, type Ledger, type LedgerFlags, ledgersOf, openLedgers } from '../every-ledger.ts';
import { breakBetween } from '../ledger-breaks.ts';
import { beginOf, rangeProblems } from '../reading.ts';
import { type AuditPlace, arrangedBlocks, InvoiceVoids } from './arranged.ts';
import { AuditResult } from './audit-result.ts';
import { auditRow, auditView } from './audit-view.ts';
import { type CurrenciesOf, currencyFinder, isLost, writesOfMissing } from './lost-writes.ts';
import { recordsToRead } from './records.ts';

/** Throws a `check-failed` error after showing the findings, if there are findings. */
export const run: RecordCommand<Omit<LedgerFlags, 'currency'> & TextFlags<'since'>> = async (
  args,
  flags,
  runtime,
) => {
  const choice = checkOutput(flags, auditView);
  const problems = rangeProblems({ draft: { since: flags.since } }, runtime.now());
  const { connection, customers } = await openLedgers(args, problems, { flags, runtime });
  // Days are UTC, as in history list.
  const since = beginOf(flags, { now: connection.now(), zone: 'UTC' });
  const record = await auditedRecord(connection, { flags, runtime });
  const result = new AuditResult(flags.account);
  const progress = await runtime.reading();
  const auditing: Auditing = {
    connection,
    record,
    since,
    self: () => selfOfRun({ connection, record, runtime }),
    currenciesOf: currencyFinder(record, (why) => result.addUnread(why)),
    onBreak: (ledger, what) => result.addBreak(ledger, what),
    step: progress.step,
  };
  let older = 0;
  const rows = async function* () {
    for await (const finding of findingsOf(customers, flags.all === true, auditing)) {
      if (instantOf({ created_at: finding.at }) < since) {
        older += 1;
        continue;
      }
      result.add(finding);
      yield auditRow(finding);
    }
    progress.clear();
  };
  const none = flags.since === undefined ? auditView.none : `no findings since ${flags.since}`;
  await show(rows(), { view: { ...auditView, none }, shape: 'list', choice }, runtime);
  if (older > 0)
    runtime.note({ text: `Older findings, not shown: ${older}`, data: { older_findings: older } });
  const failure = result.failure();
  if (failure !== undefined) throw failure;
};

/**
 * The account of the connection, not the account that the profile last wrote to from here. One that the record does not
 * know has no writes: then all that was granted by hand is a finding.
 */
async function auditedRecord(
  connection: AuditPlace['connection'],
  { flags, runtime }: Invocation<AccountFlags>,
): Promise<AccountRecord> {
  const record =
    flags.account === undefined
      ? await recordOfConnection(connection, { flags, runtime })
      : (await recordsToRead(flags, runtime))[0];
  if (record !== undefined) return record;
  runtime.note({ text: 'The record has no writes of this account', data: { not_in_record: true } });
  const { store } = await runtime.recordToRead({ ...flags, allAccounts: true });
  return store.of(unknownAccount);
}

/** Accounts of a record are numbered from 1. */
const unknownAccount: Account = { id: 0, origin: '', mode: 'sandbox', ledger: null };

/** The findings of each customer. @param isAll whether these are all customers, so that one with writes alone is missing */
async function* findingsOf(
  customers: AsyncIterable<Customer> | Iterable<Customer>,
  isAll: boolean,
  auditing: Auditing,
): AsyncGenerator<AuditFinding> {
  const names = new Set<string>();
  for await (const customer of customers) {
    for (const name of customerNames(customer)) names.add(name);
    yield* audited(customer, auditing);
  }
  if (!isAll) return;
  for await (const { write, name } of writesOfMissing(names, auditing))
    yield* lostFinding(write, name, auditing);
}

interface Auditing extends AuditPlace {
  /** Findings and gaps before this instant do not count. */
  readonly since: number;
  readonly self: () => Promise<Self>;
  readonly currenciesOf: CurrenciesOf;
  /** Called with a sentence for each ledger with a gap. The audit misses entries that the API left out. */
  readonly onBreak: (ledger: Ledger, what: string) => void;
  /** Called for each entry of a ledger, and for each write of the record; ends the audit if it throws. */
  readonly step: () => void;
}

async function* audited(customer: Customer, auditing: Auditing): AsyncGenerator<AuditFinding> {
  const { connection, record, currenciesOf, step } = auditing;
  const writes = new Map<string, WriteWithTexts>();
  for await (const write of writesFor(customer, record)) {
    step();
    writes.set(write.key, write);
  }
  const seen = new Set<string>();
  const lacking = () => [...writes.values()].filter(({ entry }) => entry !== null && !seen.has(entry));
  const read = new Set<string>();
  const findingsIn = async function* (currency?: string) {
    for (const ledger of ledgersOf(customer, currency, connection)) {
      if (read.has(ledger.currency)) continue;
      read.add(ledger.currency);
      yield* ledgerFindings(ledger, { ...auditing, writes, seen });
    }
  };
  yield* findingsIn();
  // The record may also have entries in a pricing unit, or from before the customer had its currency.
  for (const write of lacking())
    for (const currency of await currenciesOf(write)) yield* findingsIn(currency);
  for (const write of lacking()) yield* lostFinding(write, customerName(customer), auditing);
}

async function* lostFinding(
  write: WriteWithTexts,
  customer: string,
  { record, currenciesOf }: Auditing,
): AsyncGenerator<AuditFinding> {
  if (!(await isLost(write, record))) return;
  const [currency = '', ...others] = await currenciesOf(write);
  yield writeFinding(write, { customer, currency: others.length > 0 ? '' : currency });
}

interface LedgerAuditing extends Auditing {
  readonly writes: ReadonlyMap<string, WriteWithTexts>;
  /** Collects the id of each entry. */
  readonly seen: Set<string>;
}

async function* ledgerFindings(ledger: Ledger, auditing: LedgerAuditing): AsyncGenerator<AuditFinding> {
  const { onBreak, writes, seen, since, step } = auditing;
  const check = new LedgerCheck();
  const isArranged = arrangedBlocks(ledger, writes);
  const takenOver = new TakenOverUsage();
  const voids = new InvoiceVoids();
  for await (const entry of entriesOf(ledger)) {
    step();
    check.add(entry.record);
    seen.add(entry.record.id);
    voids.add(entry);
    const finding = await findingOf(entry, { ...auditing, name: ledger.name });
    yield* takenOver.release(entry.record);
    if (finding !== undefined && takenOver.holds(entry.record, finding)) continue;
    // Orb's docs do not say whether the entry that makes credits count has the marker of their grant.
    const mayBeArranged = finding?.key === null || entry.record.entry_type === 'increment';
    if (finding === undefined || (mayBeArranged && (await isArranged(entry)))) continue;
    if (!voids.holds(entry, finding)) yield finding;
  }
  yield* takenOver.release();
  yield* voids.left(auditing);
  const broken = await breakBetween(check, ledger, since);
  if (broken !== null) onBreak(ledger, broken.what);
}

async function findingOf(
  entry: AuditedEntry,
  { writes, record, self, name }: LedgerAuditing & { readonly name: string },
): Promise<AuditFinding | undefined> {
  if (isAutomatic(entry)) return undefined;
  const mark = markOf(entry.record);
  const before = mark === undefined ? undefined : writes.get(mark);
  // The key also finds a write under another name of the customer, and what became of a write since it was read.
  const write = mark === undefined || before?.state === 'settled' ? before : await record.write(mark);
  // The process that works on a write notes its outcome after the entry is in the ledger.
  if (write?.state === 'noted' && isHeld(write, await self())) return undefined;
  return entryFinding(entry, write, name);
}
