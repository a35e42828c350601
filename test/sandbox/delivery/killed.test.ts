// A process killed between a write and the delivery of its event: the next one delivers it, under the same id.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
import { cleanEnvironment, program, start } from '../../support/built-program.ts';
import { acme, temporaryFolder } from '../sandbox-at.ts';
import { type Receiving, receiving } from './receiving.ts';

interface Prepared {
  readonly db: string;
  readonly env: ReturnType<typeof cleanEnvironment>;
  readonly receiver: Receiving;
}

async function prepared(): Promise<Prepared> {
  const folder = temporaryFolder();
  const db = path.join(folder, 'sandbox.db');
  const receiver = await receiving();
  const sandbox = await openSandbox({ path: db, now: Date.now, randomBytes });
  receiver.secret = sandbox.operations().webhooks.add(receiver.url) ?? '';
  sandbox.close();
  const env = cleanEnvironment(folder, { CREDITCTL_SANDBOX_DB: db, CREDITCTL_SANDBOX_KEY: 'k' });
  return { db, env, receiver };
}

/** What another process sends once the claim of the one that was killed is over, and the log after it. */
async function sentLater({ db }: Prepared) {
  const sandbox = await openSandbox({ path: db, now: () => Date.now() + 11_000, randomBytes });
  onTestFinished(() => sandbox.close());
  await sandbox.deliver(5000);
  return sandbox.operations().webhooks.log(10);
}

const waitingOf = async ({ db }: Prepared): Promise<number | undefined> => {
  const sandbox = await openSandbox({ path: db, now: Date.now, randomBytes });
  const [address] = sandbox.operations().webhooks.list();
  sandbox.close();
  return address?.waiting;
};

test('a command killed before its event was taken', async () => {
  const place = await prepared();
  const { receiver, env } = place;
  receiver.status = () => undefined;
  const words = ['ledger', 'add', 'acme', '--amount', '5', '--sandbox', '--yes', '--idempotency-key', 'once'];
  const killed = start(process.execPath, [program, ...words], env);
  await receiver.arrived(1);
  killed.child.kill('SIGKILL');
  expect((await killed.ended).code).toBeUndefined();
  expect(await waitingOf(place)).toBe(1);
  receiver.status = () => 200;
  expect(await sentLater(place)).toMatchObject([{ state: 'delivered', customer: 'acme' }]);
  const [first, second] = receiver.taken;
  expect(receiver.taken).toHaveLength(2);
  expect(second?.text).toBe(first?.text);
}, 30_000);

test('a server killed with many events under way and waiting loses none of them, and keeps their order', async () => {
  const place = await prepared();
  const { receiver, env } = place;
  receiver.status = () => undefined;
  const server = start(process.execPath, [program, 'sandbox', 'serve', '--port', '0'], env);
  const { base_url } = JSON.parse(await server.printed('\n')) as { base_url: string };
  const grant = (customer: string, amount: number) =>
    fetch(`${base_url}${acme.replace('acme', customer)}/credits/ledger_entry`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify({ entry_type: 'increment', amount }),
    });
  for (const amount of [1, 2, 3])
    for (const customer of ['acme', 'globex']) expect((await grant(customer, amount)).status).toBe(201);
  await receiver.arrived(2);
  server.child.kill('SIGKILL');
  await server.ended;
  const seen = receiver.taken.splice(0).map(({ id }) => id);
  receiver.status = () => 200;
  await sentLater(place);
  expect(receiver.taken).toHaveLength(6);
  // The two that were under way come again, and are known by their ids.
  expect(receiver.taken.map(({ id }) => id)).toEqual(expect.arrayContaining(seen));
  for (const customer of ['acme', 'globex']) {
    const own = receiver.taken.filter(({ event }) => event.customer.external_customer_id === customer);
    expect(own.map(({ event }) => event.properties.block.balance)).toEqual(['1', '2', '3']);
  }
}, 30_000);
