import path from 'node:path';
import { expect, test } from 'vitest';
import { addSignature, readSignatures } from '../../../src/batch/approval/signature-file.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';
import { fullAfter, withFs } from '../../support/replaced-fs.ts';

const signature = (name: string) => `-----BEGIN SSH SIGNATURE-----\n${name}\n-----END SSH SIGNATURE-----\n`;

test('a disk that is full in the middle of a signature leaves those before it as they were', async () => {
  const file = path.join(temporaryFolder(), 'plan');
  addSignature(file, signature('first'));
  await withFs('appendFileSync', fullAfter(40), () =>
    expect(() => addSignature(file, signature('second'))).toThrow('the disk is full'),
  );
  expect(readSignatures(file)).toEqual([signature('first')]);
});
