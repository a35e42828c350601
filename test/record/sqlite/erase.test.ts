// Erasing on SQLite leaves no byte of a text, neither in the record nor in the file of a transaction beside it.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';
import { noted } from '../facts.ts';
import { orb } from '../store-suite.ts';

test('what was erased is in no file', async () => {
  const file = `${temporaryFolder()}/record.db`;
  const store = await openSqliteRecord(file, { purpose: 'write', now: Date.now, process: { who: 'ana' } });
  const record = store.of(await store.addAccount(orb));
  const holding = () =>
    [file, `${file}-journal`].filter((name) => readFileSync(name).includes('a secret of acme'));
  await record.append([{ ...noted('k'), texts: { request: 'a secret of acme' } }]);
  await record.append([{ ...noted('l', { customer: 'globex' }), texts: { request: 'another' } }]);
  expect(holding()).toEqual([file, `${file}-journal`]);
  expect(await record.erase(['acme'])).toBe(1);
  expect(holding()).toEqual([]);
  await store.close();
});
