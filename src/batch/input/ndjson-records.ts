// Parses NDJSON records from a byte stream in flat memory: one record a line, without blank lines.
import {
  type BrokenOff,
  type Chunks,
  isUtf16,
  linesOfUtf8,
  notUtf8,
  recordSizeMax,
  type SourceRecord,
} from './records.ts';

/** The lines that are not blank. If the file is unreadable from some point, the last item names the problem. */
export async function* ndjsonRecords(chunks: Chunks): AsyncGenerator<SourceRecord | BrokenOff> {
  let line = 1;
  let rest = '';
  let isFirst = true;
  try {
    for await (const text of decoded(chunks)) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const source of lines) {
        const problem = manyLines(source, isFirst);
        if (problem !== undefined) return yield { line, problem };
        if (source.trim() !== '') {
          isFirst = false;
          yield { line, source: source.replace(/\r$/, '') };
        }
        line += 1;
      }
      if (rest.length > recordSizeMax) {
        const tooLong = `is longer than ${recordSizeMax} characters; nothing after it was read`;
        yield { line, problem: manyLines(rest, isFirst) ?? tooLong };
        return;
      }
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    yield { line, problem: notUtf8 };
    return;
  }
  const problem = manyLines(rest, isFirst);
  if (problem !== undefined) yield { line, problem };
  else if (rest.trim() !== '') yield { line, source: rest };
}

/** The problem of a file that is JSON but not NDJSON: an array, or objects over several lines. */
function manyLines(line: string, isFirst: boolean): string | undefined {
  const text = line.trim();
  if (isFirst && text.startsWith('['))
    return "begins a JSON array; write one JSON object a line, for example with: jq -c '.[]'";
  if (text !== '{') return undefined;
  return 'begins a JSON object of several lines; write one object a line, for example with: jq -c .';
}

/** The text without its byte order mark. Throws a TypeError if the bytes are not UTF-8. */
async function* decoded(chunks: Chunks): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst && isUtf16(chunk)) throw new TypeError(notUtf8);
    isFirst = false;
    let text: string;
    try {
      text = decoder.decode(chunk, { stream: true });
    } catch (error) {
      yield new TextDecoder().decode(linesOfUtf8(chunk));
      throw error;
    }
    yield text;
  }
  yield decoder.decode();
}
