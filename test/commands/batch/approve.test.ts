// Two persons approve a plan.
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { creditctl, notesOf } from '../../support/command.ts';
import { canSign, homeToSign, signatureOf } from '../../support/signers.ts';
import { apply, approve, expectApplied, expectRefused } from './approving.ts';

test.skipIf(!canSign)('a plan is applied once two persons have signed it, and not before', async () => {
  const home = await homeToSign();
  expectRefused(await apply(home), 'It has no signatures; 2 persons missing');
  const first = await approve(home, 'ann');
  expect(first.code, first.stderr).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({ principal: 'ann', signed_by: ['ann'], needed: 2 });
  expectRefused(await apply(home), 'Signed by ann; 1 person missing');
  const second = await approve(home, 'bob');
  expect(JSON.parse(second.stdout)).toMatchObject({ principal: 'bob', signed_by: ['ann', 'bob'] });
  expect(JSON.parse(second.stdout).key_fingerprint).toMatch(/^SHA256:/);
  const applied = await expectApplied(home);
  expect(notesOf(applied)).toContainEqual({ approved_by: ['ann', 'bob'] });
});

test.skipIf(!canSign)('without ssh-keygen one sentence says so, and nothing is written', async () => {
  const home = await homeToSign();
  writeFileSync(`${home}/x.plan.sigs`, signatureOf(`${home}/x.plan`, 'ann'));
  const env = { PATH: home };
  expectRefused(await approve(home, 'ann', { env }), 'ssh-keygen is not installed');
  expectRefused(await apply(home, { env }), 'ssh-keygen is not installed');
});

test('a key is named, and exists', async () => {
  const file = '/nowhere/x.plan';
  const missing = await creditctl(`batch approve ${file} --sandbox`);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('--key is missing');
  const absent = await creditctl(`batch approve ${file} --key /nowhere/key --sandbox`);
  expect(absent.code).toBe(2);
  expect(absent.stderr).toContain('--key names no file: /nowhere/key');
});
