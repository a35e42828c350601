// A record is dumped and restored while two machines have seen more of it: neither writes until it accepts what is there.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { creditctl, errorOf, rowsOf } from '../../support/command.ts';
import {
  addTemplate,
  type Cluster,
  clusterFolder,
  freshDatabase,
  programsWithDump,
  sqlOf,
  startCluster,
  superuser,
  type TestDatabase,
} from '../../support/postgres.ts';
import { freshHome, type RunResult } from '../../support/run.ts';

const programs = programsWithDump();
const folder = clusterFolder();
let cluster: Cluster;
let database: TestDatabase;
beforeAll(async () => {
  if (programs === undefined) return;
  cluster = await startCluster(folder.folder, [], programs);
  await addTemplate(cluster);
  database = await freshDatabase('template_record', cluster);
});
afterAll(folder.remove);

/** One of the programs of a backup, as the superuser over the socket. */
const backup = (name: string, more: readonly string[], input?: Buffer): Buffer =>
  execFileSync(
    path.join(programs ?? '', name),
    ['-h', cluster.folder, '-p', String(cluster.port), '-U', superuser, '-d', database.name, ...more],
    { input },
  );

async function restore(dump: Buffer): Promise<void> {
  await sqlOf(cluster, 'postgres', `drop database ${database.name} with (force)`);
  await sqlOf(cluster, 'postgres', `create database ${database.name} template template0`);
  backup('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1'], dump);
}

type Machine = (line: string) => Promise<RunResult>;

/** A state folder of its own, on the one ledger and the one record. */
function machine(role: string, sandbox: string): Machine {
  const home = freshHome();
  const env = { CREDITCTL_RECORD: database.url(role), CREDITCTL_SANDBOX_DB: sandbox };
  return (line) => creditctl(`${line} --sandbox`, { home, env, now: Date.now() });
}

const add = (amount: number): string =>
  `ledger add acme --amount ${amount} --description "grant ${amount}" --idempotency-key grant-${amount} --yes -o json`;

test.skipIf(programs === undefined)(
  'two machines that saw more than a restored record write nothing until each has accepted it',
  async () => {
    const sandbox = path.join(freshHome(), 'sandbox.db');
    const machines = { ana: machine('ana', sandbox), bob: machine('bob', sandbox) };
    const done = async (who: keyof typeof machines, line: string): Promise<RunResult> => {
      const result = await machines[who](line);
      expect([result.code, result.code === 0 ? '' : result.stderr]).toEqual([0, '']);
      return result;
    };
    const amounts = async () =>
      rowsOf(await done('ana', 'ledger list acme --all -o json')).map((row) => row.amount);
    await done('ana', add(1));
    await done('bob', add(2));
    const dump = backup('pg_dump', []);
    await done('ana', add(3));
    await done('bob', add(4));
    await restore(dump);

    for (const [who, seen] of [
      ['ana', 9],
      ['bob', 12],
    ] as const) {
      const refused = await machines[who](add(5));
      expect([who, refused.code]).toEqual([who, 10]);
      expect(errorOf(refused)).toMatchObject({ code: 'refused', applied: 'no' });
      expect(errorOf(refused).message).toContain(`does not hold link ${seen}, which this machine saw`);
      expect(JSON.stringify(errorOf(refused).next)).toContain('creditctl record accept');
      const status = await machines[who]('record status -o json');
      expect([who, status.code, rowsOf(status)]).toMatchObject([
        who,
        1,
        [{ seen_link: seen, holds_seen: false }],
      ]);
      await done(who, 'history list');
    }
    // What both had written and the record no longer has is found in the ledger.
    const audit = await machines.ana('history audit --all -o json');
    expect([audit.code, rowsOf(audit).map(({ amount }) => amount)]).toEqual([1, [4, 3]]);

    await done('ana', 'record accept --yes');
    await done('ana', add(5));
    // That one machine accepted it says nothing of what another one saw.
    expect((await machines.bob(add(6))).code).toBe(10);
    await done('bob', 'record accept --yes');
    await done('bob', add(6));
    await done('ana', add(7));
    expect((await amounts()).sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const who of ['ana', 'bob'] as const) await done(who, 'history verify --all-accounts');
    const kept = await database.sql(`select from creditctl.event where kind = 'accepted'`);
    expect(kept).toHaveLength(2);
  },
);
