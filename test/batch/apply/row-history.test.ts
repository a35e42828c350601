import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, linesOf, notesOf } from '../../support/command.ts';
import { freshHome, noon } from '../../support/run.ts';

interface Batch {
  readonly home: string;
  /** Of the batch, in the state folder. */
  readonly folder: string;
  /** What its journal says of its rows, in the order of the file. */
  readonly lines: readonly { event: string; row: number; key: string; entry?: string }[];
}

const grants =
  'external_customer_id,amount,description\nacme,5,Trial credits\nglobex,7,Trial credits\nacme,9,\n';

async function applied(rows = grants, more: { home?: string; now?: number } = {}): Promise<Batch> {
  const home = more.home ?? freshHome();
  writeFileSync(path.join(home, 'x.csv'), rows);
  const line = `ledger import ${home}/x.csv --batch-id trials --sandbox --yes`;
  const result = await creditctl(line, { ...more, home });
  if (![0, 9].includes(result.code)) throw new Error(result.stderr);
  return { home, ...told(home) };
}

function told(home: string): Omit<Batch, 'home'> {
  const places = path.join(home, '.local/state/creditctl/batches');
  const place = readdirSync(places).find((name) => name.startsWith('sandbox-')) ?? '';
  const folder = path.join(places, place, 'trials');
  const lines = linesOf(readFileSync(path.join(folder, 'journal.ndjson'), 'utf8')) as Batch['lines'];
  return { folder, lines };
}

const settledRow = ({ lines }: Batch, row: number): { key: string; entry: string } => {
  const line = lines.find((each) => each.event === 'settled' && each.row === row);
  return { key: line?.key ?? '', entry: line?.entry ?? '' };
};

async function shown(named: string, { home }: Pick<Batch, 'home'>, more = '--sandbox') {
  const result = await creditctl(`history show ${named} ${more} -o json`, { home });
  expect(result.code, result.stderr).toBe(0);
  expect(result.requests).toEqual([]);
  return JSON.parse(result.stdout) as Record<string, unknown> & {
    lines: Record<string, unknown>[];
  };
}

const planOf = ({ folder }: Batch): string =>
  path.join(folder, readdirSync(folder).find((name) => name.endsWith('.plan')) ?? '');

/** Changes a line of the batch's journal; showing does not check its chain. */
function rewritten({ folder }: Batch, change: (text: string) => string): void {
  const file = path.join(folder, 'journal.ndjson');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

test('a row of a batch is shown with all that its journal and its plan know', async () => {
  const batch = await applied();
  const { key, entry } = settledRow(batch, 2);
  const row = await shown(key, batch);
  const [mark] = linesOf(
    readFileSync(path.join(batch.home, '.local/state/creditctl/journal/sandbox.ndjson'), 'utf8'),
  ) as { runner: { machine: string; pid: number }; who: string; command: string }[];
  const { lines, request, ...facts } = row;
  expect(facts).toEqual({
    key,
    profile: 'sandbox',
    kind: 'sandbox',
    host: path.join(batch.home, '.local/state/creditctl/sandbox.db'),
    at: '2026-11-23T12:00:00.000Z',
    who: mark?.who,
    machine: mark?.runner.machine,
    pid: mark?.runner.pid,
    command: mark?.command,
    what: 'increment 7 credits → globex',
    why: 'Trial credits',
    customer: 'globex',
    outcome: 'settled',
    outcome_at: '2026-11-23T12:00:00.000Z',
    status: 201,
    request_id: null,
    replayed: false,
    message: null,
    entry,
    answer: null,
    told: true,
    undoes: null,
    undone_by: null,
    batch: 'trials',
    row: 2,
  });
  expect(mark?.command).toContain('ledger import');
  expect(request).toMatchObject({
    method: 'POST',
    path: expect.stringMatching(/^\/customers\/\w+\/credits\/ledger_entry$/),
    body: { entry_type: 'increment', amount: 7, metadata: { creditctl_key: key } },
  });
  expect(lines).toEqual([
    { line: 3, event: 'intended', at: facts.at, row: 2, key },
    { line: expect.any(Number), event: 'settled', at: facts.at, row: 2, key, status: 201, entry },
  ]);
});

test('a row is named by its key, the beginning of one, the id of its entry or that of its request', async () => {
  const batch = await applied();
  const { key, entry } = settledRow(batch, 1);
  rewritten(batch, (text) => text.replace(`"entry":"${entry}"`, `"request_id":"req_1","entry":"${entry}"`));
  for (const named of [key, key.slice(0, 16), entry, 'req_1'])
    expect(await shown(named, batch), named).toMatchObject({ key, row: 1, request_id: 'req_1' });
  expect(await shown(entry, batch, '--all-profiles')).toMatchObject({ key });
  const csv = await creditctl(`history show ${key} --sandbox -o csv`, batch);
  expect(csv.stdout).toContain('req_1');
});

test('a single write is found by the id of its request, too', async () => {
  const home = freshHome();
  await creditctl('ledger add acme --amount 1 --idempotency-key monthly-2026-10 --sandbox --yes', { home });
  const file = path.join(home, '.local/state/creditctl/journal/sandbox.ndjson');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"status":201', '"status":201,"requestId":"req_1"'));
  expect(await shown('req_1', { home })).toMatchObject({ key: 'monthly-2026-10', batch: null, row: null });
});

test('in a table a row has its batch and its number', async () => {
  const batch = await applied();
  const { stdout } = await creditctl(`history show ${settledRow(batch, 3).entry} --sandbox`, batch);
  expect(stdout).toMatch(/^batch +trials$/m);
  expect(stdout).toMatch(/^row +3$/m);
  expect(stdout).toMatch(/^what +increment 9 credits → acme$/m);
  expect(stdout).toMatch(/^ +\d+ +2026-11-23T12:00:00.000Z +settled +- +201/m);
});

test('the beginning of several keys of rows is refused with the keys, and one that is too short is not found', async () => {
  const batch = await applied();
  rewritten(batch, (text) => text.replaceAll('"key":"batch-', '"key":"batch-abcdef'));
  const keys = told(batch.home).lines.flatMap(({ event, key }) => (event === 'settled' ? [key] : []));
  const { code, stderr } = await creditctl('history show batch-abcdef --sandbox', batch);
  expect(code).toBe(2);
  expect(stderr).toContain(`"batch-abcdef" is the beginning of several keys: ${keys.join(', ')}`);
  for (const named of ['batch', 'batch-', 'batch-abcde', 'trials', 'settled', 'no-such-write'])
    expect((await creditctl(`history show ${named} --sandbox`, batch)).code, named).toBe(4);
  expect((await creditctl(`history show ${keys[0]}`, batch)).code).toBe(4);
});

test('what the journal of the profile knows is not looked for in any batch', async () => {
  const batch = await applied();
  const { key } = settledRow(batch, 1);
  await creditctl(`ledger add acme --amount 1 --idempotency-key ${key}x --sandbox --yes`, batch);
  expect(await shown(key, batch)).toMatchObject({ key: `${key}x`, batch: null });
  expect(await shown(`${key}x`, batch)).toMatchObject({ key: `${key}x`, batch: null });
});

test('a row that was refused says why, and that it was never applied', async () => {
  const done = await applied('external_customer_id,amount\nacme,5\n');
  const { key } = settledRow(done, 1);
  rewritten(done, (text) =>
    text.replace(
      /"event":"settled"(.*)"status":201,"entry":"\w+"/,
      '"event":"refused"$1"status":400,"message":"No"',
    ),
  );
  expect(await shown(key, done)).toMatchObject({
    outcome: 'refused',
    status: 400,
    message: 'No',
    entry: null,
  });
  rewritten(done, (text) => text.replace('"event":"refused"', '"event":"unsent"'));
  expect(await shown(key, done)).toMatchObject({ outcome: 'absent' });
  rewritten(done, (text) =>
    text
      .split('\n')
      .filter((line) => !line.includes('"unsent"') && !line.includes('"ended"'))
      .join('\n'),
  );
  expect(await shown(key, done)).toMatchObject({ outcome: 'intended', outcome_at: null, told: false });
});

test('a row that went through in a later run is told of that run, and where it was sent from', async () => {
  const home = freshHome();
  const first = await applied('external_customer_id,amount\nacme,5\n', { home });
  const second = await applied('external_customer_id,amount\nacme,5\nglobex,7\n', {
    home,
    now: noon + 60_000,
  });
  const { key } = settledRow(second, 2);
  expect(await shown(key, second)).toMatchObject({
    at: '2026-11-23T12:01:00.000Z',
    what: 'increment 7 credits → globex',
  });
  expect(await shown(settledRow(first, 1).key, second)).toMatchObject({ at: '2026-11-23T12:00:00.000Z' });
});

test('where the copy of the plan is gone or changed, everything but the request is shown', async () => {
  const batch = await applied();
  const { key, entry } = settledRow(batch, 1);
  const plan = planOf(batch);
  writeFileSync(plan, readFileSync(plan, 'utf8').replace('"amount":5', '"amount":6'));
  const changed = await creditctl(`history show ${key} --sandbox -o json`, batch);
  expect(changed.code).toBe(0);
  expect(JSON.parse(changed.stdout)).toMatchObject({ request: null, entry, what: 'Row 1 of batch trials' });
  expect(notesOf(changed)).toMatchObject([{ request_not_known: expect.stringContaining('was changed') }]);
  // Of a longer version of the file under the same name the row has the same key.
  const longer = await applied(`${grants}initech,1,\n`);
  writeFileSync(plan, readFileSync(planOf(longer)));
  const other = await creditctl(`history show ${key} --sandbox -o json`, batch);
  expect(notesOf(other)).toMatchObject([{ request_not_known: expect.stringContaining('is not the one') }]);
  rmSync(plan);
  const gone = await creditctl(`history show ${key} --sandbox -o json`, batch);
  expect(notesOf(gone)).toMatchObject([{ request_not_known: expect.stringContaining('does not exist') }]);
});

test('a row that was taken back with its batch names what took it back, and that is shown too', async () => {
  const batch = await applied();
  expect((await creditctl('batch undo trials --sandbox --yes', batch)).code).toBe(0);
  const { key } = settledRow(batch, 2);
  const { undone_by: undo } = await shown(key, batch);
  expect(undo).toMatch(/^undo-[0-9a-f]{40}$/);
  expect(await shown(String(undo), batch)).toMatchObject({
    what: 'Take back row 2 of batch trials',
    request: null,
    outcome: 'settled',
    command: 'batch undo trials --sandbox --yes',
    undoes: null,
  });
});

test('of one key at two places the newer row is meant', async () => {
  const batch = await applied();
  writeFileSync(path.join(batch.home, 'x.csv'), grants);
  const elsewhere = `ledger import ${batch.home}/x.csv --batch-id trials --db ${batch.home}/b.db --sandbox --yes`;
  expect((await creditctl(elsewhere, { home: batch.home, now: noon + 1000 })).code).toBe(0);
  const { key } = settledRow(batch, 1);
  expect(await shown(key, batch)).toMatchObject({ host: path.join(batch.home, 'b.db') });
});

test('what nobody knows is not found, as for a single write', async () => {
  const batch = await applied();
  const result = await creditctl('history show nothing -o json', batch);
  expect(result.code).toBe(4);
  expect(errorOf(result).message).toBe('The journal of this profile knows no write "nothing"');
});
