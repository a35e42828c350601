// What stands between the cells of a CSV file: as a flag says, or a first line such as `sep=;` as spreadsheets write it.
import type { Chunks } from './records.ts';

export const comma = ',';
export const delimiters = [comma, ';', '|', ':', '\t'] as const;

/** The delimiter that a flag names, or what is wrong with it. */
export function readDelimiter(typed: string): { readonly delimiter: string } | { readonly problem: string } {
  const delimiter = typed === 'tab' || typed === '\\t' ? '\t' : typed;
  if (delimiters.some((each) => each === delimiter)) return { delimiter };
  return { problem: `must be one of , ; | : or tab: "${typed}"` };
}

const separatorLine = /^(?:\xEF\xBB\xBF)?sep=([,;|:\t])(?:\r\n|\r|\n|$)/i;
/** The longest line that says a separator: mark, `sep=`, the separator and its line end. */
const lineMax = 10;

export interface Separated {
  /** As the first line says; `undefined` without such a line. */
  readonly separator: string | undefined;
  /** The bytes after that line. */
  readonly rest: Chunks;
}

/** Reads as little as it takes to know the first line. */
export async function withoutSeparatorLine(chunks: Chunks): Promise<Separated> {
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
