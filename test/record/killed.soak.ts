// Single writes, killed SOAK_KILLS times, with the record on either engine.
import { test } from 'vitest';
import { freshDatabase, hasPostgres } from '../support/postgres.ts';
import { equalWritesAtOnce, killedAfterAnswers, killedKeyed, killedWrites } from './killed-write.ts';

const kills = Number(process.env.SOAK_KILLS ?? 100);

test(`${kills} single writes that are killed`, () => killedWrites(Math.ceil(kills / 2)), 3_600_000);

test(`${kills} kills of writes with a key of their own`, () => killedKeyed(Math.ceil(kills / 2)), 3_600_000);

test.skipIf(!hasPostgres)(
  `${kills} kills of writes with a key of their own, with the record on PostgreSQL`,
  async () => killedKeyed(Math.ceil(kills / 2), await freshDatabase()),
  3_600_000,
);

test('equal writes at once after a killed one', () => equalWritesAtOnce(Math.ceil(kills / 8)), 3_600_000);

test('writes that are killed within 10 ms after their answer', async () => {
  await killedAfterAnswers(kills, 10);
}, 3_600_000);

test.skipIf(!hasPostgres)(
  `${kills} single writes that are killed, with the record on PostgreSQL`,
  async () => killedWrites(Math.ceil(kills / 2), await freshDatabase()),
  3_600_000,
);

test.skipIf(!hasPostgres)(
  'writes that are killed within 10 ms after their answer, with the record on PostgreSQL',
  async () => {
    await killedAfterAnswers(kills, 10, await freshDatabase());
  },
  3_600_000,
);
