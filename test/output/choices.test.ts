import { expect, test } from 'vitest';
import { columnWord, pickFields, resolveColumns, resolveFields } from '../../src/output/choices.ts';
import { parseJson, writeJson } from '../../src/wire/json.ts';
import { grantsView } from './sample.ts';

const columnNames = (names?: readonly string[]) => {
  const chosen = resolveColumns(grantsView, names);
  return 'columns' in chosen ? chosen.columns.map(({ name }) => name) : chosen.problem;
};

const fieldPaths = (...names: string[]) => {
  const chosen = resolveFields(grantsView, names);
  return 'paths' in chosen ? chosen.paths : chosen.problem;
};

test('columns come in the order asked, each once', () => {
  expect(columnNames(['note', 'id', 'note'])).toEqual(['note', 'id']);
});

test('columns unasked are the usual ones', () => {
  expect(columnNames()).toEqual(['id', 'amount', 'note', 'currency']);
});

test('unknown columns are named with all that there are', () => {
  expect(columnNames(['id', 'foo', 'bar'])).toEqual({
    where: '--columns',
    problem: expect.stringContaining('"foo", "bar"; choose from id, amount, note, currency'),
  });
});

test('no column at all is a problem', () => {
  expect(columnNames([])).toMatchObject({ problem: expect.stringContaining('choose from id, amount') });
});

test('a dotted field is a path', () => {
  expect(fieldPaths('amount', 'block.id')).toEqual([['amount'], ['block', 'id']]);
});

test('all after the first dot of metadata is one key', () => {
  expect(fieldPaths('metadata.ticket.id')).toEqual([['metadata', 'ticket.id']]);
});

test.each([
  'block.foo',
  'metadata.',
  'metadata.*',
  '__proto__',
  'constructor',
])('the field %j is unknown', (name) => {
  expect(fieldPaths(name)).toEqual({
    where: '--json',
    problem: expect.stringContaining(`has no field "${name}"; `),
  });
});

test('a column goes by its heading too, however its words are joined', () => {
  expect(columnNames(['CUR', 'sum'])).toEqual(['currency', 'amount']);
  const column = { name: 'a.b', header: 'cost basis', hideRank: 0, text: () => '' };
  const spaced = { ...grantsView, columns: [...grantsView.columns, column] };
  for (const word of ['cost basis', 'cost_basis', 'Cost-Basis', columnWord(column)])
    expect(resolveColumns(spaced, [word])).toEqual({ columns: [column] });
});

test('a name comes before the same word as a heading', () => {
  const column = { name: 'other', header: 'note', hideRank: 0, text: () => '' };
  const chosen = resolveColumns({ ...grantsView, columns: [column, ...grantsView.columns] }, ['note']);
  expect(chosen).toEqual({ columns: [grantsView.columns[2]] });
});

test.each([
  ['a name', ['id', 'curency'], 'did you mean --columns id,currency?'],
  ['a heading', ['sun'], 'did you mean --columns sum?'],
])('%s that is nearly right is guessed, and the way to all columns is shown', (_, names, guess) => {
  expect(columnNames(names)).toEqual({
    where: '--columns',
    problem: expect.stringMatching(
      new RegExp(`^has no column "[a-z]+"; ${guess.replace('?', '\\?')} .*--columns ""$`),
    ),
  });
});

test('names of which only some are nearly right are shown all that there are', () => {
  expect(columnNames(['curency', 'zebra'])).toMatchObject({
    problem: expect.stringContaining('choose from id, amount'),
  });
});

test('a field that is nearly right is guessed too', () => {
  expect(fieldPaths('amuont')).toMatchObject({
    problem: expect.stringContaining('did you mean --json amount?'),
  });
});

const document =
  '{"id":"e1","amount":0.10,"block":{"id":"b1","expiry":null,"n":1},"none":null,"metadata":{"a.b":"x","__proto__":"y"}}';

test.each([
  ['id', '{"id":"e1"}'],
  ['amount id', '{"amount":0.10,"id":"e1"}'],
  ['block.expiry id block.id', '{"block":{"expiry":null,"id":"b1"},"id":"e1"}'],
  ['block.id block', '{"block":{"id":"b1","expiry":null,"n":1}}'],
  ['none.id', '{"none":null}'],
  ['absent id absent.id', '{"id":"e1"}'],
])('the fields %s', (names, expected) => {
  const paths = names.split(' ').map((name) => name.split('.'));
  expect(writeJson(pickFields(parseJson(document), paths))).toBe(expected);
});

test('a key may have dots', () => {
  expect(writeJson(pickFields(parseJson(document), [['metadata', 'a.b']]))).toBe('{"metadata":{"a.b":"x"}}');
});

test('what every object inherits is no field', () => {
  expect(Object.keys(Object(pickFields(parseJson(document), [['toString'], ['id']])))).toEqual(['id']);
});
