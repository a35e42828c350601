import { expect, test } from 'vitest';
import { namesIn, personsIn } from '../../../src/batch/approval/persons.ts';

const persons = (text: string): Record<string, string> => {
  const names = namesIn(text);
  if ('problem' in names) throw new Error(names.problem);
  return Object.fromEntries(personsIn(names));
};

test('each line is a person, and comments and blank lines are none', () => {
  expect(persons('# team\n\nann ssh-ed25519 AAAA\n  "bob" ssh-ed25519 BBBB\n')).toEqual({
    ann: 'ann',
    bob: 'bob',
  });
});

test('names that meet in a line, by whatever way, are one person', () => {
  expect(persons('ann k 1\nann@work k 2\nbob k 3\nann,ANN@work k 4\n')).toEqual({
    ann: 'ann',
    'ann@work': 'ann',
    bob: 'bob',
  });
});

test('a name is one, however its letters are put together', () => {
  expect(persons('zo\u00eb k 1\nzoe\u0308 k 2\n')).toEqual({ 'zo\u00eb': 'zo\u00eb' });
});

for (const line of ['* k 1', '*@x k 1', 'a?n k 1', '!ann k 1', '"ann,*" k 1', ',ann k 1'])
  test(`"${line}" names nobody in particular`, () => {
    expect(namesIn(`bob k 0\n${line}\n`)).toMatchObject({ problem: expect.stringContaining('in line 2') });
  });
