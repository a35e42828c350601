// Writes that share a transaction: each stands or falls by itself, and none is acknowledged before the commit.
import { expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../../src/database/driver.ts';
import { groupCommit } from '../../../src/sandbox/store/group-commit.ts';
import { openStore } from '../../../src/sandbox/store/open.ts';
import { sandboxAt, temporaryFolder } from '../sandbox-at.ts';

interface Watched {
  readonly database: Database;
  /** How many transactions were committed. */
  readonly commits: () => number;
}

async function watched(failing?: () => boolean): Promise<Watched> {
  const { database } = await openStore(`${temporaryFolder()}/group.db`, () => undefined);
  onTestFinished(() => database.close());
  database.exec('CREATE TABLE notes (name TEXT)');
  let commits = 0;
  const write: Database['write'] = (work) => {
    const result = database.write(() => {
      const done = work();
      if (failing?.() === true) throw new Error('the disk is gone');
      return done;
    });
    commits += 1;
    return result;
  };
  return { database: { ...database, write }, commits: () => commits };
}

const note = (database: Database, name: string) => () => {
  database.prepare('INSERT INTO notes VALUES (?)').run(name);
  return name;
};
const notes = (database: Database) =>
  database
    .prepare('SELECT name FROM notes ORDER BY name')
    .all()
    .map(({ name }) => name);

test('what comes in one turn is one transaction, in order; what comes later is another', async () => {
  const { database, commits } = await watched();
  const write = groupCommit(database);
  const names = ['a', 'b', 'c'];
  expect(await Promise.all(names.map((name) => write(note(database, name))))).toEqual(names);
  expect(commits()).toBe(1);
  await write(note(database, 'd'));
  expect(commits()).toBe(2);
  expect(notes(database)).toEqual(['a', 'b', 'c', 'd']);
});

test('a work that throws takes back what it did, and nothing else', async () => {
  const { database } = await watched();
  const write = groupCommit(database);
  const refused = () => {
    note(database, 'half')();
    throw new RangeError('refused');
  };
  const outcomes = await Promise.allSettled([
    write(note(database, 'a')),
    write(refused),
    write(note(database, 'b')),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { message: 'refused' } });
  expect(notes(database)).toEqual(['a', 'b']);
  await expect(write(refused)).rejects.toThrow('refused');
  expect(notes(database)).toEqual(['a', 'b']);
});

test('if the transaction fails, nothing is acknowledged and nothing is there', async () => {
  let fails = true;
  const { database } = await watched(() => fails);
  const write = groupCommit(database);
  const outcomes = await Promise.allSettled(['a', 'b'].map((name) => write(note(database, name))));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(notes(database)).toEqual([]);
  fails = false;
  await write(note(database, 'c'));
  expect(notes(database)).toEqual(['c']);
});

test('if SQLite itself ends the transaction, every request gets the reason', async () => {
  const { database } = await watched();
  const write = groupCommit(database);
  const ending = () => {
    database.exec('ROLLBACK');
    throw new Error('no room left');
  };
  const outcomes = await Promise.allSettled([
    write(note(database, 'a')),
    write(ending),
    write(note(database, 'b')),
  ]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { message: 'no room left' } });
  expect(notes(database)).toEqual([]);
});

test('a large crowd is split, and all of it is served', async () => {
  const { database, commits } = await watched();
  const write = groupCommit(database);
  const names = Array.from({ length: 1000 }, (_, index) => String(index).padStart(4, '0'));
  expect(await Promise.all(names.map((name) => write(note(database, name))))).toEqual(names);
  expect(commits()).toBe(4);
  expect(notes(database)).toEqual(names);
});

test('requests at once follow each other, refusals and equal keys among them', async () => {
  const { add, ledger, sandbox } = await sandboxAt('2026-01-10T12:00:00Z');
  const answers = await Promise.all(
    Array.from({ length: 120 }, (_, index) => {
      if (index % 10 === 3) return add({ entry_type: 'void', amount: 1, block_id: 'none' });
      return add({ entry_type: 'increment', amount: 1 }, { 'idempotency-key': `k-${index - (index % 2)}` });
    }),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 404)).toHaveLength(12);
  const replayed = answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true');
  expect(replayed).toHaveLength(48);
  expect(await ledger()).toHaveLength(60);
  expect(sandbox.operations().status().problems).toEqual([]);
});
