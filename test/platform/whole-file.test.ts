import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  AtomicFile,
  makeFolder,
  removeLeftBehind,
  replaceFile,
  resolveLink,
} from '../../src/platform/whole-file.ts';
import { temporaryFolder } from '../sandbox/sandbox-at.ts';
import { failing, withFs } from '../support/replaced-fs.ts';

const freshFolder = (): string => mkdtempSync(path.join(tmpdir(), 'creditctl-'));

test('a file has its name only once it is committed, and no draft stays', () => {
  const folder = freshFolder();
  const name = path.join(folder, 'plan');
  const file = new AtomicFile(name, 7);
  file.write('one ');
  file.write(Buffer.from('two'));
  expect(readdirSync(folder)).toEqual(['.creditctl-7-1.part']);
  file.commit(name, 'new');
  file.close();
  expect(readdirSync(folder)).toEqual(['plan']);
  expect(readFileSync(name, 'utf8')).toBe('one two');
});

test('a new file never replaces another one', () => {
  const folder = freshFolder();
  const name = path.join(folder, 'plan');
  writeFileSync(name, 'of before');
  const file = new AtomicFile(name, 7);
  file.write('other');
  expect(() => file.commit(name, 'new')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  file.close();
  expect(readdirSync(folder)).toEqual(['plan']);
  expect(readFileSync(name, 'utf8')).toBe('of before');
});

/** A draft that is about to get its name. */
function drafted(text: string) {
  const folder = freshFolder();
  const name = path.join(folder, 'plan');
  const file = new AtomicFile(name, 7);
  file.write(text);
  return { folder, name, file };
}

test('a name is taken in one step: no kill leaves an empty file that stops the next run', async () => {
  const { folder, name, file } = drafted('all');
  // Nothing is opened, so there is no moment at which the name is taken and the file is empty.
  await withFs('openSync', failing('EMFILE', 1), () => file.commit(name, 'new'));
  expect([readdirSync(folder), readFileSync(name, 'utf8')]).toEqual([['plan'], 'all']);
});

test('on a disk without hard links, a new file does not replace another one either', async () => {
  const { folder, name, file } = drafted('first');
  const other = new AtomicFile(name, 8);
  await withFs('linkSync', failing('EPERM', 2), () => {
    file.commit(name, 'new');
    expect(() => other.commit(name, 'new')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  });
  other.close();
  expect([readdirSync(folder), readFileSync(name, 'utf8')]).toEqual([['plan'], 'first']);
});

test('a link stays a link when its file is replaced', () => {
  const folder = freshFolder();
  const [target, link] = [path.join(folder, 'target'), path.join(folder, 'link')];
  writeFileSync(target, 'of before');
  symlinkSync(target, link);
  const file = new AtomicFile(resolveLink(link), 7);
  file.write('other');
  file.commit(resolveLink(link), 'replacing');
  expect(readFileSync(target, 'utf8')).toBe('other');
  expect(readdirSync(folder).sort()).toEqual(['link', 'target']);
});

test('a small file is replaced as a whole', () => {
  const folder = freshFolder();
  const name = path.join(folder, 'head');
  for (const text of ['first', 'second']) replaceFile(name, text, `${name}.new`);
  expect(readFileSync(name, 'utf8')).toBe('second');
  expect(readdirSync(folder)).toEqual(['head']);
  mkdirSync(path.join(folder, 'taken'));
  expect(() => replaceFile(path.join(folder, 'taken'), 'third', `${name}.new`)).toThrow('EISDIR');
  expect(readdirSync(folder)).toEqual(['head', 'taken']);
});

test('drafts of a replaced file that killed runs left go after a week, and nothing else does', () => {
  const folder = freshFolder();
  const at = (name: string) => path.join(folder, name);
  const old = ['heads.json.7.new', 'heads.json.new', 'heads.json.7.bak', 'other.json.7.new'];
  for (const name of [...old, 'heads.json.8.new']) writeFileSync(at(name), 'x');
  for (const name of old) utimesSync(at(name), 0, 0);
  replaceFile(at('heads.json'), 'text', at('heads.json.9.new'));
  expect(readdirSync(folder).sort()).toEqual(['heads.json', 'heads.json.8.new', ...old.slice(1)].sort());
});

/** A folder of files with the days since something was written to them. */
function folderOf(files: Readonly<Record<string, number>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'creditctl-'));
  for (const [name, days] of Object.entries(files)) {
    const file = path.join(folder, name);
    writeFileSync(file, 'x');
    const at = Date.now() / 1000 - days * 86_400;
    utimesSync(file, at, at);
  }
  return folder;
}

test('only files of such a name go, and only a week after the last write', () => {
  const folder = folderOf({ '7-rows': 0, '8-rows': 8, '9-rows': 6, mine: 300 });
  removeLeftBehind(path.join(folder, '7-rows'), (name) => name.endsWith('-rows'));
  expect(readdirSync(folder).sort()).toEqual(['7-rows', '9-rows', 'mine']);
});

test('a folder that is not there is no failure', () =>
  expect(removeLeftBehind('/nowhere/7-rows', () => true)).toBeUndefined());

test('a new draft removes the old ones of killed runs', () => {
  const folder = folderOf({ '.creditctl-7-1.part': 8, '.creditctl-9-1.part': 1, 'plan.part': 8 });
  new AtomicFile(path.join(folder, 'plan'), 12).close();
  expect(readdirSync(folder).sort()).toEqual(['.creditctl-9-1.part', 'plan.part']);
});

test('a folder and those above it are made for the user alone, and twice is no harm', () => {
  const folder = path.join(temporaryFolder(), 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  for (const place of [folder, path.dirname(folder)]) expect(statSync(place).mode & 0o777).toBe(0o700);
});

test('where none can be made, the system says why', () => {
  expect(() => makeFolder('/proc/creditctl/a/b')).toThrow(/ENOENT|EACCES|EPERM/);
  const file = path.join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(path.join(file, 'a'))).toThrow(/ENOTDIR|EEXIST/);
  expect(existsSync('/proc/creditctl')).toBe(false);
});
