// The release script in a small repository of its own, with an npm that only notes what it was asked.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/imports.ts';
import { freshHome } from '../support/run.ts';

test('npm runs nothing of the package where its archive is installed, so it does not warn of scripts', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const names = Object.keys(scripts);
  for (const atInstall of ['preinstall', 'install', 'postinstall', 'prepare'])
    expect(names).not.toContain(atInstall);
  // In a clone, `npm install` builds by this one, and `npm pack` by the other.
  expect([scripts.postprepare, scripts.prepack]).toEqual([
    'npm run build --silent',
    'npm run build --silent',
  ]);
});

const npm = `#!/bin/sh
echo "npm $*" >> "$NOTES"
case "$1" in
  version) echo '{"name":"creditctl","version":"'$2'"}' > package.json ;;
  test) [ -z "$FAILS" ] ;;
  pack) echo archive > creditctl-1.2.0.tgz ;;
esac
`;

/** A repository with one commit, whose changelog has version 1.2.0. */
function repository() {
  const home = freshHome();
  const place = path.join(home, 'clone');
  const notes = path.join(home, 'notes');
  mkdirSync(path.join(place, 'build'), { recursive: true });
  mkdirSync(path.join(home, 'bin'));
  copyFileSync(path.join(root, 'build/release.mjs'), path.join(place, 'build/release.mjs'));
  writeFileSync(path.join(place, 'package.json'), '{"name":"creditctl","version":"1.1.0"}\n');
  writeFileSync(path.join(place, 'CHANGELOG.md'), '# Changelog\n\n## 1.2.0 (2027-01-31)\n');
  writeFileSync(path.join(place, '.gitignore'), '*.tgz\n*.tgz.sha256\n');
  mkdirSync(path.join(place, '.ci'));
  writeFileSync(path.join(place, '.ci/executable'), '#!/bin/sh\necho executable >> "$NOTES"\n', {
    mode: 0o755,
  });
  writeFileSync(path.join(home, 'bin/npm'), npm);
  chmodSync(path.join(home, 'bin/npm'), 0o755);
  writeFileSync(notes, '');
  const who = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@a.example' };
  const env = {
    PATH: `${path.join(home, 'bin')}:${process.env.PATH}`,
    HOME: home,
    NOTES: notes,
    ...who,
    GIT_COMMITTER_NAME: who.GIT_AUTHOR_NAME,
    GIT_COMMITTER_EMAIL: who.GIT_AUTHOR_EMAIL,
  };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: place, env, encoding: 'utf8' });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'First');
  return {
    place,
    git,
    asked: () => readFileSync(notes, 'utf8'),
    release: (words: readonly string[], more: Record<string, string> = {}) =>
      spawnSync(process.execPath, ['build/release.mjs', ...words], {
        cwd: place,
        env: { ...env, ...more },
        encoding: 'utf8',
      }),
  };
}

test('a dry run says every step and changes nothing', () => {
  const { git, asked, release } = repository();
  const { status, stdout } = release(['1.2.0', '--dry-run']);
  expect(status).toBe(0);
  for (const part of [
    '1.1.0 to 1.2.0',
    'npm test',
    'creditctl-1.2.0.tgz.sha256',
    'single executable in out/',
    'tag v1.2.0',
  ])
    expect(stdout).toContain(part);
  expect(asked()).toBe('');
  expect(git('log', '--oneline').trim().split('\n')).toHaveLength(1);
  expect(git('tag') + git('status', '--porcelain')).toBe('');
});

test('a release tests, packs with a checksum, commits and tags', () => {
  const { place, git, asked, release } = repository();
  const { status, stderr } = release(['1.2.0']);
  expect(status, stderr).toBe(0);
  expect(asked()).toMatch(/^npm version 1\.2\.0 .*\nnpm run docs .*\nnpm test\nnpm pack .*\nexecutable\n$/);
  const sum = createHash('sha256').update('archive\n').digest('hex');
  expect(readFileSync(path.join(place, 'creditctl-1.2.0.tgz.sha256'), 'utf8')).toBe(
    `${sum}  creditctl-1.2.0.tgz\n`,
  );
  expect(git('log', '-1', '--format=%s').trim()).toBe('Release 1.2.0');
  expect(git('rev-list', '-n1', 'v1.2.0')).toBe(git('rev-parse', 'HEAD'));
  expect(git('show', 'v1.2.0:package.json')).toContain('"1.2.0"');
  expect(git('status', '--porcelain')).toBe('');
});

test('tests that fail end it before anything is packed, committed or tagged', () => {
  const { git, asked, release } = repository();
  expect(release(['1.2.0'], { FAILS: 'yes' }).status).not.toBe(0);
  expect(asked()).not.toContain('npm pack');
  expect(git('log', '-1', '--format=%s').trim()).toBe('First');
  expect(git('tag')).toBe('');
});

test.each([
  ['a version that is none', ['1.2'], 'Usage'],
  ['a version without a heading in the changelog', ['1.3.0'], '## 1.3.0'],
  ['a change that is not committed', ['1.2.0'], 'changes'],
  ['a tag that is there already', ['1.2.0'], 'v1.2.0'],
])('%s is refused', (what, args, part) => {
  const { place, git, asked, release } = repository();
  if (what.startsWith('a change')) writeFileSync(path.join(place, 'CHANGELOG.md'), '## 1.2.0 (2027-01-31)\n');
  if (what.startsWith('a tag')) git('tag', 'v1.2.0');
  const { status, stderr } = release(args);
  expect(status).toBe(1);
  expect(stderr).toContain(part);
  expect(asked()).toBe('');
});
