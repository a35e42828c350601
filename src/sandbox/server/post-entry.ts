// The route that adds a ledger entry.
import { defaultCurrency } from '../../credits/entry.ts';
import type { Database } from '../../database/driver.ts';
import type { WireAnswer } from '../../wire/message.ts';
import type { Entry } from '../ledger/entry.ts';
import { isRefusal } from '../ledger/refusal.ts';
import { post } from '../store/account.ts';
import { blockById } from '../store/blocks.ts';
import type { StoredEntry } from '../store/entries.ts';
import { jsonAnswer } from './answer.ts';
import type { RoutedRequest, ServerContext } from './context.ts';
import { loadCalendar } from './date-text.ts';
import { invoiceFinder } from './entries.ts';
import { isEntryBody, readEntryBody } from './entry-body.ts';
import { entryCommand, needsCalendar } from './entry-command.ts';
import { entryDocument } from './entry-document.ts';
import { textField } from './field.ts';
import { findCustomer } from './find-customer.ts';
import { idempotently } from './idempotent.ts';
import { invalid, refused } from './problem.ts';
import { QueryReader } from './query.ts';

/** POST {customer}/credits/ledger_entry. Precedence: idempotency, shape, look-ups, limits. */
export async function postEntry(context: ServerContext, request: RoutedRequest): Promise<WireAnswer> {
  new QueryReader(request.query).finish();
  const { database, freshId } = context;
  const body = readEntryBody(request.body);
  const calendar = isEntryBody(body) && needsCalendar(body) ? await loadCalendar() : undefined;
  return idempotently(context, request, (now) => {
    if (!isEntryBody(body)) throw invalid(body);
    const customer = findCustomer(database, request.params);
    const currency = textField(body.fields, 'currency') ?? defaultCurrency;
    const command = entryCommand(body, { timezone: customer.timezone, calendar }, now);
    const decision = post(database, { customer, currency, command, now }, freshId);
    if (isRefusal(decision)) throw refused(decision);
    const setting = { customer, currency, now, invoice: invoiceFinder(database, customer) };
    return jsonAnswer(201, entryDocument(withBlock(database, decision.answer), setting));
  });
}

function withBlock(database: Database, entry: Entry): StoredEntry {
  const stored = blockById(database, entry.blockId);
  if (stored === undefined) throw new RangeError(`entry ${entry.id} names a block that is not there`);
  return { entry, block: stored.block };
}
