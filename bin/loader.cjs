// Loads the chunks of `dist/` with V8's cached machine code (see `code-cache.cjs`).
const { Script } = require('node:vm');
const { asAtStart, codeCache } = require('./code-cache.cjs');
const { dist, part } = require('./parts.cjs');

// Loads the source lines only when a stack is read: most errors are shown without one.
Error.prepareStackTrace = (error, frames) => require('./source-lines.cjs').stackOf(error, frames);

const inModule = (code) => `(function(exports,require,module,__dirname,__give,__toESM){${code}\n})`;

/** Exports of a chunk as getters, because two chunks may import each other. */
function give(given, getters) {
  for (const name in getters) Object.defineProperty(given, name, { get: getters[name], enumerable: true });
  Object.defineProperty(given, '__esModule', { value: true });
}

/** The namespace that `import` gives for a module: a chunk's exports as they are, or one of Node's modules with `default`. */
function namespaceOf(given) {
  return given.__esModule ? given : { __proto__: given, default: given };
}

/** One set of loaded chunks; each runs once, at its first use. @param kind of start @param {string} version of the program */
function loader(kind, version) {
  const factories = new Map();
  const modules = new Map();
  const scripts = new Map();
  const cache = codeCache(version);
  const shapes = [];
  let isKept = false;
  /** Writes the code cache once, at the latest at the exit. */
  const keepCode = () => {
    if (!isKept) cache.keep(scripts, [...modules.keys(), ...shapes]);
    isKept = true;
  };
  process.once('exit', keepCode);
  readPack(`${kind}.pack.js`);

  // Packages resolve the same from this folder as from `dist/` beside it.
  const requireChunk = (id) => (id.startsWith('./') ? load(id.slice(2)) : require(id));
  requireChunk.resolve = require.resolve;

  /** Loads a chunk by its address: a pack and a name, or the name of a file of its own. */
  function load(address) {
    const at = address.indexOf('/');
    const name = address.slice(at + 1);
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    if (at !== -1 && !factories.has(name)) readPack(address.slice(0, at));
    const made = factories.get(name) ?? run(name, inModule);
    made(module.exports, requireChunk, module, dist, give, namespaceOf);
    return module.exports;
  }

  function readPack(file) {
    const members = run(file, (code) => code);
    // Two packs may hold the same chunk.
    for (const name in members) if (!factories.has(name)) factories.set(name, members[name]);
  }

  function run(file, wrapped) {
    const filename = `${dist}/${file}`;
    const bytes = part(file);
    const source = wrapped(bytes.toString('latin1'));
    const cachedData = cache.codeOf(file, bytes);
    let script = new Script(source, { filename, cachedData });
    if (script.cachedDataRejected) script = asAtStart(() => new Script(source, { filename, cachedData }));
    scripts.set(file, { script, bytes });
    return script.runInThisContext();
  }

  return { load, canKeepCode: cache.canKeep, ran: (shape) => shapes.push(shape), keepCode };
}

module.exports = { loader };
