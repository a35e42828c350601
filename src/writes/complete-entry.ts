// Completes the draft of an entry before it is written: from the block that is meant, and from the person.

import type { CreditBlock } from '../credits/block.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import { usageError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { policyOnDraft } from '../policy/on-draft.ts';
import { defaultExpiry } from '../policy/policy-of.ts';
import type { Policy } from '../policy/rules.ts';
import { type About, customerStep } from '../prompts/customer.ts';
import { type EntrySaid, entrySteps, type Met } from '../prompts/entry.ts';
import type { Prompter } from '../prompts/prompter.ts';
import { runWizard, type WizardStep } from '../prompts/wizard.ts';
import { type BlockPurpose, heedBlock } from '../requests/block-purpose.ts';
import { customerMissing } from '../requests/customer-argument.ts';
import { type EntryDraft, isSaid, needsZone, withDefaultExpiry } from '../requests/entry-draft.ts';
import { customerBlocks, namedBlock } from './customer-blocks.ts';
import { customerZone } from './customer-zone.ts';

export interface Incomplete extends About<EntryDraft> {
  readonly purpose: BlockPurpose | undefined;
}

export interface Completed {
  readonly customer: CustomerRef;
  readonly draft: EntryDraft;
  /** The customer's, where something needed it. */
  readonly zone: string | undefined;
}

export interface Completing<Result> {
  readonly connection: Connection;
  readonly policy: Policy;
  /** The person, if something is missing. */
  readonly prompter: Prompter | undefined;
  /** What is done with the completed draft; a person who steps back out of it gets the last question again. */
  readonly act: (completed: Completed) => Promise<Result>;
}

/** Throws a `usage` error where the block shows that something else is meant, and a `failure` where none fits. */
export async function completeEntry<Result>(
  { draft, customer, purpose }: Incomplete,
  { connection, policy, prompter, act }: Completing<Result>,
): Promise<Result> {
  const context = { connection, purpose, isAsked: prompter !== undefined };
  const usualExpiry = defaultExpiry(policy);
  const begun: EntrySaid =
    prompter === undefined
      ? { customer, draft: withDefaultExpiry(draft, usualExpiry) }
      : { customer, draft: withImpliedType(draft) };
  const wordOn = (said: EntryDraft) => policyOnDraft(said, policy);
  const now = connection.now();
  const questions =
    prompter === undefined
      ? [meeting(context)]
      : [
          customerStep<EntrySaid>(prompter, connection.api),
          meeting(context),
          ...entrySteps({ prompter, now, purpose, wordOn, usualExpiry }),
        ];
  return runWizard(begun, {
    questions,
    prompter,
    act: async ({ customer: whom, draft: completed, met }) => {
      if (whom === undefined) throw usageError([customerMissing]);
      return act({ customer: whom, draft: completed, zone: met?.zone });
    },
  });
}

/** Whoever typed an amount alone means a grant, as off a terminal. */
function withImpliedType(draft: EntryDraft): EntryDraft {
  const isGrant = (['amount', 'expires', 'effective'] as const).some((field) => isSaid(draft, field));
  return draft.type === undefined && isGrant ? { ...draft, type: 'increment' } : draft;
}

interface Meeting {
  readonly connection: Connection;
  readonly purpose: BlockPurpose | undefined;
  readonly isAsked: boolean;
}

/** Looks up what the customer and a block that is named have to say. */
const meeting = ({ connection, purpose, isAsked }: Meeting): WizardStep<EntrySaid> => ({
  isSilent: true,
  isOpen: ({ customer, met }) => customer !== undefined && met === undefined,
  ask: async (said) => {
    const { customer, draft } = said;
    if (customer === undefined) return said;
    const known = isAsked || needsZone(draft) ? await customerZone(connection, customer) : undefined;
    const zone = known ?? 'UTC';
    const now = connection.now();
    const heed: Met['heed'] = (each, block) =>
      purpose === undefined ? each : heedBlock(each, block, { purpose, customer, now, zone });
    const blocks: Met['blocks'] = (meant) =>
      // What was used up can be given back, so amendments alone concern blocks that are empty.
      customerBlocks(connection, customer, { currency: draft.currency, all: meant === 'amend' });
    const block = await blockToHeed({ draft, customer, purpose }, connection);
    const met: Met = { customer, zone: known, blocks, heed };
    return { ...said, met, block, draft: block === undefined ? draft : heed(draft, block) };
  },
});

/** The block that is named, where it has a say: in how much is left to void, in what would be later than now. */
async function blockToHeed(
  {
    draft,
    customer,
    purpose,
  }: {
    readonly draft: EntryDraft;
    readonly customer: CustomerRef;
    readonly purpose: BlockPurpose | undefined;
  },
  connection: Connection,
): Promise<CreditBlock | undefined> {
  const hasASay = purpose === 'extend' || (purpose === 'void' && draft.amount === undefined);
  return hasASay && draft.block !== undefined ? namedBlock(connection, draft.block, customer) : undefined;
}
