import { expect, test } from 'vitest';
import { BatchedOutput } from '../../../src/output/terminal/batched-output.ts';

function collected() {
  const written: string[] = [];
  const batched = new BatchedOutput(async (text) => void written.push(text));
  return { written, batched };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('texts that come at once are one write', async () => {
  const { written, batched } = collected();
  for (const text of ['a', 'b', 'c']) await batched.write(text);
  expect(written).toEqual([]);
  await batched.flush();
  expect(written).toEqual(['abc']);
});

test('what is there is written while the producer waits', async () => {
  const { written, batched } = collected();
  await batched.write('first page');
  await turn();
  expect(written).toEqual(['first page']);
});

test('a long text is written before more is taken', async () => {
  const { written, batched } = collected();
  await batched.write('x'.repeat(70_000));
  expect(written).toHaveLength(1);
});

test('a write that failed fails the next one and the last flush', async () => {
  const batched = new BatchedOutput(() => Promise.reject(new Error('closed')));
  await batched.write('a');
  await turn();
  await expect(batched.write('b')).rejects.toThrow('closed');
  await expect(batched.flush()).rejects.toThrow('closed');
});
