import { once } from 'node:events';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { withSmallHeap } from '../../src/platform/heap.ts';

const source = 'globalThis.grow = () => 1';
const cachedData = new vm.Script(source).createCachedData();

/** Whether V8 takes code that was compiled before; asked in a new isolate, because this one remembers the source. */
async function takesCode(): Promise<unknown> {
  const asking = `const { parentPort, workerData } = require('node:worker_threads');
    const { source, cachedData } = workerData;
    parentPort.postMessage(!new (require('node:vm').Script)(source, { cachedData }).cachedDataRejected);`;
  const [takes] = await once(
    new Worker(asking, { eval: true, workerData: { source, cachedData } }),
    'message',
  );
  return takes;
}

test('V8 runs under the flag during the work alone, whether the work ends or throws', async () => {
  expect(await takesCode()).toBe(true);
  expect(await withSmallHeap(takesCode)).toBe(false);
  expect(await takesCode()).toBe(true);
  await expect(withSmallHeap(() => Promise.reject(new Error('stop')))).rejects.toThrow('stop');
  expect(await takesCode()).toBe(true);
});
