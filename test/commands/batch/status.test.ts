import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { running } from '../../support/forgotten.ts';
import { changeRecord, recordFile } from '../../support/recorded.ts';
import { freshHome, homeAfter, run } from '../../support/run.ts';

const applied = (): Promise<string> => homeAfter('two batches of two rows', apply);

async function apply(): Promise<string> {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\nglobex,7\n');
  for (const name of ['first', 'second']) {
    const result = await creditctl(`ledger import ${home}/x.csv --batch-id ${name} --sandbox --yes`, {
      home,
    });
    if (result.code !== 0) throw new Error(result.stderr);
  }
  return home;
}

test('a batch is shown with its counts, its place and who began it, without a request', async () => {
  const home = await applied();
  const result = await creditctl('batch status first --sandbox -o json', { home });
  expect(result.code, result.stderr).toBe(0);
  expect(result.requests).toEqual([]);
  expect(JSON.parse(result.stdout)).toMatchObject({
    batch: 'first',
    state: 'finished',
    rows: 2,
    succeeded: 2,
    failed: 0,
    unknown: 0,
    unprocessed: 0,
    who: 'tester',
    kind: 'sandbox',
    held_by: null,
  });
});

test('a row that a run is sending counts as not processed yet, and not as unknown', async () => {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\nglobex,7\n');
  const seen: unknown[] = [];
  await creditctl(`ledger import ${home}/x.csv --batch-id slow --sandbox --yes`, {
    home,
    between: async (request, exchange) => {
      if (request.method === 'POST') {
        running(home, { machine: 'elsewhere', pid: 77 });
        const status = await creditctl('batch status slow --sandbox -o json', { home });
        seen.push(JSON.parse(status.stdout));
      }
      return exchange(request);
    },
  });
  expect(seen).toHaveLength(2);
  for (const each of seen)
    expect(each).toMatchObject({ state: 'running', rows: 2, succeeded: 0, unknown: 0, unprocessed: 2 });
});

test('--all lists every batch of the place; without a name the newest unfinished one is meant', async () => {
  const home = await applied();
  const all = await creditctl('batch status --all --sandbox --json batch', { home });
  expect((JSON.parse(all.stdout) as { batch: string }[]).map(({ batch }) => batch).sort()).toEqual([
    'first',
    'second',
  ]);
  const none = await creditctl('batch status --sandbox', { home });
  expect([none.code, none.stdout]).toEqual([0, '']);
  expect(none.stderr).toContain(
    'No batch of yours is unfinished. To see all batches: creditctl batch status --all',
  );
  expect((await creditctl('batch status nobody --sandbox', { home })).code).toBe(4);
  expectUsage(await creditctl('batch status x --all --sandbox'), ['--all goes without [batch]']);
});

test('an undo that was interrupted is an unfinished batch, and nothing to resume', async () => {
  const home = await applied();
  await creditctl('batch undo first --sandbox --yes', { home });
  // As a process leaves it that is killed before it noted the end of the run.
  changeRecord(home, 'UPDATE runs SET ended_at = NULL, counts = NULL, lease_until = 0 WHERE is_undo = 1');
  const shown = await creditctl('batch status --sandbox --json batch,state', { home });
  expect(JSON.parse(shown.stdout), shown.stderr).toEqual({ batch: 'first', state: 'unfinished' });
  const resumed = await creditctl('batch resume --sandbox --yes', { home });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stderr).toContain('No batch of yours is left to resume');
});

test('a machine that never wrote shows the batches that the record has, and tries out their undo', async () => {
  const home = await applied();
  rmSync(path.join(path.dirname(recordFile(home)), 'heads.json'));
  const named = await creditctl('batch status first --sandbox --json batch,state', { home });
  expect([named.code, named.stdout], named.stderr).toEqual([
    0,
    expect.stringContaining('"state": "finished"'),
  ]);
  const all = await creditctl('batch status --all --sandbox --json batch', { home });
  expect(JSON.parse(all.stdout)).toHaveLength(2);
  expect((await creditctl('batch status nobody --sandbox', { home })).code).toBe(4);
  // A record of accounts of another mode has none of this profile's.
  const live = await creditctl('batch status first', { home, env: orb });
  expect(live.code).toBe(4);
  const tried = await creditctl('batch undo first --sandbox --dry-run -o json', { home });
  expect(tried.code, tried.stderr).toBe(0);
  expect(JSON.parse(tried.stdout)).toMatchObject({ batch: 'first', writes: 2 });
});

test('history list has a row for each run of a batch', async () => {
  const home = await applied();
  const list = await creditctl('history list --sandbox --json key,what,outcome', { home });
  expect(JSON.parse(list.stdout)).toContainEqual({
    key: 'first',
    what: 'Apply batch first: 2 rows',
    outcome: 'settled',
  });
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
});

test('of two files under one name it counts the rows of the last one', async () => {
  const home = await applied();
  writeFileSync(path.join(home, 'y.csv'), 'external_customer_id,amount\ninitech,3\n');
  await creditctl(`ledger import ${home}/y.csv --batch-id first --sandbox --yes`, { home });
  const result = await creditctl('batch status first --sandbox -o json', { home });
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 1, succeeded: 1, unprocessed: 0 });
});

for (const name of [
  '../b',
  'a/b',
  '..',
  '.',
  '.b',
  '',
  'a b',
  'last',
  'x'.repeat(65),
  `batch-${'0'.repeat(40)}`,
]) {
  test(`"${name}" is the name of no batch`, async () => {
    expectUsage(await run(['batch', 'status', name, '--sandbox']), ['[batch] must']);
  });
}

test.each(['a/b', 'last'])('whatever takes the name of a batch refuses "%s"', async (name) => {
  for (const command of ['resume', 'undo'])
    expectUsage(await run(['batch', command, name, '--sandbox', '--yes']), ['[batch] must']);
  for (const words of ['batch plan x.csv --out x.plan', 'ledger import x.csv --yes'])
    expectUsage(await creditctl(`${words} --sandbox --batch-id=${name}`), ['--batch-id must']);
});

for (const name of ['-a', '_a', 'A.b-c_d', 'x'.repeat(64), 'LAST', 'batch-4', 'undo-it'])
  test(`"${name}" may be the name of a batch`, async () => {
    const result = await run(['batch', 'status', '--sandbox', '-o', 'json', '--', name]);
    expect(result.code, result.stderr).toBe(4);
    expect(errorOf(result).message).toContain(name);
  });

test('a machine on which the profile never wrote says how to see what others wrote', async () => {
  const { code, stderr } = await creditctl('batch status --all', { env: orb });
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('Profile default has not written from here. To see what others wrote:');
});
