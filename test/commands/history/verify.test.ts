import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, notesOf } from '../../support/command.ts';

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
    { profile: 'sandbox', file: journal(home), intact: true, lines: 6, chain: 6, head: hash, findings: [] },
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
