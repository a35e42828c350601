// Reads a file that this program keeps itself: a pipe or a device in its place would be waited for without an end.
import { readFileSync, statSync } from 'node:fs';

/** The text of a file. Throws what the system says, and an `ENOTSUP` where it is no file. @param file absolute path */
export function readOwnFile(file: string): string {
  checkIsFile(file);
  return readFileSync(file, 'utf8');
}

/** Throws what the system says, and an `ENOTSUP` where a pipe, a socket or a device is in the place of a file. */
export function checkIsFile(file: string): void {
  const stats = statSync(file);
  if (stats.isFile() || stats.isDirectory()) return;
  throw Object.assign(new Error(`${file} is a pipe, a socket or a device and not a file`), {
    code: 'ENOTSUP',
  });
}
