// The rules of the house, held against the source itself: what lives where, what is never written.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type TS from 'typescript-api';
import { expect, test } from 'vitest';
import { commandsOf, type Shown } from '../src/cli/command-tree.ts';
import { program } from '../src/commands/program.ts';
import { filesBelow, importsOf, root, said, textOf, treeOf, uncommented } from './support/imports.ts';
import { ts } from './support/typescript.ts';

const sources = filesBelow('src');
const code = sources.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
const imports = code.flatMap(importsOf);
const isBelow = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

test('sandbox.ts is the only door to the embedded ledger', () => {
  const around = imports.filter(
    ({ from, to, isOurs }) => isOurs && isBelow(to, 'src/sandbox') && !isBelow(from, 'src/sandbox'),
  );
  expect(around.filter(({ to }) => to !== 'src/sandbox/sandbox.ts').map(said)).toEqual([]);
});

test('a route writes through its context, so that requests of one moment share a flush to disk', () => {
  const routes = code.filter((file) => isBelow(file, 'src/sandbox/server'));
  // Reading settles what is due in the same turn, before it answers.
  expect(routes.filter((file) => hasBare(file, /\bdatabase\b/, /\bdatabase write\b/))).toEqual([
    'src/sandbox/server/route.ts',
  ]);
});

test('a noun imports no other noun', () => {
  const nounOf = (file: string): string | undefined => /^src\/commands\/([^/]+)\//.exec(file)?.[1];
  const wrong = imports.filter(
    ({ from, to, isOurs }) =>
      isOurs && nounOf(from) !== undefined && nounOf(to) !== undefined && nounOf(from) !== nounOf(to),
  );
  expect(wrong.map(said)).toEqual([]);
});

/** The one home of each third party. */
const homes: Readonly<Record<string, string>> = {
  commander: 'src/cli/command-line.ts',
  undici: 'src/orb/undici.ts',
  '@inquirer/prompts': 'src/prompts/terminal/prompter.ts',
  '@inquirer/core': 'src/prompts/terminal/text-prompt.ts',
  chalk: 'src/output/terminal/streams.ts',
  'cli-table3': 'src/output/terminal/box-table.ts',
  'get-east-asian-width': 'src/output/shown-text.ts',
  'd3-scale': 'src/reports/plot-scales.ts',
  conf: 'src/profiles/config-store.ts',
  libsql: 'src/database',
  'node:sqlite': 'src/database',
  pg: 'src/record/postgres/connection.ts',
  'temporal-polyfill': 'src/credits/calendar.ts',
  'big.js': 'src/credits/exact.ts',
  'jq-wasm': 'src/output/jq.ts',
  'lossless-json': 'src/wire/json.ts',
  yaml: 'src/output/rows-as-yaml.ts',
  'csv-parse': 'src/batch/input/csv-records.ts',
  '@napi-rs/keyring': 'src/profiles/keychain.ts',
  '@remix-run/html-template': 'src/pages/markup.ts',
};

test('each third party has one home, and none is without one', () => {
  const foreign = imports.filter(({ isOurs, to }) => !isOurs && (!to.startsWith('node:') || to in homes));
  const strays = foreign.filter(({ from, to }) => !isBelow(from, homes[to] ?? 'nowhere'));
  expect(strays.map(said)).toEqual([]);
  const { dependencies, devDependencies } = JSON.parse(textOf('package.json')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  // What is bundled is not installed once more; only what has a binary of its own for each machine is.
  expect(Object.keys(dependencies).sort()).toEqual(['@napi-rs/keyring', 'libsql']);
  const known = { ...dependencies, ...devDependencies };
  expect(Object.keys(homes).filter((name) => !name.startsWith('node:') && !(name in known))).toEqual([]);
});

test('the libraries that the project is given are in use', () => {
  const given = ['commander', '@inquirer/prompts', 'cli-table3', 'chalk', 'conf', 'undici'];
  const used = new Set(imports.filter(({ from }) => from.startsWith('src/')).map(({ to }) => to));
  expect(given.filter((name) => !used.has(name))).toEqual([]);
});

test('files are imported in no circle, types and late imports included', () => {
  const next = new Map<string, string[]>();
  for (const { from, to, isOurs } of imports) if (isOurs) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
    if (trail.includes(file) || done.has(file)) return;
    for (const to of next.get(file) ?? []) walk(to, [...trail, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  expect(circles).toEqual([]);
  // The rule would hold trivially if nothing were followed.
  expect(next.get('src/start.ts')).toContain('src/cli/command-line.ts');
});

test('what a command line holds of others is quoted for the shell, and taken for no flag', () => {
  const nouns = [...new Set(commandsOf(program).map(({ path: [noun = ''] }) => noun))].join('|');
  const line = new RegExp(`creditctl (?:${nouns}) [^\`]*`, 'g');
  // Names of profiles and our own words have no characters that a shell knows; a path and an id: begin with no dash.
  const plain =
    /valueArgs\(|shellText\((?:customerArgs\(|flagArgs\(|\[path\.|\[`id:)|^(?:(?:\w+\.)?mode|profile|name|sandboxName|verb|verbs.*|needed)$/;
  const bareIn = (file: string) =>
    [...textOf(file).matchAll(line)]
      .flatMap(([found]) => [...found.matchAll(/(?<!\\)\$\{(.*?)\}/g)])
      .flatMap(([, word = '']) => (plain.test(word) ? [] : [`${file}: ${word}`]));
  expect(code.flatMap(bareIn)).toEqual([]);
});

test('every import of ours names a file that exists, with its ending', () => {
  const lost = imports.filter(({ isOurs, to }) => isOurs && !existsSync(path.join(root, to)));
  expect(lost.map(said)).toEqual([]);
});

test('no folder and no file is a drawer for anything', () => {
  const drawers = /(^|\/)(utils?|helpers?|common|lib|services?|misc|shared)(\/|\.|$)/;
  expect([...sources, ...filesBelow('test')].filter((file) => drawers.test(file))).toEqual([]);
});

test('what a file exports is named in another one', () => {
  // Types are exported with the functions that take them, whoever names them.
  const exported = /^export (?:async )?(?:function|const|class) (\w+)/gm;
  const users = new Map<string, number>();
  for (const file of [...code, ...['test', 'bench', 'bin', 'build'].flatMap(filesBelow)])
    for (const name of new Set(textOf(file).match(/\b[a-z]\w+/gi)))
      users.set(name, (users.get(name) ?? 0) + 1);
  const unused = code.flatMap((file) =>
    [...textOf(file).matchAll(exported)].flatMap(([, name = '']) =>
      users.get(name) === 1 ? [`${file}: ${name}`] : [],
    ),
  );
  expect(unused).toEqual([]);
});

test('no file only passes on what others export', () => {
  // A line that begins a thing of the file's own says enough without a parse.
  const own = /^(export )?(default )?(async )?(function|const|class|interface|type)\b(?! *[{*])/m;
  const barrels = code.filter((file) => {
    if (own.test(textOf(file))) return false;
    const { statements } = treeOf(file);
    return statements.every(
      (statement) => ts.isExportDeclaration(statement) || ts.isImportDeclaration(statement),
    );
  });
  // `undici-internals.d.ts` and its like are no code; everything else has something of its own.
  expect(barrels).toEqual([]);
});

/** Whether the code of a file has this; only a file with such a word anywhere needs a closer look. */
const hasBare = (file: string, word: RegExp, pattern = word): boolean =>
  word.test(uncommented(file)) && pattern.test(bare(file));

/** The code of a file without its comments and the text of its strings, so that words in them do not count. */
function bare(file: string): string {
  const source = treeOf(file);
  const words: string[] = [];
  const visit = (node: TS.Node): void => {
    const isText = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node);
    if (node.getChildCount(source) === 0 && !isText && !ts.isTemplateHead(node))
      words.push(node.getText(source));
    else ts.forEachChild(node, visit);
    if (node.kind === ts.SyntaxKind.AnyKeyword) words.push('<any>');
  };
  visit(source);
  return words.join(' ');
}

test('nothing is of type any, and no error of the compiler is silenced', () => {
  expect(code.filter((file) => hasBare(file, /\bany\b/, /<any>/))).toEqual([]);
  const silenced = /@ts-(ignore|expect-error|nocheck)|eslint-disable|biome-ignore/;
  expect(sources.filter((file) => silenced.test(textOf(file)))).toEqual([]);
});

test('no test mocks a module: files share theirs, so a mock would stay for the next one', () => {
  const tests = filesBelow('test').filter(
    (file) => file.endsWith('.ts') && !file.endsWith('house-rules.test.ts'),
  );
  expect(tests.filter((file) => /\bvi\.(?:do)?[mM]ock\(/.test(textOf(file)))).toEqual([]);
});

test('nothing ends the process or speaks through the console', () => {
  const ending = /\bprocess (\?\. )?(exit|abort|reallyExit)\b/;
  expect(code.filter((file) => hasBare(file, /\bprocess\b/, ending))).toEqual([]);
  expect(code.filter((file) => hasBare(file, /\bconsole\b/))).toEqual([]);
});

/** Who may look at the process itself, and why. */
const processKnown: Readonly<Record<string, string>> = {
  'src/start.ts': 'joins the program to the process',
  'src/start-completion.ts': 'joins completion to the process',
  'src/platform/process.ts': 'which process this is, and whether another still runs',
  'src/runtime/outlet.ts': 'which system it writes on: not each can open a pipe anew',
  'src/runtime/system.ts': 'the parts as this machine has them',
  'src/orb/undici.ts': 'a flag of V8 that only one version of Node needs',
  'src/profiles/shell-command.ts': 'ends a command together with the processes it started',
  'src/profiles/ownership.ts': 'whose the files are that decide where a key goes',
  'src/database/engine.ts': 'picks the engine by the version of Node',
};

test('only the composition knows the process, and each exception has a reason that still holds', () => {
  const knowing = code.filter((file) => /(^| )process( |$)/.test(processWords(file)));
  expect(knowing.filter((file) => !(file in processKnown))).toEqual([]);
  expect(Object.keys(processKnown).filter((file) => !knowing.includes(file))).toEqual([]);
});

/** Identifiers that stand for the global `process`: not a property, a parameter or a key of that name. */
function processWords(file: string): string {
  if (!/\bprocess\b/.test(uncommented(file))) return '';
  const source = treeOf(file);
  const words: string[] = [];
  const visit = (node: TS.Node): void => {
    const { parent } = node;
    const isName =
      parent !== undefined &&
      ((ts.isPropertyAccessExpression(parent) && parent.name === node) ||
        ts.isPropertySignature(parent) ||
        (ts.isPropertyAssignment(parent) && parent.name === node));
    if (ts.isIdentifier(node) && !isName) words.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return words.join(' ');
}

/** Views of a noun stand beside it; those of several are in `src/views`. */
const isView = (file: string): boolean => isBelow(file, 'src/views') || /(^|\/|-)view\.ts$/.test(file);

const commandPaths = commandsOf(program).map(({ path: words }) => `${words[0]}/${words.at(-1)}`);

test('every command has its file at its path', () => {
  const files = filesBelow('src/commands');
  expect(commandPaths.filter((name) => !files.includes(`src/commands/${name}.ts`))).toEqual([]);
});

test('every command has a test at its path', () => {
  const tests = filesBelow('test/commands');
  expect(commandPaths.filter((name) => !tests.includes(`test/commands/${name}.test.ts`))).toEqual([]);
});

test('a command in the program loads the file at its own path', () => {
  const loaded = filesBelow('src/commands')
    .filter((file) => path.basename(file) === 'spec.ts')
    .flatMap(importsOf)
    .filter(({ isLate, to }) => isLate && !isView(to));
  expect(loaded.map(({ to }) => to).sort()).toEqual(
    commandPaths.map((name) => `src/commands/${name}.ts`).sort(),
  );
  for (const { path: words, run } of commandsOf(program))
    expect(typeof run, words.join(' ')).toBe('function');
});

test('a command names the fields and columns that its module lets its flags choose from', async () => {
  const views: Record<string, Shown>[] = [];
  // One after the other: a module that is asked for twice at once, under two names, is made twice.
  for (const file of sources.filter(isView)) views.push(await import(path.join(root, file)));
  for (const { path: words, shows } of commandsOf(program)) {
    const own = textOf(`src/commands/${words[0]}/${words.at(-1)}.ts`);
    // What writes an entry or deletes an object leaves the check to the module that does it.
    const checker = ['write-entry', 'write-object'].find((name) => own.includes(`/${name}.ts'`));
    const source = checker === undefined ? own : own + textOf(`src/writes/${checker}.ts`);
    const checked =
      /\bcheckOutput\(flags, (\w+)(?:, (\w+))?\)/.exec(source) ??
      /\blist(?:All|ForCustomer)\([^;]*?\bview: (?:\w+ === true \? .* : )?(\w+)/.exec(source);
    const [columns, fields] = [checked?.[1], checked?.[2] ?? checked?.[1]];
    const named = (name: string | undefined) =>
      views.find((view) => name !== undefined && name in view)?.[name ?? ''];
    const shown = await shows?.();
    expect(shown?.columns, words.join(' ')).toEqual(named(columns)?.columns);
    expect(shown?.fields, words.join(' ')).toEqual(named(fields)?.fields);
  }
});

test('every source file begins with one line that says what it is for', () => {
  expect(sources.filter((file) => !/^\/\/ \S.{20,}\n/.test(textOf(file)))).toEqual([]);
});

test('no source file is longer than 250 lines', () => {
  expect(sources.filter((file) => textOf(file).split('\n').length > 251)).toEqual([]);
});

test('the lock file names no address that a package was downloaded from', () => {
  expect(textOf('package-lock.json')).not.toContain('"resolved"');
});

test('the runtime is not copied: a copy keeps what was true when it was made, and makes every part', () => {
  const copies = code.filter((file) => /\.\.\.(?:(?:\w+\.)*runtime\b(?!\.)|of\(\))/.test(textOf(file)));
  expect(copies).toEqual([]);
});
