// `api <METHOD> <path>`: sends any request below the base URL, and prints the document of the answer unchanged.

import { customerName } from '../../credits/customer.ts';
import { CreditctlError, isInterruption, usageError, usageErrorAt } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { ownerOfBlock } from '../../record/customer-names.ts';
import type { AccountRecord } from '../../record/record.ts';
import { type ApiRequest, targetText } from '../../requests/request.ts';
import { writtenUnder } from '../../runtime/after-write.ts';
import { checkDocumentOutput, documentsView, type ShowOptions, show } from '../../runtime/show.ts';
import { requestLines } from '../../views/prediction.ts';
import { isJsonObject, type Json, readJsonObject } from '../../wire/json.ts';
import {
  type CommandContext,
  execute,
  keyProblems,
  openForWriting,
  type WriteCommand,
} from '../../writes/execute.ts';
import { markProblems, type RawDraft, type RawFlags, rawRequest, readRawRequest } from './request.ts';

export const run: WriteCommand<RawFlags> = async (args, flags, runtime) => {
  const choice = checkDocumentOutput(flags);
  const place = runtime.choice(flags);
  const reading = readRawRequest(args, flags, place.kind === 'orb' ? place.baseUrl : undefined);
  const problems = [...('problems' in reading ? reading.problems : []), ...keyProblems(flags)];
  if (problems.length > 0 || 'problems' in reading) throw usageError(problems);
  const { draft } = reading;
  const request = await filledRequest(draft, runtime);
  const metadataProblems = markProblems(request);
  if (metadataProblems.length > 0) throw usageError(metadataProblems);
  if (request.method === 'GET' && flags.dryRun !== true) return read(request, { flags, choice, runtime });
  // Stdin that holds the body or a field cannot answer prompts.
  const isStdinData = [draft.input, ...draft.fields.map(({ file }) => file)].includes('-');
  const asked = { ...flags, output: choice.format, ...(isStdinData ? { input: false } : {}) };
  return write(request, { flags: asked, choice, runtime });
};

interface Asked extends CommandContext<RawFlags> {
  readonly choice: ReturnType<typeof checkDocumentOutput>;
}

async function read(request: ApiRequest, { flags, choice, runtime }: Asked): Promise<void> {
  const { api } = await runtime.connect(flags);
  if (flags.paginate === true) {
    await show(rowsOf(api.documents(request)), { view: documentsView, shape: 'list', choice }, runtime);
    return;
  }
  const document = await api.document(request);
  await showDocument(document, { choice }, runtime);
}

/** Sends a write. Also runs the dry run of a read, which asks nothing and sends nothing. */
async function write(request: ApiRequest, { flags, choice, runtime }: Asked): Promise<void> {
  const connection = await openForWriting(flags, runtime);
  const raw = {
    request,
    isRaw: true,
    title: `Send ${request.method} ${targetText(request)}`,
    details: requestLines(request).slice(1),
    effect: undefined,
    read: connection.api.answerOf,
    owner: (record: AccountRecord) => ownerOf(request, connection, record),
  };
  const { settled } = await execute([raw], { connection, flags, runtime });
  for (const { result, key } of settled)
    await showDocument(result, { choice, written: writtenUnder(flags, key) }, runtime);
}

/** An empty answer, such as that of a DELETE, prints nothing. */
async function showDocument(
  document: Json,
  shown: Pick<ShowOptions<Json>, 'choice' | 'written'>,
  runtime: Asked['runtime'],
): Promise<void> {
  if (document === null) return;
  const showing = { view: documentsView, shape: 'one', ...shown } as const;
  await show([{ record: document, document }], showing, runtime);
}

async function* rowsOf(documents: AsyncIterable<Json>) {
  for await (const document of documents) yield { record: document, document };
}

async function filledRequest(draft: RawDraft, runtime: Asked['runtime']): Promise<ApiRequest> {
  const fields = [];
  for (const field of draft.fields) {
    const { file } = field;
    fields.push(file === undefined ? field : { ...field, value: await runtime.readText(file, '-F') });
  }
  const { input } = draft;
  if (input === undefined) return rawRequest(draft, fields, undefined);
  const reading = readJsonObject(await runtime.readText(input, '--input'), input === '-' ? 'stdin' : input);
  if ('problem' in reading) throw usageErrorAt('--input', reading.problem);
  return rawRequest(draft, fields, reading.object);
}

/** Path of an existing object. A path below another `…_id` creates an object instead. */
const changed = /^(\/(?:alerts|invoices|credit_blocks)\/(?![a-z_]+_id\/)([^/]+))(?:\/|$)/;

/**
 * Finds the customer of an alert or invoice by the API, and the customer of a block by the record: a block does not
 * name its customer. A lookup that fails does not stop the user's request; an interruption is thrown.
 */
async function ownerOf(
  { path }: Pick<ApiRequest, 'path'>,
  { api }: Pick<Connection, 'api'>,
  record: Pick<AccountRecord, 'writes'>,
): Promise<string | undefined> {
  const [, object, id] = changed.exec(path) ?? [];
  if (object === undefined || id === undefined) return undefined;
  if (object.startsWith('/credit_blocks/')) return ownerOfBlock(decodeURIComponent(id), record);
  const document = await api.document({ method: 'GET', path: object }).catch((error: unknown) => {
    if (!(error instanceof CreditctlError) || isInterruption(error)) throw error;
    return undefined;
  });
  const owner = document !== undefined && isJsonObject(document) ? document.customer : undefined;
  if (!isJsonObject(owner) || typeof owner.id !== 'string') return undefined;
  const { id: own, external_customer_id: external } = owner;
  return customerName({ id: own, external_customer_id: typeof external === 'string' ? external : null });
}
