// `ledger verify <customer>|--all`: recomputes the balances of a ledger, and names the first entry that breaks the chain.

import { LedgerCheck, type LedgerVerdict } from '../../credits/ledger-check.ts';
import { CreditctlError } from '../../errors.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import {
  blocksAtAnEntry,
  entriesOf,
  type Ledger,
  type LedgerFlags,
  ledgersOf,
  openLedgers,
  readEachShown,
} from '../every-ledger.ts';
import { isOk, type VerifiedLedger, verifiedRow, verifiedView } from './verify-view.ts';

/** Throws a `check-failed` error after showing every ledger if a ledger breaks. */
export const run: ReadCommand<LedgerFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, verifiedView);
  const { connection, customers } = await openLedgers(args, [], { flags, runtime });
  const broken: VerifiedLedger[] = [];
  const verifyAll = async (customer: Ledger['customer'], step: () => void) => {
    const each: VerifiedLedger[] = [];
    for (const ledger of ledgersOf(customer, flags.currency, connection))
      each.push(await verified(ledger, step));
    return each;
  };
  const rows = async function* () {
    for await (const ledgers of readEachShown(customers, verifyAll, runtime)) {
      broken.push(...ledgers.filter((each) => !isOk(each)));
      yield* ledgers.map(verifiedRow);
    }
  };
  await show(rows(), { view: verifiedView, shape: 'list', choice, now: connection.now }, runtime);
  const [first] = broken;
  if (first === undefined) return;
  const more = broken.length === 1 ? '' : `; ${broken.length} ledgers break in all`;
  const message = `${first.customer}, ${first.currency}: ${first.firstBreak?.what}${more}`;
  throw new CreditctlError('check-failed', message);
};

/** Closed blocks are many, so they are read only if the open blocks do not explain every entry. */
async function verified(ledger: Ledger, onEntry: () => void): Promise<VerifiedLedger> {
  const { now } = ledger.connection;
  const verdictOf = (verdict: LedgerVerdict): VerifiedLedger => ({
    customer: ledger.name,
    currency: ledger.currency,
    ...verdict,
  });
  const open = await blocksAtAnEntry(ledger, { all: false });
  const check = await checkUpTo(open.last, ledger, onEntry);
  if (!open.isMoving && check.isExplainedBy(open.blocks, now()))
    return verdictOf(check.end(open.blocks, now()));
  const { last, blocks, isMoving } = await blocksAtAnEntry(ledger);
  const whole = last === open.last ? check : await checkUpTo(last, ledger, onEntry);
  if (!isMoving) return verdictOf(whole.end(blocks, now()));
  const { notes, ...verdict } = whole.endOfEntries(blocks, now());
  return verdictOf({
    ...verdict,
    notes: [...notes, 'the ledger kept changing, so its blocks were not compared'],
  });
}

/** Skips entries that are newer than the blocks. */
async function checkUpTo(last: number, ledger: Ledger, onEntry: () => void): Promise<LedgerCheck> {
  const check = new LedgerCheck();
  for await (const { record } of entriesOf(ledger)) {
    onEntry();
    if (record.ledger_sequence_number <= last) check.add(record);
  }
  return check;
}
