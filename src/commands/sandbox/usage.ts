// `sandbox usage <customer>`: sends a usage event with its own cost, which the embedded ledger deducts.

import { dateAt, endOfDay, parseDate } from '../../credits/calendar.ts';
import { type CustomerRef, customerRefText } from '../../credits/customer.ts';
import { formatInstant, readAmount } from '../../credits/exact.ts';
import {
  CreditctlError,
  flagArgs,
  missingValue,
  type Problem,
  repetition,
  shellText,
  usageError,
  usageErrorAt,
} from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { type CustomerFlags, customerMissing, readCustomerArgument } from '../../requests/command-args.ts';
import { ledgerPageSizeMax, ledgerQuery } from '../../requests/ledger-query.ts';
import { customerField } from '../../requests/request.ts';
import { afterWrite, type Written, writtenUnder } from '../../runtime/after-write.ts';
import { checkOutput, type ReadCommand, show, type TextFlags } from '../../runtime/show.ts';
import { entriesView } from '../../views/entries.ts';
import { type JsonObject, jsonNumber } from '../../wire/json.ts';
import { customerZone } from '../../writes/customer.ts';
import { keyProblems } from '../../writes/execute.ts';

export type SandboxUsageFlags = CustomerFlags &
  TextFlags<'amount' | 'price' | 'item' | 'on' | 'currency' | 'idempotencyKey'>;

export const run: ReadCommand<SandboxUsageFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, entriesView);
  const { customer, properties } = readUsage(args, flags);
  const connection = await runtime.connect({ ...flags, sandbox: true }, { mayCreate: true });
  const before = await pendingUsage(connection, customer, flags);
  const key = flags.idempotencyKey ?? runtime.system.newKey();
  const event = {
    ...Object.fromEntries([customerField(customer)]),
    event_name: 'sandbox.usage',
    timestamp: await timestampOf(connection, customer, flags),
    properties,
    idempotency_key: key,
  };
  const written = writtenUnder(flags, key);
  const request = { method: 'POST', path: '/ingest', body: { events: [event] } } as const;
  await connection.send(request, runtime.system.newKey()).catch((error: unknown) => {
    throw inDoubt(error, written);
  });
  const after = await pendingUsage(connection, customer, flags).catch((error: unknown) => {
    throw afterWrite(error, written);
  });
  const touched = [...after].filter(([id, { record }]) => before.get(id)?.record.amount !== record.amount);
  if (touched.length === 0) {
    const text = 'Usage with this key was counted before, so nothing was deducted';
    runtime.note({ text, data: { note: text } });
  }
  const zone = () => customerZone(connection, customer);
  const rows = touched.map(([, row]) => row);
  await show(rows, { view: entriesView, shape: 'list', choice, written, zone }, runtime);
};

/** Usage is not in the record, so only under the event's own key does a repeated line count nothing twice. */
function inDoubt(error: unknown, { key, isRepeatable }: Written): unknown {
  if (!(error instanceof CreditctlError) || error.facts.applied !== 'unknown') return error;
  const own = isRepeatable ? '' : ` with ${shellText(flagArgs('--idempotency-key', key))}`;
  const next = [repetition(`${own}: usage counts once under its key`)];
  return error.with({ ...(key !== undefined && { idempotencyKey: key }), retrySafe: isRepeatable, next });
}

interface UsageFacts {
  readonly customer: CustomerRef;
  readonly properties: JsonObject;
}

/** Throws a `usage` error that names every problem. */
function readUsage(args: readonly string[], flags: SandboxUsageFlags): UsageFacts {
  const { customer, problems: named } = readCustomerArgument(args, flags);
  const missing = missingValue('--amount', 'enter how many credits were used');
  const reading = flags.amount === undefined ? missing : readAmount(flags.amount);
  const problems: Problem[] = [...named, ...keyProblems(flags)];
  if (customer === undefined && named.length === 0) problems.push(customerMissing);
  if ('problem' in reading) problems.push({ where: '--amount', ...reading });
  if (flags.on !== undefined && parseDate(flags.on) === undefined)
    problems.push({ where: '--on', problem: `is not a day such as 2027-01-31: "${flags.on}"` });
  if (problems.length > 0 || customer === undefined || 'problem' in reading) throw usageError(problems);
  const properties = {
    credits: jsonNumber(reading.amount),
    ...(flags.price === undefined ? {} : { price_id: flags.price }),
    ...(flags.item === undefined ? {} : { item_id: flags.item }),
    ...(flags.currency === undefined ? {} : { currency: flags.currency }),
  };
  return { customer, properties };
}

/** Now, or the last second of an earlier day. The API refuses events from before its grace period. */
async function timestampOf(
  { api, now }: Connection,
  customer: CustomerRef,
  { on }: SandboxUsageFlags,
): Promise<string> {
  // The API accepts an event for an unknown external id silently, so the customer is looked up.
  const { timezone } = (await api.customer(customer)).record;
  const day = on === undefined ? undefined : parseDate(on);
  const today = dateAt(now(), timezone);
  if (day === undefined || on === today) return formatInstant(now());
  if (on !== undefined && on > today)
    throw usageErrorAt('--on', `is a day that has not begun for ${customerRefText(customer)}`);
  return formatInstant(endOfDay(day, timezone) - 1000);
}

/** Automatic deductions that further usage may still be added to, by their ids. */
async function pendingUsage({ api }: Connection, customer: CustomerRef, { currency }: SandboxUsageFlags) {
  const draft = { type: 'decrement', status: 'pending', currency };
  const rows = [];
  for await (const row of api.entries(ledgerQuery(customer, draft, {}), { pageSize: ledgerPageSizeMax }))
    rows.push(row);
  return new Map(rows.map((row) => [row.record.id, row]));
}
