import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addSignature, readSignatures } from '../../../src/batch/approval/signature-file.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';

const signature = (name: string) => `-----BEGIN SSH SIGNATURE-----\n${name}\n-----END SSH SIGNATURE-----\n`;

test('a disk that is full in the middle of a signature leaves those before it as they were', () => {
  const file = path.join(temporaryFolder(), 'plan.sigs');
  addSignature(file, signature('first'));
  const append = fs.appendFileSync;
  onTestFinished(() => {
    fs.appendFileSync = append;
    syncBuiltinESMExports();
  });
  fs.appendFileSync = (place, text) => {
    append(place, String(text).slice(0, 40));
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  };
  syncBuiltinESMExports();
  expect(() => addSignature(file, signature('second'))).toThrow('the disk is full');
  expect(readSignatures(file)).toEqual([signature('first')]);
});
