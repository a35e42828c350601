// What a failed command says of an identical one before it, whose outcome is not known.
import { expect, test } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import { creditctl, errorOf, orb } from '../support/command.ts';
import { customer, made, searched } from '../support/documents.ts';
import { freshHome, type PlannedExchange } from '../support/run.ts';

const acme = '/customers/external_customer_id/acme';
const look = { method: 'GET', path: acme, answer: { json: customer() } };
const write = (answer: NonNullable<PlannedExchange['answer']>) =>
  ({ method: 'POST', path: `${acme}/credits/ledger_entry`, answer, again: true }) as const;
const line = 'ledger add acme --amount 5 --expires +30d --yes -o json';
const gone = { method: 'GET', path: acme, fail: new CreditctlError('network', 'gone'), again: true } as const;
const locked = { ...look, answer: { status: 401, json: { type: 'x', status: 401 } } };

test.each([
  { before: line, now: `${line} --timeout 5m -v`, key: undefined },
  { before: `${line} --idempotency-key k1`, now: `${line} --idempotency-key k1`, key: 'k1' },
])('a write stays unknown while nothing can be found out of it: $now', async ({ before, now, key }) => {
  const home = freshHome();
  const looks = key === undefined ? [look] : [look, searched(acme, 'entry_type=increment')];
  const first = await creditctl(before, { home, env: orb, exchanges: [...looks, write({ status: 500 })] });
  expect(first.code, first.stderr).toBe(11);
  const { idempotency_key: made } = errorOf(first);
  expect(made).toEqual(key ?? expect.any(String));
  for (const [exchange, code] of [
    [gone, 11],
    [locked, 3],
  ] as const) {
    const again = await creditctl(now, { home, env: orb, exchanges: [exchange] });
    expect(again.code, again.stderr).toBe(code);
    expect(errorOf(again)).toMatchObject({ applied: 'unknown', retry_safe: true, idempotency_key: made });
  }
});

test('a write of the same key that succeeded is said to be applied', async () => {
  const home = freshHome();
  const keyed = `${line} --idempotency-key k2`;
  const sent = write({ status: 201, json: made() });
  const exchanges = [look, searched(acme, 'entry_type=increment'), sent];
  const first = await creditctl(keyed, { home, env: orb, exchanges });
  expect(first.code, first.stderr).toBe(0);
  const again = await creditctl(keyed, { home, env: orb, exchanges: [gone] });
  expect(errorOf(again)).toMatchObject({ applied: 'yes', retry_safe: true, idempotency_key: 'k2' });
});

test('a write of which nothing was sent is not taken for another one', async () => {
  const home = freshHome();
  await creditctl(line, { home, env: orb, exchanges: [look, write({ status: 500 })] });
  const other = line.replace('--amount 5', '--amount 6');
  const failed = await creditctl(other, { home, env: orb, exchanges: [gone] });
  expect([failed.code, errorOf(failed).applied]).toEqual([8, 'no']);
  const shown = await creditctl(`${line} --dry-run`, { home, env: orb, exchanges: [gone] });
  expect([shown.code, errorOf(shown).applied]).toEqual([8, 'no']);
});
