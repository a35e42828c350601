// What a copy says in place of names and addresses.
import { expect, test } from 'vitest';
import { disguiseOf } from '../../../src/commands/sandbox/disguise.ts';

const ann = { id: 'Id1', name: 'Ann', email: 'Ann@example.com', metadata: { lead: 'Ann <ann@example.com>' } };
const mailbox = 'Id1@example.invalid';

test('a name is replaced as a word, an own address by the own one, and any other by one of nobody', () => {
  const { other } = disguiseOf(ann);
  const said = (description: string) => other({ description }).description;
  expect(said('Annual grant for Ann.')).toBe('Annual grant for Customer Id1.');
  expect(said('ANN@EXAMPLE.COM, bob+x@mail.example.co.uk')).toBe(`${mailbox}, someone@example.invalid`);
  expect(other({ id: 'Ann', memo: null, metadata: { key: 'a@b.c', creditctl_key: 'k-1' } })).toEqual({
    id: 'Ann',
    memo: null,
    metadata: { key: 'someone@example.invalid', creditctl_key: 'k-1' },
  });
});

test('the document of a copy, disguised once more, stays as it is', () => {
  const once = disguiseOf(ann).customer(ann);
  expect(once).toMatchObject({
    name: 'Customer Id1',
    email: mailbox,
    metadata: { lead: `Customer Id1 <${mailbox}>` },
  });
  expect(disguiseOf(once).customer(once)).toEqual(once);
});

test('a name of a letter or two is left in texts, where it would be found everywhere', () => {
  expect(disguiseOf({ ...ann, name: 'a' }).other({ description: 'a test' }).description).toBe('a test');
  expect(disguiseOf({ ...ann, name: 'C.*+' }).other({ description: 'For C.*+' }).description).toBe(
    'For Customer Id1',
  );
});

test('addresses are found one after the other, and a long word without one takes no time', () => {
  const said = (description: string) => disguiseOf(ann).other({ description }).description;
  const nobody = 'someone@example.invalid';
  expect(said('a@b.c_d@e.f/x, <g@h.i>, @j.k, l@m')).toBe(`${nobody}${nobody}/x, <${nobody}>, @j.k, l@m`);
  expect(said('n@@o.p, q@r@s.t.')).toBe(`n@@o.p, q@${nobody}.`);
  const long = 'x'.repeat(300_000);
  expect(said(`${long}@`)).toBe(`${long}@`);
});

test('a name is found beside one that is part of a word, and may be of any length', () => {
  const said = (name: string, description: string) =>
    disguiseOf({ ...ann, name }).other({ description }).description;
  expect(said('a b a', 'xa b a b a, 𝒜a b a')).toBe('xa b Customer Id1, 𝒜a b a');
  expect(said('Ann', 'Ann Annex Joann (Ann) Ann')).toBe(
    'Customer Id1 Annex Joann (Customer Id1) Customer Id1',
  );
  const long = 'Name '.repeat(40_000).trim();
  expect(said(long, `For ${long}!`)).toBe('For Customer Id1!');
});
