// Makes a release: checks, tests, package and executable with checksums, one commit and one tag. Publishes nothing.
//
//   npm run release -- 1.2.0 --dry-run    prints each step and changes nothing
//   npm run release -- 1.2.0
//
// CHANGELOG.md must have the heading `## 1.2.0 (2027-01-31)` before.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const words = process.argv.slice(2);
const isDryRun = words.includes('--dry-run');
const [version = '', ...more] = words.filter((word) => word !== '--dry-run');

const problems = [...problemsOfWords(), ...problemsOfTree()];
if (problems.length > 0) {
  console.error(`No release was made.\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  process.exitCode = 1;
} else {
  for (const { what, act } of steps()) {
    console.log(isDryRun ? `Would ${what}` : `Now: ${what}`);
    if (!isDryRun) act();
  }
  if (!isDryRun)
    console.log(
      `Release ${version} is made here. Next: git push --follow-tags, then npm publish ${archiveOf(version)}, and add out/* to the release`,
    );
}

function problemsOfWords() {
  if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version) || more.length > 0)
    return ['Usage: npm run release -- <version> [--dry-run], where a version is like 1.2.0'];
  const heading = new RegExp(`^## ${version.replaceAll('.', '\\.')} \\(\\d{4}-\\d{2}-\\d{2}\\)$`, 'm');
  if (heading.test(readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8'))) return [];
  return [`CHANGELOG.md has no heading "## ${version} (<day>)"`];
}

function problemsOfTree() {
  const found = [];
  if (output('git', 'status', '--porcelain') !== '')
    found.push('The working tree has changes: commit them first');
  if (output('git', 'tag', '--list', `v${version}`) !== '')
    found.push(`The tag v${version} is there already`);
  return found;
}

function steps() {
  const { version: before } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const archive = archiveOf(version);
  return [
    {
      what: `set the version from ${before} to ${version} in package.json and package-lock.json`,
      act: () => run('npm', 'version', version, '--no-git-tag-version', '--allow-same-version'),
    },
    { what: 'make the generated documents', act: () => run('npm', 'run', 'docs', '--silent') },
    { what: 'run npm test', act: () => run('npm', 'test') },
    { what: `pack ${archive}`, act: () => run('npm', 'pack', '--silent') },
    {
      what: `write its SHA-256 to ${archive}.sha256`,
      act: () => {
        const sum = createHash('sha256')
          .update(readFileSync(path.join(root, archive)))
          .digest('hex');
        writeFileSync(path.join(root, `${archive}.sha256`), `${sum}  ${archive}\n`);
      },
    },
    {
      what: 'make the single executable in out/, with its checksums and its bill of materials, and try it without Node',
      act: () => run('.ci/executable'),
    },
    {
      what: `commit as "Release ${version}"`,
      act: () => run('git', 'commit', '--all', '--allow-empty', '-m', `Release ${version}`),
    },
    {
      what: `tag v${version}`,
      act: () => run('git', 'tag', '-a', `v${version}`, '-m', `Release ${version}`),
    },
  ];
}

/** The file name of `npm pack`. @param {string} version */
function archiveOf(version) {
  const { name } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return `${name}-${version}.tgz`;
}

/** @param {string} command @param {...string} args */
function output(command, ...args) {
  return execFileSync(command, args, { cwd: root, encoding: 'utf8' });
}

/** Prints the command's output; throws if the command fails. @param {string} command @param {...string} args */
function run(command, ...args) {
  execFileSync(command, args, { cwd: root, stdio: 'inherit' });
}
