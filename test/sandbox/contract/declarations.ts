// What the declarations of the official client say that each operation answers, found by its method and path.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type TS from 'typescript-api';
import { ts } from '../../support/typescript.ts';

const client = path.dirname(createRequire(import.meta.url).resolve('orb-billing'));

/** What an operation answers: a document, a page of documents, or nothing. */
export type Answered =
  | { readonly is: 'document' | 'page'; readonly type: TS.Type }
  | { readonly is: 'nothing' };

export interface Declarations {
  readonly checker: TS.TypeChecker;
  /** By method and path, such as `GET /customers/{}`. */
  readonly operations: ReadonlyMap<string, Answered>;
  /** The errors, by what stands behind the `#` of their type. */
  readonly errors: ReadonlyMap<string, TS.Type>;
}

interface Call {
  readonly operation: string;
  /** The class and method that make it. */
  readonly made: string;
}

const verbs: Readonly<Record<string, string>> = { getAPIList: 'GET' };

/** The requests that the client's code makes, read from its text. */
function callsIn(file: string): Call[] {
  const calls: Call[] = [];
  let made = '';
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, name] = /^class (\w+) extends/.exec(line) ?? [];
    if (name !== undefined) made = name;
    const [, method] = /^ {4}(\w+)\(.*\) \{$/.exec(line) ?? [];
    if (method !== undefined) made = `${made.split('.')[0]}.${method}`;
    const [, verb = '', , route = ''] =
      /this\._client\.(\w+)\((?:\(0, path_1\.path\) ?)?([`'])([^`']*)\2/.exec(line) ?? [];
    if (route === '') continue;
    const operation = `${verbs[verb] ?? verb.toUpperCase()} ${route.replace(/\$\{[^}]*\}/g, '{}')}`;
    calls.push({ operation, made });
  }
  return calls;
}

const filesOf = (folder: string, end: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(end))
    .map((file) => path.join(folder, file));

/** The operations that the client knows. */
export const knownOperations = (): string[] =>
  filesOf(path.join(client, 'resources'), '.js').flatMap((file) =>
    callsIn(file).map(({ operation }) => operation),
  );

/** @param wanted operations that are needed; only their files are read */
export function readDeclarations(wanted: ReadonlySet<string>): Declarations {
  const places = new Map<string, Call[]>();
  for (const file of filesOf(path.join(client, 'resources'), '.js')) {
    const calls = callsIn(file).filter(({ operation }) => wanted.has(operation));
    if (calls.length > 0) places.set(file.replace(/\.js$/, '.d.ts'), calls);
  }
  const errorFile = path.join(client, 'core', 'error.d.ts');
  const options: TS.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
  };
  const program = ts.createProgram([...places.keys(), errorFile], options);
  const checker = program.getTypeChecker();
  const operations = new Map<string, Answered>();
  for (const [file, calls] of places) {
    const returns = methodReturns(program.getSourceFile(file));
    for (const { operation, made } of calls) {
      const node = returns.get(made);
      if (node === undefined) throw new Error(`${file} declares no ${made}`);
      operations.set(operation, answered(checker, node));
    }
  }
  return { checker, operations, errors: errorsIn(checker, program.getSourceFile(errorFile)) };
}

/** The declared result of each method, as `Class.method`. */
function methodReturns(file: TS.SourceFile | undefined): Map<string, TS.TypeNode> {
  const found = new Map<string, TS.TypeNode>();
  for (const statement of file?.statements ?? []) {
    if (!ts.isClassDeclaration(statement)) continue;
    for (const member of statement.members) {
      if (!ts.isMethodDeclaration(member) || member.type === undefined || !ts.isIdentifier(member.name))
        continue;
      const made = `${statement.name?.text}.${member.name.text}`;
      // Of several ways to call a method, the first one has all its arguments.
      if (!found.has(made)) found.set(made, member.type);
    }
  }
  return found;
}

function answered(checker: TS.TypeChecker, node: TS.TypeNode): Answered {
  if (!ts.isTypeReferenceNode(node)) throw new Error(`no promise: ${node.getText()}`);
  const last = node.typeArguments?.at(-1);
  if (last === undefined) throw new Error(`a promise of nothing named: ${node.getText()}`);
  if (last.kind === ts.SyntaxKind.VoidKeyword) return { is: 'nothing' };
  const is = node.typeName.getText() === 'PagePromise' ? 'page' : 'document';
  return { is, type: checker.getTypeFromTypeNode(last) };
}

function errorsIn(checker: TS.TypeChecker, file: TS.SourceFile | undefined): Map<string, TS.Type> {
  const found = new Map<string, TS.Type>();
  for (const statement of file?.statements ?? []) {
    if (!ts.isClassDeclaration(statement) || statement.name === undefined) continue;
    const own = statement.members.find(
      (member) => ts.isPropertyDeclaration(member) && member.name.getText() === 'type',
    );
    const [, kind] = /#([\w-]+)'/.exec(own?.getText() ?? '') ?? [];
    if (kind !== undefined) found.set(kind, checker.getTypeAtLocation(statement.name));
  }
  return found;
}
