// Finds the known name that a mistyped name most likely means.

/** A name that takes more changes than this is another word. */
const changesMost = 3;

/** The nearest of the known names; `undefined` if none is near. Capital and small letters count as equal. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  let best: { readonly name: string; readonly changes: number } | undefined;
  for (const name of known) {
    const other = name.toLowerCase();
    // Each missing letter is a change, so a long word need not be compared.
    if (Math.abs(wanted.length - other.length) > changesMost) continue;
    const changes = changesBetween(wanted, other);
    // A short word must keep more than half of its letters, or any short word would match.
    const isNear = changes <= changesMost && changes < Math.max(word.length, name.length) * 0.5;
    if (isNear && (best === undefined || changes < best.changes)) best = { name, changes };
  }
  return best?.name;
}

/** The nearest of these fields, or the first that contains the word, as `credit_block.expiry_date` contains `expiry`. */
export const nearestField = (word: string, known: readonly string[]): string | undefined =>
  nearest(word, known) ?? known.find((name) => name.split(/[._]/).includes(word.toLowerCase()));

/** The nearest of the known names as ` (did you mean amount?)`; empty if no name is near. */
export function guessOf(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
}

/** How many letters must be added, removed, replaced, or swapped with their neighbour. */
export function changesBetween(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      let changes = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        changes = Math.min(changes, (before[j - 2] ?? 0) + 1);
      next.push(changes);
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
