// Many runs at once over one record: keys that are shared are sent once, and caps hold.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { built, cleanEnvironment, program, start } from '../support/built-program.ts';
import { creditctl, words } from '../support/command.ts';
import { freshDatabase, hasPostgres, roles } from '../support/postgres.ts';
import { recordedIn } from '../support/recorded.ts';
import { freshHome } from '../support/run.ts';

const keyedGrant = (key: string): readonly string[] =>
  words(`ledger add acme --amount 7 --idempotency-key ${key} --sandbox --yes`);

test.each<[engine: string, isShared: boolean]>([
  ['a file', false],
  ...(hasPostgres ? [['PostgreSQL', true] as [string, boolean]] : []),
])(
  '20 processes with the same 5 keys and a record in %s send 5 writes, and all of them name the entries',
  async (_engine, isShared) => {
    const home = freshHome();
    const more = isShared ? { CREDITCTL_RECORD: (await freshDatabase()).url(roles.writers[0]) } : {};
    const env = cleanEnvironment(home, more);
    await built(['ledger', 'list', 'acme', '--sandbox'], env);
    const runs = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const key = `cron-${index % 5}`;
        const { code, stdout, stderr } = await built([...keyedGrant(key), '--json', 'id'], env);
        return { key, code, entry: code === 0 ? (JSON.parse(stdout) as { id: string }).id : stderr };
      }),
    );
    expect(runs.filter(({ code }) => code !== 0)).toEqual([]);
    expect(new Set(runs.map(({ key, entry }) => `${key} ${entry}`)).size).toBe(5);
    if (!isShared) expect(recordedIn(home).filter(({ event }) => event === 'noted')).toHaveLength(5);
    const { stdout } = await built(['ledger', 'list', 'acme', '--sandbox', '--all', '--json', 'id'], env);
    expect(JSON.parse(stdout)).toHaveLength(5);
    expect((await built(['history', 'verify', '--sandbox'], env)).code).toBe(0);
  },
  120_000,
);

test.each<[where: string, machines: number]>([
  ['one machine', 1],
  ...(hasPostgres ? [['two persons with a record on PostgreSQL', 2] as [string, number]] : []),
])(
  'of 60 grants of 100 at once from %s under a cap of 1000, exactly 10 pass',
  async (_where, machines) => {
    const database = machines > 1 ? await freshDatabase() : undefined;
    const CREDITCTL_SANDBOX_DB = path.join(freshHome(), 'sandbox.db');
    const places = roles.writers.slice(0, machines).map((role) => ({
      home: freshHome(),
      env: {
        CREDITCTL_SANDBOX_DB,
        ...(database === undefined ? {} : { CREDITCTL_RECORD: database.url(role) }),
      },
      ...(database === undefined ? {} : { now: Date.now() }),
    }));
    for (const place of places) {
      await creditctl('config set kind sandbox --profile capped', place);
      await creditctl('config set policy.customer_day_cap 1000 --profile capped', place);
      await creditctl('ledger list acme --profile capped', place);
    }
    const runs = await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const line = `ledger add acme --amount 100 --idempotency-key grant-${index} --profile capped --yes -o json`;
        return creditctl(line, places[index % machines]);
      }),
    );
    const codes = runs.map(({ code }) => code).sort((a, b) => a - b);
    expect(codes).toEqual([...Array.from({ length: 10 }, () => 0), ...Array.from({ length: 50 }, () => 10)]);
    const { stdout } = await creditctl('balance acme --profile capped -o json', places[0]);
    expect(JSON.stringify(JSON.parse(stdout))).toContain('1000');
  },
  120_000,
);

const container = ['--pid', '--fork', '--mount-proc'];
const canContain = spawnSync('unshare', [...container, 'true'], { stdio: 'ignore' }).status === 0;

test.skipIf(!canContain)(
  'the same key from two containers of one host name is one write',
  async () => {
    const home = freshHome();
    const env = cleanEnvironment(home);
    await built(['ledger', 'list', 'acme', '--sandbox'], env);
    const add = (key: string) => {
      const run = [process.execPath, program, ...keyedGrant(key), '--json', 'id'];
      return start('unshare', [...container, ...run], env).ended;
    };
    const runs = await Promise.all([add('cron'), add('cron'), add('other')]);
    expect(runs.map(({ code, stderr }) => (code === 0 ? '' : stderr))).toEqual(['', '', '']);
    expect(runs[0]?.stdout).toBe(runs[1]?.stdout);
    const noted = recordedIn(home).filter(({ event }) => event === 'noted');
    expect(noted.map(({ key }) => key).sort()).toEqual(['cron', 'other']);
    const [one, another] = noted.map(({ runner }) => runner as { machine: string; pid: number });
    // All in which the two processes differ.
    expect(one?.pid).toBe(another?.pid);
    expect(one?.machine).not.toBe(another?.machine);
  },
  60_000,
);
