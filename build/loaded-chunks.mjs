// Runs commands from separate chunk files, and prints for each pack the chunks that its commands load first.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

const [, , entry = '', packs = '{}'] = process.argv;
const require = createRequire(entry);
const version = '0.0.0';

// The answer does not matter: by then, all chunks for reads over HTTP are loaded.
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end('{"data":[],"pagination_metadata":{"has_more":false,"next_cursor":null}}');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
// The process may end while the server is open.
server.unref();
process.setMaxListeners(0);
// The same chunks on every Node: loads the database that replaces a missing `node:sqlite`.
Reflect.deleteProperty(process, 'getBuiltinModule');

/** @type {Record<string, string[]>} */
const loaded = {};
const known = new Set();
for (const [pack, lines] of Object.entries(JSON.parse(packs))) {
  for (const line of lines) await run(line);
  const names = Object.keys(require.cache).map((file) => path.relative(path.dirname(entry), file));
  loaded[pack] = names.filter((name) => name === path.basename(name) && !known.has(name));
  for (const name of loaded[pack]) known.add(name);
}
process.stdout.write(`\n${JSON.stringify(loaded)}\n`);

/** @param {string[]} line may begin with variables, such as `ORB_BASE_URL=$SERVER` */
async function run(line) {
  const { start, complete } = require(entry);
  const argv = line.filter((word) => !/^[A-Z_]+=/.test(word));
  const own = line.filter((word) => !argv.includes(word)).map((word) => word.split('='));
  for (const [name, value] of own)
    process.env[name] = value
      .replace('$SERVER', `http://127.0.0.1:${port}`)
      .replace('$HOME', process.env.HOME ?? '');
  if (complete !== undefined) await complete({ argv: ['__complete', 'zsh', '--', ...argv], version });
  else await start({ argv, version });
  for (const [name] of own) delete process.env[name];
  // The program's own listeners keep an error from ending the process.
  if (complete === undefined && process.exitCode !== 0) process.exit(1);
}
