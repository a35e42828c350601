import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { render } from '../../../src/output/render.ts';
import { textWidth } from '../../../src/output/shown-text.ts';
import { drawBoxTable } from '../../../src/output/terminal/box-table.ts';
import { makePaint } from '../../../src/output/terminal/streams.ts';
import { anyGrant, type Grant, grantRow, options, pieces, terminal, textOf } from '../sample.ts';

interface Drawn {
  readonly text: string;
  readonly notes: readonly string[];
}

async function drawn(
  grants: readonly Partial<Grant>[],
  width: number,
  columns?: readonly string[],
): Promise<Drawn> {
  const notes: string[] = [];
  const note = (sentence: string) => notes.push(sentence);
  const table = terminal(width, { draw: drawBoxTable });
  return { text: await textOf(render(grants.map(grantRow), options({ table, columns, note }))), notes };
}

const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('');

test('a table with a rule below its header, numbers to the right', async () => {
  expect(await drawn([{}, { id: 'b22', amount: '-1.5', note: '日本🫠' }], 80)).toEqual({
    text: lines(
      'id    sum  note    cur',
      '─'.repeat('id    sum  note    cur'.length),
      'a1    100  hello   USD',
      'b22  -1.5  日本🫠  USD',
    ),
    notes: [],
  });
});

test('the column that yields most is hidden, and said to be', async () => {
  expect(await drawn([{}], 15)).toEqual({
    text: lines('id  sum  note', '──────────────', 'a1  100  hello'),
    notes: ['(hidden: cur; a wider window or --columns shows it)'],
  });
});

test('a unit is not hidden where amounts are in two units, whatever else has to go', async () => {
  expect(await drawn([{}, { currency: 'EUR' }], 15)).toEqual({
    text: lines('id  sum  cur', '────────────', 'a1  100  USD', 'a1  100  EUR'),
    notes: ['(hidden: note; a wider window or --columns shows it)'],
  });
});

test('prose is shortened before it is hidden', async () => {
  const { text } = await drawn([{ note: 'a rather long note about it' }], 24, ['id', 'note']);
  expect(text).toBe(lines('id  note', '─'.repeat(24), 'a1  a rather long note…'));
});

test('prose is cut between words', async () => {
  const { text } = await drawn([{ note: 'Undo of oictNpFAKqwY7WJM today' }], 24, ['id', 'note']);
  expect(text).toContain('\na1  Undo of…\n');
});

test('one long id stands on its own line, and the list stays a table', async () => {
  const long = 'a-customer-id-of-a-system-that-likes-long-ids';
  expect(await drawn([{}, { id: long, amount: '7' }, { id: 'b22' }], 24)).toEqual({
    text: lines(
      'id   sum  note   cur',
      '────────────────────',
      'a1   100  hello  USD',
      long,
      '       7  hello  USD',
      'b22  100  hello  USD',
    ),
    notes: [],
  });
});

test('a live feed says which columns are hidden when it hides them', async () => {
  const events: string[] = [];
  const table = terminal(15, { draw: drawBoxTable });
  const note = (sentence: string) => events.push(sentence);
  for await (const piece of render([grantRow(), grantRow()], options({ table, pageRows: 1, note })))
    events.push(piece.split('\n')[0] ?? '');
  expect(events).toEqual([expect.stringContaining('hidden: cur'), 'id  sum  note', 'a1  100  hello']);
});

test('what does not fit at all is a block of lines a record', async () => {
  const amount = '123456789012345678';
  expect(await drawn([{ amount }, { id: 'b2', amount }], 21)).toEqual({
    text: [
      lines('id: a1', 'sum:', `  ${amount}`, 'note: hello', 'cur: USD'),
      lines('id: b2', 'sum:', `  ${amount}`, 'note: hello', 'cur: USD'),
    ].join('\n'),
    notes: [],
  });
});

test('columns that were asked for are not hidden: rather a block of lines', async () => {
  expect(await drawn([{ amount: '123456789012' }], 20, ['id', 'amount', 'currency'])).toEqual({
    text: lines('id: a1', 'sum: 123456789012', 'cur: USD'),
    notes: [],
  });
});

test('a later page has a header only if it is laid out otherwise', async () => {
  const rows = [{}, {}, {}, {}, { id: 'longer' }].map(grantRow);
  const table = terminal(80, { draw: drawBoxTable });
  const columns = ['id', 'currency'];
  expect(await pieces(render(rows, options({ table, columns, pageRows: 2 })))).toEqual([
    lines('id  cur', '───────', 'a1  USD', 'a1  USD'),
    lines('a1  USD', 'a1  USD'),
    '\n',
    lines('id      cur', '───────────', 'longer  USD'),
  ]);
});

test('a live feed has one header, until other columns are shown', async () => {
  const rows = [{}, { id: 'longer' }, { id: 'much-longer' }, {}].map(grantRow);
  const live = (width: number) =>
    pieces(
      render(
        rows,
        options({ table: terminal(width, { draw: drawBoxTable }), pageRows: 1, columns: undefined }),
      ),
    );
  expect(await live(80)).toEqual([
    lines('id  sum  note   cur', '───────────────────', 'a1  100  hello  USD'),
    lines('longer  100  hello  USD'),
    lines('much-longer  100  hello  USD'),
    lines('a1           100  hello  USD'),
  ]);
  expect(await live(26)).toEqual([
    lines('id  sum  note   cur', '───────────────────', 'a1  100  hello  USD'),
    lines('longer  100  hello  USD'),
    '\n',
    lines('id           sum  note', '───────────────────────', 'much-longer  100  hello'),
    lines('a1           100  hello'),
  ]);
});

test('a live feed too narrow for a table is blocks of lines, apart from each other', async () => {
  const table = terminal(8, { draw: drawBoxTable });
  const rows = [grantRow({ amount: '123456' }), grantRow({ amount: '123456' })];
  const [first = '', gap, second] = await pieces(render(rows, options({ table, pageRows: 1 })));
  expect([gap, second]).toEqual(['\n', first]);
});

test('an empty list draws nothing', async () => {
  expect(await drawn([], 80)).toEqual({ text: '', notes: ['no grants'] });
});

test('colour changes no place', async () => {
  const table = terminal(80, { draw: drawBoxTable });
  const rows = [grantRow({ note: '日本' }), grantRow({ amount: '-1', note: '' })];
  const colourful = { ...table, paint: await makePaint(true) };
  const plain = await textOf(render(rows, options({ table })));
  const painted = await textOf(render(rows, options({ table: colourful })));
  expect(painted).not.toBe(plain);
  expect(stripVTControlCharacters(painted)).toBe(plain);
});

test('at any width no line is wider than the terminal, and every amount stands whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyGrant, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 20, max: 100 }),
      async (grants, width) => {
        const { text } = await drawn(grants, width);
        for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width);
        const words = text.split(/\s+/);
        for (const { amount } of grants) expect(words).toContain(amount);
      },
    ),
  );
});
