import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { creditctl, csvOf } from '../../support/command.ts';
import { freshHome, noon } from '../../support/run.ts';

const rows = Array.from({ length: 6 }, (_, row) => `${['acme', 'globex'][row % 2]},${row + 1}`);
const grants = `external_customer_id,amount\n${rows.join('\n')}\n`;

async function planned(): Promise<string> {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), grants);
  const result = await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --batch-id b --sandbox`, {
    home,
  });
  if (result.code !== 0) throw new Error(result.stderr);
  return home;
}

function journal(home: string): { file: string; lines: string[] } {
  const folder = path.join(home, '.local/state/creditctl/batches');
  const [place = ''] = readdirSync(folder);
  const file = path.join(folder, place, 'b', 'journal.ndjson');
  return {
    file,
    lines: readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  };
}

/** As a kill leaves it: everything was sent, and the journal has only so many of the outcomes. */
async function cutOff(outcomes: number): Promise<string> {
  const home = await planned();
  expect((await creditctl(`batch apply ${home}/x.plan --sandbox --yes`, { home })).code).toBe(0);
  const { file, lines } = journal(home);
  let left = outcomes;
  const kept = lines.filter((line) => {
    if (line.includes('"event":"ended"')) return false;
    if (!line.includes('"event":"settled"')) return true;
    left -= 1;
    return left >= 0;
  });
  writeFileSync(file, `${kept.join('\n')}\n`);
  for (const name of readdirSync(home))
    if (name.startsWith('x.succeeded')) writeFileSync(path.join(home, name), '');
  return home;
}

async function count(home: string): Promise<number> {
  let sum = 0;
  for (const who of ['acme', 'globex']) {
    const { stdout } = await creditctl(`ledger list ${who} --all --sandbox --json id`, { home });
    sum += (JSON.parse(stdout) as unknown[]).length;
  }
  return sum;
}

test('rows that were begun are sent again under their keys, nothing is written twice, and the files are whole', async () => {
  const home = await cutOff(2);
  const result = await creditctl('batch resume --sandbox --yes --json succeeded,already,unprocessed', {
    home,
  });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual({ succeeded: 6, already: 2, unprocessed: 0 });
  expect(result.requests.filter(({ method }) => method === 'POST')).toHaveLength(4);
  expect(await count(home)).toBe(6);
  expect(csvOf(readFileSync(path.join(home, 'x.succeeded.csv'), 'utf8'))).toHaveLength(6);
});

test('past 47 hours they are looked for in the ledger, and nothing that is there is sent', async () => {
  const home = await cutOff(2);
  const later = noon + 49 * 3_600_000;
  const result = await creditctl('batch resume b --sandbox --yes -o json', { home, now: later });
  expect(result.code, result.stderr).toBe(0);
  expect(result.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  expect(JSON.parse(result.stdout)).toMatchObject({ succeeded: 6, unknown: 0 });
  expect(await count(home)).toBe(6);
});

test('past 47 hours a row that is not in the ledger was never applied, and is sent', async () => {
  const home = await cutOff(2);
  const fresh = await creditctl(`sandbox reset --yes`, { home });
  expect(fresh.code, fresh.stderr).toBe(0);
  const later = noon + 49 * 3_600_000;
  const planned = journal(home).lines.filter((line) => line.includes('"event":"settled"')).length;
  const result = await creditctl('batch resume b --sandbox --yes -o json', { home, now: later });
  // The ids of the plan are those of customers who are gone, so the API says no: once each, and only for the open ones.
  expect(result.requests.filter(({ method }) => method === 'POST').length).toBeLessThanOrEqual(6 - planned);
});

test('interrupted, the program finishes what is under way, says how to go on, and exits 130; resume does the rest', async () => {
  const home = await planned();
  const interruption = new AbortController();
  interruption.abort(new CreditctlError('interrupted', 'Interrupted'));
  const line = `batch apply ${home}/x.plan --sandbox --yes --rate 1`;
  const result = await creditctl(line, { home, signal: interruption.signal });
  expect(result.code).toBe(130);
  expect(result.stderr).toContain('creditctl batch resume b');
  const before = await count(home);
  const resumed = await creditctl('batch resume --sandbox --yes', { home });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await count(home)).toBe(6);
  expect(before).toBeLessThan(6);
  expect(existsSync(path.join(home, 'x.unprocessed.csv'))).toBe(false);
});

test('a batch that has come to its end has nothing to go on with; one that was never begun is not found', async () => {
  const home = await planned();
  expect((await creditctl('batch resume --sandbox --yes', { home })).code).toBe(4);
  expect((await creditctl('batch resume nobody --sandbox --yes', { home })).code).toBe(4);
  await creditctl(`batch apply ${home}/x.plan --sandbox --yes`, { home });
  const over = await creditctl('batch resume b --sandbox --yes', { home });
  expect(over.code).toBe(0);
  expect(over.stderr).toContain('nothing to go on with');
  expect(over.requests).toEqual([]);
  expect((await creditctl('batch resume --sandbox --yes', { home })).stderr).toContain(
    'No batch here is unfinished',
  );
  expect((await creditctl('batch resume b --sandbox', { home })).code).toBe(10);
});

test('a longer version of the file settles what the shorter one left open, from its own copy, and adds the rest', async () => {
  const home = await cutOff(2);
  writeFileSync(path.join(home, 'x.csv'), `${grants}initech,9\n`);
  const plan = `batch plan ${home}/x.csv --out ${home}/y.plan --batch-id b --sandbox`;
  expect((await creditctl(plan, { home })).code).toBe(0);
  const line = `batch apply ${home}/y.plan --sandbox --yes --json succeeded,unknown`;
  const result = await creditctl(line, { home });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual({ succeeded: 7, unknown: 0 });
  expect(result.requests.filter(({ method }) => method === 'POST')).toHaveLength(5);
  expect(await count(home)).toBe(6);
});
