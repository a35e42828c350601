// What every write to an invoice does: say which one, preview it, write, and show it as it is then.
import { customerName } from '../../credits/customer.ts';
import { localTime } from '../../credits/local-time.ts';
import { CreditctlError, type Problem } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { idArgument } from '../../requests/command-words.ts';
import type { ApiRequest } from '../../requests/request.ts';
import { checkOutput } from '../../runtime/show.ts';
import { shownInstant } from '../../views/column-kinds.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import { type Owned, ownerZone } from '../../writes/customer.ts';
import { type CommandContext, keyProblems, openForWriting } from '../../writes/execute.ts';
import { type ObjectWrite, typedBackHints, writeObject } from '../../writes/for-customer.ts';
import { creditInvoicesView } from './view.ts';

export interface OpenInvoice {
  readonly connection: Connection;
  readonly id: string;
}

export interface InvoiceChange {
  /** What is wrong with the flags of the command. */
  readonly problems?: readonly Problem[];
  /** The request, once there is a connection. */
  readonly request: (open: OpenInvoice) => Promise<ApiRequest> | ApiRequest;
  /** What happens, in words: "Issue invoice x". */
  readonly title: (id: string) => string;
  /** What else happens, each a sentence. */
  readonly notes: readonly string[];
  /** Whether a status says that it has taken effect. */
  readonly isDone: (status: string) => boolean;
  readonly typedBack?: (id: string) => NonNullable<ObjectWrite<unknown>['typedBack']>;
}

/** Throws a `usage` error with every problem before it connects. */
export async function changeInvoice(
  words: readonly string[],
  change: InvoiceChange,
  { flags, runtime }: CommandContext,
): Promise<void> {
  const choice = checkOutput(flags, creditInvoicesView);
  const id = idArgument('<invoice>', words, [...(change.problems ?? []), ...keyProblems(flags)]);
  const typedBack = change.typedBack?.(id);
  const hints = typedBack === undefined ? undefined : typedBackHints(id);
  const connection = await openForWriting(flags, runtime, hints);
  const title = change.title(id);
  const { api } = connection;
  const written = await writeObject(
    {
      request: await change.request({ connection, id }),
      title,
      preview: () => invoicePreview([title, ...change.notes], { connection, id }),
      read: api.invoiceOf,
      ...(typedBack === undefined ? {} : { typedBack }),
    },
    {
      ...{ view: creditInvoicesView, choice, readAgain: () => api.invoice(id) },
      zoneOf: (invoice) => ownerZone(connection, invoice),
    },
    { connection, flags, runtime },
  );
  if (written === undefined || written.isLate || change.isDone(written.record.status)) return;
  const { record, settled } = written;
  throw new CreditctlError('failure', `The API took the request, but invoice ${id} is ${record.status}`, {
    applied: 'yes',
    retrySafe: true,
    idempotencyKey: settled.key,
    next: [`See how it goes on: creditctl invoices show ${id}`],
  });
}

async function invoicePreview(
  [title = '', ...notes]: readonly string[],
  { connection, id }: OpenInvoice,
): Promise<Preview> {
  const { record, document } = await connection.api.invoice(id);
  const { customer, currency, total, amount_due: due, due_date: until } = record;
  const day = until === null ? '' : `, ${await dayOf(until, record, connection)}`;
  return {
    lines: [
      title,
      previewLine('invoice', `${record.invoice_number}, ${record.status}`),
      previewLine('customer', customerName(customer)),
      previewLine('total', `${total} ${currency}`),
      previewLine('due', `${due} ${currency}${day}`),
      ...notes.map((note) => previewLine('note', note)),
    ],
    document: { invoice: document, notes },
  };
}

/** As the customer would say it; in UTC where the customer is gone, because the invoice is there all the same. */
async function dayOf(instant: string, invoice: Owned, connection: Connection): Promise<string> {
  const zone = await ownerZone(connection, invoice).catch(() => undefined);
  return shownInstant(instant, zone === undefined ? {} : { local: localTime(zone) });
}
