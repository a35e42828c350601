// A server killed while many connections write: what it had acknowledged is there, each once, and the books balance.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectHttp } from '../../../src/orb/http-exchange.ts';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
import { acme, temporaryFolder } from '../sandbox-at.ts';
import { bundleProgram, ended, type Program } from '../store/child-process.ts';

let program: Program;
beforeAll(async () => {
  program = await bundleProgram('server');
});
afterAll(() => program.remove());

const connections = 32;

/** Writes from all connections until the server is gone; answers what it acknowledged, by its key. */
async function writeUntilKilled(path: string, round: number, after: number): Promise<string[]> {
  const acknowledged: string[] = [];
  const child = program.start(path, 0);
  const whenEnded = ended(child, (baseUrl) => {
    const { exchange, close } = connectHttp({ baseUrl, apiKey: 'k', userAgent: 'test', connections });
    const writeOn = async (connection: number): Promise<void> => {
      for (let write = 0; ; write += 1) {
        const key = `${round}-${connection}-${write}`;
        const { status } = await exchange({
          method: 'POST',
          path: `${acme}/credits/ledger_entry`,
          query: [],
          headers: { 'idempotency-key': key },
          body: JSON.stringify({ entry_type: 'increment', amount: 1, metadata: { key } }),
        });
        if (status === 201) acknowledged.push(key);
        if (acknowledged.length === after) child.kill('SIGKILL');
      }
    };
    const writers = Array.from({ length: connections }, (_, connection) => writeOn(connection));
    void Promise.allSettled(writers).then(close);
  });
  await whenEnded;
  return acknowledged;
}

async function keysIn(path: string): Promise<string[]> {
  const sandbox = await openSandbox({ path, now: Date.now, randomBytes });
  expect(sandbox.operations().status().problems).toEqual([]);
  const keys: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await sandbox.exchange({
      method: 'GET',
      path: `${acme}/credits/ledger`,
      query: [
        ['limit', '1000'],
        ['cursor', cursor],
      ],
      headers: {},
    });
    const page = JSON.parse(body);
    for (const { metadata } of page.data) keys.push(metadata.key);
    cursor = page.pagination_metadata.next_cursor;
  }
  sandbox.close();
  return keys;
}

test('kill -9 under many connections loses nothing that was acknowledged', async () => {
  const path = `${temporaryFolder()}/crash.db`;
  const acknowledged: string[] = [];
  for (const [round, after] of [40, 333, 700].entries()) {
    acknowledged.push(...(await writeUntilKilled(path, round, after)));
    const keys = await keysIn(path);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual(expect.arrayContaining(acknowledged));
    // Each connection may have had one write under way in each round.
    expect(keys.length - acknowledged.length).toBeLessThanOrEqual(connections * (round + 1));
  }
  expect(acknowledged.length).toBeGreaterThan(1000);
}, 60_000);
