// Maps the code of built files to the lines of the sources, so that a defect's stack names the sources.
//
// A source map fits esbuild's chunk, but the chunk is changed afterwards (see `chunk-code.mjs`). Both have the same names
// except for imports, so the n-th name of one is at the place of the n-th name of the other.
import { SourceMap } from 'node:module';

/**
 * @param {ReadonlyMap<string, readonly { name: string, before: string, code: string }[]>} files the contents of each
 *   file, in order: the text before a chunk, and the chunk
 * @param {ReadonlyMap<string, { map: string, code: string }>} mapped each chunk as esbuild made it
 * @returns {Record<string, [source: string, steps: number[]][]>} for each file and source: pairs of numbers, which say how
 *   many characters and how many lines later the next line of the source begins
 */
export function sourceLines(files, mapped) {
  /** @type {Record<string, [string, number[]][]>} */
  const found = {};
  for (const [file, members] of files) {
    const add = recorder();
    let offset = 0;
    for (const { name, before, code } of members) {
      offset += before.length;
      const made = mapped.get(name);
      if (made !== undefined && /"(?:\.\.\/)*src\//.test(made.map)) addChunk(made, { code, offset, add });
      offset += code.length;
    }
    if (add.runs.length > 0) found[file] = add.runs;
  }
  return found;
}

/** Records where a line of a source begins, if it differs from the line before. */
function recorder() {
  /** @type {[string, number[]][]} */
  const runs = [];
  let last = { source: '', offset: 0, line: 0 };
  const add = (/** @type {typeof last} */ at) => {
    if (at.source === last.source && at.line === last.line) return;
    if (at.source !== last.source) runs.push([at.source, []]);
    const line = at.source === last.source ? at.line - last.line : at.line;
    runs.at(-1)?.[1].push(at.offset - last.offset, line);
    last = at;
  };
  return Object.assign(add, { runs });
}

function addChunk({ map, code: made }, { code, offset, add }) {
  const sources = new SourceMap(JSON.parse(map));
  const starts = [0, ...[...made.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const given = /^"use strict";__give\(exports,{.*?}\);/s.exec(code)?.[0].length ?? 0;
  let line = 0;
  for (const [at, was] of pairs(namesOf(code), namesOf(made), given)) {
    while (was >= (starts[line + 1] ?? Number.POSITIVE_INFINITY)) line += 1;
    const { originalSource = '', originalLine = 0 } =
      /** @type {Partial<import('node:module').SourceMapping>} */ (
        sources.findEntry(line, was - starts[line])
      );
    const source = /(?:^|\/)(src\/.*\.ts)$/.exec(originalSource)?.[1];
    // Code from a package, or without a source, ends the previous line.
    add({ source: source ?? '', offset: offset + at, line: source === undefined ? 0 : originalLine + 1 });
  }
}

/** @returns {{ name: string, at: number }[]} */
function namesOf(code) {
  const changed = /\brequire\("[^"]+"\)|\bimport_[\w$]+|\\u[0-9a-f]{4}/g;
  const kept = code.replace(changed, (text) => ' '.repeat(text.length));
  return [...kept.matchAll(/[A-Za-z_$][\w$]*/g)].map(({ 0: name, index }) => ({ name, at: index }));
}

/** The places of each name in both texts, except helpers and exports at the beginning, which throw no error. */
function pairs(now, before, given) {
  const taken = before.length - now.length;
  const rest = now.findIndex(({ at }) => at >= given);
  if (rest === -1) return [];
  const wrong = now.findLast(({ name }, index) => index >= rest && name !== before[index + taken]?.name);
  if (wrong !== undefined) throw new Error(`The name ${wrong.name} of a chunk has no place in its map`);
  return now.slice(rest).map(({ at }, index) => [at, before[index + rest + taken].at]);
}
