// Activates the credits of an invoice once it is paid, and voids the credits if it never will be.
import { type Instant, isPositive, wholeSeconds } from '../../credits/exact.ts';
import { type Database, text } from '../../database/driver.ts';
import { isRefusal } from '../ledger/model.ts';
import { payFor } from '../ledger/payment.ts';
import { type Clock, ledgerTime } from '../ledger/posting.ts';
import { post, writeMovement } from './account.ts';
import { blockById, type StoredBlock } from './blocks.ts';
import type { StoredCustomer } from './customers.ts';
import { issue, voidInvoice } from './invoice-life.ts';
import { noteInvoice, type StoredInvoice } from './invoices.ts';
import { ledgerByOrdinal, type StoredLedger } from './ledgers.ts';
import { endTopUp, replenishmentOf } from './top-ups.ts';

/** Issues a draft; its credits become active if nothing is left to pay. Call this file's functions within `database.write`, after `settleCustomer`. */
export function issueDraft(database: Database, stored: StoredInvoice, clock: Clock): void {
  if (issue(database, stored, clock)) activate(database, stored, clock);
}

export interface Receipt extends Clock {
  /** When the money was received. */
  readonly receivedAt: Instant;
  /** How an invoice was paid: a person marked it as paid, or the payment provider collected the money. */
  readonly event: 'invoice.manually_marked_as_paid' | 'invoice.payment_succeeded';
}

export function receivePayment(
  database: Database,
  stored: StoredInvoice,
  { receivedAt, event, ...clock }: Receipt,
): void {
  const { id } = stored.invoice;
  database
    .prepare(`UPDATE invoices SET status = 'paid', paid_at = ? WHERE id = ?`)
    .run(wholeSeconds(receivedAt), id);
  noteInvoice(database, id, event);
  activate(database, stored, clock);
}

function activate(database: Database, { invoice }: StoredInvoice, clock: Clock): void {
  const ledger = ledgerOfBlock(database, invoice.blockId);
  if (ledger === undefined) return;
  const waiting = purchased(database, invoice.blockId)
    .map(({ block }) => block)
    .filter(({ status }) => status === 'pending_payment');
  if (waiting.length === 0) return;
  const { freshId, now } = clock;
  const replenishment = replenishmentOf(database, ledger.ordinal);
  const movement = payFor(ledger.head, waiting, { at: ledgerTime(ledger.head, now), freshId, replenishment });
  writeMovement(database, { ledger: ledger.ordinal, freshId }, movement);
}

export interface Withdrawal {
  readonly stored: StoredInvoice;
  readonly customer: StoredCustomer;
  /** The reason, as the void entries show it. */
  readonly description: string;
}

/** Voids an unpaid invoice and the remaining credits. The top-up that bought them ends first, because it would buy again. */
export function withdraw(
  database: Database,
  { stored, customer, description }: Withdrawal,
  clock: Clock,
): void {
  const { topUpId } = stored.invoice;
  if (topUpId !== null) endTopUp(database, topUpId, clock.now);
  voidInvoice(database, stored, clock);
  const currency = ledgerOfBlock(database, stored.invoice.blockId)?.head.currency;
  if (currency === undefined) return;
  for (const { block } of purchased(database, stored.invoice.blockId)) {
    if (!isPositive(block.balance)) continue;
    const said = { description, metadata: {}, reason: null };
    const command = { ...said, type: 'void', amount: block.ceiling, blockId: block.id } as const;
    const decision = post(database, { customer, currency, command }, clock);
    if (isRefusal(decision)) throw new RangeError(`credit block ${block.id}: ${decision.sentence}`);
  }
}

function ledgerOfBlock(database: Database, blockId: string): StoredLedger | undefined {
  const ordinal = blockById(database, blockId)?.ledger;
  return ordinal === undefined ? undefined : ledgerByOrdinal(database, ordinal);
}

/** Blocks that a change of expiry or a void created. An entry that moved a debt has no new expiry. */
const selectMoved = `SELECT new_block FROM entries
  WHERE ledger = ? AND type IN ('expiration_change', 'void_initiated') AND block = ?
  AND new_block_expires_at IS NOT NULL`;

/** The bought block and the blocks that its credits were moved to, in order of creation. */
function purchased(database: Database, blockId: string): readonly StoredBlock[] {
  const found: StoredBlock[] = [];
  const ids = [blockId];
  for (let id = ids.shift(); id !== undefined; id = ids.shift()) {
    const stored = blockById(database, id);
    if (stored === undefined) continue;
    found.push(stored);
    for (const row of database.prepare(selectMoved).all(stored.ledger, id)) ids.push(text(row, 'new_block'));
  }
  return found.sort((a, b) => a.ordinal - b.ordinal);
}
