// `ledger verify <customer>|--all`: recomputes the balances of a ledger, and names the first entry that breaks the chain.
import type { CreditBlock } from '../../credits/block.ts';
import type { LedgerEntry } from '../../credits/entry.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Row } from '../../output/view.ts';
import { LedgerCheck } from '../../reports/ledger-check.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import type { Json } from '../../wire/json.ts';
import {
  blocksOf,
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
  const newest = async (): Promise<LedgerEntry | undefined> => {
    for await (const { record } of entriesOf(ledger, connection, { limit: 1 })) return record;
    return undefined;
  };
  const { last, blocks } = await snapshot(newest, () => allBlocks(ledger, connection));
  const check = new LedgerCheck();
  const until = last?.ledger_sequence_number ?? Number.NEGATIVE_INFINITY;
  // What was written since is left for the next time.
  for await (const { record } of entriesOf(ledger, connection))
    if (record.ledger_sequence_number <= until) check.add(record);
  const { notes, ...verdict } = check.end(blocks, connection.now());
  const moving = blocks === undefined ? ['the ledger kept changing, so its blocks were not compared'] : [];
  const { name: customer, currency } = ledger;
  return { customer, currency, ...verdict, notes: [...notes, ...moving] };
}

const attemptsMax = 5;

/** The blocks as they were at one entry; `undefined` if new entries never stopped coming. */
async function snapshot(
  newest: () => Promise<LedgerEntry | undefined>,
  read: () => Promise<readonly CreditBlock[]>,
): Promise<{ last: LedgerEntry | undefined; blocks: readonly CreditBlock[] | undefined }> {
  let last = await newest();
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const blocks = await read();
    const after = await newest();
    if (after?.id === last?.id) return { last, blocks };
    last = after;
  }
  return { last, blocks: undefined };
}

async function allBlocks(ledger: Ledger, connection: Connection): Promise<readonly CreditBlock[]> {
  const blocks: CreditBlock[] = [];
  for await (const { record } of blocksOf(ledger, connection)) blocks.push(record);
  return blocks;
}
