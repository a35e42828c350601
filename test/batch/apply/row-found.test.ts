// Rows that were found in the ledger, and not sent by the run whose journal tells of them: shown and taken back as any other.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, linesOf } from '../../support/command.ts';
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

function folderOf(home: string): string {
  const places = path.join(home, '.local/state/creditctl/batches');
  const place = readdirSync(places).find((name) => name.startsWith('sandbox-')) ?? '';
  return path.join(places, place, 'b');
}

const journalIn = (home: string): string => path.join(folderOf(home), 'journal.ndjson');

const textOf = (home: string): string => readFileSync(journalIn(home), 'utf8');

/** What the journal says was found. */
function foundIn(home: string): readonly { row: number; key: string; entry: string }[] {
  const lines = linesOf(textOf(home)) as { row: number; key: string; entry: string; found?: true }[];
  return lines.filter(({ found }) => found === true).sort((a, b) => a.row - b.row);
}

function rewritten(home: string, change: (line: string) => string): void {
  const lines = textOf(home).trimEnd().split('\n').map(change);
  writeFileSync(journalIn(home), `${lines.filter((line) => line !== '').join('\n')}\n`);
}

async function shown(named: string, home: string): Promise<Record<string, unknown>> {
  const { stdout } = await done(`history show ${named} -o json`, home);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** As a kill leaves it that came before any outcome was noted, and resumed. */
async function killedAndResumed(): Promise<string> {
  const home = freshHome();
  await applied(home, 3);
  rewritten(home, (line) => (/"event":"(settled|ended)"/.test(line) ? '' : line));
  await done('batch resume b --yes', home, 1);
  return home;
}

test('a row of a killed run is noted with its number, and names what took it back', async () => {
  const home = await killedAndResumed();
  expect(foundIn(home)).toMatchObject([{ row: 1 }, { row: 2 }, { row: 3 }]);
  const [, { entry = '' } = {}] = foundIn(home);
  expect(await shown(entry, home)).toMatchObject({
    row: 2,
    what: 'increment 7 credits → globex',
    undone_by: null,
  });
  await done('batch undo b --yes', home, 2);
  expect(await shown(entry, home)).toMatchObject({ undone_by: expect.stringMatching(/^undo-/) });
});

test('a row that an older version noted without its number has that of its other lines, or of its plan', async () => {
  const home = await killedAndResumed();
  await done('batch undo b --yes', home, 2);
  const [{ entry = '', key = '' } = {}] = foundIn(home);
  rewritten(home, (line) => (line.includes('"found":true') ? line.replace(/"row":\d+/, '"row":0') : line));
  expect(await shown(entry, home)).toMatchObject({ row: 1, undone_by: expect.stringMatching(/^undo-/) });
  rewritten(home, (line) => (line.includes('"intended"') && line.includes(key) ? '' : line));
  expect(await shown(entry, home)).toMatchObject({ row: 1, what: 'increment 5 credits → acme' });
  rewritten(home, (line) => (line.includes('"undo-') ? line.replace(/"row":\d+/, '"row":0') : line));
  const undo = /"key":"(undo-\w+)"/.exec(textOf(home))?.[1] ?? '';
  expect(await shown(undo, home)).toMatchObject({ row: null, what: 'Take back a row of batch b' });
});

for (const rows of [3, 2])
  test(`a lost folder: what is found by a file of ${rows} rows is shown and taken back`, async () => {
    const home = freshHome();
    await applied(home, 2);
    rmSync(folderOf(home), { recursive: true });
    await applied(home, rows, { minute: 1 });
    expect(foundIn(home)).toMatchObject([{ row: 1 }, { row: 2 }]);
    const [{ entry = '' } = {}] = foundIn(home);
    expect(await shown(entry, home)).toMatchObject({
      ...{ row: 1, at: '2026-11-23T12:01:00.000Z', what: 'increment 5 credits → acme', told: true },
      command: expect.stringContaining('batch apply'),
    });
    const before = await available(home);
    await done(`undo ${entry} --yes`, home, 2);
    expect(await available(home)).toBe(before - 5);
    await done('batch undo b --yes', home, 3);
    expect(await available(home)).toBe(0);
  });

for (const isLost of [true, false])
  test(`what was found before the ledger turned out to have moved is taken back with the rest: ${isLost ? 'no folder' : 'a shorter plan'}`, async () => {
    const home = freshHome();
    await applied(home, 1);
    const shorter = path.join(home, 'shorter');
    cpSync(folderOf(home), shorter, { recursive: true });
    await applied(home, 3, { minute: 1 });
    rmSync(folderOf(home), { recursive: true });
    if (!isLost) cpSync(shorter, folderOf(home), { recursive: true });
    await creditctl('ledger add acme --amount 1 --sandbox --yes', { home });
    const line = `batch apply ${home}/1.plan --sandbox --yes`;
    expect((await creditctl(line, { home })).code).toBe(10);
    expect((await creditctl(`${line} --allow-drift`, { home })).code).toBe(0);
    await done('batch undo b --yes', home, 3);
    const { stdout } = await done('balance acme --json available', home, 4);
    expect(JSON.parse(stdout)).toEqual({ available: 1 });
    // Placed is placed: nothing begins anew.
    const runs = textOf(home).split('"event":"begun"').length;
    expect((await creditctl(`${line} --allow-drift`, { home })).stderr).toContain('Already applied: 3 rows');
    expect(textOf(home).split('"event":"begun"')).toHaveLength(runs);
  });

for (const rows of [3, 2])
  test(`an older folder: what is found by a file of ${rows} rows belongs to the plan that has it`, async () => {
    const home = freshHome();
    await applied(home, 1);
    const older = path.join(home, 'older');
    cpSync(folderOf(home), older, { recursive: true });
    await applied(home, 2, { minute: 1 });
    rmSync(folderOf(home), { recursive: true });
    cpSync(older, folderOf(home), { recursive: true });
    await applied(home, rows, { minute: 2, flags: '--verify-remote' });
    const [{ entry = '' } = {}] = foundIn(home);
    expect(await shown(entry, home)).toMatchObject({
      row: 2,
      what: 'increment 7 credits → globex',
      command: expect.stringContaining('--verify-remote'),
    });
    await done(`undo ${entry} --yes`, home, 3);
    const globex = await done('balance globex --json available', home);
    expect(JSON.parse(globex.stdout)).toEqual({ available: 0 });
  });

/** A void of 40 of 100 credits in a batch of its own; its journal then knows no outcome. */
async function voidedAndKilled(): Promise<string> {
  const { home, block } = await granted('--amount 100 --expires 2027-06-30');
  writeFileSync(path.join(home, 'x.csv'), `${voidHeader}acme,void,40,${block}\n`);
  await done(`batch plan ${home}/x.csv --out ${home}/x.plan --batch-id b`, home);
  await done(`batch apply ${home}/x.plan --yes`, home);
  rewritten(home, (line) => (/"event":"(settled|ended)"/.test(line) ? '' : line));
  return home;
}

const voidHeader = 'external_customer_id,type,amount,block\n';

const late = 49 * 60;

async function expectGivenBack(home: string): Promise<void> {
  const [{ key = '' } = {}] = foundIn(home);
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

test('a void that an older version noted by its other entry is taken back, too', async () => {
  const home = await voidedAndKilled();
  await done('batch resume b --yes', home, 1);
  const [id = ''] = await idsOf('void', home);
  rewritten(home, (line) => line.replace(/"entry":"\w+"/, `"entry":"${id}"`));
  await expectGivenBack(home);
});
