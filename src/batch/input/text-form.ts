// Detects line ending, BOM and delimiter of a file, so that result files open in the same program the same way.
import type { BatchFormat, Chunks } from './records.ts';

export const lineEnds = ['\n', '\r\n', '\r'] as const;

export interface TextForm {
  /** The file begins with a byte order mark, by which spreadsheets recognise UTF-8. */
  readonly bom: boolean;
  readonly line_end: (typeof lineEnds)[number];
  /** Delimiter of a CSV file; `undefined` for a comma. */
  readonly delimiter?: string;
  /** The first line names the delimiter, as in `sep=;`. */
  readonly says_delimiter?: true;
}

const mark = Buffer.from('\uFEFF');
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

interface TextFile {
  readonly format: BatchFormat;
  readonly delimiter?: string | undefined;
  chunks(): Chunks;
}

/** The form of a file, from its first line only. */
export async function textForm(file: TextFile): Promise<TextForm> {
  const form = await lineForm(file.chunks());
  if (file.format !== 'csv') return form;
  const { separator } = await withoutSeparatorLine(file.chunks());
  const delimiter = file.delimiter ?? separator ?? comma;
  return {
    ...form,
    ...(delimiter === comma ? {} : { delimiter }),
    ...(separator === undefined || separator !== delimiter ? {} : { says_delimiter: true as const }),
  };
}

async function lineForm(chunks: Chunks): Promise<TextForm> {
  let head: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    head = Buffer.concat([head, chunk]);
    const end = lineEnd(head);
    if (end !== undefined) return { bom: hasMark(head), line_end: end };
  }
  return { bom: hasMark(head), line_end: head.at(-1) === carriageReturn ? '\r' : '\n' };
}

const hasMark = (head: Buffer): boolean => head.subarray(0, mark.length).equals(mark);

/** `undefined` while the line ending may still follow. */
function lineEnd(head: Buffer): TextForm['line_end'] | undefined {
  const at = head.findIndex((byte) => byte === lineFeed || byte === carriageReturn);
  if (at === -1 || (head[at] === carriageReturn && at === head.length - 1)) return undefined;
  if (head[at] === lineFeed) return '\n';
  return head[at + 1] === lineFeed ? '\r\n' : '\r';
}

export const comma = ',';
export const delimiters = [comma, ';', '|', ':', '\t'] as const;

/** The delimiter from a flag, or a sentence fragment on what is wrong with the value. */
export function readDelimiter(typed: string): { readonly delimiter: string } | { readonly problem: string } {
  const delimiter = typed === 'tab' || typed === '\\t' ? '\t' : typed;
  if (delimiters.some((each) => each === delimiter)) return { delimiter };
  return { problem: `must be one of , ; | : or tab: "${typed}"` };
}

const separatorLine = /^(?:\xEF\xBB\xBF)?sep=([,;|:\t])(?:\r\n|\r|\n|$)/i;
/** Bytes of the longest `sep=` line: byte order mark, `sep=`, delimiter and line ending. */
const lineMax = 10;

/** The delimiter that a `sep=` line names, if any, and the bytes after it. Reads only enough to recognise such a line. */
export async function withoutSeparatorLine(chunks: Chunks) {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < lineMax) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  const [line = '', separator] = separatorLine.exec(head.subarray(0, lineMax).toString('latin1')) ?? [];
  return { separator, rest: joined(head.subarray(line.length), iterator) };
}

async function* joined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): Chunks {
  try {
    if (head.length > 0) yield head;
    for (let step = await rest.next(); step.done !== true; step = await rest.next()) yield step.value;
  } finally {
    await rest.return?.();
  }
}
