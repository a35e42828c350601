import { expect, test } from 'vitest';
import { creditctl } from '../../support/command.ts';

test.each([
  ['ledger grant acme', 'ledger add'],
  ['grant acme', 'ledger add'],
  ['customers get acme', 'customers show'],
  ['blocks view b1', 'blocks show'],
  ['alerts rm a1', 'alerts delete'],
  ['topups new acme', 'topups create'],
  ['login', 'auth login'],
  ['blocks cancel acme', 'blocks void'],
  ['rollback last', 'undo'],
  // A verb without its noun, or before it.
  ['extend acme', 'blocks extend'],
  ['void acme', 'blocks void or invoices void'],
  ['list blocks acme', 'blocks list'],
  ['verify acme', 'ledger verify, history verify or webhooks verify'],
  ['get customers', 'customers show'],
  ['create acme', 'ledger add, topups create, alerts create or customers create'],
])('%s: the word of another program leads to %s', async (line, meant) => {
  const { code, stderr } = await creditctl(line);
  expect(code).toBe(2);
  expect(stderr).toContain(`Did you mean ${meant}?`);
});

test.each([
  ['blocks extend acme --expires +30d', '--to'],
  ['blocks expire acme --to 2027-01-31', '--on'],
  ['ledger list acme --to 2026-11-01', '--until'],
  ['ledger add acme --credits=5', '--amount'],
  ['customers create --id acme-test', '--external-id'],
  // Its beginning, and not --yes, of which more letters are alike.
  ['ledger add acme --desc hi', '--description'],
  ['ledger add acme --ammount 5', '--amount'],
  ['ledger add acme --sandbx', '--sandbox'],
])('%s: the option of another command leads to %s', async (line, meant) => {
  const { code, stderr } = await creditctl(line);
  expect(code).toBe(2);
  expect(stderr).toContain(`Did you mean ${meant}?`);
});

test('an unknown command of a group lists those that there are', async () => {
  const { stderr } = await creditctl('customers frobnicate');
  for (const name of ['list', 'search', 'show', 'create', 'update']) expect(stderr).toContain(name);
});

test.each([
  ['ledger add acme 100', '--amount 100'],
  ['blocks void acme b1 12.5', '--amount 12.5'],
  ['blocks extend acme b1 +30d', '--to +30d'],
  ['blocks expire acme b1 2027-01-31', '--on 2027-01-31'],
  ['ledger add acme "Trial credits"', '--description'],
  ['customers create acme-test --name Acme', '--external-id acme-test'],
])('%s: the argument too many belongs to %s', async (line, flag) => {
  const { code, stderr } = await creditctl(line);
  expect(code).toBe(2);
  expect(stderr).toContain(flag);
});

test.each([
  ['history show -x', 'creditctl history show -- -x'],
  ['ledger list -acme --all', 'creditctl ledger list --all -- -acme'],
  ['blocks void acme -b1 --amount 5', 'creditctl blocks void --amount=5 -- acme -b1'],
  ['blocks void -acme b1', 'creditctl blocks void -- -acme b1'],
  ['api GET -x=1', 'creditctl api -- GET -x=1'],
  ['undo -x --sandbox', 'creditctl undo --sandbox -- -x'],
])('%s: a value that begins like an option has its place', async (line, form) => {
  const { code, stderr } = await creditctl(line);
  expect(code).toBe(2);
  expect(stderr).toContain(`If it is a value and no option, write it last, after --: ${form}`);
});

test('an unknown short option of a command that takes no value is only unknown', async () => {
  expect((await creditctl('customers list -x')).stderr).not.toContain('after --');
});

test('a key that was typed as an argument is not repeated, and its owner learns what became of it', async () => {
  const key = 'live1234567890abcdefghijkl';
  const { code, stderr } = await creditctl(`auth login ${key}`);
  expect(code).toBe(2);
  expect(stderr).not.toContain(key);
  expect(stderr).toContain('history');
  expect(stderr).toContain('ORB_API_KEY');
});
