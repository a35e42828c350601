// `history audit <customer>|--all`: compares the ledger with the record, customer by customer.
import { type Customer, customerName } from '../../credits/customer.ts';
import { LedgerCheck } from '../../credits/ledger-check.ts';
import { CreditctlError, valueArgs } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import {
  type AuditedEntry,
  type AuditFinding,
  currenciesOf,
  customerDeletionOf,
  deletedTopUp,
  deletionOf,
  entryFinding,
  invoicesOf,
  isAutomatic,
  madeTopUp,
  markOf,
  TakenOverUsage,
  voidOf,
  writeFinding,
} from '../../record/audit.ts';
import { customerIdIn, customerIdOf, writesFor } from '../../record/customer-names.ts';
import { isHeld, type Self } from '../../record/decide.ts';
import type { AccountRecord, WriteWithTexts } from '../../record/record.ts';
import { recordOfConnection } from '../../runtime/record-of.ts';
import { checkOutput, type RecordCommand, show } from '../../runtime/show.ts';
import { selfOfRun } from '../../writes/submission.ts';
import {
  blocksOf,
  entriesOf,
  type Ledger,
  type LedgerFlags,
  type LedgerPlace,
  ledgersOf,
  openLedgers,
  waitingBlocks,
} from '../every-ledger.ts';
import { breakBetween } from '../ledger-breaks.ts';
import { auditRow, auditView } from './audit-view.ts';
import { recordsToRead } from './records.ts';

export type HistoryAuditFlags = Omit<LedgerFlags, 'currency'>;

/** Throws a `check-failed` error after showing the findings, if there are findings. */
export const run: RecordCommand<HistoryAuditFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, auditView);
  const { connection, customers } = await openLedgers(args, [], { flags, runtime });
  // The audit uses the account of the connection, not the account that the profile last wrote to from here.
  const record =
    flags.account === undefined
      ? await recordOfConnection(connection, { flags, runtime })
      : (await recordsToRead(flags, runtime))[0];
  if (record === undefined)
    throw new CreditctlError('not-found', 'The record has no writes of this profile to compare with', {
      next: ['creditctl record status'],
    });
  let count = 0;
  let isRecorded = false;
  const found = new Set<string>();
  const breaks = new Map<string, string>();
  const onBreak = (name: string, sentence: string): void => void breaks.set(name, sentence);
  const self = () => selfOfRun({ connection, record, runtime });
  const rows = async function* () {
    for await (const customer of customers)
      for await (const finding of audited(customer, { connection, record, self, onBreak })) {
        count += 1;
        isRecorded ||= finding.finding !== 'not_in_record';
        found.add(finding.customer);
        yield auditRow(finding);
      }
  };
  await show(rows(), { view: auditView, shape: 'list', choice }, runtime);
  const [first] = breaks.values();
  if (count === 0 && first === undefined) return;
  const differ = count === 0 ? [] : [`The ledger and the record differ; findings: ${count}`];
  const broken = first === undefined ? [] : [`A ledger does not add up, so it may not be whole: ${first}`];
  throw new CreditctlError('check-failed', [...differ, ...broken].join('. '), {
    next: [...waysOn(found, isRecorded), ...(breaks.size === 0 ? [] : [verification([...breaks.keys()])])],
  });
};

function waysOn(found: ReadonlySet<string>, isRecorded: boolean): readonly string[] {
  if (isRecorded)
    return ['See a write: creditctl history show <key>', 'Settle what is open: creditctl history settle'];
  const [customer, ...others] = found;
  if (customer === undefined) return [];
  return others.length > 0
    ? ['See the entries: creditctl ledger list <customer>']
    : [`See the entries: creditctl ledger list ${valueArgs(customer)}`];
}

const verification = ([customer = '', ...others]: readonly string[]): string =>
  others.length > 0
    ? 'See where they break: creditctl ledger verify --all'
    : `See where it breaks: creditctl ledger verify ${valueArgs(customer)}`;

interface Auditing {
  readonly connection: Connection;
  readonly record: AccountRecord;
  readonly self: () => Promise<Self>;
  /** Called with the customer and a sentence for each ledger with a gap. The audit misses entries that the API left out. */
  readonly onBreak: (customer: string, sentence: string) => void;
}

async function* audited(customer: Customer, auditing: Auditing): AsyncGenerator<AuditFinding> {
  const { record } = auditing;
  const writes = new Map<string, WriteWithTexts>();
  for await (const write of writesFor(customer, record)) writes.set(write.key, write);
  const seen = new Set<string>();
  const usual = ledgersOf(customer, undefined, auditing.connection);
  // The record may also have entries in a pricing unit, or from before the customer had its currency.
  const others = currenciesOf([...writes.values()]);
  for (const { currency } of usual) others.delete(currency);
  const further = [...others].flatMap((currency) => ledgersOf(customer, currency, auditing.connection));
  for (const ledger of [...usual, ...further]) yield* ledgerFindings(ledger, { ...auditing, writes, seen });
  for (const write of writes.values())
    if (write.entry !== null && !seen.has(write.entry) && (await isLost(write, record)))
      yield writeFinding(write, customerName(customer));
}

/** Whether the entry of a settled write is lost. Deleting its block or its customer removes an entry rightly. */
async function isLost(write: WriteWithTexts, record: AccountRecord): Promise<boolean> {
  const { state, block, customer, texts } = write;
  if (state !== 'settled' || block === null || (await isDone(deletionOf(block), record))) return false;
  const known = customer === null ? undefined : await customerIdOf(write, customer, record);
  const id = customerIdIn(texts.answer) ?? known?.id;
  return id === undefined || !(await isDone(customerDeletionOf(id), record));
}

interface LedgerAuditing extends Auditing {
  readonly writes: ReadonlyMap<string, WriteWithTexts>;
  /** Collects the id of each entry. */
  readonly seen: Set<string>;
}

async function* ledgerFindings(ledger: Ledger, auditing: LedgerAuditing): AsyncGenerator<AuditFinding> {
  const { onBreak, writes, seen } = auditing;
  const { name, currency } = ledger;
  const check = new LedgerCheck();
  const isArranged = arrangedBlocks(ledger, writes);
  const takenOver = new TakenOverUsage();
  const invoices = new Map<string, readonly string[]>();
  const voids = new Map<string, { readonly at: string; readonly finding: AuditFinding }>();
  for await (const entry of entriesOf(ledger)) {
    check.add(entry.record);
    seen.add(entry.record.id);
    const { entry_type: type, credit_block: block, created_at: at } = entry.record;
    if (type === 'increment') invoices.set(block.id, invoicesOf(entry));
    const finding = await findingOf(entry, { ...auditing, name });
    yield* takenOver.release(entry.record);
    if (finding !== undefined && takenOver.holds(entry.record, finding)) continue;
    // Orb's docs do not say whether the entry that makes credits count has the marker of their grant.
    const mayBeArranged = finding?.key === null || type === 'increment';
    if (finding === undefined || (mayBeArranged && (await isArranged(entry)))) continue;
    // The newest entry comes first, so the grant that names the voided invoice comes later. Only the last void of a
    // block can belong to its invoice, because that void leaves no credits.
    if (finding.key === null && type === 'void_initiated' && !voids.has(block.id))
      voids.set(block.id, { at, finding });
    else yield finding;
  }
  yield* takenOver.release();
  const voided = voids.size === 0 ? [] : await voidedInvoices([...invoices.values()].flat(), auditing);
  for (const [block, { at, finding }] of voids)
    if (!isVoidedWith(voided, invoices.get(block), at)) yield finding;
  const broken = await breakBetween(check, ledger);
  if (broken !== null) onBreak(name, `${name}, ${currency}: ${broken.what}`);
}

/**
 * Returns a check whether no person wrote an entry by hand. Such an entry is the grant of a block of the
 * customer's plan or contract, or of a top-up if the record has one. Or the entry says that granted credits were paid
 * for or became effective. Or the entry voids unpaid credits of a top-up, if the record has the deletion of a top-up.
 * The first call of the check reads the blocks.
 */
function arrangedBlocks(
  ledger: LedgerPlace,
  writes: ReadonlyMap<string, WriteWithTexts>,
): (entry: AuditedEntry) => Promise<boolean> {
  const all = [...writes.values()];
  const sources = ['allocation', 'commitment', ...(all.some(madeTopUp) ? ['top_up'] : [])];
  const isTopUpDeleted = all.some(deletedTopUp);
  const read = async () => {
    const { granted: waited, moved } = await waitingBlocks(ledger);
    const [granted, voided] = [new Set<string>(), new Set<string>()];
    for await (const { record: block } of blocksOf(ledger)) {
      const { id, credit_block_source: source, status } = block;
      if (sources.includes(source)) granted.add(id);
      // A change of expiry makes a new block. No increment names that block until it is paid for.
      const isOfTopUp = source === 'top_up' || !waited.has(id);
      if (isTopUpDeleted && isOfTopUp && status === 'pending_payment') voided.add(id);
    }
    return { granted, counting: new Set([...waited, ...moved]), voided };
  };
  let known: ReturnType<typeof read> | undefined;
  return async ({ record }) => {
    const { entry_type: type, credit_block: block, starting_balance: before, ending_balance: after } = record;
    if (type !== 'increment' && type !== 'void_initiated') return false;
    known ??= read();
    const { granted, counting, voided } = await known;
    if (type === 'void_initiated') return voided.has(block.id);
    return granted.has(block.id) || (before !== after && counting.has(block.id));
  };
}

/** The invoices that a write of the record voided. */
async function voidedInvoices(
  ids: readonly string[],
  { connection, record }: Pick<Auditing, 'connection' | 'record'>,
) {
  const voided = [];
  for (const id of ids)
    if (await isDone(voidOf(id), record)) voided.push((await connection.api.invoice(id)).record);
  return voided;
}

const minute = 60_000;

/**
 * Whether the credits of a block were voided with one of these invoices, and not before it. All times are the API's.
 * @param charged the invoices that charged for the block; `undefined` for a block that a change of expiry made, whose
 *   credits any of the invoices may have charged for
 */
function isVoidedWith(
  voided: readonly Awaited<ReturnType<typeof voidedInvoices>>[number][],
  charged: readonly string[] | undefined,
  at: string,
): boolean {
  return voided.some(({ id, voided_at: then }) => {
    const later = Date.parse(at) - Date.parse(then ?? '');
    return later >= -minute && (charged === undefined ? later <= minute : charged.includes(id));
  });
}

/** Whether the record has a write with this fingerprint that took effect. */
const isDone = async (fingerprint: string, record: AccountRecord): Promise<boolean> =>
  (await record.equalWrites(fingerprint)).some(({ state }) => state === 'settled');

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
