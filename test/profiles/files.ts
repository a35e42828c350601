// A configuration folder of its own for one test.
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const freshFolder = (): string => mkdtempSync(path.join(os.tmpdir(), 'creditctl-config-'));

/** A fresh folder that holds one file. */
export function folderWith(name: string, text: string): string {
  const folder = freshFolder();
  writeFileSync(path.join(folder, name), text);
  return folder;
}
