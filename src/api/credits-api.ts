// What this program asks of the API, one method a question; the connection behind it is HTTP or the embedded ledger.
import type { CreditBlock } from '../credits/block.ts';
import type { Customer } from '../credits/customer.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import type { LedgerEntry } from '../credits/entry.ts';
import { type ApiRequest, blockPath, customerPath } from '../requests/request.ts';
import type { Json } from '../wire/json.ts';
import { type Decode, type Decoded, decodeBlock, decodeCustomer, decodeEntry } from './decode/records.ts';
import { decodePage, type ListOptions, records } from './pages.ts';
import { rawPages } from './raw-pages.ts';
import type { Send } from './send.ts';

/** Reads of the API; every method throws a CreditctlError of the kind its exit code wants. */
export interface CreditsApi {
  /** Resolves if the API answers and accepts the key. */
  ping(): Promise<void>;
  customer(ref: CustomerRef): Promise<Decoded<Customer>>;
  /** Newest first. */
  customers(options: ListOptions): AsyncIterable<Decoded<Customer>>;
  /** @param request made by `ledgerQuery` */
  entries(request: ApiRequest, options: ListOptions): AsyncIterable<Decoded<LedgerEntry>>;
  /** @param request made by `blocksQuery` */
  blocks(request: ApiRequest, options: ListOptions): AsyncIterable<Decoded<CreditBlock>>;
  block(id: string): Promise<Decoded<CreditBlock>>;
  /** The entry that a write answered. */
  entryOf(document: Json): Decoded<LedgerEntry>;
  customerOf(document: Json): Decoded<Customer>;
  /** The document that a GET answers, whatever it is; `null` for an empty answer. */
  document(request: ApiRequest): Promise<Json>;
  /** The documents of a list, whatever they are, page by page; see `rawPages`. */
  documents(request: ApiRequest): AsyncIterable<Json>;
}

export function creditsApi(send: Send): CreditsApi {
  const one = async <Record>(path: string, decode: Decode<Record>): Promise<Decoded<Record>> =>
    decode((await send({ method: 'GET', path })).document);
  const list = <Record>(request: ApiRequest, decode: Decode<Record>, options: ListOptions) =>
    records(async (page) => decodePage((await send(page)).document, decode), request, options);
  return {
    ping: async () => void (await send({ method: 'GET', path: '/ping' })),
    customer: (ref) => one(customerPath(ref), decodeCustomer),
    customers: (options) => list({ method: 'GET', path: '/customers' }, decodeCustomer, options),
    entries: (request, options) => list(request, decodeEntry, options),
    blocks: (request, options) => list(request, decodeBlock, options),
    block: (id) => one(blockPath(id), decodeBlock),
    entryOf: (document) => decodeEntry(document),
    customerOf: (document) => decodeCustomer(document),
    document: async (request) => (await send(request)).document,
    documents: (request) => rawPages(async (page) => (await send(page)).document, request),
  };
}
