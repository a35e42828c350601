// What took rows back and is found in the ledger: noted once, by the batch whose rows they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, linesOf } from '../../support/command.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome, noon, type RunResult } from '../../support/run.ts';

interface Line {
  readonly event: string;
  readonly row: number;
  readonly key: string;
  readonly found?: true;
}

async function done(line: string, home: string, now = noon): Promise<RunResult> {
  const result = await creditctl(`${line} --sandbox`, { home, now });
  expect(result.code, result.stderr).toBe(0);
  return result;
}

async function imported(batch: string, home: string): Promise<void> {
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\nglobex,7\n');
  await done(`ledger import ${home}/x.csv --batch-id ${batch} --yes`, home);
}

function recordedIn(batch: string, home: string): string {
  const places = path.join(home, '.local/state/creditctl/batches');
  const place = readdirSync(places).find((name) => name.startsWith('sandbox-')) ?? '';
  return path.join(places, place, batch, 'journal.ndjson');
}

const undoLines = (batch: string, home: string): readonly Line[] =>
  (linesOf(readFileSync(recordedIn(batch, home), 'utf8')) as Line[]).filter(({ key = '' }) =>
    key.startsWith('undo-'),
  );

const keysIn = (lines: readonly Line[]): readonly string[] => [...new Set(lines.map(({ key }) => key))];

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
  const [a, b] = ['a', 'b'].map((batch) => keysIn(undoLines(batch, home)));
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

test('an undoing that the journal of the batch lost is found with the number of its row', async () => {
  const home = await twoTakenBack();
  const file = recordedIn('a', home);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const lost = lines.findIndex((line) => line.includes('"undo":true'));
  writeFileSync(file, `${lines.slice(0, lost).join('\n')}\n`);
  await done('batch undo a --yes', home);
  expect(undoLines('a', home)).toMatchObject([
    { event: 'settled', row: 1, found: true },
    { event: 'settled', row: 2, found: true },
  ]);
});

test('of a batch that sent a write and one that only found it, the first is meant', async () => {
  const home = await twoTakenBack();
  const [sent] = undoLines('a', home);
  const foreign = { v: 2, event: 'settled', at: '2026-11-23T13:00:00.000Z', row: 0, key: sent?.key };
  const file = recordedIn('b', home);
  writeFileSync(file, `${readFileSync(file, 'utf8')}${JSON.stringify({ ...foreign, found: true })}\n`);
  expect(await shown(sent?.key ?? '', home)).toMatchObject({ batch: 'a', row: 1 });
});
