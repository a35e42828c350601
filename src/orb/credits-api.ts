// Declares the requests that this program sends to the API, one method each, for HTTP and the embedded ledger alike.
import {
  blockStatuses,
  type CreditBlock,
  type CustomerRef,
  customerRefText,
  entryStatuses,
  entryTypes,
  type LedgerEntry,
} from '../credits/customer.ts';
import { CreditctlError } from '../errors.ts';
import {
  type AnsweredEntry,
  customerProblem,
  entryProblem,
  idProblem,
  type ListedRecord,
  listedRecordCheck,
  objectProblem,
} from '../requests/answer.ts';
import {
  type ApiRequest,
  alertPath,
  blockPath,
  customerPath,
  invoicePath,
  isEntryWrite,
} from '../requests/request.ts';
import { isJsonObject, type Json } from '../wire/json.ts';
import { Fields } from './decode/fields.ts';
import {
  type Decode,
  type Decoded,
  decodeAlert,
  decodeAnsweredEntry,
  decodeBlock,
  decodeBlockInvoice,
  decodeCustomer,
  decodeEntry,
  decodeInvoice,
  decodeTopUp,
} from './decode/records.ts';
import { decodePage, type ListOptions, rawPages, records } from './pages.ts';
import type { Send } from './send.ts';

/** The entry in the answer to a batch row; only the fields compared with the request are decoded. */
export type AnsweredRow = Decoded<AnsweredEntry>;

export type CreditsApi = ReturnType<typeof creditsApi>;

/**
 * Reads of the API. Every method throws a CreditctlError whose kind decides the exit code.
 * @param onUnknownValue is called for each value in a list or a block that this version does not know
 */
export function creditsApi(send: Send, onUnknownValue: OnUnknownValue = () => {}) {
  const entry = reporting(decodeEntry, reportEntry, onUnknownValue);
  const block = reporting(decodeBlock, reportBlock, onUnknownValue);
  const one = async <Record extends { readonly id: string }>(
    [path, id]: readonly [path: string, id: string],
    decode: Decode<Record>,
  ): Promise<Decoded<Record>> => {
    const decoded = decode((await send({ method: 'GET', path })).document);
    checkRead(idProblem(id, decoded.record.id));
    return decoded;
  };
  const list = <Record>(
    request: ApiRequest,
    decode: Decode<Record>,
    options: ListOptions,
  ): AsyncIterable<Decoded<Record>> =>
    records(async (page) => decodePage((await send(page)).document, decode), request, options);
  return {
    /** Resolves if the API answers and accepts the key. */
    ping: async (): Promise<void> =>
      void new Fields((await send({ method: 'GET', path: '/ping' })).document, '').string('response'),
    customer: async (ref: CustomerRef) => {
      const { document } = await send({ method: 'GET', path: customerPath(ref) });
      if (isDeleted(document)) throw deletedCustomer(ref);
      const decoded = decodeCustomer(document);
      checkRead(customerProblem(ref, decoded.record));
      return decoded;
    },
    /**
     * Whether the key opens a customer with this id, deleted or not. False only if the API itself says that there is no
     * such customer; throws for any other answer, which proves nothing.
     */
    opensCustomer: async (id: string): Promise<boolean> => {
      try {
        const { document } = await send({ method: 'GET', path: customerPath({ by: 'id', id }) });
        if (isJsonObject(document) && document.id === id) return true;
      } catch (error) {
        if (!(error instanceof CreditctlError) || error.kind !== 'not-found') throw error;
        if (error.facts.refusal === '404-resource-not-found') return false;
        const what = 'Something between here and the API answered 404 in its place';
        throw new CreditctlError('server', `${what}: ${error.message}`, error.facts);
      }
      throw new CreditctlError('server', `The API answered another customer than ${id}`);
    },
    /** Newest first, without deleted customers. */
    customers: (options: ListOptions) =>
      records(
        async (page) => decodePage(withoutDeleted((await send(page)).document), decodeCustomer),
        { method: 'GET', path: '/customers' },
        options,
      ),
    /** @param request made by `ledgerQuery` */
    entries: (request: ApiRequest, options: ListOptions) => list(request, matching(request, entry), options),
    /** @param request made by `blocksQuery` */
    blocks: (request: ApiRequest, options: ListOptions) => list(request, block, options),
    block: (id: string) => one([blockPath(id), id], block),
    /** All invoices of the block: the API has no pages here (contract: CreditBlockInvoicesResponse). */
    blockInvoices: async (of: string) => {
      const { document } = await send({ method: 'GET', path: `${blockPath(of)}/invoices` });
      const fields = new Fields(document, '');
      checkRead(idProblem(of, fields.nested('block').string('id')));
      return fields.list('invoices', decodeBlockInvoice);
    },
    /** @param request made by `topUpsQuery` */
    topUps: (request: ApiRequest, options: ListOptions) => list(request, decodeTopUp, options),
    /** @param request made by `alertsQuery` */
    alerts: (request: ApiRequest, options: ListOptions) =>
      list(request, matching(request, decodeAlert), options),
    alert: (id: string) => one([alertPath(id), id], decodeAlert),
    /** @param request made by `invoicesQuery` */
    invoices: (request: ApiRequest, options: ListOptions) =>
      list(request, matching(request, decodeInvoice), options),
    invoice: (id: string) => one([invoicePath(id), id], decodeInvoice),
    /**
     * The entry in the answer to a write.
     * @param sent here and below, the request with its mark: throws a `server` error if the document answers another
     * request; not set for an answer that was checked before
     */
    entryOf: (document: Json, sent?: ApiRequest) => {
      const decoded = decodeEntry(document);
      if (sent !== undefined) checkAnswers(sent, document, decoded.record);
      return decoded;
    },
    /** The entry in the answer to a batch row. */
    rowEntryOf: (document: Json, sent: ApiRequest): AnsweredRow => {
      const decoded = decodeAnsweredEntry(document);
      checkAnswers(sent, document, decoded.record);
      return decoded;
    },
    customerOf: answerRead(decodeCustomer),
    topUpOf: answerRead(decodeTopUp),
    alertOf: answerRead(decodeAlert),
    invoiceOf: answerRead(decodeInvoice),
    /** The answer to any write, checked. Of an entry, only the fields compared with the request are decoded. */
    answerOf: (document: Json, sent?: ApiRequest): Json => {
      if (sent !== undefined) checkAnswers(sent, document);
      return document;
    },
    /** The document of any GET; `null` for an empty answer. */
    document: async (request: ApiRequest): Promise<Json> => (await send(request)).document,
    /** The documents of any list, page by page; see `rawPages`. */
    documents: (request: ApiRequest): AsyncIterable<Json> =>
      rawPages(async (page) => (await send(page)).document, request),
  };
}

/** For minutes after a deletion, the API answers with the customer's id and `deleted` alone (contract: Customer). */
const isDeleted = (document: Json): boolean => isJsonObject(document) && document.deleted === true;

const deletedCustomer = (ref: CustomerRef): CreditctlError =>
  new CreditctlError('not-found', `The customer ${customerRefText(ref)} was deleted`);

/** A page without its deleted customers: a document without fields would make the whole list unreadable. */
const withoutDeleted = (page: Json): Json =>
  isJsonObject(page) && Array.isArray(page.data)
    ? { ...page, data: (page.data as readonly Json[]).filter((each) => !isDeleted(each)) }
    : page;

const answerRead =
  <Result>(decode: (document: Json) => Result) =>
  (document: Json, sent?: ApiRequest): Result => {
    const decoded = decode(document);
    if (sent !== undefined) checkAnswers(sent, document);
    return decoded;
  };

/** Decodes a record of a list, and checks that it fits the filters of the request. */
function matching<Record extends ListedRecord>(request: ApiRequest, decode: Decode<Record>): Decode<Record> {
  const problemOf = listedRecordCheck(request);
  return (value, path) => {
    const decoded = decode(value, path);
    checkRead(problemOf(decoded.record));
    return decoded;
  };
}

/** Throws a `server` error if the answer belongs to another read. */
function checkRead(problem: string | undefined): void {
  if (problem === undefined) return;
  throw new CreditctlError('server', `The API answered with ${problem}`, {
    next: ['creditctl config show'],
  });
}

/** Throws a `server` error if the answer belongs to another write. @param entry the answer's entry, if already decoded */
function checkAnswers(sent: ApiRequest, document: Json, entry?: AnsweredEntry): void {
  const problem = isEntryWrite(sent)
    ? entryProblem(sent, entry ?? decodeAnsweredEntry(document).record)
    : objectProblem(sent, document);
  if (problem !== undefined)
    throw new CreditctlError('server', `The API answered this write with ${problem}`);
}

/** Called with a description of each unknown value, such as "an entry of type x". */
type OnUnknownValue = (what: string) => void;

/** Wraps a decoder to report each unknown value. */
function reporting<Record>(
  decode: Decode<Record>,
  report: (record: Record, onUnknownValue: OnUnknownValue) => void,
  onUnknownValue: OnUnknownValue,
): Decode<Record> {
  return (value, path) => {
    const decoded = decode(value, path);
    report(decoded.record, onUnknownValue);
    return decoded;
  };
}

const types: ReadonlySet<string> = new Set(entryTypes);
const ofEntries: ReadonlySet<string> = new Set(entryStatuses);
const ofBlocks: ReadonlySet<string> = new Set(blockStatuses);

function reportEntry({ entry_type: type, entry_status: status }: LedgerEntry, on: OnUnknownValue): void {
  if (!types.has(type)) on(`an entry of type ${quoted(type)}`);
  if (!ofEntries.has(status)) on(`an entry with the status ${quoted(status)}`);
}

function reportBlock({ status }: CreditBlock, on: OnUnknownValue): void {
  if (!ofBlocks.has(status)) on(`a block with the status ${quoted(status)}`);
}

/** Shortened, and without line breaks. */
const quoted = (word: string): string => JSON.stringify(word.slice(0, 40));
