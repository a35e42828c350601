import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CreditctlError, type ErrorFacts, type ErrorKind } from '../../src/errors.ts';
import type { ApiRequest } from '../../src/requests/request.ts';
import type { Runner } from '../../src/submission/journal.ts';
import { journalFile } from '../../src/submission/journal-file.ts';
import { type Reply, type Submission, submit } from '../../src/submission/submit.ts';
import { jsonNumber, writeJson } from '../../src/wire/json.ts';

const grant: ApiRequest = {
  method: 'POST',
  path: '/customers/x/credits/ledger_entry',
  body: { amount: jsonNumber('5') },
};
const other: ApiRequest = { ...grant, body: { amount: jsonNumber('6') } };
const done: Reply = { status: 201, document: { id: 'e1' }, requestId: 'r1', replayed: false };
const hour = 60 * 60 * 1000;
const start = Date.UTC(2026, 10, 23, 12);

/** What the chain adds to every line. */
const chain = { v: 2, line: expect.any(Number), prev: expect.any(String), hash: expect.any(String) };

const journalAt = (file: string) =>
  journalFile(file, { runner: { machine: 'm', pid: 100 }, isAlive: () => false });

/** A journal in a fresh folder, and the sends that went through it. */
function desk() {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'creditctl-submit-')), 'journal', 'p.ndjson');
  const sent: string[] = [];
  let keys = 0;
  const lines = () =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const run = async (
    send: Submission['send'],
    more: Partial<Submission> & { request?: ApiRequest; key?: string; isKilled?: true } = {},
  ) => {
    const settled = await submit(more.request ?? grant, more.key, {
      place: { profile: 'p', kind: 'test', host: 'h' },
      journal: journalAt(file),
      now: () => start,
      newKey: () => {
        keys += 1;
        return `key-${keys}`;
      },
      who: 'tester',
      runner: { machine: 'm', pid: 100 },
      isAlive: () => false,
      command: 'ledger add x --amount 5',
      ...more,
      send: (request, key, inDoubt) => {
        sent.push(key);
        return send(request, key, inDoubt);
      },
    });
    if (more.isKilled !== true) journalAt(file).tell(settled.key, new Date(start).toISOString());
    return settled;
  };
  return { file, sent, lines, run };
}

const succeed = async (): Promise<Reply> => done;
const fail =
  (kind: ErrorKind, facts: ErrorFacts = {}) =>
  async (): Promise<Reply> => {
    throw new CreditctlError(kind, `it was ${kind}`, facts);
  };
const crash = async (): Promise<Reply> => {
  throw new Error('kill -9');
};

test('the intent is on the disk before the request leaves, and the outcome after', async () => {
  const { run, lines, sent } = desk();
  const settled = await run(async (request, key) => {
    expect(request).toBe(grant);
    expect(lines()).toEqual([
      {
        ...chain,
        event: 'intended',
        at: '2026-11-23T12:00:00.000Z',
        key,
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        who: 'tester',
        runner: { machine: 'm', pid: 100 },
        command: 'ledger add x --amount 5',
        place: { profile: 'p', kind: 'test', host: 'h' },
        request: { method: 'POST', path: grant.path, body: { amount: 5 } },
      },
    ]);
    return done;
  });
  expect(settled).toEqual({ document: done.document, key: 'key-1', manner: 'sent' });
  expect(sent).toEqual(['key-1']);
  expect(lines()[1]).toEqual({
    ...chain,
    event: 'settled',
    at: '2026-11-23T12:00:00.000Z',
    key: 'key-1',
    status: 201,
    requestId: 'r1',
    replayed: false,
    answer: { id: 'e1' },
  });
});

test('two equal writes, each of which succeeded, are two writes', async () => {
  const { run, sent } = desk();
  await run(succeed);
  expect(await run(succeed)).toMatchObject({ manner: 'sent', key: 'key-2' });
  expect(sent).toEqual(['key-1', 'key-2']);
});

test.each<[ErrorKind, ErrorFacts, string]>([
  ['rejected', { applied: 'no', status: 400, requestId: 'r' }, 'refused'],
  ['network', { applied: 'no' }, 'refused'],
  ['outcome-unknown', { applied: 'unknown', status: 500 }, 'unknown'],
  ['interrupted', { applied: 'unknown' }, 'unknown'],
])('a write that ended %s %j is journalled as %s', async (kind, facts, event) => {
  const { run, lines } = desk();
  await expect(run(fail(kind, facts))).rejects.toMatchObject({
    kind,
    message: `it was ${kind}`,
    facts: { ...facts, idempotencyKey: 'key-1' },
  });
  const { applied: _known, ...kept } = facts;
  expect(lines()[1]).toEqual({
    ...chain,
    event,
    at: expect.any(String),
    key: 'key-1',
    message: `it was ${kind}`,
    ...kept,
  });
});

test('after a refusal the next equal write has a key of its own', async () => {
  const { run } = desk();
  await run(fail('rejected', { applied: 'no' })).catch(() => {});
  expect(await run(succeed)).toMatchObject({ manner: 'sent', key: 'key-2' });
});

test.each<[string, Submission['send']]>([
  ['a crash', crash],
  ['an unknown outcome', fail('outcome-unknown', { applied: 'unknown' })],
])('after %s an equal write settles the first under its key, and only then another is sent', async (_what, send) => {
  const { run, sent } = desk();
  await expect(run(send)).rejects.toThrow();
  expect(await run(succeed)).toEqual({ document: done.document, key: 'key-1', manner: 'resumed' });
  expect(await run(succeed)).toMatchObject({ key: 'key-2', manner: 'sent' });
  expect(sent).toEqual(['key-1', 'key-1', 'key-2']);
});

test('another write is not kept up by an unknown one', async () => {
  const { run } = desk();
  await run(crash).catch(() => {});
  expect(await run(succeed, { request: other })).toMatchObject({ key: 'key-2', manner: 'sent' });
});

test('the same write elsewhere is another write', async () => {
  const { run } = desk();
  await run(crash).catch(() => {});
  const place = { profile: 'p', kind: 'test', host: 'i' } as const;
  expect(await run(succeed, { place })).toMatchObject({ key: 'key-2', manner: 'sent' });
});

const later = (ms: number) => () => start + ms;

test('a write that another living process has under way is left to it', async () => {
  const { run } = desk();
  await run(crash, { runner: { machine: 'm', pid: 99 } }).catch(() => {});
  const alive: number[] = [];
  const isAlive = ({ pid }: Runner): boolean => {
    alive.push(pid);
    return true;
  };
  expect(await run(succeed, { isAlive })).toMatchObject({ key: 'key-2', manner: 'sent' });
  expect(alive).toEqual([99]);
});

test.each<[string, Partial<Submission>]>([
  ['its process has ended', { isAlive: () => false }],
  ['that process would have ended long ago', { isAlive: () => true, now: later(5 * 60_000 + 1) }],
  ['it ran on another machine', { isAlive: () => true, runner: { machine: 'n', pid: 100 } }],
  // In a container every run may have the same number.
  [
    'its process had the number that this one has',
    { isAlive: () => true, runner: { machine: 'm', pid: 99 } },
  ],
])('a write without an outcome is resumed if %s', async (_what, more) => {
  const { run } = desk();
  await run(crash, { runner: { machine: 'm', pid: 99 } }).catch(() => {});
  expect(await run(succeed, more)).toMatchObject({ key: 'key-1', manner: 'resumed' });
});

test('a write that is known to be unknown is resumed whatever lives', async () => {
  const { run } = desk();
  await run(fail('outcome-unknown', { applied: 'unknown' }), { runner: { machine: 'm', pid: 99 } }).catch(
    () => {},
  );
  expect(await run(succeed, { isAlive: () => true })).toMatchObject({ manner: 'resumed' });
});

test('what the API says was a replay is told as one', async () => {
  const { run } = desk();
  const replay = async (): Promise<Reply> => ({ ...done, replayed: true });
  expect(await run(replay, { key: 'mine' })).toMatchObject({ manner: 'replayed', key: 'mine' });
});

test('a key set by hand is sent again within 47 h, and never after', async () => {
  const { run, sent } = desk();
  await run(succeed, { key: 'cron' });
  await run(succeed, { key: 'cron', now: later(47 * hour - 1) });
  expect(sent).toEqual(['cron', 'cron']);
  expect(await run(succeed, { key: 'cron', now: later(47 * hour) })).toEqual({
    document: done.document,
    key: 'cron',
    manner: 'known',
  });
  expect(sent).toEqual(['cron', 'cron']);
});

test.each([
  'cron',
  undefined,
])('a write (key %s) without an outcome is not sent again after 47 h', async (key) => {
  const { run, sent } = desk();
  const named = key === undefined ? {} : { key };
  await run(crash, named).catch(() => {});
  await run(crash, { ...named, now: later(46 * hour) }).catch(() => {});
  const error = await run(succeed, { ...named, now: later(47 * hour) }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    kind: 'outcome-unknown',
    facts: { applied: 'unknown', idempotencyKey: key ?? 'key-1' },
  });
  expect(sent).toHaveLength(2);
});

test('a key that was used for another write is refused before anything is sent', async () => {
  const { run, sent, lines } = desk();
  await run(succeed, { key: 'cron' });
  await expect(run(succeed, { key: 'cron', request: other })).rejects.toMatchObject({
    kind: 'usage',
    message: `--idempotency-key was used for another write: "cron" (POST ${grant.path}, 2026-11-23T12:00:00.000Z)`,
    facts: { applied: 'no', idempotencyKey: 'cron' },
  });
  expect(sent).toHaveLength(1);
  expect(lines().map(({ event }) => event)).toEqual(['intended', 'settled', 'told']);
});

test.each(['.*', '"', 'a\\b', '$&', '(', 'key'])('the key %s is known after 48 h as it is', async (key) => {
  const { run } = desk();
  await run(succeed, { key: 'xyz-key-"' });
  await run(succeed, { key });
  expect(await run(succeed, { key, now: later(49 * hour) })).toMatchObject({ manner: 'known', key });
  expect(await run(succeed, { key: `${key}x`, now: later(49 * hour) })).toMatchObject({ manner: 'sent' });
});

test('a key that was used at another host is known at each', async () => {
  const { run, sent } = desk();
  const place = { profile: 'p', kind: 'test', host: 'i' } as const;
  await run(succeed, { key: 'cron' });
  await run(succeed, { key: 'cron', place });
  expect(await run(succeed, { key: 'cron', place, now: later(49 * hour) })).toMatchObject({
    manner: 'known',
  });
  expect(await run(succeed, { key: 'cron', now: later(49 * hour) })).toMatchObject({ manner: 'known' });
  expect(sent).toHaveLength(2);
});

test('where the journal cannot be written, nothing is sent', async () => {
  const { run, sent, file } = desk();
  mkdirSync(file, { recursive: true });
  await expect(run(succeed)).rejects.toMatchObject({
    kind: 'failure',
    facts: { applied: 'no', retrySafe: true },
  });
  expect(sent).toEqual([]);
});

/** Puts a folder in the place of the journal while the request is under way. */
const losing = (file: string, send: () => Promise<Reply>) => async (): Promise<Reply> => {
  rmSync(file);
  mkdirSync(file);
  return send();
};

test('where it cannot be written after a success, the error says that the write was applied', async () => {
  const { run, file } = desk();
  await expect(run(losing(file, succeed))).rejects.toMatchObject({
    kind: 'failure',
    message: `The write was applied, but: The journal ${file} cannot be written (EISDIR)`,
    facts: { applied: 'yes', retrySafe: true, idempotencyKey: 'key-1' },
  });
});

test.each<[ErrorKind, ErrorFacts]>([
  ['outcome-unknown', { applied: 'unknown', retrySafe: true }],
  ['rejected', { applied: 'no', retrySafe: false, status: 400 }],
])('where it cannot be written after %s, the error still says what is known of the write', async (kind, facts) => {
  const { run, file } = desk();
  await expect(run(losing(file, fail(kind, facts)))).rejects.toMatchObject({
    kind,
    message: `it was ${kind}; The journal ${file} cannot be written (EISDIR)`,
    facts: { ...facts, idempotencyKey: 'key-1' },
  });
});

test.skipIf(process.getuid?.() === 0)('a journal that may only be read stops the write', async () => {
  const { run, sent, file } = desk();
  await run(succeed);
  chmodSync(file, 0o400);
  await expect(run(succeed)).rejects.toMatchObject({ kind: 'failure' });
  expect(sent).toHaveLength(1);
});

test('what a resumed write sends is the very request of before, whatever the order of its fields now', async () => {
  const { run } = desk();
  const first: ApiRequest = { ...grant, body: { amount: jsonNumber('5'), metadata: { a: '1', b: '2' } } };
  const turned: ApiRequest = { ...grant, body: { metadata: { b: '2', a: '1' }, amount: jsonNumber('5') } };
  await run(crash, { request: first }).catch(() => {});
  const bodies: string[] = [];
  await run(
    async ({ body = null }, _key, inDoubt) => {
      bodies.push(writeJson(body), String(inDoubt));
      return done;
    },
    { request: turned },
  );
  expect(bodies).toEqual(['{"amount":5,"metadata":{"a":"1","b":"2"}}', 'true']);
});

test('a write that was done by a run killed before it could say so is told, not sent again', async () => {
  const { run, sent } = desk();
  await run(succeed, { isKilled: true });
  expect(await run(succeed)).toEqual({ document: done.document, key: 'key-1', manner: 'untold' });
  expect(await run(succeed)).toMatchObject({ key: 'key-2', manner: 'sent' });
  expect(sent).toEqual(['key-1', 'key-2']);
});

test.each<[string, Partial<Submission>]>([
  ['its process is still there to tell', { isAlive: () => true }],
  ['it was done more than ten minutes ago', { now: later(10 * 60_000 + 1) }],
  ['it was done on another machine', { runner: { machine: 'n', pid: 100 } }],
])('an untold write is no repetition if %s', async (_what, more) => {
  const { run } = desk();
  await run(succeed, { isKilled: true });
  expect(await run(succeed, more)).toMatchObject({ key: 'key-2', manner: 'sent' });
});

test('a resumed write is under way from its latest attempt on', async () => {
  const { run } = desk();
  await run(crash, { runner: { machine: 'm', pid: 98 } }).catch(() => {});
  await run(crash, { runner: { machine: 'm', pid: 99 }, now: later(hour) }).catch(() => {});
  const isAlive = ({ pid }: Runner): boolean => pid === 99;
  expect(await run(succeed, { isAlive, now: later(hour + 1000) })).toMatchObject({
    key: 'key-2',
    manner: 'sent',
  });
});

test('a write too old to be sent again no longer stands in the way once an equal one was done', async () => {
  const { run } = desk();
  await run(crash).catch(() => {});
  await run(succeed, { key: 'anew', now: later(50 * hour) });
  expect(await run(succeed, { now: later(51 * hour) })).toMatchObject({ key: 'key-2', manner: 'sent' });
});

test('a key that only met a refusal is free for another write', async () => {
  const { run } = desk();
  await run(fail('not-found', { applied: 'no', status: 404 }), { key: 'cron' }).catch(() => {});
  expect(await run(succeed, { key: 'cron', request: other })).toMatchObject({ key: 'cron', manner: 'sent' });
});
