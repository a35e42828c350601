// "Which block?": the customer's blocks with balance, expiry and cost basis, those that fit the purpose.
import type { CreditBlock } from '../credits/block.ts';
import { dateAt } from '../credits/calendar.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import { distance, type Instant, parseInstant } from '../credits/instant.ts';
import { CreditctlError } from '../errors.ts';
import { type BlockPurpose, fits } from '../requests/block-purpose.ts';
import { customerWords, shellText } from '../requests/command-text.ts';
import type { Choice, Prompter } from './prompter.ts';

export interface BlockQuestion {
  readonly purpose: BlockPurpose;
  readonly now: Instant;
  /** The customer's IANA time zone. */
  readonly zone: string;
  readonly customer: CustomerRef;
  /** The id of the block chosen earlier, where the person has come back. */
  readonly before?: string | undefined;
}

/** Throws a `failure` that says what to do where no block fits the purpose. */
export async function askBlock(
  prompter: Prompter,
  blocks: readonly CreditBlock[],
  { purpose, now, zone, customer, before }: BlockQuestion,
): Promise<CreditBlock> {
  const fitting = blocks.filter((block) => fits(block, purpose, now));
  if (fitting.length === 0) {
    const { only, instead } = deadEnds[purpose];
    const who = shellText(customerWords(customer));
    throw new CreditctlError('failure', `The customer has no block that fits: ${only}`, {
      applied: 'no',
      retrySafe: true,
      next: [instead.replace('<customer>', who), `creditctl blocks list ${who} --all-blocks`],
    });
  }
  const choices = fitting.map((block) => blockChoice(block, { now, zone }));
  if (choices.length > listedMax)
    return prompter.search({ message: 'Block', find: async (term) => choicesWith(choices, term) });
  return prompter.choose({
    message: 'Block',
    choices,
    initial: fitting.find(({ id }) => id === before),
  });
}

/** More choices than these are searched instead of read. */
const listedMax = 7;

/** The choices of whose words each one of the term is a part: id, balance, expiry, cost basis, source. */
function choicesWith<Value>(choices: readonly Choice<Value>[], term: string): readonly Choice<Value>[] {
  const wanted = term.toLowerCase().split(/\s+/);
  return choices.filter(({ name, hint = '' }) => {
    const words = `${name} ${hint}`.toLowerCase();
    return wanted.every((word) => words.includes(word));
  });
}

const unexpired = 'only credits that are left can change their expiry';
const deadEnds: Readonly<Record<BlockPurpose, { readonly only: string; readonly instead: string }>> = {
  'change-expiry': { only: unexpired, instead: 'creditctl ledger add <customer> grants new credits' },
  expire: { only: unexpired, instead: 'Nothing has to be done: there is nothing left that could be used' },
  extend: {
    only: 'only credits that are left, and that expire some day, can get a later expiry',
    instead: 'Credits that have expired stay so: creditctl ledger add <customer> grants new ones',
  },
  void: {
    only: 'only a block with credits left is offered to void',
    instead: 'To void credits that are used already, name their block and --amount',
  },
  amend: {
    only: 'only a block that credits were taken from can get them back, before it expires',
    instead: 'creditctl ledger add <customer> grants new credits instead',
  },
};

/** @param zone the customer's, in whose days expiries are told */
export function blockChoice(
  block: CreditBlock,
  { now, zone }: { now: Instant; zone: string },
): Choice<CreditBlock> {
  const { id, balance, maximum_initial_balance: initial, expiry_date, per_unit_cost_basis } = block;
  const left = initial === null ? balance : `${balance} of ${initial}`;
  const status = block.status === 'active' ? '' : `  ${block.status}`;
  return {
    name: `${id}  ${left} left  ${expiryText(expiry_date, { now, zone })}${status}`,
    value: block,
    hint: `cost basis ${per_unit_cost_basis ?? 'none'} · source ${block.credit_block_source}`,
  };
}

function expiryText(expiry: string | null, { now, zone }: { now: Instant; zone: string }): string {
  const at = expiry === null ? undefined : parseInstant(expiry);
  return expiry === null || at === undefined
    ? 'never expires'
    : `expires ${dateAt(at, zone)} (${distance(at, now)})`;
}
