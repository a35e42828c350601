// Tells which regular expressions may take time without end: a repeated group that itself repeats or chooses. Pure.

const pieces =
  /\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|\)(?:[*+]|\{\d+,?\d*\})?|[*+?|]|\{\d+,?\d*\}/gs;

/** Whether a text could be found that such a pattern never finishes with. References back count as such, too. */
export function mayBeEndless(pattern: string): boolean {
  const varies = [false];
  for (const [piece] of pattern.matchAll(pieces)) {
    if (/^\\[1-9k]/.test(piece)) return true;
    if (piece.startsWith('\\') || piece.startsWith('[')) continue;
    if (piece.startsWith('(')) varies.push(false);
    else if (piece.startsWith(')')) {
      const inside = varies.pop() ?? false;
      if (inside && piece.length > 1) return true;
      varies.push((varies.pop() ?? false) || inside || piece.length > 1);
    } else varies[varies.length - 1] = true;
  }
  return false;
}
