// `doctor` as a real process: the wire, the clock of a real server, a fresh home, the machine code of the build.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { apiServer, deadHost } from '../../support/api-server.ts';
import { built, cleanEnvironment, program, start } from '../../support/built-program.ts';
import { freshHome } from '../../support/run.ts';

interface Found {
  readonly check: string;
  readonly status: string;
  readonly found: string;
}

async function doctor(words: readonly string[], env: Record<string, string>) {
  const { code, stdout, stderr } = await built(['doctor', '-o', 'json', ...words], env);
  const found = JSON.parse(stdout) as readonly Found[];
  const of = (check: string) => found.find((each) => each.check === check)?.found;
  const failed = found.filter(({ status }) => status === 'failed').map(({ check }) => check);
  return { code, stderr, of, failed };
}

test('with a key that the API takes nothing fails, and a fresh home stays empty', async () => {
  const server = await apiServer([{ request: 'GET /v1/ping', json: { response: 'pong' } }]);
  const home = freshHome();
  const env = cleanEnvironment(home, { ORB_BASE_URL: server.baseUrl, ORB_API_KEY: 'k1' });
  const { code, stderr, of, failed } = await doctor([], env);
  expect({ code, stderr, failed }).toEqual({ code: 0, stderr: '', failed: [] });
  expect(of('version')).toBe(manifest.version);
  expect(of('node')).toBe(process.versions.node);
  expect(of('code cache')).toContain('cache folder');
  expect(of('clock')).toBe('agrees with the server');
  expect(server.arrived[0]?.headers.authorization).toBe('Bearer k1');
  expect(readdirSync(home)).toEqual([]);
  await server.close();
});

test('without a key a host is looked at without one, and that there is none fails', async () => {
  const server = await apiServer([{ request: 'GET /v1/ping', status: 401, json: {} }]);
  const { code, failed } = await doctor([], cleanEnvironment(freshHome(), { ORB_BASE_URL: server.baseUrl }));
  expect({ code, failed }).toEqual({ code: 1, failed: ['key'] });
  expect(server.arrived[0]?.headers.authorization).toBeUndefined();
  await server.close();
});

test('no server at the address and no TLS there are named in words', async () => {
  const dead = await deadHost();
  const refused = cleanEnvironment(freshHome(), { ORB_BASE_URL: `http://${dead}/v1`, ORB_API_KEY: 'k' });
  const nobody = await doctor([], refused);
  expect(nobody).toMatchObject({ code: 1, failed: ['connection'] });
  expect(nobody.of('connection')).toBe(`live, profile default: ${dead} refused the connection`);
  const server = await apiServer([]);
  const plain = cleanEnvironment(freshHome(), {
    ORB_BASE_URL: `https://${server.host}/v1`,
    ORB_API_KEY: 'k',
  });
  expect((await doctor([], plain)).of('connection')).toContain(`${server.host} does not speak TLS`);
  await server.close();
});

test('an embedded ledger needs neither key nor network; without a cache folder every start is slower', async () => {
  const env = cleanEnvironment(freshHome());
  const { code, of, failed } = await doctor(['--sandbox'], env);
  expect({ code, failed, key: of('key') }).toEqual({ code: 0, failed: [], key: 'not needed' });
  const words = [program, 'doctor', '--sandbox'];
  const { stdout } = await start(process.execPath, words, { ...env, XDG_CACHE_HOME: '/dev/null' }).ended;
  expect(stdout).toMatch(/code cache +warning +cannot be kept/);
});
