import { expect, test } from 'vitest';
import { creditctl, errorOf, notesOf } from '../../support/command.ts';
import { freshDatabase, hasPostgres, password, roles, type TestDatabase } from '../../support/postgres.ts';
import { silentServer } from '../../support/silent-server.ts';

const record = (database: TestDatabase, role: string = roles.owner) => ({
  env: { CREDITCTL_RECORD: database.url(role) },
});

test.skipIf(!hasPostgres)('it says what it will do, does it once, and then has nothing to do', async () => {
  const database = await freshDatabase('template0');
  const made = await creditctl('record init --yes --grant ana -o json', record(database));
  expect({ code: made.code, stdout: made.stdout }).toEqual({ code: 0, stdout: '' });
  const [plan, done] = notesOf(made);
  expect(plan?.steps).toHaveLength(2);
  expect(done).toMatchObject({ changed: true, granted: ['ana'] });
  expect(await database.sql('select form from creditctl.record')).toEqual([{ form: 1 }]);
  const again = await creditctl('record init -o json', record(database));
  expect({ code: again.code, notes: notesOf(again) }).toMatchObject({
    code: 0,
    notes: [{ changed: false }],
  });
});

test.skipIf(!hasPostgres)(
  'a record that lost a table is restored, because no set-up can mend it',
  async () => {
    const database = await freshDatabase();
    await database.sql('drop table creditctl.counter');
    const { code, stderr } = await creditctl('record init --yes', record(database));
    expect([code, stderr]).toEqual([
      10,
      expect.stringContaining('has lost its table "counter"; nothing was'),
    ]);
    expect(stderr).toContain('Restore it from a backup');
  },
);

test('an interruption ends the wait for a server that never answers', async () => {
  const { url, signal } = await silentServer();
  const begun = performance.now();
  const { code } = await creditctl('record init --yes', { env: { CREDITCTL_RECORD: url }, signal });
  expect([code, performance.now() - begun < 4000]).toEqual([130, true]);
});

test.skipIf(!hasPostgres)('a role that is granted may write, and no other one may even read', async () => {
  const database = await freshDatabase('template0');
  await creditctl('record init --yes', record(database));
  const before = await creditctl('record status -o json', record(database, 'ana'));
  expect({ code: before.code, kind: errorOf(before).code }).toEqual({ code: 10, kind: 'refused' });
  expect((await creditctl('record init --yes --grant ana', record(database))).code).toBe(0);
  expect((await creditctl('record status', record(database, 'ana'))).code).toBe(0);
  expect((await creditctl('record status', record(database, 'bob'))).code).toBe(10);
});

test.skipIf(!hasPostgres)(
  'without --yes off a terminal nothing is made, and a no on it makes nothing',
  async () => {
    const database = await freshDatabase('template0');
    const schemas = () => database.sql("select 1 from pg_namespace where nspname = 'creditctl'");
    expect((await creditctl('record init', record(database))).code).toBe(10);
    const declined = await creditctl('record init', {
      ...record(database),
      terminal: 100,
      answers: [{ message: 'Do this?', answer: false }],
    });
    expect(declined.code).toBe(10);
    expect(await schemas()).toEqual([]);
  },
);

test.skipIf(!hasPostgres)(
  'only the owner completes a record or grants; an unknown role is named',
  async () => {
    const database = await freshDatabase();
    const { code, stderr } = await creditctl('record init --grant bob --yes', record(database, 'ana'));
    expect({ code, names: stderr.includes('belongs to olga') }).toEqual({ code: 10, names: true });
    const unknown = await creditctl('record init --grant nobody_here --yes -o json', record(database));
    expect(unknown.code).toBe(10);
    expect(String(errorOf(unknown).message)).toContain('"nobody_here"');
    const quoted = await creditctl("record init --grant 'a b' --yes -o json", record(database));
    expect(errorOf(quoted).next).toEqual(["createuser --pwprompt 'a b'"]);
  },
);

test.skipIf(!hasPostgres)('an older record is completed, a newer one is left alone', async () => {
  const database = await freshDatabase();
  await database.sql('update creditctl.record set form = 0; drop function creditctl.erase');
  expect((await creditctl('record status', record(database, 'ana'))).code).toBe(10);
  expect((await creditctl('record init --yes', record(database))).code).toBe(0);
  expect((await creditctl('record status', record(database, 'ana'))).code).toBe(0);
  expect(await database.sql("select 1 as one from pg_proc where proname = 'erase'")).toHaveLength(1);
  await database.sql("update creditctl.record set form = 9, oldest_form = 9, oldest_program = '7.0.0'");
  expect((await creditctl('record init --yes', record(database))).code).toBe(10);
  const newer = await creditctl('record status -o json', record(database, 'ana'));
  expect(newer.code).toBe(10);
  expect(String(errorOf(newer).message)).toContain('7.0.0');
  // A newer form that this program may still write to.
  await database.sql('update creditctl.record set oldest_form = 1');
  expect((await creditctl('record status', record(database, 'ana'))).code).toBe(0);
});

test.skipIf(!hasPostgres)(
  'a record that a newer creditctl upgrades during the question stays as it is',
  async () => {
    const database = await freshDatabase();
    const meanwhile = () => database.sql('update creditctl.record set form = 9');
    const { code, stderr } = await creditctl('record init --grant bob', {
      ...record(database),
      terminal: 100,
      answers: [{ message: 'Do this?', answer: true, meanwhile }],
    });
    expect([code, stderr]).toEqual([10, expect.stringContaining('Install a newer creditctl')]);
  },
);

test.skipIf(!hasPostgres)('functions that were changed are named and written anew', async () => {
  const database = await freshDatabase();
  await database.sql(`create or replace function creditctl.over(p_account integer, p_facts jsonb[],
    p_caps jsonb, p_at timestamptz) returns jsonb
    language plpgsql as 'begin return null; end'`);
  const asked = await creditctl('record init', record(database));
  expect(asked.code).toBe(10);
  expect(asked.stderr).toContain(
    'Write the functions of the schema "creditctl" anew, since they were changed',
  );
  for (const command of ['record status', 'doctor --sandbox']) {
    const seen = await creditctl(command, record(database, 'ana'));
    expect(seen.stdout + seen.stderr).toMatch(/has functions of another version of creditctl.*record init/s);
  }
  expect((await creditctl('record init --yes', record(database))).code).toBe(0);
  const done = await creditctl('record init', record(database));
  expect({ code: done.code, says: done.stderr.includes('nothing to do') }).toEqual({ code: 0, says: true });
  const well = await creditctl('record status', record(database, 'ana'));
  expect([well.code, well.stderr.includes('record init')]).toEqual([0, false]);
});

test.skipIf(!hasPostgres)('tables that were opened to a role or to all are named and closed', async () => {
  const database = await freshDatabase();
  await database.sql(`grant all on creditctl.event to bob; grant update (mode) on creditctl.account to ana;
    grant execute on function creditctl.day(timestamptz) to public`);
  const seen = await creditctl('record status -o json', record(database, 'ana'));
  expect(seen.code).toBe(0);
  expect(notesOf(seen)).toContainEqual({
    warning: expect.stringContaining('can be changed without its functions by PUBLIC, ana, bob'),
    next: 'creditctl record init',
  });
  const asked = await creditctl('record init', record(database));
  expect([asked.code, asked.stderr.includes('Take from bob the right to change it')]).toEqual([10, true]);
  expect((await creditctl('record init --yes', record(database))).code).toBe(0);
  expect((await creditctl('record init', record(database))).stderr).toContain('nothing to do');
  const may = await database.sql(`select has_table_privilege('bob', 'creditctl.event', 'INSERT') as adds,
    has_column_privilege('ana', 'creditctl.account', 'mode', 'UPDATE') as changes,
    has_table_privilege('ana', 'creditctl.account', 'SELECT') as reads`);
  expect(may).toEqual([{ adds: false, changes: false, reads: true }]);
});

test.skipIf(!hasPostgres)('a database of another encoding is refused before anything is made', async () => {
  const database = await freshDatabase();
  const name = `${database.name}_latin`;
  await database.sql(`create database ${name} encoding 'LATIN1' locale 'C' template template0 owner olga`);
  const url = database.url(roles.owner).replace(database.name, name);
  const { code, stderr } = await creditctl('record init --yes', { env: { CREDITCTL_RECORD: url } });
  expect({ code, names: stderr.includes('LATIN1') }).toEqual({ code: 10, names: true });
});

test.skipIf(!hasPostgres)('three machines at once make one record, and each of them is content', async () => {
  const database = await freshDatabase('template0');
  const at = () => creditctl('record init --yes --grant ana', record(database));
  const ends = await Promise.all([at(), at(), at()]);
  expect(ends.map(({ code, stderr }) => (code === 0 ? code : stderr))).toEqual([0, 0, 0]);
  expect((await creditctl('record status', record(database, 'ana'))).code).toBe(0);
});

test.skipIf(!hasPostgres)('a schema of another program is left alone, whoever owns it', async () => {
  const database = await freshDatabase('template0');
  await database.sql('create schema creditctl; create table creditctl.record (form integer, id integer)');
  const refusal = async (): Promise<unknown> => {
    const { code, stderr } = await creditctl('record init --yes', record(database));
    return { code, names: stderr.includes('that is no record; nothing was changed') };
  };
  expect(await refusal()).toEqual({ code: 10, names: true });
  await database.sql('alter schema creditctl owner to olga; alter table creditctl.record owner to olga');
  expect(await refusal()).toEqual({ code: 10, names: true });
  expect((await creditctl('record status', record(database))).code).toBe(10);
});

test.skipIf(!hasPostgres)(
  'a role that may make no schema is refused, and takes an empty one that was made for it',
  async () => {
    const database = await freshDatabase('template0');
    await database.sql(`alter database ${database.name} owner to postgres`);
    const refused = await creditctl('record init --yes', record(database));
    expect({ code: refused.code, asks: refused.stderr.includes('this will') }).toEqual({
      code: 10,
      asks: false,
    });
    expect(refused.stderr).toContain(`grant create on database ${database.name} to olga`);
    await database.sql('create schema creditctl authorization olga');
    expect((await creditctl('record init --yes --grant ana', record(database))).code).toBe(0);
    expect((await creditctl('record status', record(database, 'ana'))).code).toBe(0);
  },
);

test.skipIf(!hasPostgres)('a record that lost its identity is not completed', async () => {
  const database = await freshDatabase();
  await database.sql('delete from creditctl.record');
  const { code, stderr } = await creditctl('record init --yes', record(database));
  expect({ code, names: stderr.includes('identity') }).toEqual({ code: 10, names: true });
  expect(await database.sql('select from creditctl.record')).toEqual([]);
});

test('for a password with a slash the way to write it is named, and it is not shown', async () => {
  const { code, stderr } = await creditctl('record status', {
    env: { CREDITCTL_RECORD: 'postgres://ana:secret/word@db.example.com/creditctl' },
  });
  expect({ code, isShown: stderr.includes('secret') }).toEqual({ code: 2, isShown: false });
  expect(stderr).toContain('%2F');
});

test.skipIf(!hasPostgres)('a role without a password reads that none is known', async () => {
  const database = await freshDatabase();
  const url = database.url('ana').replace(/:[^:@]+@/, '@');
  const { code, stderr } = await creditctl('record status', { env: { CREDITCTL_RECORD: url } });
  expect({ code, isNamed: stderr.includes('none is known here') }).toEqual({ code: 3, isNamed: true });
});

test('without a PostgreSQL database there is nothing to set up', async () => {
  const { code, stderr } = await creditctl('record init --yes');
  expect({ code, names: stderr.includes('CREDITCTL_RECORD') }).toEqual({ code: 2, names: true });
});

test.skipIf(!hasPostgres)('the role in the URL is shown, and its password is not', async () => {
  const database = await freshDatabase('template0');
  const { stderr } = await creditctl('record init --yes', record(database));
  expect(stderr).toContain(`PostgreSQL olga@127.0.0.1:${database.cluster.port}/${database.name}`);
  const wrong = { env: { CREDITCTL_RECORD: database.url('ana').replace(/:[^:@]+@/, ':a-wrong-secret@') } };
  const refused = await creditctl('record status', wrong);
  expect({ code: refused.code, isShown: refused.stderr.includes('a-wrong-secret') }).toEqual({
    code: 3,
    isShown: false,
  });
});

test.skipIf(!hasPostgres)(
  "the command of a profile prints the password of the profile's record",
  async () => {
    const database = await freshDatabase();
    const { home } = await creditctl('config set kind orb --profile p');
    const url = new URL(database.url('ana'));
    url.password = '';
    const set = await creditctl(`config set record ${url.href} --profile p`, { home });
    expect(set.code, set.stderr).toBe(0);
    await creditctl('config set record_password_command printed --profile p', { home });
    const commands = [{ command: 'printed', stdout: `${password}\n` }];
    const status = await creditctl('record status --profile p', { home, commands });
    expect(status.code, status.stderr).toBe(0);
    const env = { CREDITCTL_RECORD: url.href };
    // Another record has another password.
    expect((await creditctl('record status --profile p', { home, env })).code).toBe(3);
  },
);

test.skipIf(!hasPostgres)('a password that was stored once opens the record of the profile', async () => {
  const database = await freshDatabase();
  const { home } = await creditctl('config set kind orb --profile p');
  const url = new URL(database.url('ana'));
  url.password = '';
  await creditctl(`config set record ${url.href} --profile p`, { home });
  const keychain = new Map<string, string>();
  const login = (stdin: string) => creditctl('auth login --record --profile p', { home, stdin, keychain });
  const wrong = await login('another password');
  expect([wrong.code, keychain.size], wrong.stderr).toEqual([3, 0]);
  expect(wrong.stderr).not.toContain('another password');
  expect((await login(`${password}\n`)).code).toBe(0);
  expect([...keychain.values()]).toEqual([password]);
  const status = await creditctl('record status --profile p', { home, keychain });
  expect([status.code, status.keychainActs], status.stderr).toEqual([0, ['read']]);
  keychain.clear();
  const gone = await creditctl('record status --profile p -o json', { home, keychain });
  expect([gone.code, errorOf(gone).message]).toEqual([
    3,
    expect.stringContaining('no longer in the OS keychain'),
  ]);
  expect((await creditctl('auth logout --record --profile p', { home, keychain })).code).toBe(0);
  expect((await creditctl('record status --profile p', { home, keychain })).code).toBe(3);
});
