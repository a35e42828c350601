import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CreditctlError, type ErrorFacts, type ErrorKind } from '../../src/errors.ts';
import type { Runner } from '../../src/platform/process.ts';
import type { Reply } from '../../src/record/attempt.ts';
import { journalFile } from '../../src/record/journal-file.ts';
import { marked } from '../../src/requests/marker.ts';
import type { ApiRequest } from '../../src/requests/request.ts';
import { type Json, jsonNumber, writeJson } from '../../src/wire/json.ts';
import { type Submission as SubmissionOf, submit } from '../../src/writes/submit.ts';

const grant: ApiRequest = {
  method: 'POST',
  path: '/customers/x/credits/ledger_entry',
  body: { amount: jsonNumber('5') },
};
const other: ApiRequest = { ...grant, body: { amount: jsonNumber('6') } };
const done: Reply = { status: 201, document: { id: 'e1' }, requestId: 'r1', replayed: false };
type Submission = SubmissionOf<Json>;
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
      read: (document) => document,
      look: async () => {
        throw new Error('nobody was to look');
      },
      ...more,
      send: (request, key, inDoubt) => {
        sent.push(key);
        return send(request, key, inDoubt);
      },
    });
    if (more.isKilled !== true) journalAt(file).tell(settled.key, new Date(start).toISOString());
    return settled;
  };
  /** The journal as a version without marks would have left it. */
  const unmark = () => {
    const early = lines().map(({ v, line, prev, hash, ...fact }) => JSON.stringify({ v: 1, ...fact }));
    rmSync(path.dirname(file), { recursive: true });
    mkdirSync(path.dirname(file));
    const text = early.join('\n').replaceAll(/,"metadata":\{"creditctl_key":"[^"]*"\}/g, '');
    writeFileSync(file, `${text}\n`);
  };
  return { file, sent, lines, run, unmark };
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
    expect(request).toEqual(marked(grant, key));
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
        request: { method: 'POST', path: grant.path, body: { amount: 5, metadata: { creditctl_key: key } } },
      },
    ]);
    return done;
  });
  expect(settled).toEqual({ result: done.document, key: 'key-1', manner: 'sent' });
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
  expect(await run(succeed)).toEqual({ result: done.document, key: 'key-1', manner: 'resumed' });
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
    result: done.document,
    key: 'cron',
    manner: 'known',
  });
  expect(sent).toEqual(['cron', 'cron']);
});

test.each([
  'cron',
  undefined,
])('a write of before (key %s), which has no mark, is not sent again after 47 h', async (key) => {
  const { run, sent, unmark } = desk();
  const named = key === undefined ? {} : { key };
  await run(crash, named).catch(() => {});
  unmark();
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
  expect(bodies).toEqual(['{"amount":5,"metadata":{"a":"1","b":"2","creditctl_key":"key-1"}}', 'true']);
});

test('a write that was done by a run killed before it could say so is told, not sent again', async () => {
  const { run, sent } = desk();
  await run(succeed, { isKilled: true });
  expect(await run(succeed)).toEqual({ result: done.document, key: 'key-1', manner: 'untold' });
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

/** Looks in a ledger that holds this, and counts how often. */
function ledger(entry: Json | undefined) {
  const looked: string[] = [];
  const look: Submission['look'] = async ({ key }) => {
    looked.push(key);
    return entry;
  };
  return { looked, look };
}

test.each([
  'cron',
  undefined,
])('a write (key %s) without an outcome is looked for after 47 h, and settled if it is there', async (key) => {
  const { run, sent, lines } = desk();
  const named = key === undefined ? {} : { key };
  const { looked, look } = ledger({ id: 'e7' });
  await run(crash, named).catch(() => {});
  await run(crash, { ...named, now: later(46 * hour) }).catch(() => {});
  const late = { ...named, look, now: later(47 * hour) };
  expect(await run(succeed, late)).toEqual({ result: { id: 'e7' }, key: key ?? 'key-1', manner: 'found' });
  expect(sent).toHaveLength(2);
  expect(looked).toEqual([key ?? 'key-1']);
  expect(
    lines()
      .map(({ event }) => event)
      .slice(2),
  ).toEqual(['claimed', 'settled', 'told']);
  const manner = key === undefined ? 'sent' : 'known';
  expect(await run(succeed, late)).toMatchObject({ manner });
});

test.each([
  'cron',
  undefined,
])('a write (key %s) that is not there was never applied, and is sent again under its key', async (key) => {
  const { run, sent, lines } = desk();
  const named = key === undefined ? {} : { key };
  const { look } = ledger(undefined);
  await run(crash, named).catch(() => {});
  const settled = await run(
    async (request, _key, inDoubt) => {
      expect(inDoubt).toBe(false);
      expect(request.body?.metadata).toEqual({ creditctl_key: key ?? 'key-1' });
      return done;
    },
    { ...named, look, now: later(50 * hour) },
  );
  expect(settled).toMatchObject({ key: key ?? 'key-1', manner: 'resumed' });
  expect(new Set(sent).size).toBe(1);
  expect(lines().map(({ event }) => event)).toEqual([
    ...['intended', 'claimed', 'absent', 'intended', 'settled', 'told'],
  ]);
});

test('a ledger that cannot be searched sends nothing, and the next run looks again', async () => {
  const { run, sent, lines } = desk();
  await run(crash).catch(() => {});
  const look = fail('network', { applied: 'no' }) as unknown as Submission['look'];
  await expect(run(succeed, { look, now: later(48 * hour) })).rejects.toMatchObject({
    kind: 'outcome-unknown',
    facts: { applied: 'unknown', retrySafe: true, idempotencyKey: 'key-1' },
  });
  expect(lines().at(-1)).toMatchObject({ event: 'unknown', message: 'it was network' });
  const { look: found } = ledger({ id: 'e7' });
  expect(await run(succeed, { look: found, now: later(49 * hour) })).toMatchObject({ manner: 'found' });
  expect(sent).toHaveLength(1);
});

test('what was never applied is a new start: its key lives 47 h from then', async () => {
  const { run, sent } = desk();
  const { look, looked } = ledger(undefined);
  await run(crash).catch(() => {});
  await run(crash, { look, now: later(50 * hour) }).catch(() => {});
  expect(await run(succeed, { look, now: later(96 * hour) })).toMatchObject({ manner: 'resumed' });
  expect(looked).toHaveLength(1);
  expect(sent).toEqual(['key-1', 'key-1', 'key-1']);
});

/** Two runs of one instant, each another living process, after a first one was killed. */
async function twoAtOnce(
  run: ReturnType<typeof desk>['run'],
  more: Parameters<ReturnType<typeof desk>['run']>[1] = {},
) {
  const isAlive = ({ pid }: Runner): boolean => pid !== 100;
  const both = [201, 202].map((pid) => run(succeed, { ...more, isAlive, runner: { machine: 'm', pid } }));
  return (await Promise.all(both)).map(({ manner, key }) => `${manner} ${key}`);
}

test.each<[string, Submission['send'], object]>([
  ['was killed while it wrote', crash, {}],
  ['did not learn the outcome', fail('outcome-unknown', { applied: 'unknown' }), {}],
  ['was killed before it could tell', succeed, { isKilled: true }],
])('of two equal runs at once after one that %s, one takes it and the other writes', async (_what, send, more) => {
  const { run } = desk();
  await run(send, more).catch(() => {});
  const manner = send === succeed ? 'untold' : 'resumed';
  expect((await twoAtOnce(run)).sort()).toEqual([`${manner} key-1`, 'sent key-2'].sort());
});

test('of two equal runs at once long after a killed one, one looks and the other writes', async () => {
  const { run } = desk();
  await run(crash).catch(() => {});
  const { look, looked } = ledger({ id: 'e7' });
  expect((await twoAtOnce(run, { look, now: later(50 * hour) })).sort()).toEqual([
    'found key-1',
    'sent key-2',
  ]);
  expect(looked).toEqual(['key-1']);
});

test('of two runs at once with one key and different writes, the second is refused', async () => {
  const { run, sent } = desk();
  const both = await Promise.allSettled([
    run(succeed, { key: 'cron', runner: { machine: 'm', pid: 201 } }),
    run(succeed, { key: 'cron', request: other, runner: { machine: 'm', pid: 202 } }),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(sent).toEqual(['cron']);
});

test.each<[string, ApiRequest]>([
  ['DELETE', { method: 'DELETE', path: '/credit_blocks/b1' }],
  ['PUT', { method: 'PUT', path: '/customers/x', body: { name: 'N' } }],
])('a %s has no key at the API: the same key twice is known from the journal, whatever its age', async (_name, request) => {
  const { run, sent } = desk();
  await run(succeed, { request, key: 'by-hand' });
  expect(await run(succeed, { request, key: 'by-hand' })).toEqual({
    result: done.document,
    key: 'by-hand',
    manner: 'known',
  });
  expect(sent).toEqual(['by-hand']);
});

test('a deletion of unknown outcome is settled by sending it again in doubt, also after days', async () => {
  const request: ApiRequest = { method: 'DELETE', path: '/credit_blocks/b1' };
  const { run, sent } = desk();
  await run(fail('outcome-unknown', { applied: 'unknown' }), { request }).catch(() => {});
  const settled = await run(
    async (_request, _key, inDoubt) => {
      expect(inDoubt).toBe(true);
      return { status: 404, document: null, replayed: true };
    },
    { request, now: () => start + 100 * hour },
  );
  expect(settled).toEqual({ result: null, key: 'key-1', manner: 'resumed' });
  expect(sent).toEqual(['key-1', 'key-1']);
});
