// Loads the chunks of `dist/` together with the machine code that V8 made of them when they were built.
//
// Compiling half a megabyte of JavaScript is a third of the time of a short command, so the build keeps V8's result
// (`build/warm-up.cjs`). V8 takes it only if its own version, its flags and the source are the very same; on any
// other Node the folder of that version is simply not there, and the chunks are compiled as usual.
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
    const script = new Script(wrapped(readFileSync(filename, 'utf8')), {
      filename,
      cachedData: cached(file),
    });
    scripts.set(file, script);
    return script.runInThisContext();
  }

  // What is loaded at every start stands for the rest: V8 takes all of it or none.
  const codeCacheFits = () => {
    const rejected = scripts.get(packs[kind][0])?.cachedDataRejected;
    return rejected === undefined ? undefined : !rejected;
  };

  return { load, scripts, codeCacheFits };
}

function cached(file) {
  try {
    return readFileSync(path.join(codeCache, file));
  } catch {
    return undefined;
  }
}

module.exports = { loader, codeCache };
