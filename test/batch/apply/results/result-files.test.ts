// The files of the outcomes: where they go, that none of them goes over another, and that they look like the input.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { resultsBase } from '../../../../src/batch/apply/results/results-place.ts';
import { creditctl, errorOf, expectUsage, notesOf, posts } from '../../../support/command.ts';
import { granted } from '../../../support/granted.ts';
import { homeWith, type RunOptions, type RunResult } from '../../../support/run.ts';

const grants = 'external_customer_id,amount\nacme,5\nglobex,7\n';
/** The second row is refused: it would move the expiry of more than there is. */
const failing = (block: string) =>
  `external_customer_id,type,amount,block,target-expires\nacme,increment,5,,\nacme,expiration_change,999,${block},+7d\n`;

async function homeOfFailing(): Promise<string> {
  const { home, block } = await granted('--amount 10');
  writeFileSync(path.join(home, 'x.csv'), failing(block));
  return home;
}

const imported = (home: string, more = '', options: RunOptions = {}): Promise<RunResult> =>
  creditctl(`ledger import ${home}/x.csv --sandbox --yes -o json ${more}`, { home, ...options });

const textOf = (home: string, name: string): string => readFileSync(path.join(home, name), 'utf8');
const filesOf = (folder: string): string[] =>
  readdirSync(folder).filter((name) => /^(x\.|\.creditctl)/.test(name));
/** Ledgers may have been read by then, and nothing was sent. */
function expectRefused(result: RunResult, parts: readonly string[]): void {
  const { message, next } = errorOf(result);
  for (const part of parts) expect(`${message} ${next}`).toContain(part);
  expect(result.code).toBe(2);
  expect(posts(result)).toEqual([]);
}

test('files that are there stay as they are: those of one run get the next number that is free, and are named', async () => {
  const home = await homeOfFailing();
  writeFileSync(`${home}/x.unprocessed.csv`, 'last week');
  symlinkSync(`${home}/nowhere`, `${home}/x.unknown.2.csv`);
  const first = await imported(home);
  expect(first.code).toBe(9);
  const results = { succeeded: `${home}/x.succeeded.3.csv`, failed: `${home}/x.failed.3.csv` };
  expect(JSON.parse(first.stdout)).toMatchObject({ results });
  expect(first.stderr).toContain('x.failed.3.csv');
  writeFileSync(results.failed, 'mended');
  const second = await imported(home);
  expect(second.code).toBe(9);
  expect(JSON.parse(second.stdout).results.failed).toBe(`${home}/x.failed.4.csv`);
  expect(textOf(home, 'x.failed.3.csv')).toBe('mended');
  expect(textOf(home, 'x.unprocessed.csv')).toBe('last week');
  expect(filesOf(home).sort()).toEqual([
    ...['x.csv', 'x.failed.3.csv', 'x.failed.4.csv', 'x.succeeded.3.csv', 'x.succeeded.4.csv'],
    ...['x.unknown.2.csv', 'x.unprocessed.csv'],
  ]);
});

test('no file is left of a name that was only held while the files got theirs', async () => {
  const home = await homeOfFailing();
  const lines = textOf(home, 'x.csv').split('\n');
  writeFileSync(`${home}/x.csv`, `${lines[0]}\n${lines[2]}\n`);
  expect((await imported(home)).code).toBe(9);
  expect(filesOf(home).sort()).toEqual(['x.csv', 'x.failed.csv']);
});

test('--results refuses what exists before anything is sent; --force replaces it and leaves nothing stale', async () => {
  const home = homeWith(grants);
  mkdirSync(`${home}/out`);
  writeFileSync(`${home}/out/x.failed.csv`, 'mine');
  const refused = await imported(home, `--results ${home}/out`);
  expectRefused(refused, ['--results names a folder with a file that exists', 'x.failed.csv', '--force']);
  expect(textOf(home, 'out/x.failed.csv')).toBe('mine');
  const forced = await imported(home, `--results ${home}/out --force`);
  expect(forced.code, forced.stderr).toBe(0);
  expect(readdirSync(`${home}/out`)).toEqual(['x.succeeded.csv']);
});

test('--force does not make the input an outcome', async () => {
  const home = homeWith(grants);
  symlinkSync(`${home}/x.csv`, `${home}/x.succeeded.csv`);
  const result = await imported(home, '--force');
  expectRefused(result, ['--force names a folder with a file that this command reads']);
  expect(textOf(home, 'x.csv')).toBe(grants);
});

test('a folder that takes no files is noticed before anything is sent', async () => {
  const home = homeWith(grants);
  writeFileSync(`${home}/file`, '');
  expect((await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --sandbox`, { home })).code).toBe(0);
  for (const [folder, text] of [
    ['none', 'does not exist'],
    ['file', 'is no folder'],
    ['x.csv/y', 'does not exist'],
  ])
    for (const line of [`batch apply ${home}/x.plan`, `ledger import ${home}/x.csv`, 'batch resume b']) {
      const result = await creditctl(`${line} --sandbox --yes --results ${home}/${folder}`, { home });
      expectUsage(result, [`--results names a folder that ${text}`]);
      expect(result.requests).toEqual([]);
    }
});

test('a folder that is gone by the end is named with the way to the files, and the exit code is not 0', async () => {
  const home = homeWith(grants);
  mkdirSync(`${home}/out`);
  const result = await imported(home, `--results ${home}/out --batch-id b`, {
    between: async (request, exchange) => {
      if (request.method === 'POST') rmSync(`${home}/out`, { recursive: true, force: true });
      return exchange(request);
    },
  });
  expect(result.code).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 2, succeeded: 2, results: {} });
  const error = errorOf(result);
  expect(error).toMatchObject({ code: 'failure', applied: 'yes' });
  expect(error.message).toContain('cannot be written');
  expect(String(error.next)).toContain('creditctl batch resume --results <folder> b');
  mkdirSync(`${home}/later`);
  const again = await creditctl(`batch resume b --sandbox --yes --results ${home}/later`, { home });
  expect(again.code, again.stderr).toBe(0);
  expect(textOf(home, 'later/x.succeeded.csv')).toBe(grants);
});

test('a plan that is changed after it was checked is applied as it was checked', async () => {
  const home = homeWith(grants);
  await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --sandbox`, { home });
  const plan = textOf(home, 'x.plan');
  const result = await creditctl(`batch apply ${home}/x.plan --sandbox --yes -o json`, {
    home,
    between: async (request, exchange) => {
      writeFileSync(`${home}/x.plan`, plan.replace('"amount":5', '"amount":6'));
      return exchange(request);
    },
  });
  expect(result.code, result.stderr).toBe(0);
  const amounts = posts(result).map(({ body = '' }) => (JSON.parse(body) as { amount: number }).amount);
  expect(amounts).toContain(5);
  expect(amounts).not.toContain(6);
  // The file is another plan by now, and one that was forged.
  expect((await creditctl(`batch apply ${home}/x.plan --sandbox --yes`, { home })).code).toBe(10);
});

test('what comes through a pipe or by a descriptor is called by its batch, in the current folder', () => {
  for (const file of ['-', '/dev/stdin', '/dev/fd/63', '/proc/self/fd/0'])
    expect(resultsBase(file, {}, 'b')).toBe(path.resolve('b'));
  expect(resultsBase('-', {}, '2026.11')).toBe(path.resolve('2026.11'));
  expect(resultsBase('/dev/stdin', { results: '/out' }, 'b')).toBe('/out/b');
  expect(resultsBase('/dev/shm/g.csv', {}, 'b')).toBe('/dev/shm/g');
  expect(resultsBase('/in/g.csv', {}, 'b')).toBe('/in/g');
});

for (const [what, text] of [
  ['BOM and CR LF', '\uFEFFexternal_customer_id,amount\r\nacme,5\r\nglobex,7\r\n'],
  ['CR alone', 'external_customer_id,amount\racme,5\rglobex,7\r'],
  ['quotes that need not be', '"external_customer_id","amount",description\n"acme",5,"a"\n"globex",7,b\n'],
] as const)
  test(`rows come back in the bytes of the input: ${what}`, async () => {
    const home = homeWith(text);
    const result = await imported(home);
    expect(result.code, result.stderr).toBe(0);
    expect(textOf(home, 'x.succeeded.csv')).toBe(text);
  });

test('what is added to failed rows keeps to the form of the input, and such a file can be planned again', async () => {
  const home = await homeOfFailing();
  writeFileSync(
    `${home}/x.csv`,
    `\uFEFF${textOf(home, 'x.csv').replace(/,999/, ',"999"').replaceAll('\n', '\r\n')}`,
  );
  expect((await imported(home)).code).toBe(9);
  const [header = '', row = '', end] = textOf(home, 'x.failed.csv').split('\r\n');
  expect(header).toBe('\uFEFFexternal_customer_id,type,amount,block,target-expires,reason,status,request_id');
  expect(row).toMatch(/^acme,expiration_change,"999",.*,400,/);
  expect(end).toBe('');
  const line = `batch plan ${home}/x.failed.csv --out ${home}/y.plan --batch-id y --sandbox`;
  expect((await creditctl(line, { home })).code).toBe(0);
});

test('NDJSON keeps its BOM and line ends too', async () => {
  const rows =
    '\uFEFF{"external_customer_id":"acme","amount":5.50}\r\n{"external_customer_id":"acme","amount":1}\r\n';
  const home = homeWith(rows, 'x.ndjson');
  const result = await creditctl(`ledger import ${home}/x.ndjson --sandbox --yes`, { home });
  expect(result.code, result.stderr).toBe(0);
  expect(textOf(home, 'x.succeeded.ndjson')).toBe(rows);
});

test('files of earlier runs are spoken of where they are', async () => {
  const home = await homeOfFailing();
  await imported(home);
  expect(notesOf(await imported(home))).toContainEqual({ results_number: 2 });
  expect(existsSync(`${home}/x.succeeded.2.csv`)).toBe(true);
});

test('files of rows keep the separator of the input, say it where the input does, and can be planned as they are', async () => {
  const home = await homeOfFailing();
  const text = textOf(home, 'x.csv').replaceAll(',', ';');
  writeFileSync(`${home}/x.csv`, `sep=;\r\n${text.replaceAll('\n', '\r\n')}`);
  const first = await imported(home);
  expect(first.code).toBe(9);
  expect(textOf(home, 'x.succeeded.csv')).toBe(
    'sep=;\r\nexternal_customer_id;type;amount;block;target-expires\r\nacme;increment;5;;\r\n',
  );
  const failed = textOf(home, 'x.failed.csv').split('\r\n');
  expect(failed.slice(0, 2)).toEqual([
    'sep=;',
    'external_customer_id;type;amount;block;target-expires;reason;status;request_id',
  ]);
  expect(failed[2]).toMatch(/^acme;expiration_change;999;\w+;\+7d;.+;400;/);
  const again = await creditctl(`batch plan ${home}/x.failed.csv --out ${home}/p --sandbox`, { home });
  expect(again.code, again.stderr).toBe(0);
  expect(again.stderr).not.toContain('is not known');
});
