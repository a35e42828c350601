// Rows that are noted together stand as they would if each were noted alone, whatever they have in common.
import { expect, onTestFinished, test } from 'vitest';
import type { NewFact } from '../../../src/record/facts.ts';
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { verifyRecord } from '../../../src/record/verify.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';
import { begun, ended, grant, keepPlan, noted, rowOf } from '../facts.ts';
import { all, orb } from '../store-suite.ts';

async function openRecord() {
  const opening = { purpose: 'write', now: () => 1_800_000_000_000, process: { who: 'ana' } } as const;
  const store = await openSqliteRecord(`${temporaryFolder()}/record.db`, opening);
  onTestFinished(() => store.close());
  return store.of(await store.addAccount(orb));
}

const reserves = (row: number) => ({
  ...{ customer: `cus-${row % 3}`, currency: row === 20 ? 'EUR' : 'USD', day: '2026-11-27' },
  amount: `${row}.5`,
});
/** Rows that differ in what is mostly shared, or in which columns they have. */
const unlike = (row: number) =>
  row === 40 ? { method: 'PUT' } : row === 41 ? { undoes: 'w', to_follow: 1 } : {};
const rows: readonly NewFact[] = Array.from({ length: 86 }, (_, row) =>
  rowOf('b', row, { reserves: reserves(row + 1), ...unlike(row) }),
);
const facts = [...rows.slice(0, 50), grant('hand', { day: '2026-11-28' }), ...rows.slice(50)];

test('rows of a batch are all there, each with what is its own', async () => {
  const [together, alone] = [await openRecord(), await openRecord()];
  for (const record of [together, alone]) await keepPlan(record);
  await together.append([begun('b')]);
  await together.append(facts);
  await alone.append([begun('b')]);
  for (const fact of facts) await alone.append([fact]);
  const written = await all(together.writes({ withRows: true }));
  expect(written).toEqual(await all(alone.writes({ withRows: true })));
  expect(written).toHaveLength(87);
  expect((await verifyRecord(together)).fault).toBeUndefined();
  const of = { scope: 'customer', customer: 'cus-0', currency: 'USD', day: '2026-11-27' } as const;
  expect(await together.reserved(of)).toBe(await alone.reserved(of));
});

test('what happens to a key within one append is its state in the end', async () => {
  const record = await openRecord();
  const { fact } = grant('k', {}, { attempt: 2 });
  await record.append([grant('k'), ended('k', 'refused'), noted('l'), { fact }, ended('l', 'settled')]);
  expect(await record.write('k')).toMatchObject({ attempt: 2, state: 'noted', version: 4, reserved: '100' });
  expect(await record.write('l')).toMatchObject({ state: 'settled', version: 5 });
  expect((await verifyRecord(record)).fault).toBeUndefined();
});
