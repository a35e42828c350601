// What Tab keeps answers the question it was kept for, and no other; no key can be read from it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type KeptOptions, keepValues, keptValues } from '../../../src/cli/completion/kept-values.ts';
import { freshHome } from '../../support/run.ts';

const values = [{ id: 'acme', description: 'Acme Corp' }];

function options(more: Partial<KeptOptions> = {}): KeptOptions {
  return { state: freshHome(), now: 1000, question: ['sandbox', '/a.db'], writer: '1', stamp: 's', ...more };
}

test('what was kept holds for its life, and until the ledger changes', () => {
  const asked = options();
  keepValues(asked, values, 500);
  expect(keptValues({ ...asked, now: 1499 })).toEqual(values);
  expect(keptValues({ ...asked, now: 1500 })).toBeUndefined();
  expect(keptValues({ ...asked, now: 999 })).toBeUndefined();
  expect(keptValues({ ...asked, stamp: 't' })).toBeUndefined();
});

test('two questions that share a file do not share an answer', () => {
  const one = options({ question: ['sandbox', '/oapbbp'] });
  const other = { ...one, question: ['sandbox', '/lcbdan'] };
  keepValues(one, values, 500);
  keepValues(other, [], 500);
  expect(readdirSync(path.join(one.state, 'completion'))).toHaveLength(1);
  expect([keptValues(one), keptValues(other)]).toEqual([undefined, []]);
});

test('another key is another question, and neither the name nor the text holds a key or what it asked', () => {
  const asked = options({ question: ['orb', 'https://api.example'], key: 'key_of_nobody' });
  keepValues(asked, values, 500);
  expect(keptValues(asked)).toEqual(values);
  expect(keptValues({ ...asked, key: 'another' })).toBeUndefined();
  expect(keptValues({ ...asked, key: undefined })).toBeUndefined();
  const [name = ''] = readdirSync(path.join(asked.state, 'completion'));
  const text = name + readFileSync(path.join(asked.state, 'completion', name), 'utf8');
  expect(text).not.toMatch(/nobody|example/);
});
