// Maps a stack from built files to the lines of the sources; loaded when a stack is read.
const { dist, part } = require('./parts.cjs');

/** A cache of frames: all sockets of a pool close with the same frames, and each close reads a stack. */
const known = new Map();

/** The stack of an error in V8's form, with source lines. @param {Error} error @param {NodeJS.CallSite[]} frames */
function stackOf(error, frames) {
  const lines = frames.map((frame) => frameText(`    at ${frame}`));
  return [Error.prototype.toString.call(error), ...lines].join('\n');
}

/** @param {string} frame */
function frameText(frame) {
  if (!frame.includes(`${dist}/`)) return frame;
  const shown = known.get(frame) ?? withSource(frame);
  known.set(frame, shown);
  return shown;
}

/** @param {string} frame with a place in a built file */
function withSource(frame) {
  try {
    const [before, ...rest] = frame.split(`${dist}/`);
    return rest.reduce((text, piece) => {
      const [place = '', file = '', line, column] = /^([^/:()]+):(\d+):(\d+)/.exec(piece) ?? [];
      const runs = runsOf(file);
      const source = runs && sourceOf(runs, offsetOf(file, Number(line), Number(column)));
      return source === undefined
        ? `${text}${dist}/${piece}`
        : `${text}${source}${piece.slice(place.length)}`;
    }, before);
  } catch {
    return frame;
  }
}

/** @type {Record<string, [string, number[]][]> | undefined} */
let lines;

/** @param {string} file */
function runsOf(file) {
  lines ??= JSON.parse(part('lines.json').toString('utf8'));
  return lines?.[file];
}

/** The offset of a place in a file, in characters; line and column count from 1. */
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
