// Every exit code of the product's table, from a real command line, as text and as the documented JSON object.

import { expect, test } from 'vitest';
import { CreditctlError } from '../src/errors.ts';
import { TransportFailure } from '../src/wire/json.ts';
import { creditctl, errorOf, orb } from './support/command.ts';
import { block, customer, entry, made, page, unmarked } from './support/documents.ts';
import { recordedIn } from './support/recorded.ts';
import { freshHome, type PlannedExchange, type RunOptions } from './support/run.ts';

const ledger = '/customers/external_customer_id/acme/credits/ledger';
const posted = '/customers/external_customer_id/acme/credits/ledger_entry';
const refused = new TransportFailure('orb.example refused the connection', 'no');
const cut = new TransportFailure('orb.example cut the connection', 'maybe');
const problem = (status: number, detail: string, type = String(status)) => ({
  status,
  headers: { 'x-request-id': 'req_7' },
  json: {
    status,
    title: 'A title',
    detail,
    type: `https://docs.withorb.com/reference/error-responses#${type}`,
  },
});
const get = (answer: PlannedExchange['answer']): PlannedExchange => ({
  method: 'GET',
  path: `${ledger}?limit=20`,
  ...(answer === undefined ? {} : { answer }),
});
const post = (answer: PlannedExchange['answer']): PlannedExchange => ({
  method: 'POST',
  path: posted,
  ...(answer === undefined ? {} : { answer }),
});

interface Case {
  readonly what: string;
  readonly line: string;
  readonly options?: RunOptions;
  readonly exchanges?: readonly PlannedExchange[];
  readonly error: Readonly<Record<string, unknown>>;
  /** What the text must say, beside the message. */
  readonly text?: readonly string[];
  /** What the last line of the journal says of a write; none where nothing was to be sent. */
  readonly journal?: string;
}

const list = 'ledger list acme';
const add = 'ledger add acme --amount 5 --yes';
const none = { status: null, request_id: null, idempotency_key: null };

const cases: readonly Case[] = [
  {
    what: 'a check that failed',
    line: 'balance acme --fail-below 41',
    exchanges: [
      {
        method: 'GET',
        path: '/customers/external_customer_id/acme/credits?limit=100',
        answer: { json: page([block()]) },
      },
    ],
    error: {
      ...none,
      code: 'check-failed',
      exit_code: 1,
      message: '40 credits available, below 41',
      applied: 'no',
      retry_safe: true,
      next: [],
    },
  },
  {
    what: 'a setting that is not there',
    line: 'config get mode',
    error: {
      ...none,
      code: 'failure',
      exit_code: 1,
      message: 'mode is not set in the profile default',
      applied: 'no',
      retry_safe: true,
      next: [],
    },
  },
  {
    what: 'a wrong command line',
    line: 'ledger add acme --amount x --yes',
    error: {
      ...none,
      code: 'usage',
      exit_code: 2,
      message: '--amount is not a decimal number: "x"; write one such as 100 or 0.25',
      applied: 'no',
      retry_safe: true,
      next: [],
    },
  },
  {
    what: 'a key that the API does not accept',
    line: list,
    exchanges: [get(problem(401, 'no such key'))],
    error: {
      status: 401,
      request_id: 'req_7',
      idempotency_key: null,
      code: 'credentials',
      exit_code: 3,
      message: 'The API does not accept the key: no such key',
      applied: 'no',
      retry_safe: true,
      next: ['creditctl auth status', 'creditctl auth login'],
    },
    text: ['Request id: req_7', '→ creditctl auth login'],
  },
  {
    what: 'a customer who does not exist',
    line: list,
    exchanges: [get(problem(404, 'Could not find acme', '404-resource-not-found'))],
    error: {
      status: 404,
      request_id: 'req_7',
      idempotency_key: null,
      code: 'not-found',
      exit_code: 4,
      message: 'The API answered 404: Could not find acme',
      applied: 'no',
      retry_safe: true,
      next: ['Search: creditctl customers search acme'],
    },
  },
  {
    what: 'a write that the API rejects',
    line: add,
    exchanges: [post(problem(400, 'too much', '400-constraint-violation'))],
    error: {
      status: 400,
      request_id: 'req_7',
      idempotency_key: 'key-1',
      code: 'rejected',
      exit_code: 5,
      message: 'The API answered 400: too much',
      applied: 'no',
      retry_safe: true,
      next: [],
    },
    text: ['Request id: req_7'],
    journal: 'refused',
  },
  {
    what: 'a read that is asked to slow down until there is no time left',
    line: list,
    exchanges: [{ ...get(problem(429, 'slow down')), again: true }],
    error: {
      status: 429,
      request_id: 'req_7',
      idempotency_key: null,
      code: 'rate-limited',
      exit_code: 6,
      message: expect.stringMatching(/^The API answered 429: slow down \(\d+ attempts\)$/),
      applied: 'no',
      retry_safe: true,
      next: [],
    },
  },
  {
    what: 'a write that is asked to slow down until there is no time left',
    line: add,
    exchanges: [{ ...post(problem(429, 'slow down')), again: true }],
    error: {
      status: 429,
      request_id: 'req_7',
      idempotency_key: 'key-1',
      code: 'rate-limited',
      exit_code: 6,
      message: expect.stringContaining('slow down'),
      applied: 'no',
      retry_safe: true,
      next: [],
    },
    text: ['Applied: no'],
    journal: 'refused',
  },
  {
    what: 'a server that fails on a read',
    line: list,
    exchanges: [{ ...get(problem(500, 'oops')), again: true }],
    error: {
      status: 500,
      request_id: 'req_7',
      idempotency_key: null,
      code: 'server',
      exit_code: 7,
      message: expect.stringContaining('The API answered 500: oops'),
      applied: 'no',
      retry_safe: true,
      next: [],
    },
  },
  {
    what: 'a read that does not get through',
    line: list,
    exchanges: [{ ...get(undefined), fail: cut, again: true }],
    error: {
      ...none,
      code: 'network',
      exit_code: 8,
      message: expect.stringContaining('orb.example cut the connection ('),
      applied: 'no',
      retry_safe: true,
      next: [],
    },
  },
  {
    what: 'a write that never left',
    line: add,
    exchanges: [{ ...post(undefined), fail: refused, again: true }],
    error: {
      ...none,
      idempotency_key: 'key-1',
      code: 'network',
      exit_code: 8,
      message: expect.stringContaining('refused the connection'),
      applied: 'no',
      retry_safe: true,
      next: [],
    },
    text: ['Applied: no'],
    journal: 'refused',
  },
  {
    what: 'a write without consent',
    line: 'ledger add acme --amount 5',
    options: { env: orb },
    error: {
      ...none,
      code: 'refused',
      exit_code: 10,
      message: 'Without a terminal, nothing is written unless you pass --yes',
      applied: 'no',
      retry_safe: true,
      next: ['To write, add --yes', 'To preview, add --dry-run'],
    },
  },
  {
    what: 'a write whose connection was cut each time',
    line: add,
    exchanges: [{ ...post(undefined), fail: cut, again: true }],
    error: {
      ...none,
      idempotency_key: 'key-1',
      code: 'outcome-unknown',
      exit_code: 11,
      message: expect.stringContaining('whether the write was applied is not known'),
      applied: 'unknown',
      retry_safe: true,
      next: [
        'Run the same command again within 12 hours: it settles this write under its key',
        'Settle it by its key: creditctl history settle key-1',
      ],
    },
    text: ['Applied: unknown', 'Idempotency key: key-1'],
    journal: 'unknown',
  },
  {
    what: 'a write on which the server fails each time',
    line: add,
    exchanges: [{ ...post(problem(503, 'busy')), again: true }],
    error: {
      status: 503,
      request_id: 'req_7',
      idempotency_key: 'key-1',
      code: 'outcome-unknown',
      exit_code: 11,
      message: expect.stringContaining('The API answered 503: busy'),
      applied: 'unknown',
      retry_safe: true,
      next: [
        'Run the same command again within 12 hours: it settles this write under its key',
        'Settle it by its key: creditctl history settle key-1',
      ],
    },
    text: ['Applied: unknown'],
    journal: 'unknown',
  },
  {
    what: 'a write that is interrupted',
    line: add,
    exchanges: [{ ...post(undefined), fail: new CreditctlError('interrupted', 'Interrupted') }],
    error: {
      ...none,
      idempotency_key: 'key-1',
      code: 'interrupted',
      exit_code: 130,
      message: 'Interrupted; whether the write was applied is not known',
      applied: 'unknown',
      retry_safe: true,
      next: [
        'Run the same command again within 12 hours: it settles this write under its key',
        'Settle it by its key: creditctl history settle key-1',
      ],
    },
    text: ['Applied: unknown', 'Idempotency key: key-1'],
    journal: 'unknown',
  },
  {
    what: 'a read that is terminated',
    line: list,
    exchanges: [{ ...get(undefined), fail: new CreditctlError('terminated', 'Terminated') }],
    error: {
      ...none,
      code: 'terminated',
      exit_code: 143,
      message: 'Terminated',
      applied: 'no',
      retry_safe: true,
      next: [],
    },
  },
];

for (const { what, line, options, exchanges, error, text = [], journal } of cases) {
  const around = (): RunOptions => ({
    ...options,
    ...(exchanges === undefined ? {} : { exchanges, env: orb }),
    home: freshHome(),
  });

  test(`${what} exits ${error.exit_code} and says so in words`, async () => {
    const result = await creditctl(line, around());
    expect(result.code).toBe(error.exit_code);
    if (error.code !== 'check-failed') expect(result.stdout).toBe('');
    const [first, ...rest] = result.stderr
      .slice(result.stderr.lastIndexOf('creditctl: '))
      .trimEnd()
      .split('\n');
    expect(first?.replace(/^creditctl: /, '')).toEqual(error.message);
    for (const part of text) expect(rest.join('\n')).toContain(part);
    expect(recordedIn(result.home).at(-1)?.event).toBe(journal);
  });

  test(`${what} is the documented JSON object under a machine format`, async () => {
    for (const format of ['json', 'ndjson', 'csv']) {
      const result = await creditctl(`${line} -o ${format}`, around());
      expect(result.code).toBe(error.exit_code);
      if (error.code !== 'check-failed') expect(result.stdout).toBe('');
      expect(errorOf(result)).toEqual(error);
    }
  });
}

test('a balance below --fail-below is still shown, and exits 1', async () => {
  const exchanges = [
    {
      method: 'GET',
      path: '/customers/external_customer_id/acme/credits?limit=100',
      answer: { json: page([block()]) },
    },
  ];
  const result = await creditctl('balance acme --fail-below 40.01 -o json', { exchanges, env: orb });
  expect(result.code).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject({ available: 40 });
});

test('a write that went through after failures exits 0 and keeps one key over all attempts', async () => {
  const exchanges = [
    post(problem(500, 'oops')),
    { ...post(undefined), fail: cut },
    post({ status: 201, json: made() }),
  ];
  const { code, stdout, stderr, requests, home } = await creditctl(`${add} -o json`, { exchanges, env: orb });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ id: entry().id, metadata: { creditctl_key: 'key-1' } });
  expect(stderr.match(/"retry"/g)).toHaveLength(2);
  expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['key-1', 'key-1', 'key-1']);
  expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'settled', 'acknowledged']);
});

test('a write whose outcome was unknown is settled under its key by the same command line', async () => {
  const unknown = await creditctl(add, {
    exchanges: [{ ...post(undefined), fail: cut, again: true }],
    env: orb,
  });
  expect(unknown.code).toBe(11);
  const done = post({ status: 201, json: made(), headers: { 'idempotent-replayed': 'true' } });
  const again = await creditctl(add, { exchanges: [...unmarked(), done], env: orb, home: unknown.home });
  expect(again.code, again.stderr).toBe(0);
  expect(again.requests[2]?.headers['idempotency-key']).toBe('key-1');
  expect(again.stderr).toContain('It is now confirmed and was written once');
});

test('a success that cannot be read leaves the outcome unknown, and the next run settles it under the same key', async () => {
  const wrong = made({ amount: 'many' });
  const result = await creditctl(`${add} -o json`, {
    exchanges: [post({ status: 201, json: wrong })],
    env: orb,
  });
  expect(result.stdout).toBe('');
  expect(errorOf(result)).toMatchObject({
    code: 'outcome-unknown',
    exit_code: 11,
    status: 201,
    applied: 'unknown',
    retry_safe: true,
    idempotency_key: 'key-1',
    message: expect.stringContaining('amount is the text "many"'),
  });
  expect(result.code).toBe(11);
  expect(recordedIn(result.home).map(({ event }) => event)).toEqual(['noted', 'unknown']);
  const settled = await creditctl(`${add} -o json`, {
    exchanges: [...unmarked(), post({ status: 201, json: made() })],
    env: orb,
    home: result.home,
  });
  expect(settled.code, settled.stderr).toBe(0);
  expect(settled.requests[2]?.headers['idempotency-key']).toBe('key-1');
});

test('a decrement that is applied stays applied when its other entries cannot be listed', async () => {
  const last = entry({ entry_type: 'decrement', amount: 3, starting_balance: 10, ending_balance: 7 });
  const lost = [
    {
      ...get(undefined),
      path: `${ledger}?currency=credits&entry_type=decrement&limit=100`,
      fail: cut,
      again: true,
    } as const,
  ];
  const line = 'ledger add acme --type decrement --amount 5 --yes -o ndjson';
  const exchanges = [post({ status: 201, json: made(last) }), ...lost];
  const result = await creditctl(line, { exchanges, env: orb });
  expect(result.code).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ id: last.id, amount: 3 });
  expect(result.stderr).toContain('the other entries of this write cannot be listed');
});

const strange = [
  [
    'a web page',
    { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Hi' },
    'web page (HTML)',
  ],
  ['nothing at all', { status: 200, body: '' }, 'an empty body instead of JSON'],
  ['half a document', { status: 200, body: '{"data":[{"id":"e' }, 'not whole JSON'],
  ['no list', { status: 200, json: { data: {} } }, 'data is an object instead of an array'],
  ['a wrong type', { status: 200, json: page([{ ...entry(), amount: true }]) }, 'data[0].amount is true'],
  [
    'a missing field',
    { status: 200, json: page([{ ...entry(), customer: undefined }]) },
    'data[0].customer is missing',
  ],
  ['a list instead of an object', { status: 200, json: [] }, 'the answer is an array'],
  [
    'a redirect',
    { status: 302, headers: { location: 'https://evil.example' } },
    'redirect (302), which is never followed',
  ],
] as const;

for (const [what, answer, sentence] of strange) {
  test(`an API that answers ${what} to a read is one clear sentence and exit 7`, async () => {
    const exchanges = [{ ...get(answer), again: true } as const];
    const result = await creditctl(`${list} -o csv`, { exchanges, env: orb });
    expect(result.code).toBe(7);
    expect(result.stdout).toBe('');
    const error = errorOf(result);
    expect(error).toMatchObject({ code: 'server', exit_code: 7, applied: 'no' });
    expect(error.message).toContain(sentence);
    expect(error.message).not.toContain('\n');
  });
}

for (const [what, answer] of strange.slice(0, 3)) {
  test(`an API that answers ${what} to a write leaves the outcome unknown`, async () => {
    const exchanges = [{ ...post(answer), again: true } as const];
    const result = await creditctl(`${add} -o json`, { exchanges, env: orb });
    expect(result.code).toBe(11);
    expect(result.stdout).toBe('');
    expect(errorOf(result)).toMatchObject({ applied: 'unknown', retry_safe: true, idempotency_key: 'key-1' });
    expect(recordedIn(result.home).at(-1)?.event).toBe('unknown');
  });
}

test('a customer who does not exist is found out before a write that needs the zone', async () => {
  const where = '/customers/external_customer_id/acme';
  const exchanges = [{ method: 'GET', path: where, answer: problem(404, 'no acme') }];
  const result = await creditctl(`${add} --expires 2027-01-31`, { exchanges, env: orb });
  expect(result.code).toBe(4);
  expect(recordedIn(result.home)).toEqual([]);
  const found = [
    { method: 'GET', path: where, answer: { json: customer() } },
    post({ status: 201, json: made() }),
  ];
  expect((await creditctl(`${add} --expires 2027-01-31`, { exchanges: found, env: orb })).code).toBe(0);
});

test('a defect is shown as one, with what is needed to report it, and never as a user error', async () => {
  const exchanges = [{ ...get(undefined), fail: new RangeError('boom') }];
  const result = await creditctl(list, { exchanges, env: orb });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('This is a defect of creditctl, not of what you typed: RangeError: boom');
});

test('control characters of an API are never sent to the terminal, in words or in JSON', async () => {
  const nasty = 'bad \u001b[31mred\u001b]0;title\u0007 \u009b5m';
  const text = await creditctl(list, { exchanges: [get(problem(400, nasty))], env: orb });
  const json = await creditctl(`${list} -o json`, { exchanges: [get(problem(400, nasty))], env: orb });
  for (const { stderr } of [text, json])
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(errorOf(json).message).toBe(`The API answered 400: ${nasty}`);
});

test('control characters in the effect of a write reach neither a dry run nor the question before it', async () => {
  const path = '/customers/external_customer_id/acme/credits?limit=100';
  const exchanges = [
    { method: 'GET', path: '/customers/external_customer_id/acme', answer: { json: customer() } },
    { method: 'GET', path, answer: { json: page([block({ id: 'b\u001b]0;title\u0007x\u009b1m' })]) } },
  ];
  const line = 'ledger add acme --type decrement --amount 5';
  const dry = await creditctl(`${line} --dry-run`, { exchanges, env: orb });
  const answers = [{ message: 'Use 5 credits of acme (Acme Corp)?', answer: false }];
  const asked = await creditctl(line, { exchanges, answers, env: { ...orb, NO_COLOR: '1' }, terminal: 100 });
  expect(dry.stdout).toContain('bx: 40 → 35');
  expect(asked.stderr).toContain('bx: 40 → 35');
  for (const text of [dry.stdout, asked.stderr])
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
