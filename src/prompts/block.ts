// Asks for a block: lists the customer's blocks that fit, with balance, expiry and cost basis.

import { dateAt } from '../credits/calendar.ts';
import { type CreditBlock, defaultCurrency, endOf } from '../credits/customer.ts';
import { type Instant, parseInstant } from '../credits/exact.ts';
import { distanceIn } from '../credits/local-time.ts';
import { notApplied } from '../errors.ts';
import { type BlockContext, type BlockPurpose, fits } from '../requests/block-purpose.ts';
import { idList, ledgerLine } from '../requests/command-args.ts';
import type { Choice, Prompter } from './prompter.ts';

export interface BlockQuestion extends BlockContext {
  /** Currency of the blocks. */
  readonly currency?: string | undefined;
  /** The currency of each block, if the blocks are of several. */
  readonly currencies?: ReadonlyMap<CreditBlock, string>;
  /** The id of the block chosen earlier, if the person has come back to this question. */
  readonly before?: string | undefined;
}

/** Throws a `failure` with the next step if no block fits the purpose. */
export async function askBlock(
  prompter: Prompter,
  blocks: readonly CreditBlock[],
  { purpose, now, zone, customer, currency, currencies, before }: BlockQuestion,
): Promise<CreditBlock> {
  const fitting = blocks.filter((block) => fits(block, purpose, now));
  if (fitting.length === 0) {
    const { only, instead } = deadEnds[purpose];
    throw notApplied('failure', `The customer has no suitable block: ${only}`, [
      ledgerLine(instead, customer, currency),
      idList('<block>', customer, currency),
    ]);
  }
  // A person who extends a block most likely means the one that expires soonest.
  if (purpose === 'extend') fitting.sort((a, b) => (endOf(a) ?? Infinity) - (endOf(b) ?? Infinity));
  const choices = fitting.map((block) => blockChoice(block, { now, zone, currency: currencies?.get(block) }));
  if (choices.length > listedMax)
    return prompter.search({ message: 'Which block?', find: async (term) => choicesWith(choices, term) });
  return prompter.choose({
    message: 'Which block?',
    choices,
    initial: fitting.find(({ id }) => id === before),
  });
}

/** With more choices than these, the person searches instead of reading a list. */
const listedMax = 7;

/** The choices that contain every word of the term: id, balance, expiry, cost basis, source. */
function choicesWith<Value>(choices: readonly Choice<Value>[], term: string): readonly Choice<Value>[] {
  const wanted = term.toLowerCase().split(/\s+/);
  return choices.filter(({ name, hint = '' }) => {
    const words = `${name} ${hint}`.toLowerCase();
    return wanted.every((word) => words.includes(word));
  });
}

const unexpired = 'the expiry can be changed only while credits are left';
const deadEnds: Readonly<Record<BlockPurpose, { readonly only: string; readonly instead: string }>> = {
  'change-expiry': { only: unexpired, instead: 'Grant new credits: creditctl ledger add <customer>' },
  expire: { only: unexpired, instead: 'Nothing to do: no credits are left' },
  extend: {
    only: 'to extend a block, it must have credits left and an expiry date',
    instead: 'Expired credits cannot be restored. Grant new ones: creditctl ledger add <customer>',
  },
  delete: { only: 'it has none', instead: 'Grant credits: creditctl ledger add <customer>' },
  void: {
    only: 'no block has credits left to void',
    instead: 'To void used credits, name their block and --amount',
  },
  amend: {
    only: 'credits can be given back only to a block they were taken from, before it expires',
    instead: 'Grant new credits instead: creditctl ledger add <customer>',
  },
};

/** @param zone the customer's IANA time zone, used for expiry days */
export function blockChoice(
  block: CreditBlock,
  { now, zone, currency = defaultCurrency }: Pick<BlockQuestion, 'now' | 'zone' | 'currency'>,
): Choice<CreditBlock> {
  const { id, balance, maximum_initial_balance: initial, expiry_date, per_unit_cost_basis } = block;
  const left = initial === null ? balance : `${balance} of ${initial}`;
  const unit = currency === defaultCurrency ? '' : ` ${currency}`;
  const status = block.status === 'active' ? '' : `  ${block.status}`;
  return {
    name: `${id}  ${left}${unit} left  ${expiryText(expiry_date, { now, zone })}${status}`,
    value: block,
    hint: `cost basis ${per_unit_cost_basis ?? 'none'} · source ${block.credit_block_source}`,
  };
}

function expiryText(expiry: string | null, { now, zone }: { now: Instant; zone: string }): string {
  const at = expiry === null ? undefined : parseInstant(expiry);
  return expiry === null || at === undefined
    ? 'never expires'
    : `expires ${dateAt(at, zone)} (${distanceIn(zone, at, now)})`;
}
