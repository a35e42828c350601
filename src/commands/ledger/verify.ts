// `ledger verify <customer>|--all`: recomputes the balances of a ledger, and names the first entry that breaks the chain.
import type { CreditBlock } from '../../credits/block.ts';
import type { Customer } from '../../credits/customer.ts';
import { type CustomerRef, customerRefText } from '../../credits/customer-ref.ts';
import { defaultCurrency, type LedgerEntry } from '../../credits/entry.ts';
import { CreditctlError, type Problem, usageError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Row } from '../../output/view.ts';
import { LedgerCheck } from '../../reports/ledger-check.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import { blocksQuery, ledgerQuery, ledgerQueryProblems } from '../../requests/ledger-query.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import type { Json } from '../../wire/json.ts';
import { openForCustomer } from '../for-customer.ts';
import { isOk, type VerifiedLedger, verifiedRow, verifiedView } from './verify-view.ts';

export interface LedgerVerifyFlags extends GlobalFlags, CustomerFlags {
  readonly all?: boolean;
  readonly currency?: string;
}

/** Throws a `check-failed` error after showing every ledger if one of them breaks. */
export async function run(
  words: readonly string[],
  flags: LedgerVerifyFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, verifiedView);
  const { connection, customers } = await chosen(words, flags, runtime);
  const broken: VerifiedLedger[] = [];
  const rows = async function* (): AsyncGenerator<Row<VerifiedLedger, Json>> {
    for await (const customer of customers)
      for (const currency of currenciesOf(customer, flags)) {
        const ledger = await verified(customer, currency, connection);
        if (!isOk(ledger)) broken.push(ledger);
        yield verifiedRow(ledger);
      }
  };
  await show(rows(), { view: verifiedView, shape: 'list', choice, now: connection.now() }, runtime);
  const [first] = broken;
  if (first === undefined) return;
  const more = broken.length === 1 ? '' : `; ${broken.length} ledgers break in all`;
  const message = `${first.customer}, ${first.currency}: ${first.firstBreak?.what}${more}`;
  throw new CreditctlError('check-failed', message, { retrySafe: true });
}

interface Chosen {
  readonly connection: Connection;
  readonly customers: AsyncIterable<Customer> | Iterable<Customer>;
}

async function chosen(words: readonly string[], flags: LedgerVerifyFlags, runtime: Runtime): Promise<Chosen> {
  const argument = readCustomerArgument(words, flags);
  const problems = ledgerQueryProblems(flags.currency === undefined ? {} : { currency: flags.currency });
  if (flags.all !== true) {
    const { connection, customer } = await openForCustomer(argument, problems, { flags, runtime });
    return { connection, customers: [(await connection.api.customer(customer)).record] };
  }
  const both: readonly Problem[] =
    argument.customer === undefined ? [] : [{ where: '--all', problem: 'does not go with a customer' }];
  const all = [...argument.problems, ...both, ...problems];
  if (all.length > 0) throw usageError(all);
  const connection = await runtime.connect(flags);
  return { connection, customers: recordsOf(connection) };
}

async function* recordsOf({ api }: Connection): AsyncGenerator<Customer> {
  for await (const { record } of api.customers({})) yield record;
}

function currenciesOf({ currency }: Customer, flags: LedgerVerifyFlags): readonly string[] {
  if (flags.currency !== undefined) return [flags.currency];
  return currency === null || currency === defaultCurrency ? [defaultCurrency] : [defaultCurrency, currency];
}

async function verified(
  { id, external_customer_id: external }: Customer,
  currency: string,
  { api, now }: Connection,
): Promise<VerifiedLedger> {
  const ref: CustomerRef = { by: 'id', id };
  const name = customerRefText(external === null ? ref : { by: 'external', id: external });
  const entries = ledgerQuery(ref, { currency }, {});
  const newest = async (): Promise<LedgerEntry | undefined> => {
    for await (const { record } of api.entries(entries, { limit: 1 })) return record;
    return undefined;
  };
  const { last, blocks } = await snapshot(newest, () => blocksOf(ref, currency, api));
  const check = new LedgerCheck();
  const until = last?.ledger_sequence_number ?? Number.NEGATIVE_INFINITY;
  // What was written since is left for the next time.
  for await (const { record } of api.entries(entries, {}))
    if (record.ledger_sequence_number <= until) check.add(record);
  const { notes, ...verdict } = check.end(blocks, now());
  const moving = blocks === undefined ? ['the ledger kept changing, so its blocks were not compared'] : [];
  return { customer: name, currency, ...verdict, notes: [...notes, ...moving] };
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

async function blocksOf(
  ref: CustomerRef,
  currency: string,
  api: Connection['api'],
): Promise<readonly CreditBlock[]> {
  const blocks: CreditBlock[] = [];
  for await (const { record } of api.blocks(blocksQuery(ref, { currency, all: true }), {}))
    blocks.push(record);
  return blocks;
}
