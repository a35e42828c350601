// A fact as the text that is chained, and the way back.
import { expect, test } from 'vitest';
import { bodyOf, readBody, sha256 } from '../../src/record/chained-fact.ts';
import { acknowledged, begun, ended, grant, noted, rowOf, taken } from './facts.ts';

test('what is written is what is read, with the hash of each text', () => {
  for (const fact of [
    noted('k'),
    grant('k'),
    rowOf('b', 1),
    taken('k'),
    ended('k', 'settled'),
    acknowledged('k'),
  ])
    expect(readBody(bodyOf(fact))).toEqual({ fact: fact.fact, texts: {} });
  const { fact, texts } = readBody(bodyOf(begun('b')));
  expect(fact).toEqual(begun('b').fact);
  expect(texts).toEqual({
    command: sha256('creditctl batch apply plan.ndjson'),
    results: sha256('/tmp/results'),
  });
});

test('a text of no characters is a text, and the order of texts does not matter', () => {
  const { fact } = noted('k');
  const one = bodyOf({ fact, texts: { request: 'r', answer: '' } });
  expect(one).toBe(bodyOf({ fact, texts: { answer: '', request: 'r' } }));
  expect(readBody(one).texts).toEqual({ answer: sha256(''), request: sha256('r') });
});

test.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['an unknown kind', '{"kind":"forgotten"}'],
  ['a kind of every object', '{"kind":"toString"}'],
  ['a field that is missing', '{"kind":"acknowledged","key":"k"}'],
  ['a field of another kind', '{"kind":"acknowledged","key":"k","attempt":"1"}'],
  ['a state that is none', '{"kind":"ended","key":"k","attempt":1,"state":"noted"}'],
  ['an amount that is none', '{"kind":"ended","key":"k","attempt":1,"state":"settled","amount":"1e5"}'],
  ['a text of no hash', '{"kind":"acknowledged","key":"k","attempt":1,"texts":{"request":"x"}}'],
])('%s is no fact', (_, body) => {
  expect(() => readBody(body)).toThrow(SyntaxError);
});

test('what a later version adds to a fact is left alone', () => {
  const body = `{"kind":"acknowledged","key":"k","attempt":1,"more":1,"texts":{"more":"${'f'.repeat(64)}"}}`;
  expect(readBody(body)).toMatchObject({ fact: acknowledged('k').fact, texts: { more: 'f'.repeat(64) } });
});
