// Replaces parts of packages to save time at the start; each replacement says what it removes and why that is never used.

/** commander loads `child_process` for subcommands in separate programs; this program has none. */
const commanderWithoutPrograms = {
  filter: /commander\/lib\/command\.js$/,
  from: "require('node:child_process')",
  to: '{}',
};

/** undici loads HTTP/2, which the pool never uses. */
const undiciWithoutHttp2 = {
  filter: /undici\/lib\/dispatcher\/client-h2\.js$/,
  whole: "module.exports = () => { throw new Error('HTTP/2 is not used') }",
};

/**
 * undici ends a connection with an error that no code reads. Node reads the error's stack anyway, and mapping the stack to
 * the sources would load a table of 243 KB at the end of each command over HTTP.
 */
const undiciEndsWithoutStack = {
  filter: /undici\/lib\/dispatcher\/dispatcher-base\.js$/,
  from: `    if (!err) {
      err = new ClientDestroyedError()`,
  to: `    if (!err) {
      const { stackTraceLimit } = Error
      Error.stackTraceLimit = 0
      err = new ClientDestroyedError()
      Error.stackTraceLimit = stackTraceLimit`,
};

/**
 * libsql finds its binary through a report on the whole process (8 ms). npm installs only binaries for this machine, so
 * the first candidate that exists is the right one.
 */
const libsqlTarget = {
  filter: /@neon-rs\/load\/dist\/index\.js$/,
  whole: `
exports.currentTarget = () => {
  const targets = {
    'linux-x64': ['linux-x64-gnu', 'linux-x64-musl'],
    'linux-arm64': ['linux-arm64-gnu', 'linux-arm64-musl'],
    'linux-arm': ['linux-arm-gnueabihf', 'linux-arm-musleabihf'],
    'darwin-x64': ['darwin-x64'],
    'darwin-arm64': ['darwin-arm64'],
    'win32-x64': ['win32-x64-msvc'],
  }[process.platform + '-' + process.arch] ?? [];
  const there = targets.find((target) => {
    try { require.resolve('@libsql/' + target); return true; } catch { return false; }
  });
  return there ?? targets[0] ?? process.platform + '-' + process.arch;
};`,
};

/** libsql uses this package only to correct an error in the report that `libsqlTarget` replaces. */
const detectLibc = {
  filter: /detect-libc\/lib\/detect-libc\.js$/,
  whole: "exports.GLIBC = 'glibc'; exports.MUSL = 'musl'; exports.familySync = () => null;",
};

const substitutions = [
  commanderWithoutPrograms,
  undiciWithoutHttp2,
  undiciEndsWithoutStack,
  libsqlTarget,
  detectLibc,
];

export const startupPlugin = {
  name: 'startup',
  setup(build) {
    for (const { filter, from, to, whole } of substitutions) {
      build.onLoad({ filter }, async ({ path }) => {
        if (whole !== undefined) return { contents: whole, loader: 'js' };
        const { readFile } = await import('node:fs/promises');
        const source = await readFile(path, 'utf8');
        // A new version may load its module in another way, and a partial replacement must not be bundled.
        if (source.split(from).length !== 2) throw new Error(`${path} no longer holds ${from} exactly once`);
        return { contents: source.replace(from, to), loader: 'js' };
      });
    }
  },
};
