// Random writes to the ledger of one customer, as bodies that the API may take or refuse.
import fc from 'fast-check';
import type { JsonObject } from '../../src/wire/json.ts';
import type { TestSandbox } from './sandbox-at.ts';

export const zone = 'America/Los_Angeles';
export const start = Date.parse('2026-01-10T12:00:00Z');
export const day = 86_400_000;

const credits = fc.integer({ min: 1, max: 500 }).map((n) => n / 4);
const which = fc.nat(9);
const dayAhead = fc.integer({ min: 1, max: 40 });
export const operation = fc.oneof(
  fc.record({
    do: fc.constant('increment' as const),
    credits,
    expires: fc.option(dayAhead),
    item: fc.boolean(),
  }),
  fc.record({ do: fc.constant('decrement' as const), credits }),
  fc.record({
    do: fc.constant('expiration_change' as const),
    credits: fc.option(credits),
    which,
    target: dayAhead,
  }),
  fc.record({ do: fc.constant('void' as const), credits, which }),
  fc.record({ do: fc.constant('amendment' as const), credits, which }),
);
export type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const dateIn = (days: number): string => new Date(start + days * day).toISOString().slice(0, 10);

/** `undefined` where it names a block and there is none yet. */
export async function bodyOf(operation: Operation, box: TestSandbox): Promise<JsonObject | undefined> {
  if (operation.do === 'increment') {
    return {
      entry_type: 'increment',
      amount: operation.credits,
      ...(operation.expires === null ? {} : { expiry_date: dateIn(operation.expires) }),
      ...(operation.item ? { filters: [{ field: 'item_id', operator: 'includes', values: ['i1'] }] } : {}),
    } as unknown as JsonObject;
  }
  if (operation.do === 'decrement')
    return { entry_type: 'decrement', amount: operation.credits } as unknown as JsonObject;
  const blocks = await box.blocks({ include_all_blocks: 'true' });
  const block = blocks[operation.which % Math.max(1, blocks.length)] as { id: string } | undefined;
  if (block === undefined) return undefined;
  const amount = operation.credits === null ? {} : { amount: operation.credits };
  const target = operation.do === 'expiration_change' ? { target_expiry_date: dateIn(operation.target) } : {};
  return { entry_type: operation.do, block_id: block.id, ...amount, ...target } as unknown as JsonObject;
}
