import { expect, test } from 'vitest';
import { creditctl } from '../../support/command.ts';
import { recordedIn } from '../../support/recorded.ts';

const granted = async (): Promise<string> => {
  const { home } = await creditctl(
    'ledger add acme --amount 1 --description "Ada Lovelace asked" --sandbox --yes',
  );
  await creditctl('ledger add globex --amount 2 --description "Another reason" --sandbox --yes', { home });
  return home;
};

test("a customer's texts are gone, the other's stay, and the chain still holds", async () => {
  const home = await granted();
  const { code, stderr } = await creditctl('record erase acme --sandbox --yes --confirm acme', { home });
  expect(code).toBe(0);
  expect(stderr).toContain('1 write');
  const kept = JSON.stringify(recordedIn(home));
  expect(kept).not.toContain('Ada Lovelace');
  expect(kept).toContain('Another reason');
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
  const { stdout } = await creditctl('history list --sandbox --customer acme -o json', { home });
  expect(JSON.parse(stdout)).toMatchObject([{ outcome: 'settled', why: null }]);
});

test('without the customer typed back nothing is erased', async () => {
  const home = await granted();
  for (const flags of ['--yes', '--yes --confirm globex', ''])
    expect((await creditctl(`record erase acme --sandbox ${flags}`, { home })).code).toBe(10);
  expect(JSON.stringify(recordedIn(home))).toContain('Ada Lovelace');
  expect((await creditctl('record erase --sandbox --yes', { home })).code).toBe(2);
});
