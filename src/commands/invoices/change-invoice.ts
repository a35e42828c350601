// Runs every write to an invoice: choose the invoice, preview, write, and show the invoice afterwards.
import { customerName } from '../../credits/customer.ts';
import { localTime } from '../../credits/local-time.ts';
import { CreditctlError, type Problem, valueArgs } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { ApiRequest } from '../../requests/request.ts';
import { checkOutput } from '../../runtime/show.ts';
import { shownInstant } from '../../views/column-kinds.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import { type Owned, ownerZone } from '../../writes/customer.ts';
import { once, type WriteCommand, type WriteContext } from '../../writes/execute.ts';
import { type Asked, changeObject, type ObjectChange } from '../../writes/for-customer.ts';
import { type ObjectWrite, writeObject } from '../../writes/write-object.ts';
import { chosenInvoice } from './prompts.ts';
import { creditInvoicesView } from './view.ts';

export interface OpenInvoice {
  readonly connection: Connection;
  readonly id: string;
  /** Reads the invoice at the first call only. */
  readonly invoice: () => ReturnType<Connection['api']['invoice']>;
}

export type InvoiceRequest = Pick<ObjectWrite<unknown>, 'request' | 'requestAt'>;

export interface InvoiceChange {
  readonly verb: 'issue' | 'mark-paid' | 'void';
  /** Asks for the command's own flag if it is missing. */
  readonly askFlag?: ObjectChange['askFlag'];
  /** The command's own flag as typed. @param flag the answer to `askFlag` */
  readonly said?: (flag: string | undefined) => readonly string[];
  /** Status of the invoices to choose from. */
  readonly of: 'draft' | 'issued';
  /** Every status that the API accepts. Default: `of` alone. */
  readonly accepted?: readonly string[];
  readonly problems?: readonly Problem[];
  /** Makes the request, once there is a connection. @param flag the answer to `askFlag` */
  readonly request: (open: OpenInvoice, flag: string | undefined) => Promise<InvoiceRequest> | InvoiceRequest;
  /** Title of the write: "Issue invoice x". */
  readonly title: (id: string) => string;
  /** Other effects of the write, each a sentence. */
  readonly notes: readonly string[];
  /** Whether a status shows that the write took effect. */
  readonly isDone: (status: string) => boolean;
  readonly typedBack?: (id: string) => NonNullable<ObjectWrite<unknown>['typedBack']>;
}

/** Makes a command that throws a `usage` error with every problem before it connects. */
export const changeInvoice =
  (change: InvoiceChange): WriteCommand =>
  async (args, flags, runtime) => {
    const choice = checkOutput(flags, creditInvoicesView);
    await changeObject(
      args,
      {
        what: '<invoice>',
        problems: change.problems ?? [],
        isTypedBack: change.typedBack !== undefined,
        ask: chosenInvoice(change.of),
        askFlag: change.askFlag,
        perform: (id, context, asked) => write(id, change, { ...context, ...asked, choice }),
      },
      { flags, runtime },
    );
  };

async function write(
  id: string,
  change: InvoiceChange,
  {
    choice,
    isAsked,
    flag,
    ...context
  }: WriteContext & Asked & { readonly choice: ReturnType<typeof checkOutput> },
): Promise<void> {
  const { connection } = context;
  const { api } = connection;
  const open = { connection, id, invoice: once(() => api.invoice(id)) };
  const title = change.title(id);
  const typedBack = change.typedBack?.(id);
  const asked = await change.request(open, flag);
  const written = await writeObject(
    {
      ...asked,
      title,
      preview: () => invoicePreview(title, change, { request: asked.request, ...open }),
      owner: async () => customerName((await open.invoice()).record.customer),
      read: api.invoiceOf,
      isDone: (document) => change.isDone(api.invoiceOf(document).record.status),
      equivalentArgs: isAsked ? ['invoices', change.verb, id, ...(change.said?.(flag) ?? [])] : undefined,
      ...(typedBack === undefined ? {} : { typedBack }),
    },
    {
      ...{ view: creditInvoicesView, choice, readAgain: () => api.invoice(id) },
      zoneOf: (invoice) => ownerZone(connection, invoice),
    },
    context,
  );
  if (written === undefined || written.isLate || change.isDone(written.record.status)) return;
  const { record, settled } = written;
  throw new CreditctlError('failure', `The API took the request, but invoice ${id} is ${record.status}`, {
    applied: 'yes',
    retrySafe: true,
    idempotencyKey: settled.key,
    next: [`See how it goes on: creditctl invoices show ${valueArgs(id)}`],
  });
}

async function invoicePreview(
  title: string,
  { of, accepted = [of], ...change }: InvoiceChange,
  { request: { body }, connection, invoice }: OpenInvoice & { readonly request: ApiRequest },
): Promise<Preview> {
  const { record, document } = await invoice();
  const notes = accepted.includes(record.status)
    ? change.notes
    : [`The API will refuse this: the invoice is ${record.status}, not ${accepted.join(' or ')}.`];
  const { customer, currency, total, amount_due: due, due_date: until } = record;
  const day = until === null ? '' : `, ${await dayOf(until, record, connection)}`;
  return {
    lines: [
      title,
      previewLine('invoice', `${record.invoice_number}, ${record.status}`),
      previewLine('customer', customerName(customer)),
      previewLine('total', `${total} ${currency}`),
      previewLine('due', `${due} ${currency}${day}`),
      ...(body?.payment_received_date === undefined
        ? []
        : [previewLine('received', String(body.payment_received_date))]),
      ...notes.map((note) => previewLine('note', note)),
    ],
    document: { invoice: document, notes },
  };
}

/** The day in the customer's zone. In UTC if the customer is gone, because the invoice still exists. */
async function dayOf(instant: string, invoice: Owned, connection: Connection): Promise<string> {
  const zone = await ownerZone(connection, invoice).catch(() => undefined);
  return shownInstant(instant, zone === undefined ? {} : { local: localTime(zone) });
}
