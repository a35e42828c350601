// Splits the command lines of the documents into words, with the little of a shell that they use.

/** Variables, words, and a file for stdin: `NAME=value creditctl word "two words" < file`. */
export function readLine(line, variables) {
  const pieces = [...line.matchAll(/"[^"]*"|'[^']*'|[^\s"']+|\s+/g)].map(([piece]) => piece);
  const words = [''];
  for (const piece of pieces) {
    if (/^\s/.test(piece)) words.push('');
    else words[words.length - 1] += piece.startsWith("'") ? piece.slice(1, -1) : unquoted(piece, variables);
  }
  const env = {};
  while (/^[A-Z_]+=/.test(words[0] ?? '')) {
    const [name, ...value] = (words.shift() ?? '').split('=');
    env[name] = value.join('=');
  }
  if (words.shift() !== 'creditctl') throw new Error(`not a command line of creditctl: ${line}`);
  const from = words.indexOf('<');
  const input = from === -1 ? undefined : words.splice(from, 2)[1];
  return { words, env, input };
}

export function expand(text, variables) {
  return text.replace(/\$([A-Z_]+)/g, (_, name) => {
    if (variables[name] === undefined) throw new Error(`nobody has set $${name}`);
    return variables[name];
  });
}

const unquoted = (piece, variables) => expand(piece.replace(/^"(.*)"$/, '$1'), variables);
