// Loads the chunks of `dist/`, with the machine code that V8 made of them before (see `code-cache.cjs`).
const { existsSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { Script } = require('node:vm');
const { codeCache } = require('./code-cache.cjs');

const dist = path.join(__dirname, '..', 'dist');

/** Small chunks share a file, in this order: what every start of a kind needs, and what most of them do. */
const packs = {
  start: ['start.pack.js', 'rest.pack.js', 'more.pack.js'],
  completion: ['completion.pack.js', 'rest.pack.js', 'start.pack.js', 'more.pack.js'],
};

/** One set of loaded chunks; each is run once, when it is first asked for. @param kind of start */
function loader(kind) {
  const requireOther = createRequire(path.join(dist, 'package.json'));
  const packsLeft = [...packs[kind]];
  const factories = new Map();
  const modules = new Map();
  const scripts = new Map();
  const cache = codeCache();
  const shapes = [];
  process.once('exit', () => cache.keep(scripts, [...modules.keys(), ...shapes]));

  function load(name) {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const requireChunk = (id) => (id.startsWith('./') ? load(id.slice(2)) : requireOther(id));
    factory(name)(module.exports, requireChunk, module, path.join(dist, name), dist);
    return module.exports;
  }

  function factory(name) {
    // A large chunk is a file of its own: no pack has to be read for it.
    const isAlone = existsSync(path.join(dist, name));
    while (!factories.has(name) && !isAlone && packsLeft.length > 0) {
      for (const [member, made] of Object.entries(run(packsLeft.shift(), (code) => code)))
        if (!factories.has(member)) factories.set(member, made);
    }
    const inModule = (code) => `(function (exports, require, module, __filename, __dirname) {${code}\n})`;
    return factories.get(name) ?? run(name, inModule);
  }

  function run(file, wrapped) {
    const filename = path.join(dist, file);
    const bytes = readFileSync(filename);
    const script = new Script(wrapped(bytes.toString('latin1')), {
      filename,
      cachedData: cache.codeOf(file, bytes),
    });
    scripts.set(file, { script, bytes });
    return script.runInThisContext();
  }

  return { load, canKeepCode: cache.canKeep, ran: (shape) => shapes.push(shape) };
}

module.exports = { loader };
