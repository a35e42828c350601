// Checks a plan: planning could have made each row, the sums match the rows, and blocks hold the planned amounts.
import { parseDate } from '../../credits/calendar.ts';
import {
  type Amount,
  add,
  amountFromText,
  compare,
  isZero,
  parseInstant,
  zero,
} from '../../credits/exact.ts';
import { type CreditctlError, notApplied } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { cachedResolver, type ResolveDate } from '../../requests/draft-reader.ts';
import { draftFromObject } from '../../requests/entry-from-body.ts';
import { entryBody } from '../../requests/entry-request.ts';
import { type Movement, movementOf, movements, noneMoved } from '../../requests/moved-credits.ts';
import { type Json, type JsonObject, numberText, writeJson } from '../../wire/json.ts';
import {
  type CurrencyTotals,
  ledgerName,
  ledgerOf,
  type MoneyTotals,
  otherPlan,
  type Plan,
  type PlanAccount,
  type PlanRow,
  type PlanTotals,
  totalsDocument,
} from './plan-lines.ts';

/** Running sums over the rows of one ledger. */
type Sums = Record<Movement | 'largest_row', Amount> & { rows: number };

/** Checks rows in order, then the sums. Throws a `refused` error for each mismatch. */
export class PlanCheck {
  readonly #rowsByType: Record<string, number> = {};
  readonly #ledgers = new Map<string, Sums>();
  readonly #resolve = cachedResolver(exactDate);
  #last: Pick<PlanRow, 'row' | 'line'> = { row: 0, line: 0 };
  #rows = 0;
  /** Number of the first row that omits its amount; `undefined` if every row has one. */
  openRow: number | undefined;

  add(row: PlanRow): void {
    if (row.row <= this.#last.row || row.line <= this.#last.line)
      throw unfit(`row ${row.row} is not in the order of its file`);
    this.#last = row;
    this.#rows += 1;
    const { body } = row.request;
    const problem = bodyProblem(body, this.#resolve) ?? movesProblem(row);
    if (problem !== undefined) throw unfit(`row ${row.row} (line ${row.line}) ${problem}`);
    if (row.moves !== undefined) this.openRow ??= row.row;
    const type = String(body.entry_type);
    this.#rowsByType[type] = (this.#rowsByType[type] ?? 0) + 1;
    this.#count(row);
  }

  /** Checks the plan's sums against its rows, and returns the sums by currency. */
  async end(plan: Plan): Promise<readonly CurrencyTotals[]> {
    const { header, end } = plan;
    if (end.rows !== this.#rows) throw unfit(`it says ${end.rows} rows and has ${this.#rows}`);
    const left = new Map(this.#ledgers);
    const accounts: PlanAccount[] = [];
    for await (const account of plan.accounts()) {
      const name = ledgerName(account.customer.id, account.currency);
      const sums = left.get(name);
      left.delete(name);
      if (sums === undefined || !isSame(account, sums))
        throw unfit(`its sums for ${account.customer.id} are not those of its rows`);
      accounts.push(account);
    }
    const [without] = left.keys();
    if (without !== undefined) throw unfit(`it has no sums for ${without}`);
    const totals = planTotals(accounts, this.#rowsByType);
    if (writeJson(totalsDocument(totals)) !== writeJson(totalsDocument(end.totals)))
      throw unfit('its totals are not those of its rows');
    const customers = new Set(accounts.map(({ customer }) => customer.id));
    if (!header.account.customers.every((id) => customers.has(id)))
      throw unfit('it names customers that none of its rows is for');
    return totals.credits;
  }

  #count(row: PlanRow): void {
    const name = ledgerOf(row);
    const known = this.#ledgers.get(name);
    const sums: Sums = known ?? { ...noneMoved, largest_row: zero };
    if (known === undefined) this.#ledgers.set(name, sums);
    const amount = movedBy(row);
    const movement = movementOf(row.request.body);
    sums.rows += 1;
    sums[movement] = add(sums[movement], amount);
    if (compare(amount, sums.largest_row) > 0) sums.largest_row = amount;
  }
}

/** The sums over a plan's rows. */
export interface CheckedSums {
  /** Credits that the rows move, by currency. */
  readonly credits: readonly CurrencyTotals[];
  /** Number of the first row that omits its amount; `undefined` if every row has one. */
  readonly openRow: number | undefined;
}

/** Reads and checks a whole plan. */
export async function checkedSums(plan: Plan): Promise<CheckedSums> {
  const check = new PlanCheck();
  for await (const row of plan.rows()) check.add(row);
  return { credits: await check.end(plan), openRow: check.openRow };
}

const movedBy = ({ request: { body }, moves }: PlanRow): Amount =>
  moves ?? amountFromText(numberText(body.amount) ?? '') ?? zero;

/** Only an expiry change may omit its amount. */
function movesProblem({ request: { body }, moves }: PlanRow): string | undefined {
  if (moves === undefined) return body.amount === undefined ? 'does not say how much it moves' : undefined;
  return body.amount === undefined && body.entry_type === 'expiration_change'
    ? undefined
    : 'says twice how much it moves';
}

/** Why planning could not have made a body; the body is sent unchanged, so it must be exact. */
function bodyProblem(body: JsonObject, resolve: ResolveDate): string | undefined {
  const reading = draftFromObject(body);
  if ('problems' in reading) return reading.problems.map(({ where, problem }) => `${where} ${problem}`)[0];
  const made = entryBody(reading.draft, { now: 0, zone: undefined, resolve });
  if ('problems' in made) return made.problems.map(({ where, problem }) => `${where} ${problem}`)[0];
  return isSameJson(made.body, body) ? undefined : 'has a body that planning does not make';
}

/** Compares values, and numbers digit by digit; much faster than serializing both. */
function isSameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || a === null || numberText(a) !== undefined)
    return numberText(a) !== undefined && numberText(a) === numberText(b);
  if (typeof b !== 'object' || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => isSameJson((a as JsonObject)[name], (b as JsonObject)[name]))
  );
}

/** A plan holds only exact dates and times, never relative ones. */
const exactDate: ResolveDate = (text) => {
  const at = parseInstant(text);
  const date = parseDate(text);
  if (date !== undefined) return { kind: 'date', date, at: 0, text };
  return at === undefined
    ? { kind: 'problem', problem: `is not an exact time: "${text}"` }
    : { kind: 'instant', at, text };
};

const isSame = (account: PlanAccount, sums: Sums): boolean =>
  account.rows === sums.rows &&
  account.largest_row === sums.largest_row &&
  movements.every((name) => account[name] === sums[name]);

const unfit = (what: string): CreditctlError =>
  notApplied('refused', `The plan does not fit its rows: ${what}; nothing was written`, otherPlan);

/**
 * Checks rows without an amount against their blocks. Throws a `refused` error if a block's balance is not the planned amount.
 * @param undone what the command did not do then: `nothing was signed`
 */
export async function checkOpenAmounts(
  rows: AsyncIterable<PlanRow> | Iterable<PlanRow>,
  { api }: Pick<Connection, 'api'>,
  undone: string,
): Promise<void> {
  for await (const { row, line, moves, request } of rows) {
    if (moves === undefined) continue;
    const wrong = (what: string): CreditctlError =>
      notAsPlanned(`Row ${row} (line ${line}) ${what}; ${undone}`);
    const { block_id: block } = request.body;
    if (typeof block !== 'string') throw wrong('names neither a block nor an amount');
    const { balance } = (await api.block(block)).record;
    if (compare(balance, moves) !== 0)
      throw wrong(`moves all that its block holds, which is ${balance} and not ${moves}`);
  }
}

const notAsPlanned = (text: string): CreditctlError =>
  notApplied('refused', text, ['Plan only the rows that are left, with an amount in that row']);

export function planTotals(
  accounts: readonly PlanAccount[],
  rowsByType: Readonly<Record<string, number>>,
): PlanTotals {
  return {
    rows: accounts.reduce((sum, { rows }) => sum + rows, 0),
    rows_by_type: rowsByType,
    customers: new Set(accounts.map(({ customer }) => customer.id)).size,
    refusals: accounts.reduce((sum, { refusals }) => sum + refusals, 0),
    credits: creditTotals(accounts),
    money: moneyTotals(accounts),
  };
}

function creditTotals(accounts: readonly PlanAccount[]): readonly CurrencyTotals[] {
  const totals = new Map<string, CurrencyTotals>();
  for (const account of accounts) {
    const { currency } = account;
    const sum = totals.get(currency) ?? { currency, ...noneMoved, largest_row: zero };
    const moved = movements.map((name) => [name, add(sum[name], account[name])] as const);
    totals.set(currency, {
      ...sum,
      ...Object.fromEntries(moved),
      rows: sum.rows + account.rows,
      largest_row: larger(sum.largest_row, account.largest_row),
    });
  }
  return [...totals.values()];
}

function moneyTotals(accounts: readonly PlanAccount[]): readonly MoneyTotals[] {
  const totals = new Map<string | null, MoneyTotals>();
  for (const { invoicing_currency: currency, revenue, invoices, invoiced } of accounts) {
    if (isZero(revenue) && invoices === 0) continue;
    const sum = totals.get(currency) ?? { currency, revenue: zero, invoices: 0, invoiced: zero };
    totals.set(currency, {
      currency,
      revenue: add(sum.revenue, revenue),
      invoices: sum.invoices + invoices,
      invoiced: add(sum.invoiced, invoiced),
    });
  }
  return [...totals.values()];
}

const larger = (a: Amount, b: Amount): Amount => (compare(a, b) >= 0 ? a : b);
