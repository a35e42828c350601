import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, notesOf, orb } from '../support/command.ts';
import { entry, made, searched } from '../support/documents.ts';
import { recordedIn } from '../support/recorded.ts';
import { freshHome, noon, type PlannedExchange } from '../support/run.ts';

const hour = 3_600_000;
const line = 'ledger add acme --amount 5 --expires +30d --idempotency-key trial --yes -o json';

const idOf = ({ stdout }: { readonly stdout: string }) => (JSON.parse(stdout) as { id: string }).id;

/** A job whose state folder is new each time, on one ledger. */
function container() {
  const db = path.join(freshHome(), 'ledger.db');
  return (words: string, now = noon) => creditctl(`${words} --sandbox --db ${db}`, { now });
}

test('the same key on a new record is one write, also after the API has forgotten it', async () => {
  const inContainer = container();
  const first = await inContainer(line);
  const again = await inContainer(line, noon + 49 * hour);
  expect([again.code, idOf(again)]).toEqual([0, idOf(first)]);
  expect(notesOf(again)).toContainEqual({ write: { manner: 'recovered', idempotency_key: 'trial' } });
  expect(recordedIn(again.home).map(({ event }) => event)).toEqual(['noted', 'settled', 'acknowledged']);
});

test('on a new record a key of before is good for no other write, and another key writes', async () => {
  const inContainer = container();
  await inContainer(line);
  const other = await inContainer(line.replace('5', '6'), noon + 49 * hour);
  expect(other.code).toBe(2);
  expect(errorOf(other).message).toContain('--idempotency-key was used for another write: under "trial"');
  expect((await inContainer(line.replace('trial', 'next'), noon + 49 * hour)).code).toBe(0);
  const list = await inContainer('ledger list acme --type increment --json amount');
  expect(JSON.parse(list.stdout)).toHaveLength(2);
  const shown = await inContainer(`${line} --dry-run`);
  expect(JSON.stringify(shown.requests)).not.toContain('entry_type');
});

const acme = '/customers/external_customer_id/acme';
const post = { method: 'POST', path: `${acme}/credits/ledger_entry`, answer: { status: 201, json: made() } };
const search = (data: readonly object[] = []) => searched(acme, 'entry_type=increment', data);

test('a record that is two days old searches nothing, nor does any for a write without a key of its own', async () => {
  const bare = 'ledger add acme --amount 5 --yes -o json';
  const named = (key: string) => `${bare} --idempotency-key ${key}`;
  const { home } = await creditctl(bare, { exchanges: [post], env: orb });
  const at = (hours: number, words: string, exchanges: readonly PlannedExchange[]) =>
    creditctl(words, { home, env: orb, exchanges, now: noon + hours * hour });
  const found = entry({ amount: 5, metadata: { creditctl_key: 'a' } });
  expect((await at(47, named('a'), [search([found])])).code).toBe(0);
  expect((await at(47, named('b'), [search([found]), post])).code).toBe(0);
  expect((await at(48, named('c'), [post])).code).toBe(0);
});

test('nothing is sent where a new record cannot find out whether the key was used', async () => {
  const bare = 'ledger add acme --amount 5 --idempotency-key a --yes -o json';
  const failed = await creditctl(bare, {
    exchanges: [{ ...search(), answer: { status: 403, json: {} } }],
    env: orb,
  });
  expect(errorOf(failed)).toMatchObject({
    exit_code: 3,
    applied: 'no',
    retry_safe: true,
    idempotency_key: 'a',
  });
  expect(errorOf(failed).message).toContain('the ledger is searched');
  expect(recordedIn(failed.home)).toEqual([]);
});
