// Tells a stack by the lines of the sources in place of those of the built files; loaded when somebody reads a stack.
const { dist, part } = require('./parts.cjs');

/** What V8 would say of an error, with the sources. @param {Error} error @param {NodeJS.CallSite[]} frames */
function stackOf(error, frames) {
  const stack = [Error.prototype.toString.call(error), ...frames.map((frame) => `    at ${frame}`)].join(
    '\n',
  );
  if (!stack.includes(`${dist}/`)) return stack;
  try {
    const known = JSON.parse(part('lines.json').toString('utf8'));
    const [before, ...rest] = stack.split(`${dist}/`);
    return rest.reduce((told, piece) => {
      const [place = '', file = '', line, column] = /^([^/:()]+):(\d+):(\d+)/.exec(piece) ?? [];
      const source = known[file] && sourceOf(known[file], offsetOf(file, Number(line), Number(column)));
      return source === undefined
        ? `${told}${dist}/${piece}`
        : `${told}${source}${piece.slice(place.length)}`;
    }, before);
  } catch {
    return stack;
  }
}

/** How many characters of a file are before a place in it; both numbers of the place count from 1. */
function offsetOf(file, line, column) {
  const lines = part(file).toString('latin1').split('\n');
  return lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, column - 1);
}

/** @param {readonly [string, number[]][]} runs see `build/source-lines.mjs` @param {number} offset in the file */
function sourceOf(runs, offset) {
  let at = 0;
  let found;
  for (const [source, steps] of runs) {
    let line = 0;
    for (let next = 0; next < steps.length; next += 2) {
      at += steps[next];
      if (at > offset) return found;
      line += steps[next + 1];
      found = source === '' ? undefined : `${source}:${line}`;
    }
  }
  return found;
}

module.exports = { stackOf };
