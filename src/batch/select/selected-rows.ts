// Finds the blocks and customers that match a selection, and makes a row for each. Pure.

import { dateAt, readDate, startOfDay } from '../../credits/calendar.ts';
import {
  type CreditBlock,
  type Customer,
  customerName,
  defaultCurrency,
  drawableBalance,
  endOf,
  isDrawable,
} from '../../credits/customer.ts';
import {
  type Amount,
  agreeTo15Digits,
  compare,
  type Instant,
  isPositive,
  subtract,
  sum,
  zero,
} from '../../credits/exact.ts';
import { fits } from '../../requests/block-purpose.ts';
import { type EntryField, entryFields } from '../../requests/entry-draft.ts';
import { type JsonObject, jsonNumber } from '../../wire/json.ts';
import type { Action, Query, Selection } from './select-flags.ts';

/** Whether a customer can match, before its blocks are read. */
export const mayBeSelected = ({ metadata }: Customer, { query, action }: Selection): boolean =>
  action.kind !== 'grant' || hasMetadata(metadata, query);

export interface Holdings {
  readonly customer: Customer;
  /** Blocks in the selected currency, newest first. */
  readonly blocks: readonly CreditBlock[];
  readonly now: Instant;
}

/**
 * The rows for one customer: a single grant, or one row for each matching block. Each is an entry body with its customer's
 * id, and the customer's name for messages.
 */
export const rowsFor = (holdings: Holdings, selection: Selection) =>
  bodiesFor(holdings, selection).map((row) => ({ row, customer: customerName(holdings.customer) }));

/** The flag of `batch select` that sets a field of the rows. */
export const selectFlagOf = (field: EntryField): string =>
  field === 'amount' ? '--grant' : field === 'targetExpires' ? '--extend' : entryFields[field].flag;

function bodiesFor(holdings: Holdings, selection: Selection): readonly JsonObject[] {
  const { action } = selection;
  if (action.kind === 'grant')
    return customerMatches(holdings, selection) ? [grantRow(holdings, selection)] : [];
  const { blocks, now } = holdings;
  const { kind: purpose } = action;
  return blocks
    .filter((block) => block.status === 'active' && fits(block, purpose, now))
    .filter((block) => blockMatches(block, holdings, selection.query))
    .map((block) => blockRow(block, holdings, selection));
}

function blockMatches(block: CreditBlock, holdings: Holdings, query: Query): boolean {
  return (
    isWithin(block.balance, query) &&
    hasMetadata({ ...holdings.customer.metadata, ...block.metadata }, query) &&
    hasSourceAndExpiry(block, holdings, query)
  );
}

/** Checks a customer for a grant: its balance, and one block with the source and expiry of the query. */
function customerMatches({ customer, blocks, now }: Holdings, { query }: Selection): boolean {
  const open = blocks.filter((block) => isDrawable(block, now));
  const isOfBlocks = query.expiringBefore === undefined && query.source === undefined;
  return (
    isWithin(sum(open.map(({ balance }) => balance)), query) &&
    (isOfBlocks ||
      open.some((block) => fits(block, 'void', now) && hasSourceAndExpiry(block, { customer, now }, query)))
  );
}

function hasSourceAndExpiry(
  block: CreditBlock,
  { customer, now }: Pick<Holdings, 'customer' | 'now'>,
  { expiringBefore, source }: Query,
): boolean {
  if (source !== undefined && block.credit_block_source !== source) return false;
  if (expiringBefore === undefined) return true;
  const end = endOf(block);
  return end !== undefined && end < beginOf(expiringBefore, now, customer.timezone);
}

function beginOf(text: string, now: Instant, zone: string): Instant {
  const reading = readDate(text, now, zone);
  if (reading.kind === 'problem') return Number.NEGATIVE_INFINITY;
  return reading.kind === 'date' ? startOfDay(reading.date, zone) : reading.at;
}

const isWithin = (balance: Amount, { balanceBelow: below, balanceAbove: above }: Query): boolean =>
  (below === undefined || compare(balance, below) < 0) &&
  (above === undefined || compare(balance, above) > 0);

/**
 * The ids of a block that the API lists twice: all fields but the id are equal, and the blocks hold more than the ledger
 * says, by exactly the copies' balance. Two equal grants do not match. @param ending the balance after the newest entry
 */
export function doubledBlock(
  { blocks, now }: Pick<Holdings, 'blocks' | 'now'>,
  ending: Amount,
): readonly string[] | undefined {
  const open = blocks.filter((block) => isDrawable(block, now));
  const excess = subtract(drawableBalance(blocks, now), ending);
  const equals = equalBlocks(open).filter(([first]) => first !== undefined && isPositive(first.balance));
  return equals
    .find(([first, ...copies]) =>
      copies.some((_, index) => agreeTo15Digits(excess, sum(Array(index + 1).fill(first?.balance ?? zero)))),
    )
    ?.map(({ id }) => id);
}

/** Groups of blocks that are equal except for their ids. */
export function equalBlocks(blocks: readonly CreditBlock[]): readonly (readonly CreditBlock[])[] {
  const groups = new Map<string, CreditBlock[]>();
  for (const block of blocks) {
    const name = JSON.stringify({ ...block, id: undefined });
    groups.set(name, [...(groups.get(name) ?? []), block]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

const hasMetadata = (metadata: Readonly<Record<string, string>>, query: Query): boolean =>
  Object.entries(query.metadata).every(
    ([key, value]) => Object.hasOwn(metadata, key) && metadata[key] === value,
  );

function grantRow({ customer }: Holdings, selection: Selection): JsonObject {
  const { action } = selection;
  if (action.kind !== 'grant') throw new TypeError('not a grant');
  return {
    customer_id: customer.id,
    entry_type: 'increment',
    amount: jsonNumber(action.amount),
    ...common(selection),
    ...(action.expires === undefined ? {} : { expiry_date: action.expires }),
  };
}

function blockRow(block: CreditBlock, { customer, now }: Holdings, selection: Selection): JsonObject {
  const { action } = selection;
  const row = { customer_id: customer.id, block_id: block.id, ...common(selection) };
  if (action.kind === 'void') return { entry_type: 'void', amount: jsonNumber(block.balance), ...row };
  const target_expiry_date = targetOf(block, action, { now, zone: customer.timezone });
  return { entry_type: 'expiration_change', target_expiry_date, ...row };
}

/** The target day: today for an early end, else the extension counted from the block's expiry. */
function targetOf(
  block: CreditBlock,
  action: Action,
  { now, zone }: { readonly now: Instant; readonly zone: string },
): string {
  if (action.kind !== 'extend') return dateAt(now, zone);
  const reading = readDate(action.by, endOf(block) ?? now, zone);
  return reading.kind === 'date' ? reading.date : dateAt(now, zone);
}

const common = ({ query: { currency }, description }: Selection): JsonObject => ({
  ...(currency === defaultCurrency ? {} : { currency }),
  ...(description === undefined ? {} : { description }),
});
