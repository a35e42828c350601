// `ledger verify <customer>|--all`: recomputes the balances of a ledger, and names the first entry that breaks the chain.
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Row } from '../../output/view.ts';
import { LedgerCheck } from '../../reports/ledger-check.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import type { Json } from '../../wire/json.ts';
import {
  blocksAtAnEntry,
  entriesOf,
  type Ledger,
  type LedgerFlags,
  ledgersOf,
  openLedgers,
} from '../every-ledger.ts';
import { isOk, type VerifiedLedger, verifiedRow, verifiedView } from './verify-view.ts';

/** Throws a `check-failed` error after showing every ledger if one of them breaks. */
export async function run(words: readonly string[], flags: LedgerFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, verifiedView);
  const { connection, customers } = await openLedgers(words, [], { flags, runtime });
  const broken: VerifiedLedger[] = [];
  const rows = async function* (): AsyncGenerator<Row<VerifiedLedger, Json>> {
    for await (const customer of customers)
      for (const ledger of ledgersOf(customer, flags.currency)) {
        const each = await verified(ledger, connection);
        if (!isOk(each)) broken.push(each);
        yield verifiedRow(each);
      }
  };
  await show(rows(), { view: verifiedView, shape: 'list', choice, now: connection.now() }, runtime);
  const [first] = broken;
  if (first === undefined) return;
  const more = broken.length === 1 ? '' : `; ${broken.length} ledgers break in all`;
  const message = `${first.customer}, ${first.currency}: ${first.firstBreak?.what}${more}`;
  throw new CreditctlError('check-failed', message, { retrySafe: true });
}

async function verified(ledger: Ledger, connection: Connection): Promise<VerifiedLedger> {
  const { last, blocks, isMoving } = await blocksAtAnEntry(ledger, connection);
  const check = new LedgerCheck();
  // What was written since is left for the next time.
  for await (const { record } of entriesOf(ledger, connection))
    if (record.ledger_sequence_number <= last) check.add(record);
  const { notes, ...verdict } = check.end(isMoving ? undefined : blocks, connection.now());
  const moving = isMoving ? ['the ledger kept changing, so its blocks were not compared'] : [];
  const { name: customer, currency } = ledger;
  return { customer, currency, ...verdict, notes: [...notes, ...moving] };
}
