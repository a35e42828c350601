// Asks the questions that complete a draft of a ledger entry: required values first, then useful ones.
import type { CreatableEntryType, CreditBlock } from '../credits/customer.ts';
import type { Instant } from '../credits/exact.ts';
import { CreditctlError, notApplied } from '../errors.ts';
import { type BlockPurpose, purposeOf } from '../requests/block-purpose.ts';
import {
  draftType,
  type EntryDraft,
  type EntryField,
  isFieldSet,
  missingFields,
} from '../requests/entry-draft.ts';
import { amountQuestion, type DraftVerdict } from './amount.ts';
import { askBlock } from './block.ts';
import type { CustomerAnswers } from './customer.ts';
import { anotherDate, askExpiry, askExpiryDate, askTarget } from './expiry.ts';
import type { Choice, Prompter, WizardStep } from './prompter.ts';

/** The facts about the customer, after one was named. */
export interface KnownCustomer {
  readonly customer: NonNullable<CustomerAnswers<unknown>['customer']>;
  /** The customer's IANA time zone, if it was requested; questions need the zone. */
  readonly zone: string | undefined;
  /** The customer's name, if the zone was requested. */
  readonly name?: string | undefined;
  /** The customer's currency, if the zone was requested; `null` if the customer has none yet. */
  readonly currency?: string | null | undefined;
  /** Fetches the customer's blocks for a purpose; not called unless a block is asked for. */
  readonly blocks: (purpose: BlockPurpose) => Promise<readonly CreditBlock[]>;
  /** Completes the draft from the chosen block. */
  readonly applyRules: (draft: EntryDraft, block: CreditBlock) => EntryDraft;
}

/** The draft and the customer as they were answered so far. */
export interface EntryAnswers extends CustomerAnswers<EntryDraft> {
  readonly knownCustomer?: KnownCustomer;
  /** The block that the draft names, if the block is known. */
  readonly block?: CreditBlock | undefined;
}

export interface EntryQuestions {
  readonly prompter: Prompter;
  readonly now: Instant;
  /** What the write does with the block; default: what the entry's type does. */
  readonly purpose: BlockPurpose | undefined;
  /** The policy's verdict on a draft. */
  readonly policyVerdict: (draft: EntryDraft) => DraftVerdict;
  /** The policy's default expiry of grants. */
  readonly usualExpiry: string | undefined;
  /** The draft is complete, and the questions are only offered: Enter leaves the draft as it is. */
  readonly isOffered?: boolean;
}

/** The questions for every field that may be missing, in order; each answer is checked when it is given. */
export function entrySteps(questions: EntryQuestions): readonly WizardStep<EntryAnswers>[] {
  return [
    { isOpen: ({ draft }) => draft.type === undefined, ask: askType(questions) },
    { isOpen: isMissing('block'), ask: askForBlock(questions) },
    { isOpen: isMissing('amount'), ask: askAmount(questions) },
    { isOpen: isMissing('targetExpires'), ask: askForTarget(questions) },
    {
      isOpen: ({ draft }) => draftType(draft) === 'increment' && !isFieldSet(draft, 'expires'),
      ask: askForExpiry(questions),
    },
    { isOpen: ({ draft }) => draft.expires === anotherDate, ask: askForExpiryDate(questions) },
    { isOpen: ({ draft }) => !isFieldSet(draft, 'description'), ask: askDescription(questions) },
  ];
}

type Ask = WizardStep<EntryAnswers>['ask'];

const isMissing =
  (field: EntryField) =>
  ({ draft }: EntryAnswers): boolean =>
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
  ({ prompter, policyVerdict }: EntryQuestions): Ask =>
  async (answers, before) => {
    const choices = types.filter(
      ({ value }) => policyVerdict({ ...answers.draft, type: value }).type === undefined,
    );
    if (choices.length === 0)
      throw notApplied('refused', policyVerdict(answers.draft).type ?? 'The policy allows no entry type', [
        'Ask the owner of the policy to change the rule',
      ]);
    const initial = types.find(({ value }) => value === before?.draft.type)?.value;
    const type = await prompter.choose({ message: 'What do you want to do?', choices, initial });
    return withDraft(answers, { type });
  };

const askForBlock =
  ({ prompter, now, purpose }: EntryQuestions): Ask =>
  async (answers, before) => {
    const { customer, zone, blocks, applyRules } = customerIn(answers);
    const meant = purpose ?? purposeOf(draftType(answers.draft) ?? 'increment') ?? 'change-expiry';
    const { currency } = answers.draft;
    const known = { purpose: meant, now, zone, customer, currency, before: before?.draft.block };
    const block = await askBlock(prompter, await blocks(meant), known);
    const said = { ...answers.draft, block: block.id };
    // A person who chooses the block also chooses the amount to void; all credits left are only suggested.
    return { ...answers, block, draft: purpose === 'void' ? said : applyRules(said, block) };
  };

const askAmount =
  ({ prompter, policyVerdict, purpose }: EntryQuestions): Ask =>
  async (answers, before) => {
    const all = purpose === 'void' ? answers.block?.balance : undefined;
    const question = amountQuestion(answers.draft, {
      block: answers.block,
      currency: answers.knownCustomer?.currency,
      policyVerdict,
    });
    const amount = (await prompter.text({ ...question, ...initialOf(before?.draft.amount ?? all) })).trim();
    return withDraft(answers, { amount });
  };

const askForTarget =
  ({ prompter, now, purpose }: EntryQuestions): Ask =>
  async (answers, before) => {
    const { zone } = customerIn(answers);
    const context = { purpose, block: answers.block, before: before?.draft.targetExpires };
    return withDraft(answers, { targetExpires: await askTarget(prompter, { now, zone }, context) });
  };

const askForExpiry =
  ({ prompter, now, usualExpiry: usual, isOffered }: EntryQuestions): Ask =>
  async (answers, before) => {
    const { zone } = customerIn(answers);
    const unsaid = isOffered === true ? (usual ?? '') : undefined;
    const chosen = before === undefined ? unsaid : (before.draft.expires ?? '');
    const expires = await askExpiry(prompter, { now, zone, usual, before: chosen });
    return expires === '' ? answers : withDraft(answers, { expires });
  };

const askForExpiryDate =
  ({ prompter, now }: EntryQuestions): Ask =>
  async (answers, before) => {
    const { zone } = customerIn(answers);
    return withDraft(answers, {
      expires: await askExpiryDate(prompter, { now, zone }, before?.draft.expires),
    });
  };

const askDescription =
  ({ prompter, policyVerdict }: EntryQuestions): Ask =>
  async (answers, before) => {
    const check = (answer: string): string | undefined =>
      policyVerdict(described(answers, answer).draft).description;
    const message = check('') === undefined ? 'Description (optional)' : 'Description';
    return described(
      answers,
      await prompter.text({ message, check, ...initialOf(before?.draft.description) }),
    );
  };

const described = (answers: EntryAnswers, answer: string): EntryAnswers =>
  answer.trim() === '' ? answers : withDraft(answers, { description: answer.trim() });

const withDraft = (answers: EntryAnswers, more: EntryDraft): EntryAnswers => ({
  ...answers,
  draft: { ...answers.draft, ...more },
});

const initialOf = (initial: string | undefined) => (initial === undefined ? {} : { initial });

function customerIn({ knownCustomer }: EntryAnswers): KnownCustomer & { readonly zone: string } {
  if (knownCustomer?.zone === undefined)
    throw new CreditctlError('failure', 'The customer was not looked up first');
  return { ...knownCustomer, zone: knownCustomer.zone };
}
