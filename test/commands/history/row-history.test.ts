import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, notesOf } from '../../support/command.ts';
import { currentRows, losePlans, standAs } from '../../support/forgotten.ts';
import { freshHome, homeAfter, noon } from '../../support/run.ts';

const grants =
  'external_customer_id,amount,description\nacme,5,Trial credits\nglobex,7,Trial credits\nacme,9,\n';

const applied = (): Promise<string> => homeAfter('a batch of three rows', () => apply(grants));

async function apply(rows: string, more: { home?: string; now?: number } = {}): Promise<string> {
  const home = more.home ?? freshHome();
  writeFileSync(path.join(home, 'x.csv'), rows);
  const line = `ledger import ${home}/x.csv --batch-id trials --sandbox --yes`;
  const result = await creditctl(line, { ...more, home });
  if (result.code !== 0) throw new Error(result.stderr);
  return home;
}

function settledRow(home: string, row: number): { readonly key: string; readonly entry: string } {
  const [found] = currentRows(home, `row = ${row} AND undoes IS NULL`);
  return { key: String(found?.key), entry: String(found?.entry) };
}

async function shown(named: string, home: string): Promise<Record<string, unknown>> {
  const result = await creditctl(`history show ${named} --sandbox -o json`, { home });
  expect(result.code, result.stderr).toBe(0);
  expect(result.requests).toEqual([]);
  return JSON.parse(result.stdout) as Record<string, unknown>;
}

test('a row of a batch is shown with what its plan says of it, and who ran the batch', async () => {
  const home = await applied();
  const { key, entry } = settledRow(home, 2);
  const row = await shown(key, home);
  expect(row).toMatchObject({
    ...{ key, entry, batch: 'trials', row: 2, who: 'tester', outcome: 'settled', status: 201 },
    ...{ what: 'increment 7 credits → globex', why: 'Trial credits', customer: 'globex' },
    ...{ undoes: null, undone_by: null, at: '2026-11-23T12:00:00.000Z' },
  });
  expect(row.command).toContain('ledger import');
  expect(row.request).toMatchObject({
    method: 'POST',
    path: expect.stringMatching(/^\/customers\/\w+\/credits\/ledger_entry$/),
    body: { entry_type: 'increment', amount: 7, metadata: { creditctl_key: key } },
  });
  for (const named of [key.slice(0, 16), entry])
    expect(await shown(named, home), named).toMatchObject({ key });
});

test('a row that was refused is shown with its request, too', async () => {
  const home = await apply('external_customer_id,amount\nacme,5\n');
  const { key } = settledRow(home, 1);
  standAs(home, 'refused', 'row = 1');
  expect(await shown(key, home)).toMatchObject({ outcome: 'refused', what: 'increment 5 credits → acme' });
});

test('of several plans of one name, the request is that of the plan that has the row', async () => {
  const home = await apply('external_customer_id,amount\nacme,5\n');
  const first = settledRow(home, 1);
  await apply('external_customer_id,amount\nglobex,7\n', { home, now: noon + 60_000 });
  expect(await shown(first.key, home)).toMatchObject({ what: 'increment 5 credits → acme' });
});

test('where the plan is gone from the record, everything but the request is shown', async () => {
  const home = await applied();
  const { key, entry } = settledRow(home, 1);
  losePlans(home);
  const result = await creditctl(`history show ${key} --sandbox -o json`, { home });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ request: null, entry, what: 'Row 1 of batch trials' });
  expect(notesOf(result)).toMatchObject([{ request_not_known: expect.stringContaining('plan') }]);
});

test('a row that was taken back with its batch names what took it back, and that is shown too', async () => {
  const home = await applied();
  expect((await creditctl('batch undo trials --sandbox --yes', { home })).code).toBe(0);
  const { key } = settledRow(home, 2);
  const { undone_by: undo } = await shown(key, home);
  expect(undo).toMatch(/^undo-[0-9a-f]{40}$/);
  expect(await shown(String(undo), home)).toMatchObject({
    ...{ what: 'Take back row 2 of batch trials', request: null, outcome: 'settled', undoes: key },
    ...{ command: 'batch undo trials --sandbox --yes', batch: 'trials', row: 2 },
  });
});
