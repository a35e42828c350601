// Rows that were found in the ledger, and not sent by the run that the record has of them: shown and taken back as any other.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { mayHaveBegunBefore } from '../../../src/batch/apply/found-rows.ts';
import { creditctl } from '../../support/command.ts';
import { currentRows, forget, loseRecord } from '../../support/forgotten.ts';
import { available, granted } from '../../support/granted.ts';
import { freshHome, noon, type RunResult } from '../../support/run.ts';

const header = 'external_customer_id,amount\n';
const grants = ['acme,5\n', 'globex,7\n', 'acme,9\n'];

async function done(line: string, home: string, minute = 0): Promise<RunResult> {
  const result = await creditctl(`${line} --sandbox`, { home, now: noon + minute * 60_000 });
  expect(result.code, result.stderr).toBe(0);
  return result;
}

/** @param rows of them the first */
async function applied(home: string, rows: number, { minute = 0, flags = '' } = {}): Promise<void> {
  writeFileSync(path.join(home, 'x.csv'), header + grants.slice(0, rows).join(''));
  await done(`batch plan ${home}/x.csv --out ${home}/${minute}.plan --batch-id b`, home, minute);
  await done(`batch apply ${home}/${minute}.plan --yes ${flags}`, home, minute);
}

/** What the record says was found. */
const foundIn = (home: string) =>
  currentRows(home, 'found = 1').sort((a, b) => Number(a.row) - Number(b.row));

async function shown(named: string, home: string): Promise<Record<string, unknown>> {
  const { stdout } = await done(`history show ${named} -o json`, home);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** As a kill leaves it that came before any outcome was noted, and resumed. */
async function killedAndResumed(): Promise<string> {
  const home = freshHome();
  await applied(home, 3);
  forget(home, { outcomes: 'TRUE' });
  await done('batch resume b --yes', home, 1);
  return home;
}

test('a row of a killed run is noted with its number, and names what took it back', async () => {
  const home = await killedAndResumed();
  expect(foundIn(home)).toMatchObject([{ row: 1 }, { row: 2 }, { row: 3 }]);
  const entry = String(foundIn(home)[1]?.entry);
  expect(await shown(entry, home)).toMatchObject({
    row: 2,
    what: 'increment 7 credits → globex',
    undone_by: null,
  });
  await done('batch undo b --yes', home, 2);
  expect(await shown(entry, home)).toMatchObject({ undone_by: expect.stringMatching(/^undo-/) });
});

for (const rows of [3, 2])
  test(`a lost record: what is found by a file of ${rows} rows is shown and taken back`, async () => {
    const home = freshHome();
    await applied(home, 2);
    loseRecord(home);
    await applied(home, rows, { minute: 1 });
    expect(foundIn(home)).toMatchObject([{ row: 1 }, { row: 2 }]);
    const entry = String(foundIn(home)[0]?.entry);
    expect(await shown(entry, home)).toMatchObject({
      ...{ row: 1, at: '2026-11-23T12:01:00.000Z', what: 'increment 5 credits → acme' },
      command: expect.stringContaining('batch apply'),
    });
    const before = await available(home);
    await done(`undo ${entry} --yes`, home, 2);
    expect(await available(home)).toBe(before - 5);
    await done('batch undo b --yes', home, 3);
    expect(await available(home)).toBe(0);
  });

test('what was found before the ledger turned out to have moved is taken back with the rest', async () => {
  const home = freshHome();
  await applied(home, 1);
  await applied(home, 3, { minute: 1 });
  loseRecord(home);
  await creditctl('ledger add acme --amount 1 --sandbox --yes', { home });
  const line = `batch apply ${home}/1.plan --sandbox --yes`;
  expect((await creditctl(line, { home })).code).toBe(10);
  expect((await creditctl(`${line} --allow-drift`, { home })).code).toBe(0);
  await done('batch undo b --yes', home, 3);
  const { stdout } = await done('balance acme --json available', home, 4);
  expect(JSON.parse(stdout)).toEqual({ available: 1 });
  expect((await creditctl(`${line} --allow-drift`, { home })).stderr).toContain('Already applied: 3 rows');
});

test('a record that forgot a run: what is found belongs to the plan that has it', async () => {
  const home = freshHome();
  await applied(home, 1);
  await applied(home, 2, { minute: 1 });
  forget(home, { rows: 'row = 2' });
  await applied(home, 3, { minute: 2, flags: '--verify-remote' });
  const entry = String(foundIn(home)[0]?.entry);
  expect(await shown(entry, home)).toMatchObject({
    row: 2,
    what: 'increment 7 credits → globex',
    command: expect.stringContaining('--verify-remote'),
  });
  await done(`undo ${entry} --yes`, home, 3);
  const globex = await done('balance globex --json available', home);
  expect(JSON.parse(globex.stdout)).toEqual({ available: 0 });
});

/** A void of 40 of 100 credits in a batch of its own; the record then knows no outcome. */
async function voidedAndKilled(): Promise<string> {
  const { home, block } = await granted('--amount 100 --expires 2027-06-30');
  writeFileSync(path.join(home, 'x.csv'), `${voidHeader}acme,void,40,${block}\n`);
  await done(`batch plan ${home}/x.csv --out ${home}/x.plan --batch-id b`, home);
  await done(`batch apply ${home}/x.plan --yes`, home);
  forget(home, { outcomes: 'TRUE' });
  return home;
}

const voidHeader = 'external_customer_id,type,amount,block\n';

const late = 49 * 60;

async function expectGivenBack(home: string): Promise<void> {
  const key = String(foundIn(home)[0]?.key);
  const balance = async () =>
    JSON.parse((await done('balance acme --json available', home, late)).stdout) as unknown;
  expect(await balance()).toEqual({ available: 60 });
  await done(`undo ${key} --yes`, home, late);
  expect(await balance()).toEqual({ available: 100 });
}

/** The ids of the entries of a type. */
async function idsOf(type: string, home: string): Promise<readonly string[]> {
  const list = await done(`ledger list acme --type ${type} --json id`, home, late);
  return (JSON.parse(list.stdout) as { id: string }[]).map(({ id }) => id);
}

const ways: Readonly<Record<string, (home: string) => Promise<unknown>>> = {
  'as the ledger has moved since': (home) => done('batch resume b --yes', home, 1),
  'in every ledger': (home) => done('batch resume b --yes --allow-drift --verify-remote', home, 1),
  'past the life of its key': (home) => done('batch resume b --yes --allow-drift', home, late),
};

for (const [way, resume] of Object.entries(ways))
  test(`a void that is found ${way} is noted by the entry that the API answers it with, and taken back`, async () => {
    const home = await voidedAndKilled();
    await resume(home);
    expect(foundIn(home).map(({ entry }) => entry)).toEqual(await idsOf('void_initiated', home));
    await expectGivenBack(home);
  });

const day = 86_400_000;
const batches: readonly (readonly [
  string,
  number,
  { plannedAt: number; begunAt?: number; ledger?: string },
])[] = [
  ['no trace of it, planned before', 1, { plannedAt: noon - day }],
  ['no trace of it, planned by a clock that is ahead', 1, { plannedAt: noon + day }],
  ['no trace of it, planned after', 0, { plannedAt: noon + 2 * day }],
  ['begun before, and planned anew after', 1, { plannedAt: noon + 2 * day, begunAt: noon - day }],
  ['begun after', 0, { plannedAt: noon + 2 * day, begunAt: noon + 2 * day }],
  ['an embedded ledger, whatever its clock says', 1, { plannedAt: noon + 9 * day, ledger: 'l' }],
];

test.each(batches)('a batch of which rows may be lost: %s', (_, may, { plannedAt, begunAt, ledger }) => {
  const text = (at: number): string => new Date(at).toISOString();
  const found = mayHaveBegunBefore(
    { since: noon - 9 * day, until: noon },
    { header: { planned_at: text(plannedAt) } },
    {
      connection: { ledger: () => ledger },
      runs: { first: begunAt === undefined ? undefined : { begunAt: text(begunAt) } },
    },
  );
  expect(found).toBe(may === 1);
});
