// Writes one ledger entry from its draft and shows it, for `ledger add`, `blocks expire` and similar commands.

import type { Customer, CustomerRef } from '../credits/customer.ts';
import { CreditctlError, type Problem, repetition, usageError } from '../errors.ts';
import type { OutputChoice } from '../output/output-flags.ts';
import { judgeDraft } from '../policy/on-draft.ts';
import { defaultExpiry } from '../policy/policy-of.ts';
import type { Policy } from '../policy/rules.ts';
import { customerStep } from '../prompts/customer.ts';
import { type EntryAnswers, entrySteps, type KnownCustomer } from '../prompts/entry.ts';
import { type Prompter, runWizard, type WizardStep } from '../prompts/prompter.ts';
import { applyBlockRules, type BlockPurpose } from '../requests/block-purpose.ts';
import { customerMissing } from '../requests/command-args.ts';
import {
  draftType,
  type EntryDraft,
  type EntryField,
  isFieldSet,
  needsZone,
  withDefaultExpiry,
} from '../requests/entry-draft.ts';
import { type EntryBody, entryBody, entryRequest, hasRelativeDate } from '../requests/entry-request.ts';
import { writtenUnder } from '../runtime/after-write.ts';
import { checkOutput } from '../runtime/show.ts';
import { entriesView } from '../views/entries.ts';
import type { JsonObject } from '../wire/json.ts';
import { customerBlocks, namedBlock } from './customer.ts';
import { entryWording, predictEntry } from './entry-effect.ts';
import { type CommandContext, execute } from './execute.ts';
import { type CustomerWrite, openForCustomerWrite } from './for-customer.ts';
import { showWritten } from './written-entries.ts';

export interface EntryWrite {
  readonly customer: CustomerRef | undefined;
  readonly draft: EntryDraft;
  /** Problems of the command line that the command found. */
  readonly problems: readonly Problem[];
  readonly nameOf?: (field: EntryField) => string;
  /** The purpose of a command about one block, for which the state of the block matters. */
  readonly purpose?: BlockPurpose;
  /** The command line of a completed draft. */
  readonly argsOf: (customer: CustomerRef, draft: EntryDraft) => readonly string[];
  /** Whether a terminal asks for an expiry and a description of a complete grant; Enter skips each question. */
  readonly offersMore?: boolean;
  /** Set to plan the entry in place of writing it. */
  readonly plan?: EntryPlan;
}

export interface EntryPlan {
  /** The output of the plan, which has other columns than an entry. */
  readonly choice: OutputChoice;
  /** @param body the body of the request that would create the entry */
  readonly make: (customer: CustomerRef, body: JsonObject) => Promise<void>;
}

/**
 * Writes an entry and shows the result; asks a person for missing arguments. Throws a `usage` error with all problems of
 * the command line, and one if the state of the block needs another command.
 */
export async function writeEntry(write: EntryWrite, context: CommandContext): Promise<void> {
  const { draft, purpose, plan } = write;
  const { flags } = context;
  const choice = plan?.choice ?? checkOutput(flags, entriesView);
  // A void without an amount takes what is left in the block, so a placeholder passes the check.
  const checked = purpose === 'void' && draft.amount === undefined ? { ...draft, amount: '1' } : draft;
  const reading = readDraft(checked, write, { now: context.runtime.now(), zone: undefined });
  const opened = await openForCustomerWrite(write, 'problems' in reading ? reading.problems : [], context);
  const policy = await context.runtime.policy(opened.connection);
  const open = { ...opened, prompter: opened.prompter ?? (await offering(write, policy, context)) };
  const perform = (answers: EntryAnswers) =>
    writeCompleted(answers, { ...context, choice, write, open, typed: { draft: checked, reading } });
  const { customer } = write;
  if (open.prompter === undefined) {
    const answers = { customer, draft: withDefaultExpiry(draft, defaultExpiry(policy)) };
    return perform(await lookUp(answers, write, open));
  }
  return runWizard(
    { customer, draft: withImpliedType(draft) },
    {
      questions: questions(write, {
        ...open,
        prompter: open.prompter,
        policy,
        isOffered: opened.prompter === undefined,
      }),
      prompter: open.prompter,
      finish: perform,
    },
  );
}

/**
 * The prompter for optional questions. A command line with `--yes`, `--dry-run` or all fields gets none, and neither does
 * a draft that the policy refuses.
 */
async function offering(
  { offersMore, draft }: EntryWrite,
  policy: Policy,
  { flags, runtime }: CommandContext,
): Promise<Prompter | undefined> {
  if (offersMore !== true || flags.yes === true || flags.dryRun === true) return undefined;
  if (draftType(draft) !== 'increment') return undefined;
  const { type, amount } = judgeDraft(draft, policy);
  if (type !== undefined || amount !== undefined) return undefined;
  const isFull = isFieldSet(draft, 'description') && isFieldSet(draft, 'expires');
  return isFull ? undefined : runtime.prompter(flags);
}

interface Completing extends CommandContext {
  readonly choice: OutputChoice;
  readonly write: EntryWrite;
  readonly open: CustomerWrite;
  /** The draft of the command line and its reading, in which dates were checked only in form. */
  readonly typed: { readonly draft: EntryDraft; readonly reading: EntryBody };
}

async function writeCompleted(
  { customer, draft, knownCustomer }: EntryAnswers,
  { write, open: { connection, prompter }, typed, choice, flags, runtime }: Completing,
): Promise<void> {
  if (customer === undefined) throw usageError([customerMissing]);
  const zone = knownCustomer?.zone;
  const isRead = draft === typed.draft && !needsZone(draft);
  const at = { now: connection.now(), zone: zone ?? 'UTC' };
  const reading = isRead ? typed.reading : readDraft(draft, write, at);
  if ('problems' in reading) throw usageError(reading.problems);
  const { body } = reading;
  if (write.plan !== undefined) return write.plan.make(customer, body);
  const filled = prompter === undefined ? filledFields(draft, write.draft) : [];
  const requestAt = (now: number, earlier?: JsonObject) => {
    const then = readDraft(draft, write, { ...at, now });
    if (!('body' in then)) return undefined;
    const taken = earlier && Object.fromEntries(filled.map((field) => [field, earlier[field]]));
    return entryRequest(customer, { ...then.body, ...taken });
  };
  const planned = {
    request: entryRequest(customer, body),
    requestAt: hasRelativeDate(draft) || filled.length > 0 ? requestAt : undefined,
    ...entryWording(body, { customer, purpose: write.purpose, name: knownCustomer?.name }),
    effect: () => predictEntry(body, foundOf(knownCustomer), { connection, customer }),
    read: connection.api.entryOf,
    zone,
    equivalentArgs: prompter === undefined ? undefined : write.argsOf(customer, draft),
  };
  const { settled } = await execute([planned], { connection, flags, runtime }).catch((error: unknown) => {
    throw draft.amount === write.draft.amount ? error : withAmount(error, draft.amount);
  });
  const [done] = settled;
  if (done === undefined) return;
  const written = writtenUnder(flags, done.key);
  await showWritten(done.result, choice, { body, connection, customer, written, runtime });
}

/** The fields of the body that the line leaves to the block or to the policy, which may be others when it is repeated. */
const filledFields = (draft: EntryDraft, typed: EntryDraft): readonly string[] => [
  ...(draft.amount === typed.amount ? [] : ['amount']),
  ...(draft.expires === typed.expires ? [] : ['expiry_date']),
];

/** The customer's data that a prediction needs; `undefined` if the customer was not looked up. */
const foundOf = (known: KnownCustomer | undefined): Pick<Customer, 'timezone' | 'currency'> | undefined =>
  known?.zone === undefined ? undefined : { timezone: known.zone, currency: known.currency ?? null };

const readDraft = (
  draft: EntryDraft,
  { nameOf }: EntryWrite,
  at: { readonly now: number; readonly zone: string | undefined },
): EntryBody => entryBody(draft, { ...at, ...(nameOf === undefined ? {} : { nameOf }) });

/** Adds the amount to the next steps: without it, another run refuses to void nothing once the block is empty. */
function withAmount(error: unknown, amount: string | undefined): unknown {
  if (!(error instanceof CreditctlError) || error.facts.applied !== 'unknown') return error;
  const { next = [] } = error.facts;
  return error.with({
    next: next.map((step) => step.replace(repetition(), `Run the same command with --amount ${amount}`)),
  });
}

/** Sets the type of a draft with an amount or date to a grant, as it is without a terminal. */
function withImpliedType(draft: EntryDraft): EntryDraft {
  const isGrant = (['amount', 'expires', 'effective'] as const).some((field) => isFieldSet(draft, field));
  return draft.type === undefined && isGrant ? { ...draft, type: 'increment' } : draft;
}

function questions(
  write: EntryWrite,
  open: CustomerWrite & { readonly prompter: Prompter; readonly policy: Policy; readonly isOffered: boolean },
): readonly WizardStep<EntryAnswers>[] {
  const { connection, prompter, policy, isOffered } = open;
  const { purpose } = write;
  const policyVerdict = (draft: EntryDraft) =>
    judgeDraft(draft, policy, { isPlanned: write.plan !== undefined });
  const usualExpiry = defaultExpiry(policy);
  return [
    customerStep<EntryAnswers>(prompter, connection.api),
    {
      isSilent: true,
      isOpen: ({ customer, knownCustomer }) => customer !== undefined && knownCustomer === undefined,
      ask: async (answers) => {
        const found = await lookUp(answers, write, open);
        // Only in the customer's zone can a date be past: refused here, it costs no answers.
        const at = { now: connection.now(), zone: found.knownCustomer?.zone };
        const reading = readDraft(found.draft, write, at);
        const problems = 'problems' in reading ? reading.problems : [];
        const wrong = problems.filter(({ isMissing }) => isMissing !== true);
        if (wrong.length > 0) throw usageError(wrong);
        return found;
      },
    },
    ...entrySteps({ prompter, now: connection.now(), purpose, policyVerdict, usualExpiry, isOffered }),
  ];
}

/**
 * Looks up the customer's zone and the state of the named block, if the draft depends on them: the credits that are left
 * to void, or the present expiry.
 */
async function lookUp(
  answers: EntryAnswers,
  { purpose }: EntryWrite,
  { connection, prompter }: CustomerWrite,
): Promise<EntryAnswers> {
  const { customer, draft } = answers;
  if (customer === undefined) return answers;
  const isZoneNeeded = prompter !== undefined || needsZone(draft);
  const record = isZoneNeeded ? (await connection.api.customer(customer)).record : undefined;
  const known = record?.timezone;
  const now = connection.now();
  const applyRules: KnownCustomer['applyRules'] = (each, block) =>
    purpose === undefined
      ? each
      : applyBlockRules(each, block, { purpose, customer, now, zone: known ?? 'UTC' });
  const blocks: KnownCustomer['blocks'] = (meant) =>
    // Only an amendment may concern an empty block, because it gives used credits back.
    customerBlocks(connection, customer, { currency: draft.currency, all: meant === 'amend' });
  // An expiry today never prolongs a block; any other day may, and `expire` refuses that.
  const mayProlong = purpose === 'extend' || (purpose === 'expire' && draft.targetExpires !== 'today');
  const isBlockNeeded = mayProlong || (purpose === 'void' && draft.amount === undefined);
  const block =
    isBlockNeeded && draft.block !== undefined
      ? await namedBlock(connection, draft.block, { customer, currency: draft.currency })
      : undefined;
  const { name, currency } = record ?? {};
  const knownCustomer: KnownCustomer = { customer, zone: known, name, currency, blocks, applyRules };
  return { ...answers, knownCustomer, block, draft: block === undefined ? draft : applyRules(draft, block) };
}
