// Parses NDJSON records from a byte stream in flat memory: one record a line, without blank lines.
import {
  type BrokenOff,
  type Chunks,
  notUtf8,
  recordSizeMax,
  type SourceRecord,
  Utf8Check,
} from './records.ts';

/** The lines that are not blank. If the file is unreadable from some point, the last item names the problem. */
export async function* ndjsonRecords(chunks: Chunks): AsyncGenerator<SourceRecord | BrokenOff> {
  const text = new Utf8Check();
  const decoder = new TextDecoder();
  let line = 1;
  let rest = '';
  let isFirst = true;
  for await (const chunk of text.checked(chunks)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
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
  if (!text.isRight) return yield { line, problem: notUtf8 };
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
