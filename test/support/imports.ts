// The imports of every source file, read from the code itself.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type TS from 'typescript-api';
import { ts } from './typescript.ts';

export const root = path.resolve(import.meta.dirname, '..', '..');

export interface Import {
  readonly from: string;
  /** A path from the root for our own files, the name of the package otherwise. */
  readonly to: string;
  readonly isOurs: boolean;
  /** `import()`: loaded later. */
  readonly isLate: boolean;
}

/** Files below a folder, as paths from the root of the repository. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => path.relative(root, path.join(file.parentPath, file.name)))
    .sort();

const texts = new Map<string, string>();

/** The text of a file, read once for all rules. */
export function textOf(file: string): string {
  const text = texts.get(file) ?? readFileSync(path.join(root, file), 'utf8');
  texts.set(file, text);
  return text;
}

/** A line that is only a comment. */
const commentLine = /^[ \t]*(?!.*(?:\*\/[ \t]*\S|\$\{))(?:\/\/|\/?\*{1,2}(?=[\s/])).*$/gm;

/** The text of a file without such lines: where a word is not in it, no rule needs to parse the file to look for it. */
export const uncommented = (file: string): string => textOf(file).replace(commentLine, '');

/** The syntax tree of a file, parsed once for all rules. */
export function treeOf(file: string): TS.SourceFile {
  const known = trees.get(file);
  if (known !== undefined) return known;
  const tree = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2023, true);
  trees.set(file, tree);
  return tree;
}

/** A line that ends an import, or hands on what another file exports. */
const importEnd = /^(?:import|.*\bfrom) '[^']+'.*;$/gm;

/** The code of a file as far as its last import: to parse the rest takes six times as long. */
function importingPart(text: string): string {
  const last = [...text.matchAll(importEnd)].at(-1);
  return last === undefined ? '' : text.slice(0, last.index + last[0].length);
}

const trees = new Map<string, TS.SourceFile>();

const importsKnown = new Map<string, readonly Import[]>();

/** The imports of a file, read once for all rules. */
export function importsOf(file: string): readonly Import[] {
  const found = importsKnown.get(file) ?? importsIn(file);
  importsKnown.set(file, found);
  return found;
}

function importsIn(file: string): readonly Import[] {
  const text = textOf(file);
  // Only `import()` stands anywhere but at the top.
  const tree = text.includes('import(')
    ? treeOf(file)
    : ts.createSourceFile(file, importingPart(text), ts.ScriptTarget.ES2023, true);
  const found: Import[] = [];
  const add = (specifier: string, isLate: boolean): void => {
    const isOurs = specifier.startsWith('.');
    const packageName = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    const to = isOurs ? path.normalize(path.join(path.dirname(file), specifier)) : packageName;
    found.push({ from: file, to, isOurs, isLate });
  };
  const visit = (node: TS.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined)
      add((node.moduleSpecifier as TS.StringLiteral).text, false);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier !== undefined && ts.isStringLiteral(specifier)) add(specifier.text, true);
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add((node.argument.literal as TS.StringLiteral).text, false);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

export const said = ({ from, to }: Import): string => `${from} → ${to}`;
