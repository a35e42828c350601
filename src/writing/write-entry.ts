// One ledger entry from its draft to its rows: what `ledger add`, `blocks expire` and their siblings have in common.

import type { Connection } from '../connection.ts';
import type { CreditBlock } from '../credits/block.ts';
import { parseDate, startOfDay } from '../credits/calendar.ts';
import { type CustomerRef, customerRefText } from '../credits/customer-ref.ts';
import { defaultCurrency } from '../credits/entry.ts';
import type { Instant } from '../credits/instant.ts';
import { type Problem, usageError } from '../errors.ts';
import { defaultExpiry } from '../policy/policy-of.ts';
import { askCustomer } from '../questions/customer.ts';
import { askEntry } from '../questions/entry.ts';
import { customerZone } from '../reading/customer-zone.ts';
import { customerMissing } from '../requests/customer-argument.ts';
import { effectOf } from '../requests/effect.ts';
import { type EntryDraft, type EntryField, needsZone, withDefaultExpiry } from '../requests/entry-draft.ts';
import { entryBody, entryRequest } from '../requests/entry-request.ts';
import { blocksQuery } from '../requests/ledger-query.ts';
import type { Runtime } from '../runtime.ts';
import { type JsonObject, numberText } from '../wire/json.ts';
import { carryOut, keyProblems, openForWriting, type Prediction, type WriteFlags } from './carry-out.ts';
import { type Written, writtenEntries } from './written-entries.ts';

export interface EntryWrite {
  readonly customer: CustomerRef | undefined;
  readonly draft: EntryDraft;
  /** What was already found wrong with the command line. */
  readonly problems: readonly Problem[];
  readonly nameOf?: (field: EntryField) => string;
  /** The command line that says the same as a completed draft. */
  readonly words: (customer: CustomerRef, draft: EntryDraft) => readonly string[];
}

/** Carries an entry from its draft to the API and back; `undefined` after a dry run. */
export async function writeEntry(
  write: EntryWrite,
  flags: WriteFlags,
  runtime: Runtime,
): Promise<Written | undefined> {
  const prompter = await runtime.prompter(flags);
  const problems = [...write.problems, ...keyProblems(flags)];
  const missing = checkDraft({ ...write, problems }, prompter !== undefined, runtime);
  const connection = await openForWriting(flags, runtime);
  const { api } = connection;
  const customer = write.customer ?? (prompter === undefined ? undefined : await askCustomer(prompter, api));
  if (customer === undefined) throw usageError([customerMissing]);
  let draft = withDefaultExpiry(write.draft, defaultExpiry(await runtime.policy(connection.place)));
  let zone: string | undefined;
  if (missing || needsZone(draft)) zone = await customerZone(connection, customer);
  if (missing && prompter !== undefined) {
    const blocks = () => openBlocks(connection, customer, draft.currency);
    draft = await askEntry(draft, { prompter, now: connection.now(), zone: zone ?? 'UTC', blocks });
  }
  const body = bodyOf(draft, zone ?? 'UTC', { write, now: connection.now() });
  const settled = await carryOut(
    {
      request: entryRequest(customer, body),
      title: titleOf(body, customer),
      effect: async () => predict(body, zone, { connection, customer }),
      read: connection.api.entryOf,
      words: missing ? write.words(customer, draft) : undefined,
    },
    { connection, flags, runtime },
  );
  if (settled === undefined) return undefined;
  const answer = connection.api.entryOf(settled.document);
  return { answer, all: () => writtenEntries(answer, { body, connection, customer, runtime }) };
}

/** Throws every problem at once before anything is opened; says whether there is something to ask for. */
function checkDraft(write: EntryWrite, canAsk: boolean, runtime: Runtime): boolean {
  const { customer, draft, nameOf } = write;
  const reading = entryBody(draft, {
    now: runtime.now(),
    zone: undefined,
    ...(nameOf === undefined ? {} : { nameOf }),
  });
  const problems: Problem[] = [
    ...write.problems,
    ...(customer === undefined && write.problems.length === 0 ? [customerMissing] : []),
    ...('problems' in reading ? reading.problems : []),
  ];
  const wrong = problems.filter(({ isMissing }) => isMissing !== true);
  if (wrong.length > 0 || (problems.length > 0 && !canAsk)) throw usageError(problems);
  return problems.length > 0;
}

function bodyOf(
  draft: EntryDraft,
  zone: string,
  { write, now }: { write: EntryWrite; now: Instant },
): JsonObject {
  const { nameOf } = write;
  const reading = entryBody(draft, { now, zone, ...(nameOf === undefined ? {} : { nameOf }) });
  if ('problems' in reading) throw usageError(reading.problems);
  return reading.body;
}

interface Target {
  readonly connection: Connection;
  readonly customer: CustomerRef;
}

async function openBlocks(
  { api }: Connection,
  customer: CustomerRef,
  currency: string | undefined,
): Promise<readonly CreditBlock[]> {
  const blocks: CreditBlock[] = [];
  for await (const { record } of api.blocks(blocksQuery(customer, { currency }), {})) blocks.push(record);
  return blocks;
}

/** What the write will do, told in the customer's zone, which is asked for if it is not known yet. */
async function predict(
  body: JsonObject,
  knownZone: string | undefined,
  { connection, customer }: Target,
): Promise<Prediction> {
  const zone = knownZone ?? (await customerZone(connection, customer));
  const currency = typeof body.currency === 'string' ? body.currency : undefined;
  const effect = effectOf(body, {
    blocks: await openBlocks(connection, customer, currency),
    now: connection.now(),
    startOfDay: (text) => {
      const day = parseDate(text);
      return day === undefined ? Number.POSITIVE_INFINITY : startOfDay(day, zone);
    },
  });
  return { effect, zone };
}

function titleOf(body: JsonObject, customer: CustomerRef): string {
  const currency = typeof body.currency === 'string' ? body.currency : defaultCurrency;
  const credits = `${numberText(body.amount) ?? 'all'} ${currency}`;
  const who = customerRefText(customer);
  switch (body.entry_type) {
    case 'increment':
      return `Grant ${credits} to ${who}`;
    case 'decrement':
      return `Use up ${credits} of ${who}`;
    case 'expiration_change':
      return `Let ${credits}${inBlock(body)} of ${who} expire on ${String(body.target_expiry_date)}`;
    case 'void':
      return `Void ${credits} of ${who}${inBlock(body)}`;
    default:
      return `Give ${credits} back to ${who}${inBlock(body)}`;
  }
}

const inBlock = (body: JsonObject): string =>
  typeof body.block_id === 'string' ? ` in block ${body.block_id}` : '';
