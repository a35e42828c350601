// Makes a folder and its parents. Fails where none can be made, whereas Node's own option never ends below /proc.
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** New folders get mode 0700. Throws the system's error for the folder that could not be made. @param folder absolute path */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let place = folder; isMissing(place); place = path.dirname(place)) {
    missing.push(place);
    if (place === path.dirname(place)) break;
  }
  for (const place of missing.reverse()) makeOne(place);
}

const isMissing = (place: string): boolean => statSync(place, { throwIfNoEntry: false }) === undefined;

function makeOne(place: string): void {
  try {
    mkdirSync(place, { mode: 0o700 });
  } catch (error) {
    // Another process may make the same folder at the same time.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || isMissing(place)) throw error;
  }
}
