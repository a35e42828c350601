// Makes the single executable for this platform: the built program and Node in one file.
//
//   npm run package    writes out/: the executable, its contents (CycloneDX), the licences, and the checksums
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { billOfMaterials } from './executable/bill-of-materials.mjs';

/** The Node of the executable; `--build-sea` exists since 25.5, and 26 is maintained until 2029. */
const nodeVersion = '26.10.0';
const platform = `${os.platform() === 'win32' ? 'win' : os.platform()}-${os.arch()}`;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const dist = path.join(root, 'dist');
const out = path.join(root, 'out');
const name = `creditctl-${version}-${platform}`;
const executable = path.join(out, os.platform() === 'win32' ? `${name}.exe` : name);

const work = mkdtempSync(path.join(os.tmpdir(), 'creditctl-package-'));
try {
  run('npm', 'run', 'build', '--silent');
  const node = fetchedNode();
  const keyring = keyringFolder();
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  await makeExecutable(node.program, keyring);
  const licences = path.join(out, `${name}.NOTICES.txt`);
  writeFileSync(licences, notices(node.folder, keyring));
  const materials = path.join(out, `${name}.cdx.json`);
  writeFileSync(materials, `${JSON.stringify(materialsOf(node.program, keyring), undefined, 2)}\n`);
  const sums = [executable, licences, materials].map((file) => `${sha256(file)}  ${path.basename(file)}\n`);
  writeFileSync(path.join(out, 'SHA256SUMS'), sums.join(''));
  console.log(`out/${path.basename(executable)} is written`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Node from the npm registry. npm verifies the checksum, and runs no script of the package. */
function fetchedNode() {
  const words = ['--prefix', work, '--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--silent'];
  run('npm', 'install', ...words, `node-${platform}@${nodeVersion}`);
  const folder = path.join(work, 'node_modules', `node-${platform}`);
  return { folder, program: path.join(folder, 'bin', os.platform() === 'win32' ? 'node.exe' : 'node') };
}

/** npm installs only the package with native code for this machine. */
function keyringFolder() {
  const packages = path.join(root, 'node_modules', '@napi-rs');
  const fitting = readdirSync(packages).filter((each) => each.startsWith('keyring-'));
  if (fitting.length !== 1) throw new Error(`One keyring should be installed: ${fitting.join(', ')}`);
  return path.join(packages, fitting[0]);
}

/** @param {string} node the program @param {string} keyring the folder of the package */
async function makeExecutable(node, keyring) {
  const main = path.join(work, 'main.cjs');
  const inside = (/** @type {string} */ file) => path.join(root, 'build', 'executable', file);
  await build({
    absWorkingDir: root,
    entryPoints: [inside('main.cjs')],
    outfile: main,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node26',
    alias: { '@napi-rs/keyring': inside('keyring.cjs') },
    plugins: [
      {
        name: 'parts',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/parts\.cjs$/ }, () => ({ path: inside('parts.cjs') })),
      },
    ],
    logLevel: 'warning',
  });
  const versionFile = path.join(work, 'version');
  writeFileSync(versionFile, version);
  const parts = readdirSync(dist).filter(
    (file) => /\.js$|^help\.txt$|^lines\.json$/.test(file) && !['keychain.js', 'boot.js'].includes(file),
  );
  const addon = readdirSync(keyring).find((file) => file.endsWith('.node')) ?? '';
  const config = path.join(work, 'sea.json');
  const assets = {
    version: versionFile,
    'keyring.node': path.join(keyring, addon),
    ...Object.fromEntries(parts.map((file) => [file, path.join(dist, file)])),
  };
  const settings = {
    main,
    output: executable,
    executable: node,
    disableExperimentalSEAWarning: true,
    assets,
  };
  writeFileSync(config, JSON.stringify(settings));
  execFileSync(node, ['--build-sea', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  chmodSync(executable, 0o755);
  // macOS runs no program with an outdated signature.
  if (os.platform() === 'darwin') run('codesign', '--sign', '-', executable);
}

/** @param {string} node the folder of the package @param {string} keyring the folder of the package */
function notices(node, keyring) {
  const files = [
    path.join(root, 'LICENSE'),
    path.join(dist, 'NOTICES.txt'),
    path.join(keyring, 'LICENSE.third-party.md'),
    path.join(node, 'LICENSE'),
  ];
  return files.map((file) => readFileSync(file, 'utf8').trim()).join(`\n\n${'='.repeat(72)}\n\n`);
}

/** @param {string} node the program @param {string} keyring the folder of the package */
function materialsOf(node, keyring) {
  const installed = JSON.parse(
    execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64e6,
    }),
  );
  const { name: addon, version: addonVersion } = JSON.parse(
    readFileSync(path.join(keyring, 'package.json'), 'utf8'),
  );
  const bundled = readFileSync(path.join(dist, 'NOTICES.txt'), 'utf8').matchAll(/^-{72}\n\n(\S+) (\S+)\n/gm);
  const shipped = [...bundled].map(([, each, its]) => `${each}@${its}`);
  const versions = JSON.parse(
    execFileSync(node, ['-p', 'JSON.stringify(process.versions)'], { encoding: 'utf8' }),
  );
  return billOfMaterials(installed, { shipped: [...shipped, `${addon}@${addonVersion}`], versions });
}

/** @param {string} file */
function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** @param {string} command @param {...string} args */
function run(command, ...args) {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}
