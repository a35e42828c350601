import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, linesOf, notesOf } from '../../support/command.ts';
import { freshHome, noon } from '../../support/run.ts';

const journal = (home: string): string => path.join(home, '.local/state/creditctl/journal/sandbox.ndjson');

async function written(): Promise<string> {
  const { home } = await creditctl('ledger add acme --amount 1 --sandbox --yes');
  await creditctl('ledger add acme --amount 2 --sandbox --yes', { home });
  return home;
}

test('a whole journal is told with the number of its lines and its head', async () => {
  const home = await written();
  const { code, stdout, stderr, requests } = await creditctl('history verify --sandbox -o json', { home });
  expect({ code, stderr, requests }).toEqual({ code: 0, stderr: '', requests: [] });
  const last = readFileSync(journal(home), 'utf8').trimEnd().split('\n').at(-1) ?? '';
  const { hash } = JSON.parse(last) as { hash: string };
  expect(JSON.parse(stdout)).toEqual([
    {
      ...{ profile: 'sandbox', batch: null, file: journal(home) },
      ...{ intact: true, lines: 6, chain: 6, head: hash, findings: [] },
    },
  ]);
  expect((await creditctl('history verify --all-profiles', { home })).stdout).toContain(hash);
});

test('a changed line is named with its file and number, and exits 1', async () => {
  const home = await written();
  const file = journal(home);
  const changed = readFileSync(file, 'utf8').replace('"amount":2', '"amount":3');
  writeFileSync(file, changed);
  const result = await creditctl('history verify --sandbox -o json', { home });
  expect(result.code).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject([
    { intact: false, findings: [{ line: 4, kind: 'changed', fault: true }] },
  ]);
  expect(errorOf(result)).toMatchObject({
    code: 'check-failed',
    message: `The journal is not as it was written:\n${file}, line 4: its text is not the one that its hash was made of`,
  });
});

test('lines missing at the end are found', async () => {
  const home = await written();
  const lines = readFileSync(journal(home), 'utf8').split('\n');
  writeFileSync(journal(home), `${lines.slice(0, 4).join('\n')}\n`);
  const { code, stderr } = await creditctl('history verify --sandbox', { home });
  expect(code).toBe(1);
  expect(stderr).toContain('line 5: lines 5 to 6 of the chain are missing at the end: removed');
});

test('what a crash left of a line is told, and is no fault', async () => {
  const home = await written();
  appendFileSync(journal(home), '{"v":2,"event":"inten');
  const { code, stderr } = await creditctl('history verify --sandbox -o json', { home });
  expect(code).toBe(0);
  expect(notesOf({ stderr })).toMatchObject([{ note: 'torn', line: 7 }]);
  await creditctl('ledger add acme --amount 3 --sandbox --yes', { home });
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
});

test('where nothing was written, nothing is wrong', async () => {
  const { code, stdout } = await creditctl('history verify -o json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ intact: true, lines: 0 }]);
});

/** A batch of two grants that has come to its end. */
async function applied(now = noon): Promise<{ home: string; folder: string; file: string }> {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\nglobex,7\n');
  const result = await creditctl(`ledger import ${home}/x.csv --batch-id trials --sandbox --yes`, {
    ...{ home, now },
  });
  expect(result.code, result.stderr).toBe(0);
  const places = path.join(home, '.local/state/creditctl/batches');
  const place = readdirSync(places).find((name) => name.startsWith('sandbox-'));
  const folder = path.join(places, place ?? '', 'trials');
  return { home, folder, file: path.join(folder, 'journal.ndjson') };
}

/** What is wrong with the journal of the batch; the profile's own must be whole. */
async function faultsOf(home: string): Promise<readonly string[]> {
  const result = await creditctl('history verify --sandbox -o json', { home });
  const [own, batch] = JSON.parse(result.stdout) as {
    batch: string | null;
    intact: boolean;
    findings: { line: number; kind: string; what: string; fault: boolean }[];
  }[];
  expect(own).toMatchObject({ batch: null, intact: true, findings: [] });
  expect(batch).toMatchObject({ batch: 'trials' });
  expect(result.code).toBe(batch?.intact === true ? 0 : 1);
  if (result.code === 1) expect(errorOf(result).code).toBe('check-failed');
  return (batch?.findings ?? [])
    .filter(({ fault }) => fault)
    .map(({ line, kind, what }) => `${line} ${kind}: ${what}`);
}

test('the journal of each batch is followed too, and named', async () => {
  const { home, file } = await applied();
  const { code, stdout, stderr } = await creditctl('history verify --sandbox -o json', { home });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const last = linesOf(readFileSync(file, 'utf8')).at(-1) as { hash: string; line: number };
  const batch = { profile: 'sandbox', batch: 'trials', file, intact: true, head: last.hash, findings: [] };
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({ profile: 'sandbox', batch: null, file: journal(home), intact: true }),
    { ...batch, lines: last.line, chain: last.line },
  ]);
  expect((await creditctl('history verify --sandbox', { home })).stdout).toMatch(
    /^ ?sandbox +trials +(true|yes)/m,
  );
  const all = await creditctl('history verify --all-profiles --json batch', { home });
  expect(JSON.parse(all.stdout)).toEqual([{ batch: null }, { batch: 'trials' }]);
});

test('a line of a batch that was changed, removed or put elsewhere is found', async () => {
  const { home, file } = await applied();
  const whole = readFileSync(file, 'utf8');
  const lines = whole.trimEnd().split('\n');
  const put = (changed: readonly string[]): void => writeFileSync(file, `${changed.join('\n')}\n`);
  put(lines.map((line, at) => (at === 3 ? line.replace('"status":201', '"status":200') : line)));
  expect(await faultsOf(home)).toEqual(['4 changed: its text is not the one that its hash was made of']);
  put(lines.filter((_, at) => at !== 3));
  expect(await faultsOf(home)).toEqual(['4 removed: line 4 of the chain is missing before it']);
  put([0, 1, 2, 4, 3, 5].map((at) => lines[at] ?? ''));
  expect(await faultsOf(home)).toContain('5 reordered: it is line 4 of the chain, which comes after line 5');
});

test('the journal of a batch that was cut at its end is found, also where the head beside it was cut with it', async () => {
  const { home, folder, file } = await applied();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${lines.slice(0, -1).join('\n')}\n`);
  const ended = 'the end of the run that began on 2026-11-23T12:00:00.000Z, which the journal of the profile';
  expect(await faultsOf(home)).toEqual([
    '6 removed: line 6 of the chain is missing at the end: removed',
    `6 removed: ${ended} knows by its hash, is not there: removed or replaced`,
  ]);
  const last = JSON.parse(lines.at(-2) ?? '') as { line: number; hash: string };
  writeFileSync(
    path.join(folder, 'journal.head'),
    `${JSON.stringify({ v: 2, line: last.line, hash: last.hash, flushed: last.line })}\n`,
  );
  expect(await faultsOf(home)).toEqual([
    `6 removed: ${ended} knows by its hash, is not there: removed or replaced`,
  ]);
});

test('the journal of a batch that another one was put in the place of is found', async () => {
  const { home, folder } = await applied();
  const put = (other: string): void => {
    for (const name of ['journal.ndjson', 'journal.head'])
      writeFileSync(path.join(folder, name), readFileSync(path.join(other, name)));
  };
  put((await applied(noon + 1)).folder);
  expect(await faultsOf(home)).toEqual([
    expect.stringMatching(/^1 removed: the run that began on 2026-11-23T12:00:00.001Z is not in the journal/),
    '7 removed: the run that began on 2026-11-23T12:00:00.000Z, which the journal of the profile knows of, is not there: removed or replaced',
  ]);
  // One that says that it began at the same instant has another end.
  put((await applied()).folder);
  expect(await faultsOf(home)).toEqual([
    expect.stringMatching(/^7 removed: the end of the run that began on 2026-11-23T12:00:00.000Z/),
  ]);
  // Nothing else is known of a run that has yet to end.
  const own = readFileSync(journal(home), 'utf8').trimEnd().split('\n');
  writeFileSync(journal(home), `${own.slice(0, 1).join('\n')}\n`);
  const begun = own[0]?.replace(/.*"prev":"0+","hash":"(\w+)"\}$/, '$1');
  writeFileSync(
    journal(home).replace('.ndjson', '.head'),
    `${JSON.stringify({ v: 2, line: 1, hash: begun, flushed: 1 })}\n`,
  );
  expect(await faultsOf(home)).toEqual([]);
  writeFileSync(path.join(folder, 'journal.ndjson'), '');
  writeFileSync(
    path.join(folder, 'journal.head'),
    `${JSON.stringify({ v: 2, line: 0, hash: '0'.repeat(64), flushed: 0 })}\n`,
  );
  expect(await faultsOf(home)).toEqual([
    '1 removed: the run that began on 2026-11-23T12:00:00.000Z, which the journal of the profile knows of, is not there: removed or replaced',
  ]);
});

test('the journal of a batch that is gone is missed, with its folder or without', async () => {
  const { home, folder, file } = await applied();
  rmSync(file);
  const missing =
    '1 removed: it is missing, and the journal of the profile knows of the run of the batch that began on 2026-11-23T12:00:00.000Z';
  expect(await faultsOf(home)).toEqual([missing]);
  rmSync(path.join(home, '.local/state/creditctl/batches'), { recursive: true });
  expect(await faultsOf(home)).toEqual([missing]);
  const result = await creditctl('history verify --sandbox -o json', { home });
  expect(errorOf(result).message).toContain(`${file}, line 1: it is missing`);
  expect(existsSync(folder)).toBe(false);
});

test('a batch that was killed before it had begun is no fault, and one that the profile has yet to hear of neither', async () => {
  const { home, folder, file } = await applied();
  const other = path.join(path.dirname(folder), 'killed');
  mkdirSync(other);
  expect(await faultsOf(home)).toEqual([]);
  writeFileSync(path.join(other, 'journal.ndjson'), '');
  writeFileSync(
    path.join(other, 'journal.head'),
    `${JSON.stringify({ v: 2, line: 0, hash: '0'.repeat(64), flushed: 0 })}\n`,
  );
  const json = 'history verify --sandbox -o json';
  expect((await creditctl(json, { home })).code).toBe(0);
  const [begun = ''] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(path.join(other, 'journal.ndjson'), `${begun}\n`);
  const { hash } = JSON.parse(begun) as { hash: string };
  writeFileSync(path.join(other, 'journal.head'), `${JSON.stringify({ v: 2, line: 1, hash, flushed: 1 })}\n`);
  const { code, stdout } = await creditctl(json, { home });
  expect(code, stdout).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{}, { batch: 'killed', lines: 1 }, { batch: 'trials' }]);
  // Its head alone tells that there was more.
  rmSync(path.join(other, 'journal.ndjson'));
  const gone = await creditctl(json, { home });
  expect(gone.code).toBe(1);
  expect(errorOf(gone).message).toContain('line 1 of the chain is missing at the end: removed');
});

test('batches at every place of the profile are looked at, and at none of another profile', async () => {
  const { home, folder } = await applied();
  const foreign = path.join(path.dirname(path.dirname(folder)), 'sandbox-beta-0123abcd', 'foreign');
  mkdirSync(foreign, { recursive: true });
  writeFileSync(path.join(foreign, 'journal.ndjson'), '');
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\n');
  const elsewhere = `ledger import ${home}/x.csv --batch-id other --db ${home}/other.db --sandbox --yes`;
  expect((await creditctl(elsewhere, { home })).code).toBe(0);
  const { stdout } = await creditctl('history verify --sandbox --json batch,intact', { home });
  expect(JSON.parse(stdout)).toEqual([
    { batch: null, intact: true },
    { batch: 'other', intact: true },
    { batch: 'trials', intact: true },
  ]);
  const live = await creditctl('history verify --json batch', { home });
  expect(JSON.parse(live.stdout)).toEqual([{ batch: null }]);
});
