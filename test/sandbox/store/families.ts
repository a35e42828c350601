// A granted block and all that were made from it are a family: whatever happens, its credits stay as many as were granted.
import { expect } from 'vitest';
import { type Amount, add, compare, isNegative, isPositive, sum, zero } from '../../../src/credits/exact.ts';
import type { Database, Row } from '../../../src/database/driver.ts';

interface Family {
  readonly blocks: Row[];
  readonly entries: Row[];
}

/** Blocks made by moving credits, by ending them in a void, or by carrying a debt over belong to the block they came from. */
function familiesOf(database: Database): readonly Family[] {
  const entries = database.prepare('SELECT * FROM entries ORDER BY ledger, sequence').all();
  const roots = new Map<unknown, unknown>();
  const rootOf = (id: unknown): unknown => roots.get(id) ?? id;
  for (const { block, new_block: made } of entries) if (made !== null) roots.set(made, rootOf(block));
  const families = new Map<unknown, Family>();
  for (const row of database.prepare('SELECT id, balance, initial FROM blocks ORDER BY ordinal').all()) {
    if (!roots.has(row.id)) families.set(row.id, { blocks: [], entries: [] });
    families.get(rootOf(row.id))?.blocks.push(row);
  }
  for (const entry of entries) families.get(rootOf(entry.block))?.entries.push(entry);
  return [...families.values()];
}

/** No credit is refunded twice, refunded and live at once, or given back where it was not taken. */
export function checkFamilies(database: Database): void {
  for (const { blocks, entries } of familiesOf(database)) {
    const granted = amountIn(blocks[0], 'initial');
    const held = blocks.map((row) => amountIn(row, 'balance'));
    const moved = (type: string, column = 'amount'): Amount =>
      sum(entries.filter((entry) => entry.type === type).map((entry) => amountIn(entry, column)));
    const givenBack = moved('amendment');
    const left = sum([...held, moved('void'), moved('decrement'), moved('credit_block_expiry')]);
    expect(left).toBe(add(granted, givenBack));
    const liveOrRefunded = add(sum(held.filter(isPositive)), moved('void_initiated', 'void_amount'));
    expect(compare(liveOrRefunded, granted)).toBeLessThanOrEqual(0);
    expect(compare(givenBack, moved('decrement'))).toBeLessThanOrEqual(0);
    expect(isNegative(granted)).toBe(false);
  }
}

const amountIn = (row: Row | undefined, column: string): Amount => String(row?.[column] ?? zero) as Amount;
