// `invoices mark-paid <invoice> --received <date>`: marks an invoice as paid; credits that waited for the money become active.
import { flagArgs, type Problem, usageErrorAt } from '../../errors.ts';
import { knownCustomerZone } from '../../writes/customer.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import { changeInvoice, type InvoiceRequest, type OpenInvoice } from './change-invoice.ts';
import { askReceived } from './prompts.ts';
import { invoicePayment } from './request.ts';

type Calendar = typeof import('../../credits/calendar.ts');

export const run: WriteCommand<{ readonly received?: string }> = async (args, flags, runtime) => {
  const { received } = flags;
  const calendar = await import('../../credits/calendar.ts');
  const change = changeInvoice({
    verb: 'mark-paid',
    of: 'issued',
    accepted: ['issued', 'synced'],
    problems: receivedProblems(received, runtime.now(), calendar),
    askFlag:
      received === undefined
        ? async (id, prompter, connection) => {
            const today = await todayOf({ connection, invoice: () => connection.api.invoice(id) });
            return askReceived(prompter, today, (typed) => readReceived(typed, today, calendar));
          }
        : undefined,
    said: (answer) => flagArgs('--received', answer ?? received),
    request: (open, answer = received ?? '') => payment(open, answer, calendar),
    title: (id) => `Mark invoice ${id} as paid`,
    notes: ['Credits that wait for this payment become active.'],
    isDone: (status) => status === 'paid',
  });
  await change(args, flags, runtime);
};

/** Problems of the form of the day, while the customer's zone is not known. */
function receivedProblems(received: string | undefined, now: number, calendar: Calendar): readonly Problem[] {
  if (received === undefined)
    return [{ where: '--received', problem: 'is missing: enter the day of the payment', isMissing: true }];
  const reading = readReceived(received, { now, zone: 'UTC', isDayKnown: false }, calendar);
  return 'day' in reading ? [] : [{ where: '--received', ...reading }];
}

/** The instant and the zone in which a day is read. */
interface Today {
  readonly now: number;
  readonly zone: string;
  /** False while the customer's zone is not known: the customer's date may be another day. */
  readonly isDayKnown?: boolean;
}

type Received = { readonly day: string } | { readonly problem: string };

/** Money cannot have arrived on a future day. */
function readReceived(typed: string, { now, zone, isDayKnown = true }: Today, calendar: Calendar): Received {
  const reading = calendar.readDate(typed, now, zone);
  if (reading.kind === 'problem') return { problem: reading.problem };
  if (reading.kind !== 'date') return { problem: `must be a day, such as 2026-01-31: "${typed}"` };
  const today = calendar.dateAt(now, zone);
  if (!isDayKnown || reading.date <= today) return { day: reading.date };
  return { problem: `is in the future: ${reading.date} (today is ${today} in ${zone})` };
}

/** The present time in the customer's zone. */
async function todayOf({ connection, invoice }: Pick<OpenInvoice, 'connection' | 'invoice'>): Promise<Today> {
  const { customer } = (await invoice()).record;
  return { now: connection.now(), zone: await knownCustomerZone(connection, { by: 'id', id: customer.id }) };
}

/** The request with the day in the customer's zone. Throws a `usage` error for a future day. */
async function payment(open: OpenInvoice, received: string, calendar: Calendar): Promise<InvoiceRequest> {
  const today = await todayOf(open);
  const reading = readReceived(received, today, calendar);
  if ('problem' in reading) throw usageErrorAt('--received', reading.problem);
  const requestAt = (now: number) => {
    const then = readReceived(received, { ...today, now }, calendar);
    return 'day' in then ? invoicePayment(open.id, then.day) : undefined;
  };
  const request = invoicePayment(open.id, reading.day);
  return { request, requestAt: calendar.isRelativeDate(received) ? requestAt : undefined };
}
