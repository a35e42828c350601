// What a failed command says of an identical one before it, whose outcome is not known.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import { TransportFailure } from '../../src/wire/json.ts';
import { creditctl, errorOf, orb } from '../support/command.ts';
import { customer, made, searched } from '../support/documents.ts';
import { freshDatabase, hasPostgres } from '../support/postgres.ts';
import { postgresProxy } from '../support/postgres-proxy.ts';
import { ctrlC, freshHome, type PlannedExchange, type RunOptions } from '../support/run.ts';

const acme = '/customers/external_customer_id/acme';
const look = { method: 'GET', path: acme, answer: { json: customer() } };
const write = (answer: NonNullable<PlannedExchange['answer']>) =>
  ({ method: 'POST', path: `${acme}/credits/ledger_entry`, answer, again: true }) as const;
const line = 'ledger add acme --amount 5 --expires +30d --yes -o json';
const gone = { method: 'GET', path: acme, fail: new CreditctlError('network', 'gone'), again: true } as const;
const locked = { ...look, answer: { status: 401, json: { type: 'x', status: 401 } } };

test.each([
  { before: line, now: `${line} --timeout 5m -v`, key: undefined },
  { before: `${line} --idempotency-key k1`, now: `${line} --idempotency-key k1`, key: 'k1' },
])('a write stays unknown while nothing can be found out of it: $now', async ({ before, now, key }) => {
  const home = freshHome();
  const looks = key === undefined ? [look] : [look, searched(acme, 'entry_type=increment')];
  const first = await creditctl(before, { home, env: orb, exchanges: [...looks, write({ status: 500 })] });
  expect(first.code, first.stderr).toBe(11);
  const { idempotency_key: made } = errorOf(first);
  expect(made).toEqual(key ?? expect.any(String));
  for (const [exchange, code] of [
    [gone, 11],
    [locked, 3],
  ] as const) {
    const again = await creditctl(now, { home, env: orb, exchanges: [exchange] });
    expect(again.code, again.stderr).toBe(code);
    expect(errorOf(again)).toMatchObject({ applied: 'unknown', retry_safe: true, idempotency_key: made });
  }
});

test('a write of the same key that succeeded is said to be applied', async () => {
  const home = freshHome();
  const keyed = `${line} --idempotency-key k2`;
  const sent = write({ status: 201, json: made() });
  const exchanges = [look, searched(acme, 'entry_type=increment'), sent];
  const first = await creditctl(keyed, { home, env: orb, exchanges });
  expect(first.code, first.stderr).toBe(0);
  const again = await creditctl(keyed, { home, env: orb, exchanges: [gone] });
  expect(errorOf(again)).toMatchObject({ applied: 'yes', retry_safe: true, idempotency_key: 'k2' });
  const other = keyed.replace('--amount 5', '--amount 6');
  const doubtful = await creditctl(other, { home, env: orb, exchanges: [gone] });
  expect(errorOf(doubtful)).toMatchObject({ exit_code: 11, applied: 'unknown', idempotency_key: 'k2' });
  expect(errorOf(doubtful).message).toMatch(/^The key k2 was used at .* is not known: gone$/);
});

test('a write to another account is not taken for this one', async () => {
  const home = freshHome();
  const keyed = `${line} --idempotency-key k3`;
  const sent = write({ status: 201, json: made() });
  const exchanges = [look, searched(acme, 'entry_type=increment'), sent];
  const first = await creditctl(keyed, { home, env: orb, exchanges });
  expect(first.code, first.stderr).toBe(0);
  const failed = async (env: Record<string, string>, exchange: PlannedExchange) =>
    errorOf(await creditctl(keyed, { home, env: { ...orb, ...env }, exchanges: [exchange] }));
  const other = await failed({ ORB_API_KEY: 'another' }, { ...gone, path: '/customers/cus-of-account' });
  expect(other).toMatchObject({ exit_code: 11, applied: 'unknown', idempotency_key: 'k3' });
  const elsewhere = await failed({ ORB_BASE_URL: 'https://other.example/v1' }, gone);
  expect(elsewhere).toMatchObject({ exit_code: 8, applied: 'no', idempotency_key: null });
});

test('where no key was typed, the doubt speaks of the command, and of no key', async () => {
  const home = freshHome();
  const lost = [look, write({ status: 500 })];
  expect((await creditctl(line, { home, env: orb, exchanges: lost })).code).toBe(11);
  const path = '/customers/cus-of-account';
  const env = { ...orb, ORB_API_KEY: 'another' };
  const again = errorOf(await creditctl(line, { home, env, exchanges: [{ ...gone, path }] }));
  expect(again).toMatchObject({ exit_code: 11, applied: 'unknown' });
  expect(again.message).toMatch(/^This command was run at .* is not known: gone$/);
});

test.each([
  'ledger add acme --body FILE',
  'api POST customers/external_customer_id/acme/credits/ledger_entry --input FILE',
  'api POST customers/external_customer_id/acme/credits/ledger_entry -F entry_type=increment -F amount=5 -F description=@FILE',
])('a write that read a file is not taken for this one, because the file may have changed: %s', async (typed) => {
  const home = freshHome();
  const file = `${home}/entry.json`;
  writeFileSync(file, '{"entry_type":"increment","amount":5}');
  const keyed = `${typed.replace('FILE', file)} --yes -o json --sandbox --idempotency-key k5`;
  // The cap of a day makes the program read the ledger before it decides about the key.
  for (const setting of ['kind sandbox', 'policy.customer_day_cap 1000'])
    await creditctl(`config set ${setting} --profile sandbox`, { home });
  const first = await creditctl(keyed, { home });
  expect(first.code, first.stderr).toBe(0);
  const between = () => Promise.reject(new CreditctlError('network', 'gone'));
  const again = errorOf(await creditctl(keyed, { home, between }));
  expect(again).toMatchObject({ exit_code: 11, applied: 'unknown', idempotency_key: 'k5' });
  expect(again.message).toMatch(/whether it was for this write is not known: gone$/);
});

test('an unknown write to another embedded ledger is not taken for this one', async () => {
  const home = freshHome();
  const grant = `${line} --sandbox`;
  const losing: RunOptions['between'] = (request, exchange) =>
    request.method === 'POST' ? Promise.reject(new TransportFailure('cut', 'maybe')) : exchange(request);
  expect((await creditctl(grant, { home, between: losing })).code).toBe(11);
  const between = () => Promise.reject(new CreditctlError('network', 'gone'));
  const again = await creditctl(grant, { home, between });
  expect(errorOf(again)).toMatchObject({ exit_code: 11, applied: 'unknown' });
  const other = await creditctl(grant, { home, env: { CREDITCTL_SANDBOX_DB: `${home}/other.db` }, between });
  expect(errorOf(other)).toMatchObject({ exit_code: 8, applied: 'no', idempotency_key: null });
});

test('a write of which nothing was sent is not taken for another one', async () => {
  const home = freshHome();
  await creditctl(line, { home, env: orb, exchanges: [look, write({ status: 500 })] });
  const other = line.replace('--amount 5', '--amount 6');
  const failed = await creditctl(other, { home, env: orb, exchanges: [gone] });
  expect([failed.code, errorOf(failed).applied]).toEqual([8, 'no']);
  const shown = await creditctl(`${line} --dry-run`, { home, env: orb, exchanges: [gone] });
  expect([shown.code, errorOf(shown).applied]).toEqual([8, 'no']);
});

test('a batch with rows of unknown outcome stays unknown', async () => {
  const home = freshHome();
  const file = `${home}/grants.csv`;
  writeFileSync(file, 'external_customer_id,amount\nacme,5\nglobex,7\n');
  const batch = `ledger import ${file} --yes -o json --sandbox`;
  const losing: RunOptions['between'] = async (request, exchange) => {
    if (request.method !== 'POST') return exchange(request);
    const isLost = /"amount":"?5\b/.test(request.body ?? '');
    throw new TransportFailure('the connection was cut', isLost ? 'maybe' : 'no');
  };
  const first = await creditctl(batch, { home, between: losing });
  expect(first.code, first.stderr).toBe(11);
  const between = () => Promise.reject(new CreditctlError('network', 'gone'));
  const again = await creditctl(batch, { home, between });
  expect(errorOf(again)).toMatchObject({ exit_code: 11, applied: 'unknown', idempotency_key: null });
  expect(errorOf(again).message).toMatch(
    /^The outcome of rows of the batch content-\w+ is not known\. It could not/,
  );
});

test.each([
  ['batch resume', true],
  ['batch undo b', true],
  ['batch resume other', false],
])('%s says how many writes of its batch stay unknown while the API is gone', async (now, isOpen) => {
  const home = freshHome();
  const file = `${home}/grants.csv`;
  writeFileSync(file, 'external_customer_id,amount\nacme,5\n');
  const losing: RunOptions['between'] = async (request, exchange) => {
    if (request.method !== 'POST') return exchange(request);
    throw new TransportFailure('the connection was cut', 'maybe');
  };
  const batch = `ledger import ${file} --batch-id b --yes --sandbox`;
  expect((await creditctl(batch, { home, between: losing })).code).toBe(11);
  const between = () => Promise.reject(new CreditctlError('network', 'gone'));
  const failed = await creditctl(`${now} --yes --sandbox -o json`, { home, between });
  const { exit_code, ...error } = errorOf(failed);
  if (!isOpen) return expect([exit_code, error.applied]).toEqual([4, 'no']);
  expect(exit_code, failed.stderr).toBe(11);
  expect(error).toMatchObject({
    message: 'The outcome of 1 write of batch b is still unknown. It could not be looked for: gone',
    applied: 'unknown',
    next: ['creditctl batch resume b --sandbox'],
  });
});

test('history settle says how many writes stay unknown where even the account cannot be recognised', async () => {
  const home = freshHome();
  const first = await creditctl(line, { home, env: orb, exchanges: [look, write({ status: 500 })] });
  expect(first.code, first.stderr).toBe(11);
  const env = { ...orb, ORB_API_KEY: 'another-key' };
  const exchanges = [{ ...gone, path: '/customers/cus-of-account' }];
  const failed = await creditctl('history settle --yes -o json', { home, env, exchanges });
  expect(errorOf(failed), failed.stderr).toMatchObject({
    exit_code: 11,
    message: 'The outcome of 1 write is still unknown. It could not be looked for: gone',
    applied: 'unknown',
    next: ['creditctl history settle'],
  });
});

test.skipIf(!hasPostgres)('a run that a person ended goes to no server once more', async () => {
  const database = await freshDatabase();
  const proxy = await postgresProxy(database.cluster.port);
  const env = {
    CREDITCTL_RECORD: database.url('ana').replace(`:${database.cluster.port}/`, `:${proxy.port}/`),
  };
  const answers = [{ message: 'When do the credits expire?', answer: ctrlC }] as const;
  const left = await creditctl('ledger add acme --amount 5 --sandbox', { env, terminal: 100, answers });
  await proxy.close();
  expect([left.code, proxy.made()], left.stderr).toEqual([130, 1]);
});

test('a record that failed is not asked once more', async () => {
  let asked = 0;
  const fields = 'SFATAL\0C28P01\0Mno\0\0';
  const length = Buffer.from([0, 0, 0, fields.length + 4]);
  const server = createServer((socket) => {
    asked += 1;
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)])));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const env = { ...orb, CREDITCTL_RECORD: `postgres://u:p@127.0.0.1:${port}/x` };
  const failed = await creditctl(line, { env, exchanges: [] });
  server.close();
  expect(failed.code, failed.stderr).toBe(3);
  expect(asked).toBe(1);
});
