// Completes the draft of an entry by asking: what is required first, then what a careful person would add.
import { readAmount } from '../credits/amount.ts';
import type { CreditBlock } from '../credits/block.ts';
import { dateAt, readDate, startOfDay } from '../credits/calendar.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import type { Instant } from '../credits/instant.ts';
import { type BlockPurpose, endOf, purposeOf } from '../requests/block-purpose.ts';
import { draftType, type EntryDraft, isSaid, missingFields } from '../requests/entry-draft.ts';
import { askBlock } from './block.ts';
import type { Check, Prompter } from './prompter.ts';

export interface EntryQuestions {
  readonly prompter: Prompter;
  readonly now: Instant;
  /** The customer's IANA time zone. */
  readonly zone: string;
  readonly customer: CustomerRef;
  /** The customer's blocks that a purpose may concern, fetched only if one is asked for. */
  readonly blocks: (purpose: BlockPurpose) => Promise<readonly CreditBlock[]>;
  /** What is to be done with the block; what the entry's type does with one where not said. */
  readonly purpose?: BlockPurpose | undefined;
  /** The block that the draft names, where it is known already. */
  readonly named?: CreditBlock | undefined;
  /** Completes the draft with what a chosen block says. */
  readonly heed?: (draft: EntryDraft, block: CreditBlock) => EntryDraft;
}

/** Asks for every missing field, one after the other; the answers are checked as they are given. */
export async function askEntry(draft: EntryDraft, questions: EntryQuestions): Promise<EntryDraft> {
  let answered =
    draft.type === undefined ? { ...draft, type: await askType(draft, questions.prompter) } : draft;
  let block = questions.named;
  for (const field of missingFields(answered)) {
    // What the block that was just chosen says is not asked for.
    if (isSaid(answered, field)) continue;
    if (field === 'block') {
      block = await chosenBlock(answered, questions);
      const named = { ...answered, block: block.id };
      answered = questions.heed?.(named, block) ?? named;
    }
    if (field === 'amount') answered = { ...answered, amount: await askAmount(questions.prompter) };
    if (field === 'targetExpires')
      answered = { ...answered, targetExpires: await askTarget(questions, block) };
  }
  if (draftType(answered) === 'increment' && !isSaid(answered, 'expires')) {
    answered = withText(answered, 'expires', await askExpiry(questions));
  }
  if (!isSaid(answered, 'description')) {
    const description = await questions.prompter.text({ message: 'Description (Enter for none)' });
    answered = withText(answered, 'description', description.trim());
  }
  return answered;
}

async function askType(draft: EntryDraft, prompter: Prompter): Promise<string> {
  // Whoever typed an amount alone means a grant, as off a terminal.
  if (isSaid(draft, 'amount') || isSaid(draft, 'expires') || isSaid(draft, 'effective')) return 'increment';
  return prompter.choose({
    message: 'What shall happen',
    choices: [
      { name: 'Grant credits', value: 'increment', hint: 'makes a new block (increment)' },
      {
        name: 'Use credits up',
        value: 'decrement',
        hint: 'counts as usage and recognises revenue (decrement)',
      },
      {
        name: 'Change when credits expire',
        value: 'expiration_change',
        hint: 'moves them to a block with another expiry',
      },
      { name: 'Take credits back', value: 'void', hint: 'removes them from a block, no revenue (void)' },
      { name: 'Undo a decrement', value: 'amendment', hint: 'gives credits back to the block (amendment)' },
    ],
  });
}

async function chosenBlock(
  draft: EntryDraft,
  { prompter, now, zone, customer, blocks, purpose }: EntryQuestions,
): Promise<CreditBlock> {
  const meant = purpose ?? purposeOf(draftType(draft) ?? 'increment') ?? 'change-expiry';
  return askBlock(prompter, await blocks(meant), { purpose: meant, now, zone, customer });
}

const checkAmount: Check = (answer) => {
  const reading = readAmount(answer);
  if ('problem' in reading) return `The amount ${reading.problem}`;
  return reading.amount === '0' ? 'The amount must be above 0' : undefined;
};

async function askAmount(prompter: Prompter): Promise<string> {
  return (await prompter.text({ message: 'Amount', check: checkAmount })).trim();
}

const other = 'other';

/** The presets of an expiry, as the text that `--expires` takes. */
async function askExpiry(questions: EntryQuestions): Promise<string> {
  const { prompter, now, zone } = questions;
  const preset = (name: string, value: string) => {
    const reading = readDate(value, now, zone);
    return { name: `${name}${reading.kind === 'date' ? `  (${reading.date})` : ''}`, value };
  };
  const chosen = await prompter.choose({
    message: 'Expires',
    choices: [
      preset('in 30 days', '+30d'),
      preset('in 90 days', '+90d'),
      preset('in a year', '+1y'),
      preset('at the start of the last day of the year', 'eoy'),
      { name: 'never', value: '' },
      { name: 'on another date', value: other },
    ],
  });
  if (chosen !== other) return chosen;
  const check = dateCheck(questions, (at) => (at <= now ? 'That is in the past' : undefined));
  return (await prompter.text({ message: `Date (${zone})`, check })).trim();
}

/** @param block whose expiry is to change, where it is known: an extension must end later */
async function askTarget(questions: EntryQuestions, block: CreditBlock | undefined): Promise<string> {
  const { prompter, zone, purpose } = questions;
  const end = purpose === 'extend' && block !== undefined ? endOf(block) : undefined;
  const hint = end === undefined ? 'today ends the block now' : `later than ${dateAt(end, zone)}`;
  const isDate = dateCheck(questions, (at) =>
    end !== undefined && at <= end ? 'That is not later than the block expires already' : undefined,
  );
  const check: Check = (answer) =>
    isDate(answer) ??
    (/^\d{4}-\d{2}-\d{2}./.test(answer.trim()) ? 'That has a time; write the date alone' : undefined);
  return (await prompter.text({ message: `New expiry date (${zone}; ${hint})`, check })).trim();
}

function dateCheck({ now, zone }: EntryQuestions, further?: (at: Instant) => string | undefined): Check {
  return (answer) => {
    const reading = readDate(answer, now, zone);
    if (reading.kind === 'problem') return `That ${reading.problem}`;
    return further?.(reading.kind === 'date' ? startOfDay(reading.date, zone) : reading.at);
  };
}

function withText(draft: EntryDraft, field: 'expires' | 'description', text: string): EntryDraft {
  return text === '' ? draft : { ...draft, [field]: text };
}
