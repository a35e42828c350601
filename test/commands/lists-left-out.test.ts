// Commands that read a ledger of whose entries the API leaves out some: none of them takes the rest for all.
import { beforeAll, expect, test } from 'vitest';
import { creditctl, errorOf, notesOf } from '../support/command.ts';
import { addEntry } from '../support/granted.ts';
import { leavingOut } from '../support/lying-lists.ts';
import { copyOfHome, freshHome } from '../support/run.ts';

let home: string;
beforeAll(async () => {
  home = freshHome();
  for (const amount of ['5', '6', '7']) await addEntry(`acme --amount ${amount} --expires +1y`, { home });
});

const everything = leavingOut(() => true);
const read = (line: string, between: ReturnType<typeof leavingOut>) =>
  creditctl(`${line} --sandbox -o json`, { home: copyOfHome(home), between });

test.each([
  'report movements acme --by total',
  'report statement acme --month 2026-11',
])('%s: an empty list beside blocks that hold credits is a ledger that does not add up', async (line) => {
  const result = await read(line, everything);
  expect(result.code, result.stderr).toBe(1);
  expect(errorOf(result)).toMatchObject({ code: 'check-failed' });
  expect(errorOf(result).message).toContain('no entry, and its blocks hold 18');
  expect((await read(line.replace('acme', 'globex'), everything)).code).toBe(0);
});

test('ledger list: such a list is printed as it came, with a warning; a filtered one may be empty', async () => {
  const result = await read('ledger list acme', everything);
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 0, stdout: '[]\n' });
  expect(notesOf(result).map(({ left_out: what }) => what)).toContain(
    'the ledger has no entry, and its blocks hold 18',
  );
  const filtered = await read('ledger list acme --type void', everything);
  expect(notesOf(filtered).filter(({ left_out: what }) => what !== undefined)).toEqual([]);
  expect(filtered.requests).toHaveLength(1);
});

test('history audit: an entry that is left out fails the audit, though nothing of what is there differs', async () => {
  const result = await read(
    'history audit --all',
    leavingOut<{ amount: number }>(({ amount }) => amount === 6),
  );
  expect(result.code).toBe(1);
  expect(errorOf(result).message).toContain('acme, credits: entry 3 starts at 11');
  expect(errorOf(result).next).toContain('See where it breaks: creditctl ledger verify acme --sandbox');
  expect((await creditctl('history audit --all --sandbox', { home: copyOfHome(home) })).code).toBe(0);
});
