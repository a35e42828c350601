// What took rows back and is found in the ledger: noted once, by the batch whose rows they are.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl } from '../../support/command.ts';
import { currentRows, forget } from '../../support/forgotten.ts';
import { freshHome, noon, type RunResult } from '../../support/run.ts';

async function done(line: string, home: string, now = noon): Promise<RunResult> {
  const result = await creditctl(`${line} --sandbox`, { home, now });
  expect(result.code, result.stderr).toBe(0);
  return result;
}

async function imported(batch: string, home: string): Promise<void> {
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\nglobex,7\n');
  await done(`ledger import ${home}/x.csv --batch-id ${batch} --yes`, home);
}

/** The keys of the writes that took back the rows of a batch. */
const undoKeys = (batch: string, home: string): readonly string[] =>
  currentRows(home, `batch = '${batch}' AND undoes IS NOT NULL`).map(({ key }) => String(key));

async function shown(key: string, home: string): Promise<unknown> {
  const { stdout } = await done(`history show ${key} --json what,command,batch,row`, home);
  return JSON.parse(stdout);
}

/** Two batches that share their customers, both taken back, the first one first. */
async function twoTakenBack(): Promise<string> {
  const home = freshHome();
  for (const batch of ['a', 'b']) await imported(batch, home);
  for (const [minute, batch] of ['a', 'b'].entries())
    await done(`batch undo ${batch} --yes`, home, noon + minute * 60_000);
  return home;
}

test('what took back the rows of another batch is none of its own', async () => {
  const home = await twoTakenBack();
  const [a, b] = ['a', 'b'].map((batch) => undoKeys(batch, home));
  expect([a?.length, b?.length]).toEqual([2, 2]);
  expect(b).not.toEqual(expect.arrayContaining([a?.[0]]));
  for (const batch of ['a', 'b']) {
    const { stdout } = await done(`batch status ${batch} --json undo_writes`, home);
    expect(JSON.parse(stdout)).toEqual({ undo_writes: 2 });
  }
  expect(await shown(a?.[0] ?? '', home)).toEqual({
    what: 'Take back row 1 of batch a',
    command: 'batch undo a --yes --sandbox',
    batch: 'a',
    row: 1,
  });
});

test('an undoing that the record lost is found with the row that it took back', async () => {
  const home = await twoTakenBack();
  const lost = undoKeys('a', home);
  forget(home, { rows: "batch = 'a' AND undoes IS NOT NULL" });
  const { requests } = await done('batch undo a --yes', home);
  expect(requests.filter(({ method }) => method === 'POST')).toEqual([]);
  expect(undoKeys('a', home)).toEqual(lost);
  expect(currentRows(home, 'found = 1')).toMatchObject([{ row: 1 }, { row: 2 }]);
});

test('undoing what is undone asks the API for nothing', async () => {
  const home = await twoTakenBack();
  const { requests } = await done('batch undo a --yes', home);
  expect(requests).toEqual([]);
});
