// The questions that complete a draft of a ledger entry: required values first, then useful ones.
import type { CreditBlock } from '../credits/block.ts';
import type { CreatableEntryType } from '../credits/entry.ts';
import type { Instant } from '../credits/instant.ts';
import { CreditctlError } from '../errors.ts';
import { type BlockPurpose, purposeOf } from '../requests/block-purpose.ts';
import {
  draftType,
  type EntryDraft,
  type EntryField,
  isSaid,
  missingFields,
} from '../requests/entry-draft.ts';
import { amountQuestion, type DraftWord } from './amount.ts';
import { askBlock } from './block.ts';
import type { About } from './customer.ts';
import { anotherDate, askExpiry, askExpiryDate, askTarget } from './expiry.ts';
import type { Choice, Prompter } from './prompter.ts';
import type { WizardStep } from './wizard.ts';

/** What is known of the customer, once that is said. */
export interface Met {
  readonly customer: NonNullable<About<unknown>['customer']>;
  /** The customer's IANA time zone, where something needs it: questions do. */
  readonly zone: string | undefined;
  /** The customer's name, where the zone was asked for. */
  readonly name?: string | undefined;
  /** The customer's blocks that a purpose may concern, fetched only if one is asked for. */
  readonly blocks: (purpose: BlockPurpose) => Promise<readonly CreditBlock[]>;
  /** Completes the draft with what a chosen block says. */
  readonly applyRules: (draft: EntryDraft, block: CreditBlock) => EntryDraft;
}

/** What has been said so far of an entry and whom it is for. */
export interface EntrySaid extends About<EntryDraft> {
  readonly met?: Met;
  /** The block that the draft names, where it is known. */
  readonly block?: CreditBlock | undefined;
}

export interface EntryQuestions {
  readonly prompter: Prompter;
  readonly now: Instant;
  /** What is to be done with the block; what the entry's type does with one where not said. */
  readonly purpose: BlockPurpose | undefined;
  /** What the policy says of a draft. */
  readonly wordOn: (draft: EntryDraft) => DraftWord;
  /** The expiry that a policy gives to grants that say none. */
  readonly usualExpiry: string | undefined;
}

/** Every field that may be missing, one after the other; the answers are checked as they are given. */
export function entrySteps(questions: EntryQuestions): readonly WizardStep<EntrySaid>[] {
  return [
    { isOpen: ({ draft }) => draft.type === undefined, ask: askType(questions) },
    { isOpen: isMissing('block'), ask: askForBlock(questions) },
    { isOpen: isMissing('amount'), ask: askAmount(questions) },
    { isOpen: isMissing('targetExpires'), ask: askForTarget(questions) },
    {
      isOpen: ({ draft }) => draftType(draft) === 'increment' && !isSaid(draft, 'expires'),
      ask: askForExpiry(questions),
    },
    { isOpen: ({ draft }) => draft.expires === anotherDate, ask: askForExpiryDate(questions) },
    { isOpen: ({ draft }) => !isSaid(draft, 'description'), ask: askDescription(questions) },
  ];
}

type Ask = WizardStep<EntrySaid>['ask'];

const isMissing =
  (field: EntryField) =>
  ({ draft }: EntrySaid): boolean =>
    missingFields(draft).includes(field);

const types: readonly Choice<CreatableEntryType>[] = [
  { name: 'Grant credits', value: 'increment', hint: 'creates a new block (increment)' },
  { name: 'Use credits', value: 'decrement', hint: 'counts as usage and recognises revenue (decrement)' },
  {
    name: 'Change when credits expire',
    value: 'expiration_change',
    hint: 'moves credits to a block with the new expiry (expiration_change)',
  },
  { name: 'Take credits back', value: 'void', hint: 'removes credits from a block without revenue (void)' },
  { name: 'Give used credits back', value: 'amendment', hint: 'reverses a decrement (amendment)' },
];

/** Throws a `refused` error where the policy allows none of the types. */
const askType =
  ({ prompter, wordOn }: EntryQuestions): Ask =>
  async (said, before) => {
    const choices = types.filter(({ value }) => wordOn({ ...said.draft, type: value }).type === undefined);
    if (choices.length === 0)
      throw new CreditctlError('refused', wordOn(said.draft).type ?? 'The policy allows no entry type', {
        applied: 'no',
        next: ['Ask the owner of the policy to change the rule'],
      });
    const initial = types.find(({ value }) => value === before?.draft.type)?.value;
    const type = await prompter.choose({ message: 'What do you want to do?', choices, initial });
    return withDraft(said, { type });
  };

const askForBlock =
  ({ prompter, now, purpose }: EntryQuestions): Ask =>
  async (said, before) => {
    const { customer, zone, blocks, applyRules } = metIn(said);
    const meant = purpose ?? purposeOf(draftType(said.draft) ?? 'increment') ?? 'change-expiry';
    const known = { purpose: meant, now, zone, customer, before: before?.draft.block };
    const block = await askBlock(prompter, await blocks(meant), known);
    return { ...said, block, draft: applyRules({ ...said.draft, block: block.id }, block) };
  };

const askAmount =
  ({ prompter, wordOn }: EntryQuestions): Ask =>
  async (said, before) => {
    const question = amountQuestion(said.draft, { block: said.block, wordOn });
    const amount = (await prompter.text({ ...question, ...initialOf(before?.draft.amount) })).trim();
    return withDraft(said, { amount });
  };

const askForTarget =
  ({ prompter, now, purpose }: EntryQuestions): Ask =>
  async (said, before) => {
    const { zone } = metIn(said);
    const context = { purpose, block: said.block, before: before?.draft.targetExpires };
    return withDraft(said, { targetExpires: await askTarget(prompter, { now, zone }, context) });
  };

const askForExpiry =
  ({ prompter, now, usualExpiry: usual }: EntryQuestions): Ask =>
  async (said, before) => {
    const { zone } = metIn(said);
    const chosen = before === undefined ? undefined : (before.draft.expires ?? '');
    const expires = await askExpiry(prompter, { now, zone, usual, before: chosen });
    return expires === '' ? said : withDraft(said, { expires });
  };

const askForExpiryDate =
  ({ prompter, now }: EntryQuestions): Ask =>
  async (said, before) => {
    const { zone } = metIn(said);
    return withDraft(said, { expires: await askExpiryDate(prompter, { now, zone }, before?.draft.expires) });
  };

const askDescription =
  ({ prompter, wordOn }: EntryQuestions): Ask =>
  async (said, before) => {
    const check = (answer: string): string | undefined => wordOn(described(said, answer).draft).description;
    const message = check('') === undefined ? 'Description (optional)' : 'Description';
    return described(said, await prompter.text({ message, check, ...initialOf(before?.draft.description) }));
  };

const described = (said: EntrySaid, answer: string): EntrySaid =>
  answer.trim() === '' ? said : withDraft(said, { description: answer.trim() });

const withDraft = (said: EntrySaid, more: EntryDraft): EntrySaid => ({
  ...said,
  draft: { ...said.draft, ...more },
});

const initialOf = (initial: string | undefined) => (initial === undefined ? {} : { initial });

function metIn({ met }: EntrySaid): Met & { readonly zone: string } {
  if (met?.zone === undefined) throw new CreditctlError('failure', 'The customer was not looked up first');
  return { ...met, zone: met.zone };
}
