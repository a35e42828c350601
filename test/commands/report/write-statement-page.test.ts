// `report statement -o html`: the page on stdout or in a file, and what keeps it from being written.
import { existsSync, linkSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { creditctl, errorOf, orb } from '../../support/command.ts';
import { copyOfHome, freshHome, type RunOptions, type RunResult, run } from '../../support/run.ts';

const prepared = freshHome();
const october = Date.parse('2026-10-05T12:00:00Z');
const december = Date.parse('2026-12-02T20:00:00Z');
const granted = creditctl(
  'ledger add acme --amount 1234.5 --expires 2027-01-31 --description <b>Trial</b> --sandbox --yes',
  {
    home: prepared,
    now: october,
  },
);

let home: string;
let out: string;
beforeEach(async () => {
  expect((await granted).code).toBe(0);
  home = copyOfHome(prepared);
  out = path.join(home, 'acme.html');
});

const page = (line: string, some: RunOptions = {}, month = '2026-10') =>
  run(['report', 'statement', 'acme', '--month', month, '--sandbox', ...line.split(' ').filter(Boolean)], {
    home,
    now: december,
    ...some,
  });

/** A usage error that names these, before anything was asked of an API. */
function expectRefused({ code, stdout, stderr, requests }: RunResult, parts: readonly string[]): void {
  for (const part of parts) expect(stderr.replaceAll(/\s+/g, ' ')).toContain(part);
  expect({ code, stdout, requests }).toEqual({ code: 2, stdout: '', requests: [] });
}

test('the page is all of stdout', async () => {
  const { code, stdout } = await page('-o html');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^<!doctype html>\n[\s\S]*<\/html>\n$/);
  expect(stdout).toContain('>Granted: <bdi>&lt;b&gt;Trial&lt;/b&gt;</bdi></td>');
  expect(stdout).toContain('31 Jan 2027');
  expect(stdout).toContain('Made on <time datetime="2026-12-02">2 December 2026</time>');
});

test('--out writes the same page to a file that only its owner may read, and says so', async () => {
  const { stdout: shown } = await page('-o html');
  const { code, stdout, stderr } = await page(`--out ${out}`);
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toContain(out);
  expect(readFileSync(out, 'utf8')).toBe(shown);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(readdirSync(home).filter((name) => name.includes('.part'))).toEqual([]);
});

test('a file that exists is replaced only with --force', async () => {
  writeFileSync(out, 'mine');
  expectRefused(await page(`--out ${out}`), ['--out', out, '--force']);
  expect(readFileSync(out, 'utf8')).toBe('mine');
  expect((await page(`--out ${out} --force`)).code).toBe(0);
  expect(readFileSync(out, 'utf8')).toContain('<!doctype html>');
});

test('what is read is never replaced, and a folder that is missing is not made', async () => {
  const database = path.join(home, '.local', 'state', 'creditctl', 'sandbox.db');
  const before = readFileSync(database);
  linkSync(database, out);
  expectRefused(await page(`--out ${out} --force`), ['--out', out]);
  expect(readFileSync(database).equals(before)).toBe(true);
  expectRefused(await page(`--out ${path.join(home, 'none', 'a.html')}`), ['--out', 'does not exist']);
});

test('every wrong flag is named before anything is asked of the API', async () => {
  const result = await run(
    [
      ...['report', 'statement', 'acme', '-o', 'html', '--locale', 'xx_YY', '--json', 'opening'],
      ...['--columns', 'id', '--jq', '.', '--force', '--compare', 'x.json', '--month', 'x'],
    ],
    { home, env: orb, exchanges: [] },
  );
  const { message } = errorOf(result);
  for (const flag of ['--locale', '--json', '--columns', '--jq', '--force', '--compare', '--month'])
    expect(message).toContain(`${flag} `);
  expect(result.code).toBe(2);
  expect(result.stderr).not.toContain('Did you mean');
});

test.each([
  ['-o csv --out x.html', '--out'],
  ['--json opening --out x.html', '--out'],
  ['--locale de-DE', '--locale'],
  ['--force', '--force'],
])('what only a page has is refused with another format: %s', async (line, flag) => {
  const { code, stderr } = await page(line);
  expect(code).toBe(2);
  expect(stderr).toContain(`${flag} works only with -o html`);
});

test('a format that is none is named with those there are', async () => {
  const { code, stderr } = await page('-o htlm');
  expect(code).toBe(2);
  expect(stderr).toMatch(/md, html/);
  expect(stderr).toContain('--output html');
});

test('--locale writes amounts and days', async () => {
  const { stdout } = await page('-o html --locale de-DE');
  expect(stdout).toContain('1.234,50');
  expect(stdout).toContain('31. Jan. 2027');
});

test('a running month goes up to the day of --as-of', async () => {
  const { code, stdout } = await page('-o html --as-of 2026-12-01', {}, '2026-12');
  expect(code).toBe(0);
  expect(stdout).toMatch(/is not over: this statement goes up to <time datetime="2026-12-01">/);
  const early = await page('-o html --as-of 2027-01-31', {}, '2026-12');
  expect(early.stdout).toMatch(/is not over: this statement goes up to <time datetime="2026-12-02">/);
  const last = await page('-o html --as-of 2026-10-31', {}, '2026-10');
  expect(last.stdout).not.toContain('is not over');
});

test.each(['stdout', 'a file'])('a ledger that breaks makes no page, on %s', async (where) => {
  const result = await page(where === 'stdout' ? '-o html' : `--out ${out}`, {
    between: async (request, exchange) => {
      const answer = await exchange(request);
      return { ...answer, body: answer.body.replace('"starting_balance":0,', '"starting_balance":9,') };
    },
  });
  expect([result.code, result.stdout]).toEqual([1, '']);
  expect(result.stderr).toContain('starts at 9');
  expect(existsSync(out)).toBe(false);
});
