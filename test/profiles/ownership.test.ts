// Who may have changed a file: the modes of the file and of the folders above it, and links.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { exposureOf, exposureOfShared, exposureOfSharedFolder } from '../../src/profiles/ownership.ts';
import { freshHome } from '../support/run.ts';

/** A folder that others may enter and not write, whatever the umask. */
function closedFolder(folder: string): void {
  mkdirSync(folder);
  chmodSync(folder, 0o755);
}

let home: string;
let rules: string;
beforeEach(() => {
  home = freshHome();
  closedFolder(path.join(home, 'team'));
  rules = path.join(home, 'team', 'rules.json');
  writeFileSync(rules, '{}');
  chmodSync(rules, 0o666);
});

describe.skipIf(process.platform === 'win32')('a file that everybody may write', () => {
  test.each([
    [0o700, false],
    [0o600, false],
    [0o711, true],
    [0o710, true],
    [0o701, true],
  ])('below a folder of mode %o is exposed to whoever gets through', (mode, isExposed) => {
    chmodSync(home, mode);
    expect(exposureOfShared(rules)?.place).toBe(isExposed ? rules : undefined);
  });

  test('is exposed by a link where others may replace the link', () => {
    const open = freshHome();
    chmodSync(open, 0o755);
    const links = path.join(open, 'links');
    closedFolder(links);
    const link = path.join(links, 'rules.json');
    symlinkSync(rules, link);
    expect(exposureOfShared(link)).toBeUndefined();
    chmodSync(links, 0o777);
    expect(exposureOfShared(link)?.place).toBe(links);
  });

  test('is exposed wherever it is, if a key or the record depends on it', () => {
    expect(exposureOf(rules)?.place).toBe(rules);
    expect(exposureOfSharedFolder(path.dirname(rules), ['rules.json'])?.place).toBe(rules);
  });
});
