// The same for longer: SOAK_KILLS kills of one batch, from the seed SOAK_SEED.
import { test } from 'vitest';
import { seededChance } from '../../../src/sandbox/ledger/seeded-chance.ts';
import { killUntilDone } from './killed-batch.ts';

const kills = Number(process.env.SOAK_KILLS ?? 100);
const seed = Number(process.env.SOAK_SEED ?? Date.now() % 100_000);

test(`a batch killed ${kills} times, seed ${seed}`, async () => {
  let draw = 0;
  const random = (): number => {
    draw += 1;
    return seededChance(seed, draw, 0);
  };
  const faults = 'reset-after=0.05 reset-before=0.03 429=0.02 500=0.03 409-in-flight=0.02 truncate=0.03';
  await killUntilDone({ kills, rows: kills * 30, rate: '150', faults }, random);
}, 3_600_000);
