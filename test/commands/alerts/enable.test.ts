import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { alert, customer, page } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';

const post = { method: 'POST', path: '/alerts/alert1/enable', answer: { json: alert() } };
const now = (changes: object) => ({
  method: 'GET',
  path: '/alerts/alert1',
  answer: { json: alert(changes) },
});

const off = now({ enabled: false });

test('one POST under a key of its own, and the alert as it is then', async () => {
  const { code, stdout, requests, home } = await creditctl('alerts enable alert1 --yes -o json', {
    exchanges: [now({ enabled: false }), post],
    env: orb,
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(alert());
  expect(requests[1]?.headers).toEqual({ 'idempotency-key': 'key-1' });
  expect(requests[1]?.body).toBeUndefined();
  expect(recordedIn(home)).toMatchObject([
    { event: 'noted', customer: 'acme' },
    { event: 'settled' },
    { event: 'acknowledged' },
  ]);
});

test('on a terminal customer and alert are chosen by their state, and named as one line', async () => {
  const lists = [
    { method: 'GET', path: '/customers?limit=100', answer: { json: page([customer()]) } },
    {
      method: 'GET',
      path: '/alerts?external_customer_id=acme&limit=100',
      answer: { json: page([alert({ enabled: false })]) },
    },
    { method: 'GET', path: '/customers/external_customer_id/acme', answer: { json: customer() } },
  ];
  const owner = { method: 'GET', path: `/customers/${customer().id}`, answer: { json: customer() } };
  const result = await creditctl('alerts enable', {
    exchanges: [...lists, now({ enabled: false }), post, owner],
    env: orb,
    terminal: 100,
    answers: [
      { message: 'Which customer?', answer: 'acme' },
      {
        message: 'Which alert?',
        answer: 'alert1  credit_balance_dropped in credits, 500 in alert, 100 ok, disabled',
      },
      { message: 'Turn alert alert1 on?', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain('Turn alert alert1 on');
  expect(result.stderr).toContain(
    'alert      credit_balance_dropped in credits, 500 in alert, 100 ok, disabled',
  );
  expect(result.stderr).toContain('creditctl alerts enable alert1 --yes');
  expect(result.stderr).toContain('Times are in America/Los_Angeles');
});

test('a dry run shows the alert as it is', async () => {
  const exchanges = [now({ enabled: false })];
  const { stdout } = await creditctl('alerts enable alert1 --dry-run', { exchanges, env: orb });
  expect(stdout).toContain('credit_balance_dropped in credits, 500 in alert, 100 ok, disabled');
  expect(stdout).toContain('request    POST /alerts/alert1/enable');
});

test('one that was settled late is shown as it is by now', async () => {
  const line = 'alerts enable alert1 --yes -o json';
  const lost = { ...post, answer: { status: 500 }, again: true as const };
  const { home, code } = await creditctl(line, { exchanges: [now({}), lost], env: orb });
  expect(code).toBe(11);
  const result = await creditctl(line, { exchanges: [off, post, now({ currency: 'USD' })], env: orb, home });
  expect(result.code).toBe(0);
  expect(result.requests[1]?.headers['idempotency-key']).toBe('key-1');
  expect(JSON.parse(result.stdout)).toEqual(alert({ currency: 'USD' }));
});

test('one that is on by now is not sent again', async () => {
  const line = 'alerts enable alert1 --yes -o json';
  const lost = { ...post, answer: { status: 500 }, again: true as const };
  const { home } = await creditctl(line, { exchanges: [now({}), lost], env: orb });
  const result = await creditctl(line, { exchanges: [now({})], env: orb, home });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual(alert());
  expect(recordedIn(home).map(({ event }) => event)).toContain('settled');
});

test('one that was switched back since is not reported as on', async () => {
  const line = 'alerts enable alert1 --yes -o json';
  const lost = { ...post, answer: { status: 500 }, again: true as const };
  const { home } = await creditctl(line, { exchanges: [now({}), lost], env: orb });
  const result = await creditctl(line, { exchanges: [off, post, off], env: orb, home });
  expect(result.code).toBe(1);
  expect(errorOf(result)).toMatchObject({
    message: 'Your earlier command switched alert alert1. It was switched back since',
    applied: 'yes',
    retry_safe: false,
  });
  const anew = await creditctl(line, { exchanges: [now({}), post], env: orb, home });
  expect(anew.code).toBe(0);
  expect(anew.requests[1]?.headers['idempotency-key']).toBe('key-2');
});

test('one that was replaced since is gone, and the earlier write stands', async () => {
  const line = 'alerts enable alert1 --yes -o json';
  const lost = { ...post, answer: { status: 500 }, again: true as const };
  const { home } = await creditctl(line, { exchanges: [now({}), lost], env: orb });
  const gone = { ...now({}), answer: { status: 404 } };
  const result = await creditctl(line, { exchanges: [off, post, gone], env: orb, home });
  expect(result.code).toBe(4);
  expect(errorOf(result)).toMatchObject({ applied: 'yes', retry_safe: false });
  expect(result.stdout).toBe('');
});

test('an unknown alert is exit 4, and so it is in a dry run', async () => {
  const result = await creditctl('alerts enable nowhere --sandbox --yes -o json');
  expect(result.code).toBe(4);
  expect(errorOf(result)).toMatchObject({ code: 'not-found', status: 404, applied: 'no' });
  expect((await creditctl('alerts enable nowhere --sandbox --dry-run')).code).toBe(4);
});

test('an alert that is missing or no id is a usage error', async () => {
  const none = await creditctl('alerts enable --idempotency-key "" --yes', { exchanges: [], env: orb });
  expectUsage(none, [
    ...['<alert> is missing: enter its id', '--idempotency-key must be'],
    'List the alerts: creditctl alerts list <customer>',
  ]);
  expectUsage(await creditctl('alerts enable .. --yes', { exchanges: [], env: orb }), [
    '<alert> is not a valid id',
  ]);
});
