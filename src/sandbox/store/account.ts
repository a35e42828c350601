// Settles a stored ledger, loads what the ledger core needs for a command, and writes the decision.
import type { Instant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import { type Account, settleDue, wrongCurrency } from '../ledger/account.ts';
import { type Decision, decide } from '../ledger/decide.ts';
import { type Command, isRefusal, nextDueAt, type Refusal } from '../ledger/model.ts';
import {
  type Clock,
  emptyHead,
  type FreshId,
  type LedgerHead,
  ledgerTime,
  type Movement,
} from '../ledger/posting.ts';
import { type Replenishment, topUpNow } from '../ledger/top-up.ts';
import {
  blockById,
  blocksHolding,
  drawableBlocks,
  dueBlocks,
  insertBlock,
  lastBlocks,
  type StoredBlock,
  updateBlock,
} from './blocks.ts';
import type { StoredCustomer } from './customers.ts';
import { keepInvoice } from './invoice-life.ts';
import {
  insertLedger,
  ledgerByOrdinal,
  ledgerOf,
  ledgersOf,
  type StoredLedger,
  updateHead,
} from './ledgers.ts';
import { keepCovered, lapsesSince, overageSince, updateBearer } from './overage.ts';
import { clearTopUpDue, replenishmentOf } from './top-ups.ts';
import { addedUnits } from './units.ts';
import { isAnyAddress, noteEvent } from './webhooks.ts';
import { insertEntries } from './write-entries.ts';

export interface Post {
  readonly customer: StoredCustomer;
  readonly currency: string;
  readonly command: Command;
}

/** Settles the customer's ledgers, decides the command on one of them and writes the decision. Call it within `database.write`. */
export function post(
  database: Database,
  { customer, currency, command }: Post,
  clock: Clock,
): Decision | Refusal {
  settleCustomer(database, customer.ordinal, clock);
  const ledger = ledgerOf(database, customer.ordinal, currency);
  const account = accountOf(database, { customer, currency, ledger });
  const decision = decide(account, command, clock);
  if (!isRefusal(decision)) {
    const ordinal = ledger?.ordinal ?? insertLedger(database, customer.ordinal, currency);
    writeMovement(database, { ledger: ordinal, freshId: clock.freshId }, decision);
  }
  return decision;
}

/** Whether an activation, expiry or top-up of the ledger fell due and is not written yet. */
export function isDue({ head, dueAt }: StoredLedger, now: Instant): boolean {
  return dueAt !== null && dueAt <= ledgerTime(head, now);
}

/** A ledger of the customer with due events that are not written yet. */
export function dueLedgerOf(database: Database, customer: number, now: Instant): StoredLedger | undefined {
  return ledgersOf(database, customer).find((ledger) => isDue(ledger, now));
}

/** Due blocks loaded into memory at once. */
const duePortion = 512;

/** Writes all due events of a ledger: activations, expiries and top-ups. Call it within `database.write`. */
export function settle(database: Database, ledger: StoredLedger, { now, freshId }: Clock): void {
  const at = ledgerTime(ledger.head, now);
  const { topUpDueAt } = ledger;
  let { head } = ledger;
  const settling = {
    ledger: ledger.ordinal,
    freshId,
    replenishment: replenishmentOf(database, ledger.ordinal),
  };
  if (topUpDueAt !== null && topUpDueAt <= at) {
    head = settleUntil(database, head, { ...settling, at: topUpDueAt });
    clearTopUpDue(database, ledger.ordinal);
    head = topUp(database, head, { ...settling, at: topUpDueAt });
  }
  settleUntil(database, head, { ...settling, at });
}

interface Settling {
  readonly ledger: number;
  readonly at: Instant;
  readonly freshId: FreshId;
  readonly replenishment: Replenishment | null;
}

function settleUntil(
  database: Database,
  from: LedgerHead,
  { ledger, at, freshId, replenishment }: Settling,
): LedgerHead {
  let head = from;
  for (;;) {
    const due = dueBlocks(database, { ledger, at }, duePortion);
    if (due.length === 0) return head;
    const until = due.length < duePortion ? at : lastDueAt(due, at);
    const movement = settleDue(head, { due, until, replenishment }, freshId);
    writeMovement(database, { ledger, freshId }, movement);
    head = movement.head;
  }
}

/** Lets the ledger's top-up check the balance and buy credits although no entry was posted. */
export function topUp(
  database: Database,
  head: LedgerHead,
  {
    ledger,
    at,
    freshId,
    replenishment = replenishmentOf(database, ledger),
  }: Omit<Settling, 'replenishment'> & Partial<Settling>,
): LedgerHead {
  if (replenishment === null) return head;
  const movement = topUpNow(head, { replenishment, at }, freshId);
  writeMovement(database, { ledger, freshId }, movement);
  return movement.head;
}

/** Settling stops at the last loaded due time: a settled block may fall due again before a block that is not loaded yet. */
function lastDueAt(due: readonly StoredBlock[], at: Instant): Instant {
  const last = due.at(-1);
  return (last === undefined ? null : nextDueAt(last.block)) ?? at;
}

/**
 * Writes all due events of a customer before a write changes what these events depend on: the alerts, the invoicing,
 * the money balance that all ledgers share. Call it within `database.write`.
 */
export function settleCustomer(database: Database, customer: number, clock: Clock): void {
  for (const ledger of ledgersOf(database, customer))
    if (isDue(ledger, clock.now)) settle(database, ledger, clock);
}

export interface Holder {
  readonly customer: StoredCustomer;
  readonly currency: string;
  readonly ledger: StoredLedger | undefined;
}

/** The account of a ledger, which the ledger core decides on. */
export function accountOf(database: Database, { customer, currency, ledger }: Holder): Account {
  const own = ledger?.ordinal;
  return {
    head: ledger?.head ?? emptyHead(currency),
    invoicingCurrency: customer.currency,
    addedUnits: () => addedUnits(database),
    block: (id) => {
      const stored = blockById(database, id);
      if (stored === undefined) return undefined;
      if (stored.ledger === own) return stored.block;
      const holder = ledgerByOrdinal(database, stored.ledger)?.customer;
      return holder === customer.ordinal ? 'other-currency' : undefined;
    },
    drawable: () => (own === undefined ? [] : drawableBlocks(database, own)),
    lastInOrder: (at) => (own === undefined ? [] : lastBlocks(database, own, at)),
    holdingCredits: (expiresAt) => (own === undefined ? [] : blocksHolding(database, own, expiresAt)),
    lapsed: (since) => (own === undefined ? [] : lapsesSince(database, own, since)),
    overage: (since) => (own === undefined ? [] : overageSince(database, own, since)),
    replenishment: () => (own === undefined ? null : replenishmentOf(database, own)),
  };
}

/** The reason why a customer, with or without a ledger in a currency, cannot hold that currency. */
export function currencyRefusalFor(
  database: Database,
  customer: StoredCustomer,
  currency: string,
): Refusal | undefined {
  const ledger = ledgerOf(database, customer.ordinal, currency);
  return wrongCurrency(accountOf(database, { customer, currency, ledger }));
}

/** Writes a movement that the ledger core decided. A block becomes due at once if its invoice is paid when issued. */
export function writeMovement(
  database: Database,
  { ledger, freshId }: { readonly ledger: number; readonly freshId: FreshId },
  movement: Movement,
): void {
  for (const block of movement.created) insertBlock(database, { ledger, ordinal: null }, block);
  for (const block of movement.changed) updateBlock(database, block);
  for (const invoice of movement.invoices) {
    const block = keepInvoice(database, ledger, { invoice, freshId })
      ? blockById(database, invoice.blockId)?.block
      : undefined;
    if (block?.status === 'pending_payment') updateBlock(database, { ...block, status: 'active' });
  }
  insertEntries(database, ledger, movement.entries);
  for (const entry of movement.entries) updateBearer(database, ledger, entry);
  for (const covered of movement.covered) keepCovered(database, ledger, covered);
  updateHead(database, ledger, movement.head);
  if (movement.created.length > 0) noteIncrements(database, ledger, movement);
}

/** Model: an increment is reported once, when it creates its block, and not again when the block becomes effective. */
function noteIncrements(database: Database, ledger: number, { entries, created }: Movement): void {
  if (!isAnyAddress(database)) return;
  const customer = ledgerByOrdinal(database, ledger)?.customer;
  if (customer === undefined) return;
  const fresh = new Set(created.map(({ id }) => id));
  for (const { type, blockId } of entries) {
    if (type !== 'increment' || !fresh.has(blockId)) continue;
    noteEvent(database, { type: 'customer.credit_ledger_incremented', customer, subject: blockId });
  }
}
