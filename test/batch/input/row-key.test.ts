import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Occurrences } from '../../../src/batch/input/occurrences.ts';
import {
  BatchDigest,
  batchIdentity,
  batchNameProblem,
  canonicalRow,
  newBatchNameProblem,
  rowDigest,
  rowKey,
} from '../../../src/batch/input/row-key.ts';
import type { CustomerRef } from '../../../src/credits/customer.ts';
import type { EntryDraft } from '../../../src/requests/entry-draft.ts';

const acme: CustomerRef = { by: 'external', id: 'acme' };
const same = (a: EntryDraft, b: EntryDraft) => canonicalRow(acme, a) === canonicalRow(acme, b);

/** The keys of rows in their order, as a plan gives them. */
function keysOf(rows: readonly EntryDraft[], name?: string): string[] {
  const digests = rows.map((draft) => rowDigest(acme, draft));
  const content = new BatchDigest();
  for (const digest of digests) content.add(digest);
  const batch = batchIdentity(name, content.end());
  const occurrences = new Occurrences();
  return digests.map((digest) => rowKey(batch, digest, occurrences.next(digest)));
}

test('rows that say the same are the same, however they say it', () => {
  expect(same({ amount: '1.50' }, { type: 'increment', currency: 'credits', amount: '1.5' })).toBe(true);
  expect(same({ item: ['a', 'b'], amount: '1' }, { amount: '1', item: ['b', 'a', 'a'] })).toBe(true);
  expect(same({ amount: '1', markPaid: false }, { amount: '1' })).toBe(true);
  expect(same({ amount: '1', metadata: [] }, { amount: '1' })).toBe(true);
});

test('rows that say something else are others', () => {
  const rows: EntryDraft[] = [
    { amount: '1' },
    { amount: '1', expires: '+30d' },
    { amount: '1', expires: '+31d' },
    { amount: '1', description: 'a' },
    { amount: '1', description: 'a ' },
    { amount: '1', item: ['x'] },
    { amount: '1', excludeItem: ['x'] },
    { amount: '1', type: 'decrement' },
    { amount: '1', currency: 'EUR' },
  ];
  expect(new Set(rows.map((draft) => rowDigest(acme, draft))).size).toBe(rows.length);
  const byId = rowDigest({ by: 'id', id: 'acme' }, { amount: '1' });
  expect(byId).not.toBe(rowDigest(acme, { amount: '1' }));
});

const draft = fc.record({
  amount: fc.constantFrom('1', '2', '3'),
  description: fc.constantFrom('a', 'b'),
});

test('every row has a key of its own, equal rows too, and each fits the header', () => {
  fc.assert(
    fc.property(fc.array(draft), (rows) => {
      const keys = keysOf(rows);
      expect(new Set(keys).size).toBe(rows.length);
      for (const key of keys) expect(key).toMatch(/^batch-[0-9a-f]{40}$/);
    }),
  );
});

test('under a name, a longer version of a file keeps the keys of the shorter one', () => {
  fc.assert(
    fc.property(fc.array(draft), fc.array(draft), (rows, more) => {
      expect(keysOf([...rows, ...more], 'may').slice(0, rows.length)).toEqual(keysOf(rows, 'may'));
    }),
  );
});

test('under a name, rows in another order have the same keys', () => {
  const shuffled = fc
    .array(draft)
    .chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })));
  fc.assert(
    fc.property(shuffled, ([rows, others]) => {
      expect(keysOf(others, 'may').sort()).toEqual(keysOf(rows, 'may').sort());
    }),
  );
});

test('another name, another content and no name are other batches', () => {
  const rows = [{ amount: '1' }];
  const keys = [keysOf(rows, 'may'), keysOf(rows, 'june'), keysOf(rows), keysOf([...rows, { amount: '2' }])];
  expect(new Set(keys.map(([first]) => first)).size).toBe(4);
  expect(keysOf(rows)).toEqual(keysOf(rows));
});

test('the key of a row is pinned: another version of this program must find what an older one wrote', () => {
  expect(canonicalRow(acme, { amount: '10.50', expires: '+30d' })).toBe(
    '[["external","acme"],[["amount","10.5"],["currency","credits"],["expires","+30d"],["type","increment"]]]',
  );
  expect(keysOf([{ amount: '10.50', expires: '+30d' }], 'may')).toMatchInlineSnapshot(`
    [
      "batch-c0176ab5c51f83f47794f45c80703951424fe726",
    ]
  `);
});

test('a name of a batch can be the name of a file, and is no name of a content', () => {
  expect(batchNameProblem('2026-11-trials')).toBeUndefined();
  for (const name of ['', '../x', 'a b', 'x'.repeat(65), '.hidden'])
    expect(batchNameProblem(name)).toContain('must be 1 to 64 letters');
  expect(newBatchNameProblem('content-1')).toContain('must not begin with "content-"');
});

test('occurrences are counted as a map of strings would, over every growth of the table', () => {
  const counts = new Map<string, number>();
  const occurrences = new Occurrences();
  for (let at = 0; at < 30_000; at += 1) {
    const digest = rowDigest(acme, { amount: String((at * 7919) % 20_011) });
    const count = (counts.get(digest) ?? 0) + 1;
    counts.set(digest, count);
    if (occurrences.next(digest) !== count) expect.fail(`row ${at} was counted wrongly`);
  }
  expect(counts.size).toBe(20_011);
});
