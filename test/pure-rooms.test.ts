// Who reads a clock or draws a random number, and which rooms know nothing of the world outside.
import type TS from 'typescript-api';
import { expect, test } from 'vitest';
import { filesBelow, importsOf, said, treeOf, uncommented } from './support/imports.ts';
import { ts } from './support/typescript.ts';

const code = filesBelow('src').filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));

/** Who may ask for the time or wait, besides the composition root, and why. */
const clockKnown: Readonly<Record<string, string>> = {
  'src/runtime/system.ts': 'the clock of this machine as the program gets it',
  'src/start.ts': 'knows a signal that the system sends again from one by which a person insists',
  'src/orb/http-exchange.ts': 'gives up a request that takes too long in all',
  'src/batch/apply/run/row-outcomes.ts': 'outcomes that nobody waits for are noted together',
  'src/database/driver.ts': 'waits for its turn only while others have theirs',
  'src/batch/apply/run/run-lease.ts': 'a lease is made longer while a request takes its time',
  'src/profiles/shell-command.ts': 'ends a command that runs too long',
  'src/prompts/terminal/prompter.ts': 'waits until the terminal has sent what was typed early',
  'src/prompts/terminal/typed-input.ts': 'knows by the pause between two keys what a person typed',
  'src/sandbox/server/faults.ts': 'delays an answer on purpose',
  'src/platform/loopback-server.ts': 'cuts connections that do not end when the server does',
  'src/sandbox/delivery/background.ts': 'looks for events that other processes have left to send',
};

/** Who may draw random numbers, and why. */
const randomKnown: Readonly<Record<string, string>> = {
  'src/runtime/system.ts': 'the randomness of this machine as the program gets it',
  'src/record/postgres/values.ts': 'makes an append unlike all others when its answer was lost',
  'src/platform/lock.ts': 'names each turn of a lock, so that no two are taken for one',
  'src/profiles/sandbox-key.ts': 'makes the key of the embedded ledger',
  'src/record/sqlite/store.ts': 'makes the salt and the id of a new record',
  'src/sandbox/server/listen.ts': 'begins the request ids of a server',
};

const clocks =
  /^(Date\.now|performance\.now|process\.hrtime.*|setTimeout|setInterval|Temporal\.Now.*|new Date)$/;
const dice =
  /^(Math\.random|crypto\.(randomUUID|getRandomValues|randomBytes)|randomUUID|randomBytes|randomInt)$/;

/** A word of every name in `clocks` and `dice`, and of the objects that a pure room may not know. */
const words =
  /\b(Date\s*\.\s*now|performance|process|setTimeout|setInterval|Temporal\s*\.\s*Now|new Date|Math\s*\.\s*random|crypto|random\w+)\b/;

/** What a file calls or hands on of these names: `Date.now`, `setTimeout`, and `new Date` without an argument. */
function uses(file: string, names: RegExp): string[] {
  // Most files have none of these words, and need no closer look.
  if (!words.test(uncommented(file))) return [];
  const source = treeOf(file);
  const found: string[] = [];
  const note = (text: string): void => {
    if (names.test(text)) found.push(text);
  };
  const visit = (node: TS.Node): void => {
    if (ts.isPropertyAccessExpression(node)) note(node.getText(source));
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) note(node.expression.text);
    if (ts.isNewExpression(node) && (node.arguments ?? []).length === 0)
      note(`new ${node.expression.getText(source)}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `randomBytes` that was handed in is no randomness of the file's own. */
function drawsItself(file: string): boolean {
  const imported = (): boolean => importsOf(file).some(({ to }) => to === 'node:crypto');
  return uses(file, dice).some((name) => name.includes('.') || imported());
}

for (const [what, known, isIn] of [
  ['the time', clockKnown, (file: string) => uses(file, clocks).length > 0],
  ['chance', randomKnown, drawsItself],
] as const) {
  test(`only the files that are named here ask for ${what}, and each of them still does`, () => {
    expect(code.filter(isIn).sort()).toEqual(Object.keys(known).sort());
  });
}

const pureRooms = ['credits', 'requests', 'policy', 'sandbox/ledger'];

for (const room of pureRooms) {
  const files = code.filter((file) => file.startsWith(`src/${room}/`));

  test(`${room} knows no file, network, process, database or clock`, () => {
    expect(files.length).toBeGreaterThan(0);
    const outside = files
      .flatMap(importsOf)
      .filter(({ to, isOurs }) => !isOurs && !['big.js', 'temporal-polyfill'].includes(to));
    expect(outside.map(said)).toEqual([]);
    const names = /^(process|performance|crypto)\b/;
    expect(files.filter((file) => uses(file, names).length + uses(file, clocks).length > 0)).toEqual([]);
  });
}

/** Tests that have no room of the source: of the documents, of the whole program, and what others stand on. */
const outsideRooms = ['bin', 'build', 'docs', 'program', 'support', 'sandbox/contract', 'sandbox/model'];

test('a test lies in the folder of what it tests', () => {
  const folderOf = (file: string): string => file.split('/').slice(1, -1).join('/');
  const rooms = new Set(filesBelow('src').map(folderOf));
  const astray = filesBelow('test').filter(
    (file) =>
      !rooms.has(folderOf(file)) && !outsideRooms.some((each) => `${folderOf(file)}/`.startsWith(`${each}/`)),
  );
  expect(astray).toEqual([]);
});
