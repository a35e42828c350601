// Caches the machine code that V8 compiles from the chunks, in the user's own cache folder.
//
// Compiling half a megabyte of JavaScript is a third of the time of a short command. The code fits one version of Node
// on one kind of machine, so the first command makes it, and a later command adds what no command ran before. V8 itself
// compares only the length of the source, and runs damaged code. So a file holds its source and then the code twice:
// comparing both copies costs a start less than loading a hash function.
const fs = require('node:fs');
const path = require('node:path');
/** Lists the chunks and the commands with their flags whose functions are in the cache. */
const namesFile = 'chunks.txt';

/** `undefined` if the user has no cache folder. */
function cacheFolder(version, env = process.env, platform = process.platform) {
  const { XDG_CACHE_HOME: cache = '', LOCALAPPDATA: local = '', HOME: home = '' } = env;
  const usual = path.isAbsolute(home) ? path.join(home, '.cache') : undefined;
  const isLocal = platform === 'win32' && path.win32.isAbsolute(local);
  const base = path.isAbsolute(cache) ? cache : isLocal ? local : usual;
  const kind = `${version}-${process.version}-${process.platform}-${process.arch}`;
  return base === undefined ? undefined : path.join(base, 'creditctl', kind);
}

/** Whether only this user can write to the folder: another writer could make this user run any code. */
function isOwn(folder) {
  try {
    const stats = fs.statSync(folder);
    if (process.getuid === undefined) return stats.isDirectory();
    return stats.isDirectory() && stats.uid === process.getuid() && (stats.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

/** @param {string} version of the program */
function codeCache(version) {
  const folder = cacheFolder(version);
  const isUsable = folder !== undefined && isOwn(folder);
  const known = new Set(isUsable ? textOf(path.join(folder, namesFile)).split('\n') : []);

  /** The cached code of a file, if it was compiled from exactly these bytes and is undamaged. */
  function codeOf(file, bytes) {
    if (!isUsable) return undefined;
    try {
      const kept = fs.readFileSync(path.join(folder, file));
      const middle = (kept.length + bytes.length) / 2;
      const [source, code] = [kept.subarray(0, bytes.length), kept.subarray(bytes.length, middle)];
      return source.equals(bytes) && code.equals(kept.subarray(middle)) ? code : undefined;
    } catch {
      return undefined;
    }
  }

  /** Caches the code of this run, if the run compiled anything new. A failure only costs time at the next start. */
  function keep(scripts, chunks) {
    const runsNew = chunks.some((name) => !known.has(name));
    const left = [...scripts].filter(([, { script }]) => runsNew || script.cachedDataRejected !== false);
    if (folder === undefined || left.length === 0) return;
    try {
      makeFolder(folder);
      if (!isOwn(folder)) return;
      removeOthers(folder, version);
      for (const [file, { script, bytes }] of left) {
        const code = asAtStart(() => script.createCachedData());
        replace(path.join(folder, file), Buffer.concat([bytes, code, code]));
      }
      // If V8 rejected the cached code, the new cache holds only the chunks of this run.
      const isAnew = [...scripts.values()].some(({ script }) => script.cachedDataRejected === true);
      const names = isAnew ? chunks : [...new Set([...known, ...chunks])];
      replace(path.join(folder, namesFile), names.join('\n'));
    } catch {
      // With a full disk or an unwritable folder, the next start compiles again.
    }
  }

  /**
   * A file with exactly these bytes, which no other user can write. Throws if there is no such place.
   * @param {string} name @param {Buffer} bytes
   */
  function fileOf(name, bytes) {
    if (folder === undefined) throw new Error('There is no cache folder: set HOME or XDG_CACHE_HOME');
    makeFolder(folder);
    if (!isOwn(folder)) throw new Error(`Others can write ${folder}`);
    const file = path.join(folder, name);
    if (!fs.existsSync(file) || !fs.readFileSync(file).equals(bytes)) replace(file, bytes);
    return file;
  }

  return { codeOf, fileOf, keep, canKeep: () => folder !== undefined && (isUsable || canMake(folder)) };
}

/**
 * V8 rejects machine code that was compiled under other flags. On Node 20 the HTTP client sets a flag (see
 * `src/orb/undici.ts`) that is not set at a start, so this restores V8's default while `act` runs.
 */
function asAtStart(act) {
  if (!process.versions.node.startsWith('20.')) return act();
  const { setFlagsFromString } = require('node:v8');
  setFlagsFromString('--wasm-tiering-budget=1800000');
  try {
    return act();
  } finally {
    setFlagsFromString('--wasm-tiering-budget=1000000000');
  }
}

/** Also makes the folders above. Node's own recursive option never ends below /proc. */
function makeFolder(folder) {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  fs.mkdirSync(folder, { mode: 0o700 });
}

/** Writes a draft and renames it, because two starts may write at once. Removes the draft if the disk is full. */
function replace(file, content) {
  const draft = `${file}.${process.pid}.new`;
  try {
    fs.writeFileSync(draft, content, { mode: 0o600 });
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw error;
  }
}

/** Removes the code of other versions. */
function removeOthers(folder, version) {
  const parent = path.dirname(folder);
  for (const name of fs.readdirSync(parent))
    if (/^\d+\.\d+\.\d+.*-v\d+/.test(name) && !name.startsWith(`${version}-`))
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
}

function textOf(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Whether the folder, or its nearest existing parent, is writable. */
function canMake(folder) {
  for (let at = folder; ; at = path.dirname(at)) {
    if (fs.existsSync(at))
      try {
        fs.accessSync(at, fs.constants.W_OK);
        return at === folder ? isOwn(at) : fs.statSync(at).isDirectory();
      } catch {
        return false;
      }
    if (at === path.dirname(at)) return false;
  }
}

module.exports = { asAtStart, cacheFolder, codeCache };
