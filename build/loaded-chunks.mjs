// Runs commands from chunks that lie side by side, and prints which chunks those of each pack are the first to load.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

const [, , entry = '', packs = '{}'] = process.argv;
const require = createRequire(entry);
const version = '0.0.0';

// What reads over HTTP need is loaded before the answer is looked at.
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end('{"data":[],"pagination_metadata":{"has_more":false,"next_cursor":null}}');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
// Nobody waits for it once the commands are done.
server.unref();
process.setMaxListeners(0);
// The same on each Node: with the database that is loaded where Node has none.
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

/** @param {string[]} line may begin with variables of its own, such as `ORB_BASE_URL=$SERVER` */
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
  // Its own listeners keep the process from ending by an error.
  if (complete === undefined && process.exitCode !== 0) process.exit(1);
}
