// The machine code that V8 made of the chunks, kept in the user's own cache folder between two starts.
//
// Compiling half a megabyte of JavaScript is a third of the time of a short command. The code fits one version of Node
// on one kind of machine, so it is made where it is used: by the first command, and again when one runs what none ran
// before. V8 itself compares no more than the source's length, and runs code that is damaged. So a file holds its source,
// and then the code twice: comparing both costs a start less than loading what could make a checksum.
const fs = require('node:fs');
const path = require('node:path');
/** The names of the chunks, and of the commands with their flags, whose functions are compiled in what is kept. */
const namesFile = 'chunks.txt';

/** `undefined` where the user has no cache folder, or somebody else could put code into it. */
function cacheFolder(version, env = process.env, platform = process.platform) {
  const { XDG_CACHE_HOME: cache = '', LOCALAPPDATA: local = '', HOME: home = '' } = env;
  const usual = path.isAbsolute(home) ? path.join(home, '.cache') : undefined;
  const isLocal = platform === 'win32' && path.win32.isAbsolute(local);
  const base = path.isAbsolute(cache) ? cache : isLocal ? local : usual;
  const kind = `${version}-${process.version}-${process.platform}-${process.arch}`;
  return base === undefined ? undefined : path.join(base, 'creditctl', kind);
}

/** Whoever can write there can have this user run anything. */
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

  /** The code kept for a file, if it was made of these very bytes and is still as it was made. */
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

  /** Keeps what this run compiled, if it ran anything new. That it cannot be kept only costs time. */
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
      // Where V8 refused what was kept, nothing of it is left.
      const isAnew = [...scripts.values()].some(({ script }) => script.cachedDataRejected === true);
      const names = isAnew ? chunks : [...new Set([...known, ...chunks])];
      replace(path.join(folder, namesFile), names.join('\n'));
    } catch {
      // A full disk, a folder that cannot be written: the next start compiles again.
    }
  }

  /**
   * A file of these very bytes, which nobody else can write. Throws where there can be none.
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
 * V8 refuses machine code that was made under other flags, and a start begins without the one that the HTTP client sets
 * on Node 20: this is its default there (see `src/orb/undici.ts`).
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

/** With those above it. Node's own recursive way never ends below /proc. */
function makeFolder(folder) {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  fs.mkdirSync(folder, { mode: 0o700 });
}

/** Two starts at once write drafts of their own. On a full disk no part of one stays. */
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

/** The code of versions that came before. */
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

/** Whether the folder, or the nearest one above it that is there, can be written. */
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
