import { copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { creditctl, errorOf } from '../../support/command.ts';
import { granted, homeAfterLines } from '../../support/granted.ts';
import { changeRecord, recordFile } from '../../support/recorded.ts';

const add = 'ledger add acme --sandbox --yes --amount';
const written = (): Promise<string> => homeAfterLines(`${add} 1`, `${add} 2`);

test('a whole record is shown with how far it goes, without key or network', async () => {
  const home = await written();
  const { code, stdout, stderr, requests } = await creditctl('history verify --sandbox -o json', { home });
  expect({ code, stderr, requests }).toEqual({ code: 0, stderr: '', requests: [] });
  const { stdout: head } = await creditctl('history head --sandbox --json link,hash', { home });
  const [known] = JSON.parse(head) as object[];
  expect(JSON.parse(stdout)).toEqual([
    { account: 1, origin: 'sandbox', intact: true, events: 6, writes: 2, problem: null, ...known },
  ]);
});

test.each([
  [
    'an event',
    `UPDATE events SET body = replace(body, '"amount":"2"', '"amount":"3"') WHERE seq = 4`,
    /^event 4 was changed: it has another hash$/,
  ],
  [
    'who did it',
    `UPDATE events SET who = 'anna' WHERE seq = 4`,
    /^event 4 was changed: it has another hash$/,
  ],
  [
    'a text',
    `UPDATE texts SET text = x'7b7d' WHERE seq = 4 AND name = 'request'`,
    /^event 4 had another request$/,
  ],
  [
    'what follows from it',
    `UPDATE writes SET state = 'refused' WHERE noted = 4`,
    /^the row of the write key-2 was changed by hand$/,
  ],
])('%s that was changed is found, and exits 1', async (_what, sql, problem) => {
  const home = await written();
  changeRecord(home, sql);
  const result = await creditctl('history verify --sandbox -o json', { home });
  expect(result.code).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject([
    { intact: false, problem: expect.stringMatching(problem) },
  ]);
  expect(errorOf(result)).toMatchObject({ code: 'check-failed' });
});

test('Ctrl-C ends the check, although nothing is sent that it could cut off', async () => {
  const home = await written();
  const interrupted = AbortSignal.abort(new CreditctlError('interrupted', 'Interrupted'));
  const { code, stdout } = await creditctl('history verify --sandbox', { home, signal: interrupted });
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
});

test('a record that was put back to an earlier state is whole in itself, but this machine saw more', async () => {
  const { home } = await granted('--amount 1');
  copyFileSync(recordFile(home), `${recordFile(home)}.backup`);
  await creditctl('ledger add acme --amount 2 --sandbox --yes', { home });
  copyFileSync(`${recordFile(home)}.backup`, recordFile(home));
  const { code, stderr } = await creditctl('history verify --sandbox', { home });
  expect(code).toBe(1);
  expect(stderr).toMatch(/In account 1 \(the embedded ledger \w{8}\): it does not have link 6/);
  const refused = await creditctl('ledger add acme --amount 3 --sandbox --yes', { home });
  expect(refused.code, refused.stderr).toBe(10);
});

test('where nothing was written, nothing is wrong', async () => {
  const { code, stdout } = await creditctl('history verify -o json');
  expect({ code, stdout: JSON.parse(stdout) as unknown }).toEqual({ code: 0, stdout: [] });
});

test('a record that was removed is not one in which nothing was written', async () => {
  const home = await written();
  rmSync(recordFile(home));
  const { code, stderr } = await creditctl('history verify --sandbox', { home });
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('not the one') });
});

test.each(['verify', 'head', 'export'])('%s does not take no account for nothing written', async (name) => {
  const home = await written();
  rmSync(path.join(path.dirname(recordFile(home)), 'heads.json'));
  const unknown = await creditctl(`history ${name} --sandbox`, { home });
  expect([unknown.code, unknown.stdout]).toEqual([4, '']);
  const named = await creditctl(`history ${name} --sandbox --account 1`, { home });
  expect([named.code, named.stdout === '']).toEqual([0, false]);
});
