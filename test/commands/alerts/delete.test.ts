import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { alert } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';

const look = { method: 'GET', path: '/alerts/alert1', answer: { json: alert() } };
const gone = { method: 'DELETE', path: '/alerts/alert1', answer: { status: 204 } };

test('a script says the id twice, and gets a document that says it is gone', async () => {
  const line = 'alerts delete alert1 --yes --confirm alert1 -o json';
  const result = await creditctl(line, { exchanges: [look, gone], env: orb });
  expect(result.code).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual({ id: 'alert1', deleted: true });
  expect(recordedIn(result.home)).toMatchObject([
    { event: 'noted', customer: 'acme' },
    { event: 'settled' },
    { event: 'acknowledged' },
  ]);
});

for (const [flags, message] of [
  ['', 'Without a terminal, nothing is written'],
  ['--yes', '--confirm is missing: this deletes the alert'],
  ['--yes --confirm alert2', '--confirm does not match the alert id: "alert2"'],
] as const) {
  test(`off a terminal "${flags}" is not consent enough`, async () => {
    const result = await creditctl(`alerts delete alert1 ${flags} -o json`, { exchanges: [], env: orb });
    expect(result.code).toBe(10);
    expect(errorOf(result).message).toContain(message);
    expect(String(errorOf(result).next)).toContain('--confirm alert1');
    expect(recordedIn(result.home)).toEqual([]);
  });
}

test('on a terminal customer and alert are chosen, the state shown, and the id typed back', async () => {
  const make = 'alerts create acme --type depleted --sandbox --yes --json id';
  const { home, stdout } = await creditctl(make);
  const { id } = JSON.parse(stdout) as { id: string };
  const choose = [
    { message: 'Which customer?', answer: 'acme' },
    { message: 'Which alert?', answer: `${id}  credit_balance_depleted in credits, 0 in alert, enabled` },
  ];
  const typed = { message: 'This deletes the alert. Type the alert id', answer: id };
  const line = 'alerts delete --sandbox';
  const done = await creditctl(line, { home, terminal: 100, answers: [...choose, typed] });
  expect(done.code, done.stderr).toBe(0);
  for (const part of [
    `Delete alert ${id}`,
    'alert      credit_balance_depleted in credits, 0 in alert, enabled',
    `creditctl alerts delete ${id} --sandbox --yes --confirm ${id}`,
  ])
    expect(done.stderr).toContain(part);
  expect(done.stdout).toContain(id);
  const none = await creditctl(line, { home, terminal: 100, answers: choose.slice(0, 1) });
  expect(none.code).toBe(1);
  expect(none.stderr).toContain('The customer has no alerts to delete');
  expect(none.stderr).toContain('creditctl alerts create acme --sandbox');
});

test('a dry run shows what would be deleted', async () => {
  const { stdout } = await creditctl('alerts delete alert1 -n -o json', { exchanges: [look], env: orb });
  expect(JSON.parse(stdout)).toEqual({
    dry_run: true,
    request: { method: 'DELETE', path: '/alerts/alert1', body: null },
    effect: { alert: alert() },
  });
});

test('an unknown alert is exit 4, an answer that is not empty leaves the outcome unknown', async () => {
  const unknown = await creditctl('alerts delete nowhere --sandbox --yes --confirm nowhere -o json');
  expect(unknown.code).toBe(4);
  expect(errorOf(unknown)).toMatchObject({ code: 'not-found', status: 404, applied: 'no' });
  const exchanges = [look, { ...gone, answer: { status: 200, json: [] } }];
  const odd = await creditctl('alerts delete alert1 --yes --confirm alert1 -o json', { exchanges, env: orb });
  expect(odd.code).toBe(11);
});

test('the preview of one that is gone leads to the settlement of a deletion whose reply was lost', async () => {
  const confirmed = 'alerts delete alert1 --yes --confirm alert1 -o json';
  const lost = { ...gone, answer: { status: 500 }, again: true as const };
  const { home, code } = await creditctl(confirmed, { exchanges: [look, lost], env: orb });
  expect(code).toBe(11);
  const json = {
    type: 'https://docs.withorb.com/reference/error-responses#404-resource-not-found',
    status: 404,
    detail: 'No such alert.',
  };
  const absent = { ...look, answer: { status: 404, json } };
  const shown = await creditctl('alerts delete alert1 -n -o json', { exchanges: [absent], env: orb, home });
  expect(errorOf(shown).next).toContainEqual(
    'If you deleted it earlier and did not see the outcome, confirm it: creditctl alerts delete alert1 --yes --confirm alert1',
  );
  const done = await creditctl(confirmed, {
    exchanges: [{ ...gone, answer: { status: 404, json } }],
    env: orb,
    home,
  });
  expect(done.code, done.stderr).toBe(0);
});

test('an alert that is missing, or a field that nothing deleted has, is a usage error', async () => {
  expectUsage(await creditctl('alerts delete', { exchanges: [], env: orb }), ['<alert> is missing']);
  expectUsage(await creditctl('alerts delete a1 --columns name', { exchanges: [], env: orb }), [
    '"name"; choose from id, deleted',
  ]);
});
