import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { alert, customer, page, repeating } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';

const path = '/alerts/external_customer_id/acme';
const made = { method: 'POST', path, answer: { status: 201, json: repeating(alert()) } };
const list = (...alerts: object[]) => ({
  method: 'GET',
  path: '/alerts?external_customer_id=acme&limit=100',
  answer: { json: page(alerts) },
});
const duplicate = {
  method: 'POST',
  path,
  answer: {
    status: 400,
    json: {
      type: 'https://docs.withorb.com/reference/error-responses#400-constraint-violation',
      status: 400,
      detail: 'No.',
    },
  },
};

for (const [flags, body] of [
  [
    '--type dropped --threshold 500 --threshold 100',
    '{"type":"credit_balance_dropped","currency":"credits","thresholds":[{"value":500},{"value":100}]}',
  ],
  ['--type credit_balance_depleted', '{"type":"credit_balance_depleted","currency":"credits"}'],
  ['--type recovered --currency USD', '{"type":"credit_balance_recovered","currency":"USD"}'],
] as const) {
  test(`"${flags}" sends ${body} under a key of its own`, async () => {
    const { code, stdout, requests, home } = await creditctl(`alerts create acme ${flags} --yes -o json`, {
      exchanges: [made],
      env: orb,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: alert().id });
    expect(requests[0]?.body).toBe(body);
    expect(requests[0]?.headers).toEqual({ 'idempotency-key': 'key-1' });
    expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'settled', 'acknowledged']);
  });
}

test("by Orb's own id the path is the other one", async () => {
  const json = repeating(alert({ customer: { id: 'x', external_customer_id: null } }));
  const exchanges = [{ ...made, path: '/alerts/customer_id/x', answer: { status: 201, json } }];
  const { code } = await creditctl('alerts create id:x --type depleted --yes', { exchanges, env: orb });
  expect(code).toBe(0);
});

test('on a terminal customer, type and thresholds are asked for, and named as one line', async () => {
  const result = await creditctl('alerts create --sandbox', {
    terminal: 100,
    answers: [
      { message: 'Which customer?', answer: 'acme' },
      { message: 'Send an alert when the credits', answer: 'drop below' },
      { message: 'At which balances?', answer: '500, 100' },
      { message: 'Create an alert for when the credits of acme drop below 500, 100?', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain('Create an alert for when the credits of acme drop below 500, 100');
  expect(result.stderr).toContain(
    'creditctl alerts create acme --type dropped --threshold 500 --threshold 100 --sandbox --yes',
  );
  const { stdout } = await creditctl('alerts list acme --sandbox --json type,balance_alert_status', {
    home: result.home,
  });
  expect(JSON.parse(stdout)).toEqual([
    {
      type: 'credit_balance_dropped',
      balance_alert_status: [
        { threshold_value: 500, in_alert: true },
        { threshold_value: 100, in_alert: true },
      ],
    },
  ]);
});

test('a dry run says that an alert in money of another currency will be refused', async () => {
  const line = 'alerts create acme --type depleted --dry-run --sandbox --currency';
  const foreign = await creditctl(`${line} EUR -o json`);
  const note = 'The API will refuse this: the customer is invoiced in USD, not in EUR.';
  expect(JSON.parse(foreign.stdout)).toMatchObject({ effect: { in_the_way: null, notes: [note] } });
  expect((await creditctl(`${line} EUR`)).stdout).toContain(`note       ${note}`);
  expect((await creditctl(`${line} USD`)).stdout).not.toContain('note');
});

test('a dry run shows an alert that is in the way', async () => {
  const line = 'alerts create acme --type dropped --threshold 5 --dry-run';
  const free = await creditctl(line, { exchanges: [list(alert({ currency: 'USD' }))], env: orb });
  expect(free.stdout).toContain('Create an alert for when the credits of acme drop below 5');
  expect(free.stdout).not.toContain('existing');
  const taken = await creditctl(line, { exchanges: [list(alert())], env: orb });
  expect(taken.stdout).toContain(
    'existing   alert1: credit_balance_dropped in credits, 500 in alert, 100 ok, enabled',
  );
  const machine = await creditctl(`${line} -o json`, { exchanges: [list(alert())], env: orb });
  expect(JSON.parse(machine.stdout)).toMatchObject({
    request: { method: 'POST', path },
    effect: { in_the_way: alert() },
  });
});

test('a second one of its type is refused, with the way to the first', async () => {
  const line = 'alerts create acme --type dropped --threshold 5 --sandbox --yes -o json';
  const { home, stdout } = await creditctl(line);
  const { id } = JSON.parse(stdout) as { id: string };
  const again = await creditctl(line, { home });
  expect(again.code).toBe(5);
  expect(errorOf(again)).toMatchObject({
    code: 'rejected',
    status: 400,
    idempotency_key: 'key-2',
    applied: 'no',
    next: [
      'Show it: creditctl alerts list acme --sandbox',
      `To replace it, run this command again after: creditctl alerts delete ${id} --sandbox`,
    ],
  });
});

test('one in the way that is off can be switched on, whatever type of refusal the API chose', async () => {
  const exchanges = [duplicate, list(alert({ enabled: false }))];
  const line = 'alerts create acme --type dropped --threshold 5 --yes -o json';
  const { next } = errorOf(await creditctl(line, { exchanges, env: orb }));
  expect(next).toContain('Turn it on: creditctl alerts enable alert1');
});

test('any other refusal is shown as it came, also where nobody can say more about it', async () => {
  const line = 'alerts create acme --type depleted --yes -o json';
  const other = await creditctl(line, { exchanges: [duplicate, list(alert())], env: orb });
  expect(other.code).toBe(5);
  expect(errorOf(other)).toMatchObject({ message: 'The API answered 400: No.', next: [] });
  const exchanges = [duplicate, { ...list(), answer: { json: {} } }];
  const blind = await creditctl(line, { exchanges, env: orb });
  expect(blind.code).toBe(5);
  expect(errorOf(blind)).toMatchObject({ message: 'The API answered 400: No.', next: [] });
});

test('an unknown customer is exit 4', async () => {
  const result = await creditctl('alerts create nobody --type depleted --sandbox --yes -o json');
  expect(result.code).toBe(4);
  expect(errorOf(result)).toMatchObject({ code: 'not-found', status: 404, applied: 'no' });
});

test('an answer that cannot be read leaves the outcome unknown', async () => {
  const exchanges = [{ ...made, answer: { status: 201, json: alert({ type: 5 }) } }];
  const line = 'alerts create acme --type depleted --yes -o json';
  const result = await creditctl(line, { exchanges, env: orb });
  expect(result.code).toBe(11);
  expect(errorOf(result).message).toContain('type is the number 5 instead of a string');
});

for (const [flags, ...sentences] of [
  ['', '<customer> is missing', '--type is missing: one of depleted, dropped, recovered'],
  ['acme --type dropped', '--threshold is missing: an alert of type dropped needs it'],
  ['acme --type low', '--type must be one of depleted, dropped, recovered: "low"'],
  ['acme --type dropped --threshold 5,10', '; write 5.10; for several thresholds, repeat --threshold'],
  ['acme --type depleted --threshold 5', '--threshold cannot be used with depleted, only with dropped'],
  ['--threshold x --currency ""', '<customer> is', '--type is', '--currency is empty', '--threshold is not'],
  ['acme --type depleted --idempotency-key ""', '--idempotency-key must be 1 to 64'],
] as const) {
  test(`"alerts create ${flags}" is refused, and nothing is sent`, async () => {
    expectUsage(await creditctl(`alerts create ${flags} --yes`, { exchanges: [], env: orb }), sentences);
  });
}

test('one that was settled late is shown as it is by now, and not at all if it is gone', async () => {
  const line = 'alerts create acme --type depleted --yes -o json';
  const lost = { ...made, answer: { status: 500 }, again: true as const };
  const look = { method: 'GET', path: '/customers/external_customer_id/acme', answer: { json: customer() } };
  const now = { method: 'GET', path: '/alerts/alert1', answer: { json: alert({ enabled: false }) } };
  for (const [present, code] of [
    [now, 0],
    [{ ...now, answer: { status: 404 } }, 4],
  ] as const) {
    const first = await creditctl(line, { exchanges: [lost], env: orb });
    expect(first.code).toBe(11);
    const result = await creditctl(line, { exchanges: [look, made, present], env: orb, home: first.home });
    expect(result.code, result.stderr).toBe(code);
    if (code === 0) expect(JSON.parse(result.stdout)).toMatchObject({ enabled: false });
    else expect(errorOf(result)).toMatchObject({ applied: 'yes', retry_safe: false });
  }
});
