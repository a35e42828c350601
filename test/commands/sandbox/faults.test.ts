// `sandbox faults`: what it takes and shows, and that other commands meet what was set.
import { expect, test } from 'vitest';
import { freshHome, run } from '../../support/run.ts';

const home = freshHome();
const faults = (...words: string[]) => run(['sandbox', 'faults', ...words, '-o', 'json'], { home });

test('a plan is set, shown, replaced and cleared', async () => {
  expect(JSON.parse((await faults()).stdout)).toEqual([]);
  const set = await faults('set', 'reset-after=0.25', '429=1', '--seed', '7');
  expect(JSON.parse(set.stdout)).toEqual([
    { kind: '429', probability: 1, seed: 7 },
    { kind: 'reset-after', probability: 0.25, seed: 7 },
  ]);
  expect((await faults('show')).stdout).toBe(set.stdout);
  expect(JSON.parse((await faults('set', 'latency=0.5')).stdout)).toEqual([
    { kind: 'latency', probability: 0.5, seed: 1 },
  ]);
  expect(JSON.parse((await faults('clear')).stdout)).toEqual([]);
});

test('every run draws on: each write gets through in the end, once, and says what it met', async () => {
  await faults('set', 'reset-after=0.4', '500=0.2', 'truncate=0.2', '--seed', '3');
  let met = '';
  for (let write = 0; write < 20; write += 1) {
    const words = ['ledger', 'add', 'acme', '--amount', '1', '--sandbox', '--yes'];
    const { code, stderr } = await run([...words, '--idempotency-key', `k-${write}`], { home });
    expect(code).toBe(0);
    met += stderr;
  }
  expect(met).toContain('Trying again in');
  expect(met).toContain('cut the connection');
  expect(met).toContain('cut its answer short');
  expect(met).toContain('the API answered 500');
  await faults('clear');
  const list = await run(['ledger', 'list', 'acme', '--all', '--sandbox', '-o', 'json'], { home });
  expect(JSON.parse(list.stdout)).toHaveLength(20);
});

test.each([
  [['set'], 'is missing: kinds: latency, reset-before'],
  [['set', 'fire=1'], 'fire=1 is not a kind of fault'],
  [['set', '500=2'], '500=2 needs a probability from 0 to 1'],
  [['set', '500=0.5=1'], '500=0.5=1 needs a probability from 0 to 1'],
  [['set', '500'], '500 needs a probability from 0 to 1'],
  [['set', '500=0.1', '500=0.2'], '500=0.2 repeats a kind'],
  [['set', '500=0.1', '--seed', 'x'], '--seed must be a whole number'],
  [['clear', '500=0.1'], 'clear takes no more arguments'],
  [['show', '--seed', '1'], '--seed is only for set'],
  [['break'], '<action> must be show, set or clear'],
])('%j is a usage error', async (words, sentence) => {
  const { code, stderr } = await faults(...words);
  expect(code).toBe(2);
  expect(JSON.parse(stderr).error.message).toContain(sentence);
});
