// The documents as the tests read them: their files, headings, links and the blocks that are to be run.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

export const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Every document, by its path from the root. */
export const documents: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'DECISIONS.md', 'CHANGELOG.md'],
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export interface Block {
  readonly document: string;
  /** What stands after the three backticks: `sh run`, `js file=grant.mjs`. */
  readonly info: string;
  readonly text: string;
  /** The line of the document on which the text begins. */
  readonly line: number;
}

export function blocksOf(document: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { info: string; line: number; text: string[] } | undefined;
  for (const [index, line] of read(document).split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line)?.[1];
    if (fence === undefined) open?.text.push(line);
    else if (open === undefined) open = { info: fence, line: index + 2, text: [] };
    else {
      blocks.push({ document, info: open.info, line: open.line, text: `${open.text.join('\n')}\n` });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${document}:${open.line} begins a block that does not end`);
  return blocks;
}

/** A document without its fenced blocks. */
export const proseOf = (document: string): string => read(document).replaceAll(/^```[\s\S]*?^```$/gm, '');

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsOf(document: string): readonly string[] {
  return [...proseOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
