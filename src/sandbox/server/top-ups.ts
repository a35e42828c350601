// Answers the routes of a customer's top-ups: list, create, delete.
import { type Instant, wholeSeconds } from '../../credits/exact.ts';
import type { JsonObject } from '../../wire/json.ts';
import { ledgerTime } from '../ledger/posting.ts';
import type { TopUp } from '../ledger/top-up.ts';
import { currencyRefusalFor, topUp as topUpLedger } from '../store/account.ts';
import { blockById } from '../store/blocks.ts';
import type { StoredCustomer } from '../store/customers.ts';
import { type StoredInvoice, unpaidOfTopUp } from '../store/invoices.ts';
import { insertLedger, ledgerByOrdinal, ledgerOf, type StoredLedger } from '../store/ledgers.ts';
import { withdraw } from '../store/purchase.ts';
import { endTopUps, insertTopUp, newestTopUps, type StoredTopUp, topUpById } from '../store/top-ups.ts';
import { invalid, jsonAnswer, notFound, refused } from './answers.ts';
import { isProblems, textField } from './check.ts';
import { isDay, loadCalendar, readDateText, type Zone } from './date-text.ts';
import {
  findCustomer,
  type RouteHandler,
  removal,
  type ServerContext,
  settledCustomer,
  write,
} from './route.ts';
import { activeFromPast, readTopUpBody, topUpFrom } from './top-up-body.ts';

/** GET {customer}/credits/top_ups. Model: the active top-ups of all currencies, newest first (a choice of ours, see docs/embedded-ledger.md). */
export const listTopUps: RouteHandler = (context, { params, query }) => {
  const page = query.page('top_ups', 'by ordinal');
  query.finish();
  const customer = findCustomer(context, params).ordinal;
  const found = newestTopUps(context.database, { customer, before: page.after.ordinal }, page.limit);
  return page.answer(
    found,
    (shown) => shown.map(topUpDocument),
    ({ ordinal }) => [ordinal],
  );
};

/** POST {customer}/credits/top_ups: replaces the active top-up in the same currency (contract: top_ups). */
export const createTopUp: RouteHandler = async (context, request) => {
  const body = readTopUpBody(request.body);
  const calendar = namesDay(body) ? await loadCalendar() : undefined;
  const { database, freshId } = context;
  return write({ context, request, body }, (fields, now) => {
    const customer = settledCustomer(context, request.params, now);
    const currency = textField(fields, 'currency') ?? '';
    const refusal = currencyRefusalFor(database, customer, currency);
    if (refusal !== undefined) throw refused(refusal);
    const activeFrom = startOf(fields, { timezone: customer.timezone, calendar }, now);
    const topUp = topUpFrom(fields, { id: freshId(), activeFrom });
    const ledger = ledgerFor(context, customer, currency);
    replace(context, { customer, ledger, topUp }, now);
    return jsonAnswer(201, topUpDocument({ currency, topUp }));
  });
};

function namesDay(body: JsonObject | readonly string[]): boolean {
  return !isProblems(body) && isDay(textField(body, 'active_from') ?? '');
}

/** @throws Problem if the start is too far in the past */
function startOf(fields: JsonObject, zone: Zone, now: Instant): Instant {
  const at = readDateText(textField(fields, 'active_from') ?? '', zone) ?? wholeSeconds(now);
  if (at < now - activeFromPast) throw invalid(['active_from: is more than 10 days in the past']);
  return at;
}

function ledgerFor({ database }: ServerContext, customer: StoredCustomer, currency: string): StoredLedger {
  const known = ledgerOf(database, customer.ordinal, currency);
  const ledger = known ?? ledgerByOrdinal(database, insertLedger(database, customer.ordinal, currency));
  if (ledger === undefined) throw new RangeError(`a ledger in ${currency} was not kept`);
  return ledger;
}

interface Placed {
  readonly customer: StoredCustomer;
  readonly ledger: StoredLedger;
  readonly topUp: TopUp;
}

/** Model: a start in the past buys nothing for the past; a balance at the threshold is topped up at once. */
function replace(
  { database, freshId }: ServerContext,
  { customer, ledger, topUp }: Placed,
  now: Instant,
): void {
  const at = ledgerTime(ledger.head, now);
  const waits = topUp.activeFrom > at;
  endTopUps(database, ledger.ordinal, now);
  const dueAt = waits ? topUp.activeFrom : null;
  insertTopUp(database, { customer: customer.ordinal, ledger: ledger.ordinal, topUp, dueAt, now });
  topUpLedger(database, ledger.head, { ledger: ledger.ordinal, at, freshId });
}

/** DELETE {customer}/credits/top_ups/{top_up_id} (contract: top_ups). */
export const removeTopUp = removal((context, params, now) => {
  const { database } = context;
  const customer = settledCustomer(context, params, now);
  const id = params.top_up_id ?? '';
  const stored = topUpById(database, customer.ordinal, id);
  if (stored === undefined) throw notFound('TopUp', id);
  endTopUps(database, stored.ledger, now);
  for (const unpaid of unpaidOfTopUp(database, id)) withdrawPending(context, { customer, unpaid }, now);
});

/**
 * Voids the invoice of a block that waits for its payment. Model: its credits can never be paid now, so they are
 * voided too; credits that count already stay, and their invoice stays owed.
 */
function withdrawPending(
  { database, freshId }: ServerContext,
  { customer, unpaid }: { readonly customer: StoredCustomer; readonly unpaid: StoredInvoice },
  now: Instant,
): void {
  if (blockById(database, unpaid.invoice.blockId)?.block.status !== 'pending_payment') return;
  const description = 'Top-up deleted before it was paid';
  withdraw(database, { stored: unpaid, customer, description }, { now, freshId });
}

/** contract: TopUp */
function topUpDocument({ currency, topUp }: Pick<StoredTopUp, 'currency' | 'topUp'>): JsonObject {
  return {
    id: topUp.id,
    currency,
    threshold: topUp.threshold,
    amount: topUp.amount,
    per_unit_cost_basis: topUp.costBasis,
    invoice_settings: {
      auto_collection: topUp.autoCollection,
      net_terms: topUp.netTerms,
      memo: topUp.memo,
      require_successful_payment: topUp.requirePayment,
    },
    expires_after: topUp.expiresAfter?.count ?? null,
    expires_after_unit: topUp.expiresAfter?.unit ?? null,
  };
}
