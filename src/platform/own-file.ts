// Reads the program's own files, and refuses a pipe or a device in their place: reading one might never end.

import { readFileSync, statSync } from 'node:fs';

/** The text of a file. Throws the system's error, and `ENOTSUP` as `checkIsFile` does. @param file absolute path */
export function readOwnFile(file: string): string {
  checkIsFile(file);
  return readFileSync(file, 'utf8');
}

/** Throws `ENOTSUP` for a pipe, a socket or a device, and the system's error if there is no file. */
function checkIsFile(file: string): void {
  const stats = statSync(file);
  if (stats.isFile() || stats.isDirectory()) return;
  throw Object.assign(new Error(`${file} is a pipe, a socket or a device and not a file`), {
    code: 'ENOTSUP',
  });
}
