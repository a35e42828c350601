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

/** One set of loaded chunks; each is run once, when it is first asked for. */
function loader() {
  const requireOther = createRequire(path.join(dist, 'start.js'));
  const modules = new Map();
  const scripts = new Map();

  function load(name) {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const filename = path.join(dist, name);
    const script = compile(name, filename);
    scripts.set(name, script);
    const requireChunk = (id) => (id.startsWith('./') ? load(id.slice(2)) : requireOther(id));
    script.runInThisContext()(module.exports, requireChunk, module, filename, dist);
    return module.exports;
  }

  return { load, scripts };
}

function compile(name, filename) {
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, 'utf8')}\n})`;
  return new Script(source, { filename, cachedData: cached(name) });
}

function cached(name) {
  try {
    return readFileSync(path.join(codeCache, name));
  } catch {
    return undefined;
  }
}

module.exports = { loader, codeCache };
