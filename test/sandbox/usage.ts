// Usage of `acme` for tests: ingested as an event of now or of yesterday, or put into the ledger for any day.
import { randomUUID } from 'node:crypto';
import { type CalendarDate, startOfDay } from '../../src/credits/calendar.ts';
import { amount } from '../../src/credits/exact.ts';
import { customerByExternalId } from '../../src/sandbox/store/customers.ts';
import { postUsage } from '../../src/sandbox/store/post-usage.ts';
import type { Answer, TestSandbox } from './sandbox-at.ts';

const zone = 'America/Los_Angeles';

export interface UsageFacts {
  readonly item_id?: string | undefined;
  readonly price_id?: string | undefined;
  readonly currency?: string;
  /** An instant; now if not said. */
  readonly timestamp?: string;
}

export const usageEvent = (credits: number, { timestamp, ...facts }: UsageFacts, now: number): object => ({
  external_customer_id: 'acme',
  event_name: 'sandbox.usage',
  timestamp: timestamp ?? new Date(now).toISOString(),
  properties: { credits, ...facts },
  idempotency_key: randomUUID(),
});

/** Ingests usage; answers with the entries that it made or that it grew as `data`. */
export async function use(
  box: TestSandbox,
  credits: number,
  facts: UsageFacts = {},
): Promise<Answer & { readonly data: Answer['json'][] }> {
  const query = { currency: facts.currency ?? 'credits' };
  const before = new Map((await box.ledger(query)).map(({ id, amount }) => [id, amount]));
  const event = usageEvent(credits, facts, box.sandbox.clock.now());
  const answer = await box.post('/ingest', { events: [event] });
  const data = (await box.ledger(query)).filter(({ id, amount }) => before.get(id) !== amount);
  return { ...answer, data: data.filter(({ entry_type: type }) => type === 'decrement') };
}

/** Puts usage of any day into the ledger, also of one that no event is taken of any more. */
export function useOn(
  { sandbox }: TestSandbox,
  {
    day,
    credits,
    item = null,
  }: { readonly day: string; readonly credits: string; readonly item?: string | null },
): void {
  const { database, clock } = sandbox;
  database.write(() => {
    const customer = customerByExternalId(database, 'acme');
    if (customer === undefined) throw new Error('acme is not there');
    const usage = {
      amount: amount(credits),
      itemId: item,
      priceId: `price of ${item}`,
      invoiceId: `invoice of ${day.slice(0, 7)}`,
      day,
      dayStartsAt: startOfDay(day as CalendarDate, zone),
    };
    const refusal = postUsage(
      database,
      { customer, currency: 'credits', usage },
      { now: clock.now(), freshId: randomUUID },
    );
    if (refusal !== undefined) throw new Error(refusal.sentence);
  });
}
