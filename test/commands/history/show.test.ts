import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage } from '../../support/command.ts';
import { homeAfterLines } from '../../support/granted.ts';
import { recordedIn } from '../../support/recorded.ts';

async function twoWrites(): Promise<{ home: string; entry: string }> {
  const line = 'ledger add acme --sandbox --yes --idempotency-key monthly-2026';
  const home = await homeAfterLines(`${line}-10 --amount 1`, `${line}-11 --amount 2`);
  const last = recordedIn(home).findLast(({ event }) => event === 'settled');
  return { home, entry: String(last?.entry) };
}

test('a write is named by its key, the beginning of one, the id of its entry, or as the last one', async () => {
  const { home, entry } = await twoWrites();
  for (const named of ['monthly-2026-11', entry, 'last']) {
    const { stdout, code } = await creditctl(`history show ${named} --sandbox --json key,events`, { home });
    expect(code).toBe(0);
    const shown = JSON.parse(stdout) as { key: string; events: { event: number; kind: string }[] };
    expect(shown.key).toBe('monthly-2026-11');
    expect(shown.events.map(({ event, kind }) => `${event} ${kind}`)).toEqual([
      '4 noted',
      '5 ended',
      '6 acknowledged',
    ]);
  }
  const { home: other } = await creditctl(
    'ledger add acme --amount 1 --idempotency-key abcdefgh --sandbox --yes',
  );
  const begun = await creditctl('history show abcdef --sandbox --json key', { home: other });
  expect(JSON.parse(begun.stdout)).toEqual({ key: 'abcdefgh' });
  expect((await creditctl('history show abcde --sandbox', { home: other })).code).toBe(4);
});

test('in a table everything that is known stands over its events', async () => {
  const { home } = await twoWrites();
  const { stdout } = await creditctl('history show last --sandbox', { home });
  expect(stdout).toMatch(/^what +increment 2 credits → acme$/m);
  expect(stdout).toMatch(/^outcome +settled$/m);
  expect(stdout).toMatch(/^ +5 +2026-11-23T12:00:00.000Z +ended +settled +tester +201/m);
});

test('the beginning of several keys is refused with the keys', async () => {
  const { home } = await twoWrites();
  const { code, stderr } = await creditctl('history show monthly --sandbox', { home });
  expect(code).toBe(2);
  expect(stderr).toContain('"monthly" is the beginning of several keys: monthly-2026-10, monthly-2026-11');
});

test('a write that is not known is not found, with the way to look elsewhere', async () => {
  const { home } = await twoWrites();
  const result = await creditctl('history show nothing -o json', { home });
  expect(result.code).toBe(4);
  expect(errorOf(result)).toMatchObject({
    message: 'The record has no write "nothing" in this account',
    next: ['creditctl history list --all', 'Or look in all accounts: --all-accounts'],
  });
  expect((await creditctl('history show monthly-2026-10 --all-accounts', { home })).code).toBe(0);
  const everywhere = await creditctl('history show nothing --all-accounts -o json', { home });
  expect(errorOf(everywhere).message).toBe('The record has no write "nothing"');
});

test('`last` before the first write says that there is none', async () => {
  const result = await creditctl('history show last --all-accounts -o json');
  expect(result.code).toBe(4);
  expect(errorOf(result).message).toBe('The record has no write of yours');
});

test('a key that two accounts have is refused, and `last` is the newest write of all accounts', async () => {
  const { home } = await twoWrites();
  await creditctl('sandbox reset --yes', { home });
  const line = 'ledger add acme --amount 3 --sandbox --yes --idempotency-key monthly-2026-10';
  await creditctl(line, { home, now: Date.parse('2026-11-24T12:00:00Z') });

  const last = await creditctl('history show last --all-accounts --json account,what', { home });
  expect(JSON.parse(last.stdout)).toEqual({ account: 2, what: 'increment 3 credits → acme' });
  const refused = await creditctl('history show monthly-2026-10 --all-accounts -o json', { home });
  expect(refused.code).toBe(2);
  expect(errorOf(refused)).toMatchObject({
    message: expect.stringMatching(
      /^<operation> "monthly-2026-10" names a write in account 1 \(the embedded ledger \w+\) and in account 2 \(/,
    ) as string,
    next: [1, 2].map((id) => `creditctl history show --account ${id} monthly-2026-10`),
  });
  const first = await creditctl('history show --account 1 monthly-2026-10 --json what', { home });
  expect(JSON.parse(first.stdout)).toEqual({ what: 'increment 1 credit → acme' });
  const answers = [{ message: 'Which operation?', answer: '2026-11-24' }];
  const asked = { home, terminal: 100, answers };
  const picked = await creditctl('history show --all-accounts --json what', asked);
  expect(JSON.parse(picked.stdout)).toEqual({ what: 'increment 3 credits → acme' });
});

test('an operation has to be named', async () => {
  expectUsage(await creditctl('history show --sandbox'), [
    '<operation> is missing',
    'List the writes: creditctl history list --sandbox',
  ]);
});
