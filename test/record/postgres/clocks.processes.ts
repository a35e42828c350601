// Machines whose clocks are hours apart, and a server whose clock jumps at a failover: the record's clock decides, and each write is sent once.
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Served, served } from '../../batch/apply/killed-batch.ts';
import { built, cleanEnvironment, type Ended, program, start } from '../../support/built-program.ts';
import {
  addTemplate,
  type Cluster,
  clusterFolder,
  freshDatabase,
  hasPostgres,
  startCluster,
  startServer,
  stopServer,
  type TestDatabase,
} from '../../support/postgres.ts';
import { freshHome } from '../../support/run.ts';

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const canRun = hasPostgres && existsSync(library);

/** A process whose clock is so many hours off; what only ever passes passes as usual. */
const clockOff = (hours: number): Readonly<Record<string, string>> =>
  hours === 0
    ? {}
    : { LD_PRELOAD: library, FAKETIME: `${hours > 0 ? '+' : ''}${hours}h`, DONT_FAKE_MONOTONIC: '1' };

let cluster: Cluster;
let database: TestDatabase;
const folder = clusterFolder();
beforeAll(async () => {
  if (!canRun) return;
  cluster = await startCluster(folder.folder);
  await addTemplate(cluster);
});
afterAll(folder.remove);

/** The server dies, and the one that takes its place has a clock that is so many hours off. */
async function failover(hours: number): Promise<void> {
  await stopServer(cluster, 'SIGQUIT');
  await startServer(cluster, [], clockOff(hours));
}

interface Gate {
  readonly url: string;
  /** Holds the next write back; resolves when it is there, with what lets it go on. */
  hold(): Promise<() => void>;
  /** How many writes passed, or are held. */
  readonly writes: () => number;
}

/** Stands before the ledger, which does not name itself, so that it counts as Orb and the record's clock decides. */
async function gateTo({ baseUrl }: Served): Promise<Gate> {
  const target = new URL(baseUrl);
  let held: ((letGo: () => void) => void) | undefined;
  let writes = 0;
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    const pass = (): void => {
      const onward = forward(
        { host: target.hostname, port: target.port, method, path: url, headers },
        (answer) => {
          const { 'creditctl-ledger': _name, 'creditctl-ledger-ahead': _ahead, ...headers } = answer.headers;
          response.writeHead(answer.statusCode ?? 500, headers);
          answer.pipe(response);
        },
      );
      request.pipe(onward);
    };
    if (method === 'POST') writes += 1;
    const holding = method === 'POST' ? held : undefined;
    if (holding === undefined) return pass();
    held = undefined;
    holding(pass);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname}`,
    hold: () => new Promise((resolve) => (held = resolve)),
    writes: () => writes,
  };
}

/** A machine of a person, whose clock is off. */
function machineAt(hours: number, role: string, at: { readonly server: Served; readonly gate: Gate }) {
  const more = {
    ORB_BASE_URL: at.gate.url,
    ORB_API_KEY: at.server.apiKey,
    CREDITCTL_RECORD: database.url(role),
  };
  const env = { ...cleanEnvironment(freshHome(), more), ...clockOff(hours) };
  return {
    run: (line: string): Promise<Ended> => built(line.split(' '), env),
    start: (line: string) => start(process.execPath, [program, ...line.split(' ')], env),
  };
}

const codeOf = async (ended: Promise<Ended>) => {
  const { code, stdout, stderr } = await ended;
  return { code, said: stdout + stderr };
};

async function setUp() {
  database = await freshDatabase('template_record', cluster);
  const server = await served();
  const gate = await gateTo(server);
  return { server, gate };
}

test.skipIf(!canRun)(
  'a lease runs by the clock of the record, and a server whose clock jumps lets no write be sent twice',
  async () => {
    const where = await setUp();
    const { gate } = where;
    const [ahead, behind] = [machineAt(1, 'ana', where), machineAt(-1, 'bob', where)];
    const held = gate.hold();
    const writing = ahead.start('ledger add acme --amount 5 --yes -o json');
    writing.child.stdin.end();
    const letGo = await held;
    const ageOf = async () =>
      (
        await database.sql<{ age: string }>(
          'select extract(epoch from now() - noted_at)::text as age from creditctl.write',
        )
      )[0];
    expect(Math.abs(Number((await ageOf())?.age))).toBeLessThan(60);
    // By its own clock, bob's machine would not see the end of the lease for an hour, and ana's saw it an hour ago.
    expect(await codeOf(behind.run('ledger add acme --amount 5 --yes'))).toMatchObject({ code: 10 });
    expect(await codeOf(behind.run('history settle --yes'))).toMatchObject({ code: 11 });
    expect(gate.writes()).toBe(1);

    await failover(1);
    // By the new clock the lease has run out: bob sends it under the same key, while ana's own attempt is under way.
    expect(await codeOf(behind.run('history settle --yes'))).toMatchObject({ code: 0 });
    expect(gate.writes()).toBe(2);
    letGo();
    expect(await codeOf(writing.ended)).toMatchObject({ code: 0 });

    const stopped = gate.hold();
    const dying = ahead.start('ledger add acme --amount 7 --yes -o json');
    dying.child.stdin.end();
    await stopped;
    dying.child.kill('SIGKILL');
    await dying.ended;
    await failover(-3);
    // Noted in the future, as it seems: its age is unknown, so it is not sent again.
    const sent = gate.writes();
    const settling = await codeOf(behind.run('history settle --yes'));
    expect(settling).toMatchObject({ code: 11 });
    expect(await codeOf(ahead.run('ledger add acme --amount 9 --yes'))).toMatchObject({ code: 0 });
    expect(gate.writes()).toBe(sent + 1);
    await failover(3);
    expect(await codeOf(behind.run('history settle --yes'))).toMatchObject({ code: 0 });
    expect(await codeOf(behind.run('history verify'))).toMatchObject({ code: 0 });
    const { stdout } = await behind.run('ledger list acme --all --json amount');
    expect((JSON.parse(stdout) as { amount: number }[]).map(({ amount }) => amount).sort()).toEqual([
      5, 7, 9,
    ]);
  },
);

test.skipIf(!canRun)(
  'the day of a cap is that of the record, whatever the clock of a machine says',
  async () => {
    await failover(0);
    const where = await setUp();
    const [today, tomorrow] = [machineAt(0, 'ana', where), machineAt(25, 'bob', where)];
    for (const { run } of [today, tomorrow])
      expect(await codeOf(run('config set policy.team_day_cap 100'))).toMatchObject({ code: 0 });
    expect(await codeOf(today.run('ledger add acme --amount 60 --yes'))).toMatchObject({ code: 0 });
    expect(await codeOf(tomorrow.run('ledger add acme --amount 60 --yes'))).toMatchObject({ code: 10 });
    expect(where.gate.writes()).toBe(1);
    await failover(25);
    expect(await codeOf(today.run('ledger add acme --amount 70 --yes'))).toMatchObject({ code: 0 });
  },
);

test.skipIf(!canRun)(
  'a cap on the day of a customer goes by the clock of the record, for single writes and for batches',
  async () => {
    await failover(0);
    const where = await setUp();
    const [today, tomorrow] = [machineAt(0, 'ana', where), machineAt(25, 'bob', where)];
    for (const { run } of [today, tomorrow])
      expect(await codeOf(run('config set policy.customer_day_cap 100'))).toMatchObject({ code: 0 });
    expect(await codeOf(today.run('ledger add acme --amount 60 --yes'))).toMatchObject({ code: 0 });
    expect(await codeOf(tomorrow.run('ledger add acme --amount 60 --yes'))).toMatchObject({ code: 10 });
    const file = path.join(freshHome(), 'x.csv');
    writeFileSync(file, 'external_customer_id,amount\nacme,60\n');
    expect(await codeOf(tomorrow.run(`ledger import ${file} --yes`))).toMatchObject({ code: 10 });
    expect(where.gate.writes()).toBe(1);
    // Also before a person is asked: what was granted yesterday by the record's clock takes no room today.
    await failover(25);
    expect(await codeOf(today.run('ledger add acme --amount 60 --yes'))).toMatchObject({ code: 0 });
  },
);
