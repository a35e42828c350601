// Cursors: where the next page starts, in a form that tells a client nothing.

/** @param kind which list it belongs to; @param place numbers that say where a page ended */
export function writeCursor(kind: string, ...place: readonly number[]): string {
  return Buffer.from([kind, ...place].join(':')).toString('base64url');
}

/** The numbers of a cursor of that kind; `undefined` if it is not one that `writeCursor` made. */
export function readCursor(text: string, kind: string): readonly number[] | undefined {
  const decoded = Buffer.from(text, 'base64url').toString();
  const [named, ...place] = decoded.split(':');
  if (named !== kind || !place.every((part) => /^-?\d{1,16}$/.test(part))) return undefined;
  const numbers = place.map(Number);
  return writeCursor(kind, ...numbers) === text ? numbers : undefined;
}
