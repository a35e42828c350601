// A small view with every trait a column can have, and short cuts to what a format writes.
import fc from 'fast-check';
import { type RenderOptions, render } from '../../src/output/render.ts';
import type { Row, Rows, TerminalStyle, View } from '../../src/output/view.ts';
import { jsonNumber } from '../../src/wire/json.ts';
import { anyCharacter } from '../support/characters.ts';

export interface Grant {
  readonly id: string;
  readonly amount: string;
  readonly note: string;
  readonly currency: string;
}

export const grantsView: View<Grant> = {
  columns: [
    { name: 'id', header: 'id', hideRank: 0, text: ({ id }) => id },
    {
      name: 'amount',
      header: 'sum',
      align: 'right',
      hideRank: 0,
      text: ({ amount }) => amount,
      show: ({ amount }) => ({ text: amount, meaning: 'strong' }),
    },
    { name: 'note', header: 'note', shortens: true, hideRank: 2, text: ({ note }) => note },
    { name: 'currency', header: 'cur', hideRank: 3, isUnit: true, text: ({ currency }) => currency },
  ],
  usual: ['id', 'amount', 'note', 'currency'],
  fields: ['id', 'amount', 'block', 'block.id', 'block.expiry', 'metadata', 'metadata.*'],
  none: 'no grants',
};

export const grant = (some: Partial<Grant> = {}): Grant => ({
  id: 'a1',
  amount: '100',
  note: 'hello',
  currency: 'USD',
  ...some,
});

export const grantRow = (some: Partial<Grant> = {}): Row<Grant> => {
  const record = grant(some);
  return { record, document: { id: record.id, amount: jsonNumber(record.amount), note: record.note } };
};

/** Text as an API may send it: all planes, all controls, and what is special to a format. */
export const anyText = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(...'=+-@\t\r\n",;\' \u001b\u009b[31m日本é🫠👩‍👩‍👧क्षि\u200b\u202e9.'),
    maxLength: 40,
  }),
);

export const anyAmount = fc
  .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 1n, max: 10n ** 15n }), fc.nat(99))
  .map(([sign, whole, cents]) => `${sign}${whole}.${String(cents).padStart(2, '0')}`);

export const anyGrant: fc.Arbitrary<Grant> = fc.record({
  id: fc.string({ minLength: 1, maxLength: 16, unit: fc.constantFrom(...'abcXYZ23456789') }),
  amount: anyAmount,
  note: anyText,
  currency: fc.constantFrom('credits', 'USD'),
});

/** A terminal without colour, which draws no grids unless it is given the means. */
export const terminal = (width: number, some: Partial<TerminalStyle> = {}): TerminalStyle => ({
  kind: 'terminal',
  width,
  paint: (_meaning, text) => text,
  draw: () => Promise.reject(new Error('no grid was to be drawn')),
  now: 0,
  ...some,
});

export const options = (some: Partial<RenderOptions<Grant>> = {}): RenderOptions<Grant> => ({
  view: grantsView,
  format: 'table',
  shape: 'list',
  table: { kind: 'plain' },
  ...some,
});

export async function pieces(text: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const piece of text) all.push(piece);
  return all;
}

export const textOf = async (text: AsyncIterable<string>): Promise<string> => (await pieces(text)).join('');

export const rendered = (rows: Rows<Row<Grant>>, some: Partial<RenderOptions<Grant>> = {}) =>
  textOf(render(rows, options(some)));

/** Rows that come one by one and count how many have been asked for. */
export function counted<Item>(items: readonly Item[]): { rows: AsyncIterable<Item>; taken: () => number } {
  let taken = 0;
  async function* rows() {
    for (const item of items) {
      taken += 1;
      yield item;
    }
  }
  return { rows: rows(), taken: () => taken };
}
