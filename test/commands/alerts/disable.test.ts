import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { alert } from '../../support/documents.ts';

test('one POST, and the alert as it is then', async () => {
  const off = alert({ id: 'a/1', enabled: false });
  const exchanges = [
    { method: 'GET', path: '/alerts/a%2F1', answer: { json: alert({ id: 'a/1' }) } },
    { method: 'POST', path: '/alerts/a%2F1/disable', answer: { json: off } },
  ];
  const { code, stdout } = await creditctl('alerts disable a/1 --yes -o json', { exchanges, env: orb });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(off);
});

test('off and on again, on the embedded ledger', async () => {
  const make = 'alerts create acme --type depleted --sandbox --yes --json id';
  const { home, stdout } = await creditctl(make);
  const { id } = JSON.parse(stdout) as { id: string };
  const enabled = async (line: string) => {
    const { stdout: shown } = await creditctl(`${line} --sandbox --yes --json enabled`, { home });
    return JSON.parse(shown) as unknown;
  };
  expect(await enabled(`alerts disable ${id}`)).toEqual({ enabled: false });
  expect(await enabled(`alerts disable ${id}`)).toEqual({ enabled: false });
  expect(await enabled(`alerts enable ${id}`)).toEqual({ enabled: true });
  const listed = await creditctl('alerts list acme --sandbox --json id,enabled', { home });
  expect(JSON.parse(listed.stdout)).toEqual([{ id, enabled: true }]);
});

test('a person sees what is switched off, and may decline', async () => {
  const exchanges = [{ method: 'GET', path: '/alerts/alert1', answer: { json: alert() } }];
  const answers = [{ message: 'Turn alert alert1 off?', answer: false }];
  const result = await creditctl('alerts disable alert1', { exchanges, env: orb, terminal: 100, answers });
  expect(result.code).toBe(10);
  expect(result.stderr).toContain('Turn alert alert1 off');
  expect(result.stderr).toContain(
    'alert      credit_balance_dropped in credits, 500 in alert, 100 ok, enabled',
  );
});

test('an answer that cannot be read leaves the outcome unknown, an unknown alert is exit 4', async () => {
  const exchanges = [
    { method: 'GET', path: '/alerts/alert1', answer: { json: alert({ customer: null }) } },
    { method: 'POST', path: '/alerts/alert1/disable', answer: { json: {} } },
  ];
  const broken = await creditctl('alerts disable alert1 --yes -o json', { exchanges, env: orb });
  expect(broken.code).toBe(11);
  expect(errorOf(broken).message).toContain('id is missing instead of a string');
  expect((await creditctl('alerts disable nowhere --sandbox --yes')).code).toBe(4);
});

test('an alert must be named off a terminal', async () => {
  expectUsage(await creditctl('alerts disable --yes', { exchanges: [], env: orb }), ['<alert> is missing']);
});
