// What the engine of this Node answers: rows by the names of their columns, and values as they were stored.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEngine } from '../../src/database/engine.ts';

async function opened() {
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const engine = await openEngine(join(folder, 'file.db'));
  onTestFinished(() => engine.close());
  engine.exec("CREATE TABLE t (n, t, b); INSERT INTO t VALUES (1.5, 'x', x'01ff'), (NULL, '', NULL)");
  return engine;
}

const rows = (found: unknown) => JSON.parse(JSON.stringify(found, (_, value) => value ?? null));

test('rows are named by their columns, and nothing else is in them', async () => {
  const engine = await opened();
  const all = engine.prepare('SELECT t AS text, n FROM t ORDER BY rowid');
  expect(rows(all.all([]))).toEqual([
    { text: 'x', n: 1.5 },
    { text: '', n: null },
  ]);
  expect(rows(all.get([]))).toEqual({ text: 'x', n: 1.5 });
  expect(engine.prepare('SELECT n FROM t WHERE t = ?').get(['none'])).toBeUndefined();
  const { b } = engine.prepare('SELECT b FROM t WHERE n = ?').get([1.5]) as { readonly b: Uint8Array };
  expect([...b]).toEqual([1, 255]);
});

test('a statement that was prepared before a column was added names that column too', async () => {
  const engine = await opened();
  const all = engine.prepare('SELECT * FROM t WHERE n = ?');
  expect(Object.keys(all.get([1.5]) as object)).toEqual(['n', 't', 'b']);
  engine.exec("ALTER TABLE t ADD COLUMN later TEXT DEFAULT 'new'");
  expect(all.get([1.5])).toMatchObject({ n: 1.5, t: 'x', later: 'new' });
});

test('what returns no rows can be run, and what returns some can be run too', async () => {
  const engine = await opened();
  engine.prepare('INSERT INTO t (n) VALUES (?)').run([7]);
  const returning = engine.prepare('INSERT INTO t (n) VALUES (?) RETURNING n AS made');
  expect(rows(returning.get([8]))).toEqual({ made: 8 });
});
