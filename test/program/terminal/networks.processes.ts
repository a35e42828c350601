// The built program behind proxies and TLS, as it stands in offices: real connections, certificates made for this run.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { apiServer, deadHost } from '../../support/api-server.ts';
import { built, cleanEnvironment } from '../../support/built-program.ts';
import { authority, type Certificate, certificate, type Wanted } from '../../support/certificates.ts';
import { type SecureApi, secureApi, testProxy } from '../../support/networks.ts';
import { freshHome } from '../../support/run.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
function closedAfter<Closing extends { close(): Promise<void> }>(server: Closing): Closing {
  closers.push(server.close);
  return server;
}

const key = 'key-of-the-api';
const office = await authority();

/** @param trusts what NODE_EXTRA_CA_CERTS names */
function environment(more: Readonly<Record<string, string>>, trusts?: Certificate): Record<string, string> {
  const home = freshHome();
  const env = cleanEnvironment(home, { ORB_API_KEY: key, ...more });
  if (trusts === undefined) return env;
  const file = path.join(home, 'ca.pem');
  writeFileSync(file, trusts.cert);
  return { ...env, NODE_EXTRA_CA_CERTS: file };
}

const far = 'https://api.example.test/v1';
const farApi = async (): Promise<SecureApi> =>
  closedAfter(await secureApi(await certificate({ host: 'api.example.test', issuer: office })));
const list = ['blocks', 'list', 'acme', '-o', 'json'];
const grant = ['ledger', 'add', 'acme', '--amount', '5', '--yes', '-o', 'json'];
const errorIn = (stderr: string) =>
  JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error as Record<string, unknown>;

for (const variable of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) {
  test(`${variable} leads to the API; the proxy hears its own password and never the key`, async () => {
    const api = await farApi();
    const proxy = closedAfter(await testProxy({ to: api.port }));
    const url = `http://me:s3cret%21@127.0.0.1:${proxy.port}`;
    const env = environment({ ORB_BASE_URL: far, [variable]: url }, office);
    const { code, stdout, stderr } = await built(list, env);
    expect({ code, stdout: JSON.parse(stdout), stderr }).toEqual({ code: 0, stdout: [], stderr: '' });
    const authorization = `Basic ${Buffer.from('me:s3cret!').toString('base64')}`;
    expect(proxy.asked).toEqual([{ to: 'api.example.test:443', authorization, key: false }]);
    expect(api.asked).toHaveLength(1);
  });
}

test.each([403, 407])('a proxy that answers %d is asked once, and nothing was applied', async (status) => {
  const proxy = closedAfter(await testProxy({ status }));
  const address = `http://127.0.0.1:${proxy.port}`;
  const env = environment({ ORB_BASE_URL: far, HTTPS_PROXY: address.replace('//', '//me:s3cret@') });
  const { code, stdout, stderr } = await built(grant, env);
  expect({ code, stdout }).toEqual({ code: 8, stdout: '' });
  expect(errorIn(stderr)).toMatchObject({ exit_code: 8, applied: 'no' });
  expect(errorIn(stderr).message).toContain(`The proxy ${address} (HTTPS_PROXY)`);
  expect(stderr).not.toMatch(/s3cret|bWU6/);
  expect(proxy.asked).toHaveLength(1);
});

test('doctor names the proxy without its password, and what is wrong with it', async () => {
  const api = await farApi();
  const proxy = closedAfter(await testProxy({ to: api.port }));
  const address = `127.0.0.1:${proxy.port}`;
  const through = { ORB_BASE_URL: far, HTTPS_PROXY: `http://me:s3cret@${address}` };
  const well = await built(['doctor', '-o', 'json'], environment(through, office));
  expect(well.stdout).toContain(`api.example.test through the proxy http://${address} (HTTPS_PROXY) answers`);
  const dead = await deadHost();
  const gone = { ...through, HTTPS_PROXY: `http://me:s3cret@${dead}` };
  const ill = await built(['doctor', '-o', 'json'], environment(gone));
  expect(ill.stdout).toContain(`The proxy http://${dead} (HTTPS_PROXY) refused the connection`);
  expect(well.stdout + well.stderr + ill.stdout + ill.stderr).not.toContain('s3cret');
});

test('this machine itself is never asked through a proxy, which would see the key', async () => {
  const api = closedAfter(
    await apiServer([{ json: { data: [], pagination_metadata: { has_more: false, next_cursor: null } } }]),
  );
  const proxy = closedAfter(await testProxy({ status: 403 }));
  const address = `http://127.0.0.1:${proxy.port}`;
  const env = environment({ ORB_BASE_URL: api.baseUrl, HTTP_PROXY: address, HTTPS_PROXY: address });
  expect(await built(list, env)).toMatchObject({ code: 0 });
  expect(proxy.asked).toEqual([]);
});

test('a proxy that is no URL is a mistake in its variable, and its value is not shown', async () => {
  const env = environment({ ORB_BASE_URL: far, HTTPS_PROXY: 'http://me:s3cret@:port' });
  const { code, stderr } = await built(grant, env);
  expect(code).toBe(2);
  expect(errorIn(stderr).message).toMatch(/^HTTPS_PROXY /);
  expect(stderr).not.toContain('s3cret');
});

for (const offersHttp2 of [false, true]) {
  test(`TLS with a named authority; the server offers ${offersHttp2 ? 'HTTP/2 too' : 'HTTP/1.1'}`, async () => {
    const own = await certificate({ host: '127.0.0.1', issuer: office });
    const api = closedAfter(await secureApi(own, offersHttp2));
    const env = environment({ ORB_BASE_URL: `https://127.0.0.1:${api.port}/v1` }, office);
    expect(await built(list, env)).toMatchObject({ code: 0, stderr: '' });
    expect(api.asked).toEqual([expect.stringMatching(/^GET \/v1\/.* HTTP\/1\.1$/)]);
  });
}

const wrong: readonly (readonly [what: string, Wanted, why: string, next: string])[] = [
  ['signs itself', { host: '127.0.0.1' }, 'a self-signed certificate', 'NODE_EXTRA_CA_CERTS'],
  ['has expired', { host: '127.0.0.1', issuer: office, days: [-3, -1] }, 'that expired', 'clock'],
  ['is for another name', { host: 'other.example', issuer: office }, 'for another name', 'base_url'],
];

test.each(wrong)('a certificate that %s fails at once, and says why', async (_what, wanted, why, next) => {
  const api = closedAfter(await secureApi(await certificate(wanted)));
  const { code, stderr } = await built(
    grant,
    environment({ ORB_BASE_URL: `https://127.0.0.1:${api.port}/v1` }, office),
  );
  expect(code).toBe(8);
  expect(errorIn(stderr)).toMatchObject({ applied: 'no', retry_safe: true });
  expect(errorIn(stderr).message).toContain(why);
  expect(JSON.stringify(errorIn(stderr).next)).toContain(next);
  expect({ tried: api.tried(), asked: api.asked }).toEqual({ tried: 1, asked: [] });
});

test('a certificate of an authority that is not named fails at once, and says how to name it', async () => {
  const api = closedAfter(await secureApi(await certificate({ host: '127.0.0.1', issuer: office })));
  const { code, stderr } = await built(
    list,
    environment({ ORB_BASE_URL: `https://127.0.0.1:${api.port}/v1` }),
  );
  expect(code).toBe(8);
  expect(errorIn(stderr).message).toContain('an issuer that is not known here');
  expect(JSON.stringify(errorIn(stderr).next)).toContain('NODE_EXTRA_CA_CERTS');
  expect(api.tried()).toBe(1);
});
