// Loads the chunks of `dist/` together with the machine code that V8 made of them when they were built.
//
// Compiling half a megabyte of JavaScript is a third of the time of a short command, so the build keeps V8's result
// (`build/warm-up.cjs`) in a folder for its version of Node, behind the source that it was made of: V8 itself compares
// no more than the source's length. Where nothing fits, the chunks are compiled as usual.
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { Script } = require('node:vm');

const dist = path.join(__dirname, '..', 'dist');
const codeCache = path.join(dist, 'code-cache', `${process.version}-${process.platform}-${process.arch}`);

/** Small chunks share a file, in this order: what every start of a kind needs, and what most of them do. */
const packs = {
  start: ['start.pack.js', 'rest.pack.js'],
  completion: ['completion.pack.js', 'rest.pack.js', 'start.pack.js'],
};

/** One set of loaded chunks; each is run once, when it is first asked for. @param kind of start */
function loader(kind) {
  const requireOther = createRequire(path.join(dist, 'package.json'));
  const packsLeft = [...packs[kind]];
  const factories = new Map();
  const modules = new Map();
  const scripts = new Map();

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
    while (!factories.has(name) && packsLeft.length > 0) {
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
      cachedData: cached(file, bytes),
    });
    scripts.set(file, { script, bytes });
    return script.runInThisContext();
  }

  // What is loaded at every start stands for the rest: V8 takes all of it or none.
  const codeCacheFits = () => {
    const rejected = scripts.get(packs[kind][0])?.script.cachedDataRejected;
    return rejected === undefined ? undefined : !rejected;
  };

  return { load, scripts, codeCacheFits };
}

/** The machine code kept for a file, if it was made of these very bytes. */
function cached(file, bytes) {
  try {
    const kept = readFileSync(path.join(codeCache, file));
    const source = kept.subarray(0, bytes.length);
    return source.equals(bytes) ? kept.subarray(bytes.length) : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { loader, codeCache };
