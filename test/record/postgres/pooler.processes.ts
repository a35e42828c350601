// A pooler in transaction mode serves each statement by another connection of its own: the record must not notice.
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isInstalled } from '../../docs/home.ts';
import { freePort, freshDatabase, hasPostgres, password, roles } from '../../support/postgres.ts';
import { ended, noted, opened } from './opened.ts';

/** Skipped where PgBouncer is not installed. */
const hasPooler = isInstalled('pgbouncer');

test.skipIf(!hasPostgres || !hasPooler)('ten clients share two connections of PgBouncer', async () => {
  const database = await freshDatabase();
  const folder = mkdtempSync(path.join(process.env.TMPDIR ?? os.tmpdir(), 'pooler-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const { cluster } = database;
  const names = [roles.owner, ...roles.writers];
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const users = file('users', names.map((name) => `"${name}" "${password}"\n`).join(''));
  const settings = file(
    'pgbouncer.ini',
    [
      `[databases]\n* = host=127.0.0.1 port=${cluster.port}`,
      `[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = plain`,
      `auth_file = ${users}\npool_mode = transaction\ndefault_pool_size = 2\nlogfile = ${folder}/log\n`,
    ].join('\n'),
  );
  const isRoot = os.userInfo().uid === 0;
  if (isRoot) chownSync(folder, 65_534, 65_534);
  const as = isRoot ? { uid: 65_534, gid: 65_534 } : {};
  const pooler = spawn('pgbouncer', ['-q', settings], { ...as, cwd: folder, stdio: 'ignore' });
  try {
    const url = database.url('ana').replace(`:${cluster.port}/`, `:${port}/`);
    const clients = [];
    for (let left = 100; clients.length < 10; left -= 1) {
      try {
        clients.push(await opened(database, 'ana', url));
      } catch (error) {
        if (left === 0) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    await Promise.all(
      clients.map(async ({ record }, client) => {
        for (let count = 0; count < 5; count += 1) {
          expect(await record.append([noted(`${client}-${count}`)])).toMatchObject({ kind: 'appended' });
          await record.append([ended(`${client}-${count}`)]);
        }
      }),
    );
    expect(await clients[0]?.record.countWrites({})).toEqual(new Map([['settled', 50]]));
    expect(await clients[0]?.record.who()).toBe('ana');
    await Promise.all(clients.map(({ store }) => store.close()));
  } finally {
    pooler.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});
