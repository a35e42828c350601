// `invoices mark-paid <invoice> --received <date>`: the money has come; credits that waited for it become active.
import { type Problem, usageError } from '../../errors.ts';
import { flagWords } from '../../requests/shell-words.ts';
import { knownCustomerZone } from '../../writes/customer.ts';
import type { WriteCommand } from '../../writes/execute.ts';
import { changeInvoice, type OpenInvoice } from './change-invoice.ts';
import { invoicePayment } from './request.ts';

type Calendar = typeof import('../../credits/calendar.ts');

export const run: WriteCommand<{ readonly received?: string }> = async (words, flags, runtime) => {
  const { received } = flags;
  const calendar = await import('../../credits/calendar.ts');
  await changeInvoice(
    words,
    {
      verb: 'mark-paid',
      of: 'issued',
      said: flagWords('--received', received),
      problems: receivedProblems(received, runtime.now(), calendar),
      request: async (open) => invoicePayment(open.id, await receivedDay(received ?? '', open, calendar)),
      title: (id) => `Mark invoice ${id} as paid`,
      notes: ['Credits that wait for this payment become active.'],
      isDone: (status) => status === 'paid',
    },
    { flags, runtime },
  );
};

/** What is wrong with the form of the day, before it is known what day it is for the customer. */
function receivedProblems(received: string | undefined, now: number, calendar: Calendar): readonly Problem[] {
  if (received === undefined)
    return [{ where: '--received', problem: 'is missing: enter the day of the payment' }];
  const reading = calendar.readDate(received, now, 'UTC');
  if (reading.kind === 'problem') return [{ where: '--received', problem: reading.problem }];
  return reading.kind === 'date'
    ? []
    : [{ where: '--received', problem: `must be a day, such as 2026-01-31: "${received}"` }];
}

/** The day in the customer's zone. Throws a `usage` error for one to come. */
async function receivedDay(received: string, { connection, invoice }: OpenInvoice, calendar: Calendar) {
  const { record } = await invoice();
  const zone = await knownCustomerZone(connection, { by: 'id', id: record.customer.id });
  const now = connection.now();
  const today = calendar.dateAt(now, zone);
  const reading = calendar.readDate(received, now, zone);
  const day = reading.kind === 'date' ? reading.date : today;
  if (day <= today) return day;
  const problem = `is in the future: ${day} (today is ${today} in ${zone})`;
  throw usageError([{ where: '--received', problem }]);
}
