// Whole runs of the built program, killed, edited, raced and kept from the disk: each row once, whatever happens.
import { expect, test } from 'vitest';
import { killUntilDone } from './killed-batch.ts';

test('a batch that is killed at random instants and resumed has every row in the ledger exactly once', async () => {
  let state = 12345;
  const random = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const faults = 'reset-after=0.05 reset-before=0.03 429=0.02 500=0.03 409-in-flight=0.02 truncate=0.03';
  await killUntilDone({ kills: 15, rows: 450, rate: '150', faults }, random);
  expect(state).not.toBe(12345);
}, 120_000);
