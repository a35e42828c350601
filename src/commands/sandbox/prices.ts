// `sandbox prices`: lists and sets what usage events cost.
import { readAmount } from '../../credits/exact.ts';
import { missingValue, notApplied, usageError, usageErrorAt, valueArgs } from '../../errors.ts';
import { checkOutput, type Invocation, type ReadCommand, show, type TextFlags } from '../../runtime/show.ts';
import { readAction } from './action.ts';
import { priceRows, pricesView } from './prices-view.ts';

export type SandboxPricesFlags = TextFlags<'credits' | 'property' | 'item' | 'currency'>;

/** Throws `not-found` if the price to remove does not exist, `refused` if the price to add exists. */
export const run: ReadCommand<SandboxPricesFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, pricesView);
  const needed = ['<event>', 'such as api_call'] as const;
  const actions = { list: undefined, add: needed, remove: needed };
  const missing = flags.credits === undefined ? [missingValue('--credits', 'enter what one unit costs')] : [];
  const [action, event] = readAction(args, actions, { add: missing });
  const strange = (['credits', 'property', 'item', 'currency'] as const).filter(
    (flag) => flags[flag] !== undefined,
  );
  if (action !== 'add' && strange.length > 0)
    throw usageError(strange.map((flag) => ({ where: `--${flag}`, problem: 'is only for add' })));
  if (action === 'list') {
    const { prices } = (await runtime.openSandbox(flags, { mayCreate: false })).operations();
    return show(priceRows(prices.list()), { view: pricesView, shape: 'list', choice }, runtime);
  }
  if (action === 'remove') return remove(event, { flags, runtime });
  const added = await add(event, { flags, runtime });
  const written = { isRepeatable: true };
  return show(priceRows([added]), { view: pricesView, shape: 'one', choice, written }, runtime);
};

const places = {
  event: '<event>',
  itemId: '--item',
  credits: '--credits',
  property: '--property',
  currency: '--currency',
};

async function add(event: string, { flags, runtime }: Invocation<SandboxPricesFlags>) {
  const { property, item: itemId, currency, credits = '' } = flags;
  const reading = readAmount(credits);
  if ('problem' in reading) throw usageErrorAt('--credits', reading.problem);
  const { prices } = (await runtime.openSandbox(flags)).operations();
  const price = { event, itemId, credits: reading.amount, property, currency };
  const found = prices.problemOf(price);
  if (found !== undefined) throw usageErrorAt(places[found.where], found.problem);
  const added = prices.add(price);
  if (added !== undefined) return added;
  throw notApplied('refused', `The event ${event} has a price already`, [
    `For another one, first: creditctl sandbox prices remove ${valueArgs(event)}`,
  ]);
}

async function remove(event: string, { flags, runtime }: Invocation<SandboxPricesFlags>): Promise<void> {
  const { prices } = (await runtime.openSandbox(flags, { mayCreate: false })).operations();
  if (!prices.remove(event)) {
    const next = ['creditctl sandbox prices list'];
    throw notApplied('not-found', `The event ${event} has no price`, next);
  }
  runtime.note({
    text: `Events named ${event} cost nothing from now on`,
    data: { price_removed: { event } },
  });
}
