// Copies everything that an account has about one customer's credits.
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { pageSizeMax } from '../../requests/ledger-query.ts';
import { customerPath } from '../../requests/request.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import { blocksAtAnEntry, entriesOf, type Ledger, ledgersOf, readEach } from '../every-ledger.ts';
import { type Disguise, disguiseOf, noDisguise } from './disguise.ts';

type Customer = Ledger['customer'];

/** A customer as the API answers. */
export type FoundCustomer = Awaited<ReturnType<Connection['api']['customer']>>;

export type AccountCopy = Awaited<ReturnType<Awaited<ReturnType<Runtime['copyTarget']>>['begin']>>;

export interface Cloning {
  readonly connection: Connection;
  readonly copy: AccountCopy;
  /** Pricing units to read beside `credits` and the units of the customer's currency, top-ups and alerts. */
  readonly currencies: readonly string[];
  readonly keepsPersonal: boolean;
  /** Called with each entry that was read. */
  readonly step: () => void;
  /** Names of the data that the account does not offer. */
  readonly leftOut: Set<string>;
}

/**
 * Only reads from the account. Adds the customer to the copy before the first request. Throws as its reads do, and a
 * `server` error for data that the copy cannot keep.
 */
export async function cloneCustomer({ record, document }: FoundCustomer, cloning: Cloning) {
  const { copy } = cloning;
  const disguise = cloning.keepsPersonal ? noDisguise : disguiseOf(document);
  const customer = copy.customer(disguise.customer(document));
  const { topUps, alerts, transactions } = await listsOf(record, cloning);
  copy.topUps(customer, topUps.map(disguise.other));
  copy.alerts(customer, alerts);
  copy.transactions(customer, transactions.map(disguise.other));
  const named = [...topUps, ...alerts].map(({ currency }) => currency);
  const units = [...cloning.currencies, ...named.filter((unit): unit is string => typeof unit === 'string')];
  const ledgers = await Promise.all(
    eachLedger(record, units, cloning.connection).map((ledger) =>
      cloneLedger(ledger, { ...cloning, customer, disguise }),
    ),
  );
  return {
    /** The ledger's name if new entries kept coming, so that blocks may be younger than the last entry. */
    moving: ledgers.find(({ isMoving }) => isMoving)?.name,
    ledgers: ledgers.filter(({ blocks }) => blocks > 0).length,
    blocks: ledgers.reduce((sum, { blocks }) => sum + blocks, 0),
    entries: ledgers.reduce((sum, { entries }) => sum + entries, 0),
    /** Writes the invoices. Customers are read concurrently, but invoices are numbered one after the other. */
    writeInvoices: (): void => {
      for (const { block, documents } of ledgers.flatMap(({ invoices }) => invoices))
        copy.invoices(customer, block, documents);
    },
  };
}

function eachLedger(record: Customer, units: readonly string[], connection: Connection): readonly Ledger[] {
  const all = [
    ...ledgersOf(record, undefined, connection),
    ...units.flatMap((unit) => ledgersOf(record, unit, connection)),
  ];
  return [...new Map(all.map((ledger) => [ledger.currency, ledger])).values()];
}

/** Top-ups, alerts and balance transactions (money), each newest first. */
async function listsOf({ id }: Customer, { connection: { api }, leftOut }: Cloning) {
  const path = customerPath({ by: 'id', id });
  const money = { method: 'GET', path: `${path}/balance_transactions`, query: [pageSize] } as const;
  const [topUps, alerts, transactions] = await Promise.all([
    ifOffered('top-ups', leftOut, () =>
      documentsOf(api.topUps({ method: 'GET', path: `${path}/credits/top_ups` }, {})),
    ),
    ifOffered('alerts', leftOut, () =>
      documentsOf(api.alerts({ method: 'GET', path: '/alerts', query: [['customer_id', id]] }, {})),
    ),
    ifOffered('the balance of money', leftOut, () => allOf(api.documents(money))),
  ]);
  return { topUps, alerts, transactions: transactions.filter(isJsonObject) };
}

/** Reads data that a copy can lack: empty if the account lacks the operation, or the key has no access to it. */
async function ifOffered<Each>(
  what: string,
  leftOut: Set<string>,
  read: () => Promise<readonly Each[]>,
): Promise<readonly Each[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    const { status, refusal } = error.facts;
    if (status !== 403 && status !== 404 && refusal !== '404-feature-not-available') throw error;
    leftOut.add(what);
    return [];
  }
}

const pageSize = ['limit', String(pageSizeMax)] as const;

async function allOf<Each>(list: AsyncIterable<Each>): Promise<readonly Each[]> {
  const all: Each[] = [];
  for await (const each of list) all.push(each);
  return all;
}

const documentsOf = async (
  list: AsyncIterable<{ readonly document: JsonObject }>,
): Promise<readonly JsonObject[]> => (await allOf(list)).map(({ document }) => document);

interface LedgerCloning extends Cloning {
  readonly customer: Parameters<AccountCopy['ledger']>[0];
  readonly disguise: Disguise;
}

async function cloneLedger(ledger: Ledger, cloning: LedgerCloning) {
  const { copy, customer, disguise, step } = cloning;
  const { last, decoded, isMoving } = await blocksAtAnEntry(ledger);
  const entries = async function* (): AsyncGenerator<JsonObject> {
    for await (const { record, document } of entriesOf(ledger)) {
      step();
      // Entries written after the blocks were read are not copied.
      if (record.ledger_sequence_number <= last) yield disguise.other(document);
    }
  };
  const { purchased, ...report } = await copy.ledger(customer, {
    currency: ledger.currency,
    blocks: decoded.map(({ document }) => disguise.other(document)),
    entries: entries(),
  });
  const invoices: { readonly block: string; readonly documents: readonly JsonObject[] }[] = [];
  for await (const found of readEach(purchased, (block) => invoicesOf(block, cloning))) invoices.push(found);
  return { ...report, invoices, isMoving, name: ledger.name };
}

async function invoicesOf(block: string, { connection: { api }, disguise, leftOut }: LedgerCloning) {
  const documents = await ifOffered('invoices of blocks', leftOut, async () => {
    const found: JsonObject[] = [];
    for (const { record } of await api.blockInvoices(block))
      found.push((await api.invoice(record.id)).document);
    return found;
  });
  return { block, documents: documents.map(disguise.other) };
}
