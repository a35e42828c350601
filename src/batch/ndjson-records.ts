// NDJSON records from bytes: one line each, blank ones left out, in flat memory.
import { type BrokenOff, type Chunks, notUtf8, recordSizeMax, type SourceRecord } from './records.ts';

/** The lines that hold something; the last item tells where the file breaks off, if it does. */
export async function* ndjsonRecords(chunks: Chunks): AsyncGenerator<SourceRecord | BrokenOff> {
  let line = 1;
  let rest = '';
  try {
    for await (const text of decoded(chunks)) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const source of lines) {
        if (source.trim() !== '') yield { line, source: source.replace(/\r$/, '') };
        line += 1;
      }
      if (rest.length > recordSizeMax) {
        yield { line, problem: `is longer than ${recordSizeMax} characters; nothing after it was read` };
        return;
      }
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    yield { line, problem: notUtf8 };
    return;
  }
  if (rest.trim() !== '') yield { line, source: rest };
}

/** The text without its byte order mark. Throws a TypeError where it is no UTF-8. */
async function* decoded(chunks: Chunks): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
