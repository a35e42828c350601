// One ledger entry from its draft to its rows: what `ledger add`, `blocks expire` and their siblings have in common.

import type { Connection } from '../connection.ts';
import { type Amount, add, amountFromText, compare, zero } from '../credits/amount.ts';
import type { CreditBlock } from '../credits/block.ts';
import { parseDate, startOfDay } from '../credits/calendar.ts';
import { type CustomerRef, customerRefText } from '../credits/customer-ref.ts';
import { defaultCurrency, type LedgerEntry } from '../credits/entry.ts';
import { CreditctlError, type Problem, usageError } from '../errors.ts';
import type { Row } from '../output/view.ts';
import { askCustomer } from '../questions/customer.ts';
import { askEntry } from '../questions/entry.ts';
import { customerMissing } from '../requests/customer-argument.ts';
import { type Effect, effectOf } from '../requests/effect.ts';
import { type EntryDraft, type EntryField, needsZone } from '../requests/entry-draft.ts';
import { entryBody, entryRequest } from '../requests/entry-request.ts';
import { blocksQuery, ledgerQuery } from '../requests/ledger-query.ts';
import type { Runtime } from '../runtime.ts';
import type { Settled } from '../submission/submit.ts';
import { type Json, type JsonObject, numberText } from '../wire/json.ts';
import { carryOut, checkKey, openForWriting, readAnswer, type WriteFlags } from './carry-out.ts';

export interface EntryWrite {
  readonly customer: CustomerRef | undefined;
  readonly draft: EntryDraft;
  /** What was already found wrong with the command line. */
  readonly problems: readonly Problem[];
  readonly nameOf?: (field: EntryField) => string;
  /** The command line that says the same as a completed draft. */
  readonly words: (customer: CustomerRef, draft: EntryDraft) => readonly string[];
  /** How an interactive run completes the draft. */
  readonly ask?: typeof askEntry;
}

/** The entries that the write made, oldest first; `undefined` after a dry run. */
export async function writeEntry(
  write: EntryWrite,
  flags: WriteFlags,
  runtime: Runtime,
): Promise<readonly Row<LedgerEntry, Json>[] | undefined> {
  const prompter = await runtime.prompter(flags);
  const missing = checkDraft(write, prompter !== undefined, runtime);
  checkKey(flags);
  const connection = await openForWriting(flags, runtime);
  const { api } = connection;
  const customer = write.customer ?? (prompter === undefined ? undefined : await askCustomer(prompter, api));
  if (customer === undefined) throw usageError([customerMissing]);
  let { draft } = write;
  let zone = 'UTC';
  if (missing || needsZone(draft)) zone = (await api.customer(customer)).record.timezone;
  if (missing && prompter !== undefined) {
    const ask = write.ask ?? askEntry;
    const blocks = () => openBlocks(connection, customer, draft.currency);
    draft = await ask(draft, { prompter, now: runtime.now(), zone, blocks });
  }
  const body = bodyOf(draft, zone, { write, runtime });
  const settled = await carryOut(
    {
      request: entryRequest(customer, body),
      title: titleOf(body, customer),
      effect: async () => predict(body, zone, { connection, customer, runtime }),
      words: missing ? write.words(customer, draft) : undefined,
    },
    { connection, flags, runtime },
  );
  return settled === undefined ? undefined : rowsOf(settled, body, { connection, customer, runtime });
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
  { write, runtime }: { write: EntryWrite; runtime: Runtime },
): JsonObject {
  const { nameOf } = write;
  const reading = entryBody(draft, { now: runtime.now(), zone, ...(nameOf === undefined ? {} : { nameOf }) });
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

async function predict(
  body: JsonObject,
  zone: string,
  { connection, customer, runtime }: Target & { runtime: Runtime },
): Promise<Effect> {
  const currency = typeof body.currency === 'string' ? body.currency : undefined;
  return effectOf(body, {
    blocks: await openBlocks(connection, customer, currency),
    now: runtime.now(),
    startOfDay: (text) => {
      const day = parseDate(text);
      return day === undefined ? Number.POSITIVE_INFINITY : startOfDay(day, zone);
    },
  });
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
      return `Let ${credits} of ${who} expire on ${String(body.target_expiry_date)}`;
    case 'void':
      return `Void ${credits} of ${who} in block ${String(body.block_id)}`;
    default:
      return `Give ${credits} back to ${who} in block ${String(body.block_id)}`;
  }
}

/** As many newest entries as are searched for the other entries of one decrement. */
const spannedMax = 100;

/** The API answers a decrement over several blocks with its last entry only (orb-api.md §5.2): here are all of them. */
async function rowsOf(
  settled: Settled,
  body: JsonObject,
  { connection, customer, runtime }: Target & { runtime: Runtime },
): Promise<readonly Row<LedgerEntry, Json>[]> {
  const last = readAnswer(settled, connection.api.entryOf);
  const wanted = amountFromText(numberText(body.amount) ?? '');
  if (body.entry_type !== 'decrement' || wanted === undefined || compare(last.record.amount, wanted) >= 0)
    return [last];
  const query = ledgerQuery(customer, { type: 'decrement', currency: last.record.currency }, {});
  try {
    const newest = connection.api.entries(query, { limit: spannedMax });
    return (await spanned(newest, last.record, wanted)) ?? [last];
  } catch (error) {
    // The write is done, and a failure to look at it must not be told as one to write.
    if (!(error instanceof CreditctlError)) throw error;
    runtime.note({
      text: `The other entries of this decrement cannot be listed: ${error.message}`,
      data: { note: 'the other entries of this decrement cannot be listed', why: error.message },
    });
    return [last];
  }
}

/** The newest entries up to `last` that add up to what was wanted. */
async function spanned(
  newest: AsyncIterable<Row<LedgerEntry, Json>>,
  last: LedgerEntry,
  wanted: Amount,
): Promise<readonly Row<LedgerEntry, Json>[] | undefined> {
  const rows: Row<LedgerEntry, Json>[] = [];
  let total: Amount = zero;
  for await (const row of newest) {
    if (row.record.ledger_sequence_number > last.ledger_sequence_number) continue;
    rows.unshift(row);
    total = add(total, row.record.amount);
    if (compare(total, wanted) >= 0) return rows;
  }
  return undefined;
}
