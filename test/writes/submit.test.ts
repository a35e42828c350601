import path from 'node:path';
import { expect, test } from 'vitest';
import { CreditctlError, type ErrorFacts, type ErrorKind, repetition } from '../../src/errors.ts';
import { attemptMax, retryPolicy } from '../../src/orb/retry.ts';
import type { CapTerms, Reply } from '../../src/record/attempt.ts';
import { contentText, fingerprint } from '../../src/record/decide.ts';
import type { AccountRecord, RecordStore } from '../../src/record/record.ts';
import { openSqliteRecord } from '../../src/record/sqlite/store.ts';
import { type ApiRequest, marked, requestText, wireRequest } from '../../src/requests/request.ts';
import { type Json, jsonNumber } from '../../src/wire/json.ts';
import { leaseMs, type Submission as SubmissionOf } from '../../src/writes/submission.ts';
import { submit } from '../../src/writes/submit.ts';
import { noted } from '../record/facts.ts';
import { recordOpening } from '../support/record.ts';
import { freshHome, noon } from '../support/run.ts';

type Submission = SubmissionOf<Json>;

const grant: ApiRequest = {
  method: 'POST',
  path: '/customers/x/credits/ledger_entry',
  body: { entry_type: 'increment', amount: jsonNumber('5') },
};
const other: ApiRequest = { ...grant, body: { ...grant.body, amount: jsonNumber('6') } };
const done: Reply = {
  status: 201,
  document: { id: 'e1', amount: jsonNumber('5') },
  requestId: 'r1',
  replayed: false,
};
const hour = 60 * 60 * 1000;

interface Runner {
  readonly machine: string;
  readonly pid: number;
}

/** How one run differs from the usual one. */
interface Run extends Partial<Omit<Submission, 'record' | 'runner'>> {
  readonly request?: ApiRequest;
  readonly key?: string;
  readonly who?: string;
  readonly runner?: Runner;
  /** Milliseconds since noon, by the record's clock and the machine's. */
  readonly at?: number;
  /** Hash of another API key. */
  readonly apiKey?: string;
  /** It is killed before it could report. */
  readonly isKilled?: true;
  /** Stands between the run and the record. */
  readonly between?: (record: AccountRecord) => AccountRecord;
}

/** A record in a fresh file, and the runs that went through it. */
function desk() {
  const file = path.join(freshHome(), 'record.db');
  const sent: string[] = [];
  const opened: RecordStore[] = [];
  let keys = 0;
  const recordOf = async (who: string, at: number, apiKey: string): Promise<AccountRecord> => {
    const process = {
      who,
      userId: undefined,
      host: 'test',
      runner: { machine: 'm', pid: 1 },
      isAlive: () => false,
      runBlocking: async <Result>(work: () => Result) => work(),
    };
    const store = await openSqliteRecord(...recordOpening(file, { now: () => noon + at, process }));
    opened.push(store);
    const account =
      (await store.accounts())[0] ??
      (await store.addAccount({ origin: 'https://orb.example', mode: 'test', ledger: null }));
    return store.of(account, { keyHash: apiKey });
  };
  const run = async (send: Submission['send'], more: Run = {}) => {
    const { who = 'tester', at = 0, apiKey = 'k', runner = { machine: 'm', pid: 100 } } = more;
    const { request = grant, key, isKilled, between = (each) => each, ...changed } = more;
    const record = between(await recordOf(who, at, apiKey));
    const reports: Promise<void>[] = [];
    const settled = await submit(request, key, {
      record,
      runner,
      isAlive: () => false,
      author: { os_user: who, host: runner.machine },
      command: 'ledger add x --amount 5',
      mask: (text) => text,
      leaseMs,
      ledgerNow: undefined,
      now: () => noon + at,
      monotonic: () => at,
      newKey: () => {
        keys += 1;
        return `key-${keys}`;
      },
      onWait: () => {},
      pause: async () => {
        throw new Error('nobody was to wait');
      },
      look: async () => undefined,
      lookUnseen: async () => undefined,
      read: (document) => document,
      roomFor: async () => ({ caps: [] }),
      customer: async () => {
        throw new Error('no customer was to be read');
      },
      check: () => {},
      onUnrecorded: (error) => {
        throw error;
      },
      ...changed,
      send: (each, under, sending) => {
        sending.beforeAttempt?.();
        sent.push(under);
        return send(each, under, sending);
      },
      onSettled: ({ key: under, attempt }) => {
        if (isKilled !== true)
          reports.push(
            record.append([{ fact: { kind: 'acknowledged', key: under, attempt } }]).then(() => undefined),
          );
      },
    });
    await Promise.all(reports);
    return settled;
  };
  const states = async (key: string) =>
    (await (await recordOf('reader', 0, '')).eventsOf(key)).map(({ kind, body }) =>
      kind === 'ended' ? (JSON.parse(body) as { state: string }).state : kind,
    );
  const write = async (key: string) => (await recordOf('reader', 0, '')).write(key);
  return { sent, run, states, write, recordOf };
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
const unknown = fail('outcome-unknown', { applied: 'unknown' });
const alive = { isAlive: () => true };
const elsewhere = { runner: { machine: 'n', pid: 100 } };
const second = { runner: { machine: 'm', pid: 101 } };

test('the note is on the disk before the request leaves, the outcome after it, and then that it was reported', async () => {
  const { run, write, states } = desk();
  const settled = await run(async (request, key) => {
    expect(request).toMatchObject(marked(grant, key));
    const noted = await write(key);
    expect(noted).toMatchObject({
      state: 'noted',
      who: 'tester',
      runner: { machine: 'm', pid: 100 },
      apiKey: 'k',
      texts: { command: 'ledger add x --amount 5' },
    });
    // One text is kept and sent: a second writing of the body could differ from it.
    expect(request.bodyText).toBe(noted?.texts.request?.split('\n')[1]);
    return done;
  });
  expect(settled).toEqual({ result: done.document, document: done.document, key: 'key-1', manner: 'sent' });
  expect(await states('key-1')).toEqual(['noted', 'settled', 'acknowledged']);
  expect(await write('key-1')).toMatchObject({ status: 201, requestId: 'r1', entry: 'e1', amount: '5' });
});

test('two equal writes, one after the other, are two writes', async () => {
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
])('a write that ended %s %j is noted as %s', async (kind, facts, state) => {
  const { run, write } = desk();
  await expect(run(fail(kind, facts))).rejects.toMatchObject({
    kind,
    message: `it was ${kind}`,
    facts: { ...facts, idempotencyKey: 'key-1' },
  });
  expect(await write('key-1')).toMatchObject({
    state,
    status: facts.status ?? null,
    requestId: facts.requestId ?? null,
    texts: { message: `it was ${kind}` },
  });
});

test('after a refusal the next equal write has a key of its own', async () => {
  const { run } = desk();
  await run(fail('rejected', { applied: 'no' })).catch(() => {});
  expect(await run(succeed)).toMatchObject({ manner: 'sent', key: 'key-2' });
});

test.each<[string, Submission['send']]>([
  ['a crash', crash],
  ['an unknown outcome', unknown],
])('after %s an equal write settles the first under its key, and only then another is sent', async (_what, send) => {
  const { run, sent } = desk();
  await expect(run(send)).rejects.toThrow();
  expect(await run(succeed)).toMatchObject({ key: 'key-1', manner: 'resumed' });
  expect(await run(succeed)).toMatchObject({ key: 'key-2', manner: 'sent' });
  expect(sent).toEqual(['key-1', 'key-1', 'key-2']);
});

test('what is sent again is byte for byte what was sent first, whatever the order of its fields now', async () => {
  const { run } = desk();
  const bodies: string[] = [];
  const keep = async (request: ApiRequest): Promise<Reply> => {
    bodies.push(wireRequest(request, 'k').body ?? '');
    return bodies.length === 1 ? crash() : done;
  };
  const first = { ...grant, body: { amount: jsonNumber('5.10'), metadata: { b: '2', a: '1\u0000' } } };
  const turned = { ...grant, body: { metadata: { a: '1\u0000', b: '2' }, amount: jsonNumber('5.10') } };
  await run(keep, { request: first }).catch(() => {});
  await run(keep, { request: turned });
  expect(bodies[1]).toBe(bodies[0]);
  expect(bodies[0]).toContain('"amount":5.10,"metadata":{"b":"2"');
});

test('its mark is looked for before it is sent again', async () => {
  const { run, sent, states } = desk();
  await run(crash).catch(() => {});
  const found = await run(succeed, { look: async () => ({ id: 'e7' }) });
  expect(found).toMatchObject({ key: 'key-1', manner: 'found', result: { id: 'e7' } });
  expect(sent).toEqual(['key-1']);
  expect(await states('key-1')).toEqual(['noted', 'taken', 'settled', 'acknowledged']);
});

const byId: ApiRequest = { ...grant, path: '/customers/c1/credits/ledger_entry' };
const byExternalId: ApiRequest = {
  ...grant,
  path: '/customers/external_customer_id/x/credits/ledger_entry',
};
const named = { id: 'c1', external_customer_id: 'x' };

test.each<[string, ApiRequest, ApiRequest]>([
  ['the external id, then the own one', byExternalId, byId],
  ['the own id, then the external one', byId, byExternalId],
])('an open write is settled first whichever name of the customer is used: %s', async (_what, first, then) => {
  const { run, sent, write } = desk();
  await run(crash, { request: first }).catch(() => {});
  const paths: string[] = [];
  const keep = async ({ path: each }: ApiRequest): Promise<Reply> => {
    paths.push(each);
    return done;
  };
  const again = { request: then, customer: async () => named };
  expect(await run(keep, again)).toMatchObject({ key: 'key-1', manner: 'resumed' });
  expect(await run(keep, { request: then })).toMatchObject({ key: 'key-2', manner: 'sent' });
  expect(paths).toEqual([first.path, then.path]);
  expect(sent).toEqual(['key-1', 'key-1', 'key-2']);
  expect(await write('key-2')).toMatchObject({ customer: then === byId ? 'id:c1' : 'x' });
});

test('after midnight, an open write is found under the other name of the customer, too', async () => {
  const { run } = desk();
  const expiring = (request: ApiRequest, day: number) => ({
    ...request,
    body: { ...grant.body, expiry_date: `2027-01-${day}T00:00:00Z` },
  });
  await run(crash, { request: expiring(byExternalId, 30) }).catch(() => {});
  const again = {
    request: expiring(byId, 31),
    requestAt: () => expiring(byId, 30),
    customer: async () => named,
  };
  expect(await run(succeed, again)).toMatchObject({ key: 'key-1', manner: 'resumed' });
});

test.each<[string, Submission['customer']]>([
  ['another customer', async () => ({ ...named, external_customer_id: 'y' })],
  ['no customer at all', async () => Promise.reject(new CreditctlError('not-found', 'no such customer'))],
])('an open write for %s keeps no equal write up', async (_what, customer) => {
  const { run } = desk();
  await run(crash, { request: byExternalId }).catch(() => {});
  expect(await run(succeed, { request: byId, customer })).toMatchObject({ key: 'key-2', manner: 'sent' });
});

test('another write is not kept up by an open one', async () => {
  const { run } = desk();
  await run(crash).catch(() => {});
  expect(await run(succeed, { request: other })).toMatchObject({ key: 'key-2', manner: 'sent' });
});

test.each<[string, Run]>([
  ['of a living process of this machine', { ...second, ...alive }],
  ['of another machine whose lease runs', elsewhere],
  ['of another person, dead as it is', { who: 'anna' }],
  ['of another person who does not know the outcome', { who: 'anna', at: 10 * hour }],
])('an equal open write %s is refused, with who and since when', async (_what, more) => {
  const { run, sent } = desk();
  await run(crash).catch(() => {});
  await expect(run(succeed, more)).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(/(You have|tester on m has).*2026-11-23T12:00:00/),
    facts: {
      applied: 'no',
      next: [expect.stringContaining('settle key-1'), expect.stringContaining('--idempotency-key')],
    },
  });
  expect(sent).toEqual(['key-1']);
  expect(await run(succeed, { ...more, key: 'own' })).toMatchObject({ key: 'own', manner: 'sent' });
});

test.each<[string, Run]>([
  ['its process has ended', second],
  ['its process has hung for longer than its lease', { ...second, ...alive, at: leaseMs }],
  ['it ran on another machine, and its lease has run out', { ...elsewhere, at: leaseMs }],
  // In a container every run may have the same number.
  ['its process had the number that this one has', alive],
])('an open write is taken over if %s', async (_what, more) => {
  const { run } = desk();
  await run(crash).catch(() => {});
  expect(await run(succeed, more)).toMatchObject({ key: 'key-1', manner: 'resumed' });
});

test('of equal writes that are noted at once, only the first leaves', async () => {
  const { run, sent, states, write } = desk();
  // The account is there before.
  expect(await write('key-1')).toBeUndefined();
  const slowly = async (): Promise<Reply> => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return done;
  };
  const both = await Promise.allSettled(
    [1, 2, 3].map((pid) => run(slowly, { ...alive, runner: { machine: 'm', pid } })),
  );
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(sent).toHaveLength(1);
  const all = await Promise.all(['key-1', 'key-2', 'key-3'].map(states));
  expect(all.filter(({ length }) => length > 0)).toEqual([['noted', 'settled', 'acknowledged']]);
});

test('the record is asked once before a write is noted, and for all that is needed at the same time', async () => {
  const { run } = desk();
  const steps: string[] = [];
  const between = (record: AccountRecord) =>
    new Proxy(record, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...given: readonly unknown[]): unknown => {
          steps.push(String(name));
          if (name === 'append') steps.push('|');
          else queueMicrotask(() => steps.push('|'));
          return value.apply(target, given);
        };
      },
    });
  await run(succeed, { between });
  expect(steps.join(' ')).toBe('now who equalWrites policy writes | | | | | append | append | append |');
});

test('a key of its own is one write, whoever sends it: the second waits and reports the first', async () => {
  const { run, sent } = desk();
  let answer: (reply: Reply) => void = () => {};
  const slow = new Promise<Reply>((resolve) => {
    answer = resolve;
  });
  const first = run(() => slow, { key: 'cron', ...alive });
  let waited = 0;
  const pause = async () => {
    waited += 1;
    if (waited === 3) answer(done);
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
  while (sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const waits: string[] = [];
  const onWait: Submission['onWait'] = ({ key }) => void waits.push(key);
  const repeated = await run(succeed, { key: 'cron', who: 'anna', ...elsewhere, pause, onWait });
  expect(repeated).toMatchObject({ key: 'cron', manner: 'known', begunBy: 'tester', result: { id: 'e1' } });
  expect(await first).toMatchObject({ manner: 'sent' });
  expect(waited).toBeGreaterThan(2);
  expect(waits).toEqual(['cron']);
  expect(sent).toEqual(['cron']);
});

const expiring = (day: number): ApiRequest => ({
  ...grant,
  body: { ...grant.body, expiry_date: `2027-01-${day}T00:00:00Z` },
});

test('the same key again sends nothing, also after days, when its words mean another date', async () => {
  const { run, sent } = desk();
  const requestAt = () => expiring(29);
  await run(succeed, { key: 'cron', request: expiring(29), requestAt });
  for (const [at, day] of [
    [hour, 29],
    [100 * hour, 31],
  ] as const)
    expect(await run(succeed, { key: 'cron', at, request: expiring(day), requestAt })).toMatchObject({
      manner: 'known',
      result: { id: 'e1' },
    });
  expect(sent).toEqual(['cron']);
});

test('a key that was used for another write is refused', async () => {
  const { run, sent } = desk();
  await run(succeed, { key: 'cron' });
  await expect(run(succeed, { key: 'cron', request: other })).rejects.toMatchObject({
    kind: 'usage',
    facts: { applied: 'no', idempotencyKey: 'cron' },
  });
  expect(sent).toHaveLength(1);
});

test.each([
  ['under its key', { key: 'cron' }],
  ['under none', {}],
])('%s, another request beside the fingerprint of this one is not sent', async (_how, more) => {
  const { run, sent, recordOf } = desk();
  const record = await recordOf('tester', 0, 'k');
  const { key = 'planted' } = more as Run;
  const asked = {
    fingerprint: fingerprint(contentText(grant)),
    named: key === 'cron' ? true : undefined,
  } as const;
  const { fact } = noted(key, { ...asked, api_key: 'k', lease_ms: 1 });
  await record.append([{ fact, texts: { request: requestText(marked(other, key)) } }]);
  await expect(run(succeed, { ...more, at: hour })).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('the record has another request'),
    facts: { applied: 'no', idempotencyKey: key },
  });
  expect(sent).toEqual([]);
});

test('a key that only met a refusal begins a new attempt, also for another write', async () => {
  const { run, write } = desk();
  await run(fail('not-found', { applied: 'no', status: 404 }), { key: 'cron' }).catch(() => {});
  expect(await run(succeed, { key: 'cron', request: other })).toMatchObject({ key: 'cron', manner: 'sent' });
  expect(await write('cron')).toMatchObject({ attempt: 2, state: 'settled' });
});

test.each([
  'cron',
  undefined,
])('an old write (key %s) that is not in the ledger was never applied, and is sent again as a new attempt', async (key) => {
  const { run, sent, write, states } = desk();
  const named = key === undefined ? {} : { key };
  await run(crash, named).catch(() => {});
  const settled = await run(
    async (_request, _key, { inDoubt }) => {
      expect(inDoubt).toBe(false);
      return done;
    },
    { ...named, at: 47 * hour },
  );
  const used = key ?? 'key-1';
  expect(settled).toMatchObject({ key: used, manner: 'resumed' });
  expect(sent).toEqual([used, used]);
  expect(await write(used)).toMatchObject({ attempt: 2, state: 'settled' });
  expect(await states(used)).toEqual(['noted', 'absent', 'noted', 'settled', 'acknowledged']);
});

test.each<[string, number]>([
  ['47 h old', 47 * hour],
  ['from the future, because a clock was set back', -50 * hour],
])('a key that is %s is never sent again before its mark was looked for in vain', async (_what, at) => {
  const { run, sent } = desk();
  await run(crash, { key: 'cron' }).catch(() => {});
  const look = fail('network', { applied: 'no' }) as unknown as Submission['look'];
  await expect(run(succeed, { key: 'cron', at, look })).rejects.toMatchObject({
    kind: 'outcome-unknown',
    facts: { applied: 'unknown', retrySafe: true, idempotencyKey: 'cron' },
  });
  expect(sent).toEqual(['cron']);
});

test('under another API key the mark alone decides: absent only once the lease has run out', async () => {
  const { run, sent, states } = desk();
  await run(crash, { key: 'cron' }).catch(() => {});
  await expect(run(succeed, { key: 'cron', apiKey: 'other' })).rejects.toMatchObject({
    kind: 'outcome-unknown',
  });
  expect(sent).toEqual(['cron']);
  const late = { key: 'cron', apiKey: 'other', at: leaseMs };
  expect(await run(succeed, late)).toMatchObject({ manner: 'resumed' });
  expect(await states('cron')).toEqual(['noted', 'absent', 'noted', 'settled', 'acknowledged']);
});

test('a holder whose lease has run out does not send: it takes the write anew from the record', async () => {
  const { run, sent, states } = desk();
  let now = noon;
  const pausing = run(succeed, {
    key: 'cron',
    ...alive,
    now: () => now,
    monotonic: () => 0,
    // The laptop sleeps after the note, and another machine settles the write meanwhile.
    between: (record) =>
      intercepted(record, async (act) => {
        const appended = await act();
        if (now === noon) {
          now += 3 * 24 * hour;
          await run(succeed, { key: 'cron', ...elsewhere, at: leaseMs });
        }
        return appended;
      }),
  });
  expect(await pausing).toMatchObject({ key: 'cron', manner: 'known' });
  expect(sent).toEqual(['cron']);
  expect(await states('cron')).toEqual(['noted', 'taken', 'settled', 'acknowledged']);
});

test.each([
  undefined,
  'cron',
])('a failure after a lost lease does not hide an attempt before it, key %s', async (key) => {
  const { run, sent } = desk();
  let now = noon;
  const asleep: Submission['send'] = async (_request, _key, { beforeAttempt }) => {
    now += leaseMs;
    beforeAttempt();
    throw new Error('no lease was to be left');
  };
  const lost = new CreditctlError('network', 'the record is away');
  const between = (record: AccountRecord) =>
    replacing(record, { now: () => (now > noon ? Promise.reject(lost) : record.now()) });
  const submitting = run(asleep, { ...(key && { key }), now: () => now, between });
  await expect(submitting).rejects.toMatchObject({
    kind: 'outcome-unknown',
    message: 'the record is away; whether the write was applied is not known',
    facts: { applied: 'unknown', idempotencyKey: key ?? 'key-1' },
  });
  expect(sent).toHaveLength(1);
});

test('a doubt is about the own write, also if the failure after it names that of a colleague', async () => {
  const { run } = desk();
  await run(crash).catch(() => {});
  const failing = run(succeed, {
    ...second,
    between: (record) =>
      intercepted(record, async (act) => {
        // A third run of the same person reports that write meanwhile, and a colleague begins an equal one.
        await run(succeed, { runner: { machine: 'm', pid: 102 } });
        await run(unknown, { who: 'bob' }).catch(() => {});
        return act();
      }),
  });
  await expect(failing).rejects.toMatchObject({
    message: expect.stringMatching(/^bob on m has had an equal write.*is not known$/) as unknown,
    facts: { applied: 'unknown', idempotencyKey: 'key-1', next: [expect.stringContaining('Run the same')] },
  });
});

test('a refusal after a lost lease counts for the attempt before it, too', async () => {
  const { run, states } = desk();
  let now = noon;
  const asleepThenRefused: Submission['send'] = async (_request, _key, { beforeAttempt }) => {
    if (now > noon) throw new CreditctlError('rejected', 'no such block', { applied: 'no', status: 400 });
    now += leaseMs;
    beforeAttempt();
    throw new Error('no lease was to be left');
  };
  await expect(run(asleepThenRefused, { key: 'cron', now: () => now })).rejects.toMatchObject({
    message: 'no such block',
    facts: { applied: 'no' },
  });
  expect((await states('cron')).at(-1)).toBe('refused');
});

test('a write is not taken over while its last attempt may still be answered', async () => {
  const { run, sent, states } = desk();
  let now = noon;
  const slow: Submission['send'] = async (_request, _key, { beforeAttempt }) => {
    now += retryPolicy.budget;
    beforeAttempt();
    const waits = async () => Promise.reject(new Error('it waits'));
    const late = { key: 'cron', apiKey: 'other', at: retryPolicy.budget + attemptMax - 1 };
    await expect(run(succeed, { ...late, ...elsewhere, pause: waits })).rejects.toThrow('it waits');
    return done;
  };
  await run(slow, { key: 'cron', ...alive, now: () => now });
  expect(sent).toEqual(['cron']);
  expect(await states('cron')).toEqual(['noted', 'settled', 'acknowledged']);
});

/** The same record, whose `append` goes through `around`. */
function intercepted(
  record: AccountRecord,
  around: (act: () => ReturnType<AccountRecord['append']>) => ReturnType<AccountRecord['append']>,
): AccountRecord {
  return replacing(record, { append: (...args) => around(() => record.append(...args)) });
}

/** The record, with other methods in place of some. */
function replacing(record: AccountRecord, methods: Partial<AccountRecord>): AccountRecord {
  return new Proxy(record, {
    get: (target, name) => {
      const value: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

test('a write that a killed run made and did not report is reported, not sent again', async () => {
  const { run, sent } = desk();
  await run(succeed, { isKilled: true });
  expect(await run(succeed, { isKilled: true })).toMatchObject({ key: 'key-1', manner: 'unacknowledged' });
  expect(await run(succeed)).toMatchObject({ key: 'key-1', manner: 'unacknowledged' });
  expect(await run(succeed)).toMatchObject({ key: 'key-2', manner: 'sent' });
  expect(sent).toEqual(['key-1', 'key-2']);
});

test.each<[string, Run]>([
  ['its process is still there to report', { ...second, ...alive }],
  ['it was done more than ten minutes ago', { at: 10 * 60_000 + 1 }],
  ['it was done on another machine a moment ago', elsewhere],
  ['another person made it', { who: 'anna' }],
])('an unreported write is no repetition if %s', async (_what, more) => {
  const { run } = desk();
  await run(succeed, { isKilled: true });
  expect(await run(succeed, more)).toMatchObject({ key: 'key-2', manner: 'sent' });
});

test('an unreported write is reported after midnight, too, when its words mean another date', async () => {
  const { run, sent } = desk();
  const before = { request: expiring(30), requestAt: () => expiring(30) };
  const after = { request: expiring(31), requestAt: before.requestAt, at: 9 * 60_000 };
  await run(succeed, { ...before, isKilled: true });
  expect(await run(succeed, after)).toMatchObject({ key: 'key-1', manner: 'unacknowledged' });
  expect(await run(succeed, after)).toMatchObject({ key: 'key-2', manner: 'sent' });
  expect(sent).toEqual(['key-1', 'key-2']);
});

test('of two runs at once after one that was killed before it could report, one reports it', async () => {
  const { run } = desk();
  await run(succeed, { isKilled: true });
  const both = await Promise.all(
    [201, 202].map((pid) =>
      run(succeed, { runner: { machine: 'm', pid }, isAlive: (each) => each.pid > 200 }),
    ),
  );
  expect(both.map(({ manner }) => manner).sort()).toEqual(['sent', 'unacknowledged']);
});

test('a write that is over a cap is refused by the record, and nothing is sent', async () => {
  const { run, sent, write } = desk();
  const reserves = { customer: 'c1', currency: 'credits', day: '2026-11-23', amount: '5' };
  const cap = { scope: 'customer', customer: 'c1', currency: 'credits', day: '2026-11-23' } as const;
  const roomFor = async (): Promise<CapTerms> => ({
    reserves,
    caps: [{ ...cap, limit: '10', elsewhere: '0', name: 'customer_day_cap, a test' }],
  });
  await run(succeed, { roomFor });
  await run(fail('rejected', { applied: 'no' }), { roomFor }).catch(() => {});
  await run(succeed, { roomFor });
  await expect(run(succeed, { roomFor })).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(
      /5 credits on top of 10 granted today.*limit of 10.*customer_day_cap, a test/,
    ),
    facts: { applied: 'no' },
  });
  expect(sent).toHaveLength(3);
  expect(await write('key-4')).toBeUndefined();
});

const unreachable = new CreditctlError('network', 'The record cannot be reached', { next: [repetition()] });

test('a record that cannot take the note lets nothing leave', async () => {
  const { run, sent } = desk();
  const between = (record: AccountRecord) => intercepted(record, () => Promise.reject(unreachable));
  await expect(run(succeed, { between })).rejects.toMatchObject({
    kind: 'network',
    facts: { applied: 'no' },
  });
  expect(sent).toEqual([]);
});

test('a note whose confirmation was lost is looked for, and the write goes on', async () => {
  const { run, sent, states } = desk();
  let count = 0;
  const between = (record: AccountRecord) =>
    intercepted(record, async (act) => {
      count += 1;
      const appended = await act();
      if (count <= 2) throw unreachable;
      return appended;
    });
  expect(await run(succeed, { between })).toMatchObject({ manner: 'sent' });
  expect(sent).toEqual(['key-1']);
  expect(await states('key-1')).toEqual(['noted', 'settled', 'acknowledged']);
});

const settleIt = 'When the record works again: creditctl history settle key-1';

test.each([
  ['is a success all the same, and the next run settles it', undefined, [repetition(), settleIt]],
  [
    'is not safe to repeat if it is an undo, which may be of the last write',
    { undoes: 'w', toFollow: 0 },
    [settleIt],
  ],
])('a success that cannot be noted %s', async (_, undoing, next) => {
  const { run, sent } = desk();
  let count = 0;
  const failures: CreditctlError[] = [];
  const between = (record: AccountRecord) =>
    intercepted(record, (act) => {
      count += 1;
      return count === 1 ? act() : Promise.reject(unreachable);
    });
  const onUnrecorded = (error: CreditctlError) => void failures.push(error);
  const settled = await run(succeed, { between, onUnrecorded, undoing });
  expect(settled).toMatchObject({ manner: 'sent', result: { id: 'e1' } });
  const facts = { applied: 'yes', idempotencyKey: 'key-1', retrySafe: undoing === undefined, next };
  expect(failures).toMatchObject([{ kind: 'failure', facts }]);
  expect(await run(succeed, { look: async () => ({ id: 'e1' }) })).toMatchObject({
    key: 'key-1',
    manner: 'found',
  });
  expect(sent).toHaveLength(1);
});

test('a record that fails while an earlier write is settled does not hide what is known of it', async () => {
  const { run, sent } = desk();
  await run(crash, { key: 'cron' }).catch(() => {});
  const failures: CreditctlError[] = [];
  /** The record takes so many notes of a run, then no more. */
  const takes = (count: number) => {
    let left = count;
    return (record: AccountRecord) =>
      intercepted(record, (act) => {
        left -= 1;
        return left >= 0 ? act() : Promise.reject(unreachable);
      });
  };
  const again = (count: number, more: Run = {}) =>
    run(succeed, {
      key: 'cron',
      between: takes(count),
      onUnrecorded: (error) => failures.push(error),
      ...more,
    });
  const open = { kind: 'outcome-unknown', facts: { applied: 'unknown', idempotencyKey: 'cron' } };
  await expect(again(0)).rejects.toMatchObject(open);
  const look = fail('network', { applied: 'no' }) as unknown as Submission['look'];
  await expect(again(1, { look })).rejects.toMatchObject(open);
  expect(await again(1, { look: async () => ({ id: 'e1' }) })).toMatchObject({ manner: 'found' });
  const next = [repetition(), 'When the record works again: creditctl history settle cron'];
  expect(failures).toMatchObject([
    { facts: { applied: 'yes', retrySafe: true, idempotencyKey: 'cron', next } },
  ]);
  expect(sent).toEqual(['cron']);
  const request: ApiRequest = { method: 'POST', path: '/customers', body: { name: 'N' } };
  await run(succeed, { request, isKilled: true });
  const untaken = { kind: 'network', facts: { applied: 'yes', idempotencyKey: 'key-1' } };
  await expect(run(succeed, { request, between: takes(0) })).rejects.toMatchObject(untaken);
  await run(succeed, { key: 'undo', undoing: { undoes: 'key-1', toFollow: 0 } });
  const between = (record: AccountRecord) => replacing(record, { write: () => Promise.reject(unreachable) });
  await expect(run(succeed, { request, between })).rejects.toMatchObject(untaken);
  expect(await run(succeed, { request })).toMatchObject({ key: 'key-1', undoneBy: 'undo' });
});

test('a success that another run called absent meanwhile is not to be repeated, and the audit shows it', async () => {
  const { run, states, recordOf } = desk();
  const said: CreditctlError[] = [];
  const send = async (): Promise<Reply> => {
    const record = await recordOf('other', 0, 'k');
    await record.append([{ fact: { kind: 'ended', key: 'key-1', attempt: 1, state: 'absent' } }]);
    return done;
  };
  const { result } = await run(send, { onUnrecorded: (error) => said.push(error) });
  expect(result).toEqual(done.document);
  expect(said).toMatchObject([
    {
      message: expect.stringContaining('it has the write as absent'),
      facts: { applied: 'yes', retrySafe: false },
    },
  ]);
  expect(said[0]?.facts.next?.join()).toContain('history audit');
  expect(await states('key-1')).toEqual(['noted', 'absent']);
});

test('a failure that cannot be noted still says what is known of the write', async () => {
  const { run } = desk();
  let count = 0;
  const between = (record: AccountRecord) =>
    intercepted(record, (act) => {
      count += 1;
      return count === 1 ? act() : Promise.reject(unreachable);
    });
  await expect(run(unknown, { between })).rejects.toMatchObject({
    kind: 'outcome-unknown',
    message: 'it was outcome-unknown; The record cannot be reached',
    facts: { applied: 'unknown', idempotencyKey: 'key-1' },
  });
});

test('a text that must not be kept stops the write', async () => {
  const { run, sent, write } = desk();
  const check = () => {
    throw new CreditctlError('usage', 'it holds the key');
  };
  await expect(run(succeed, { check, key: 'cron' })).rejects.toMatchObject({ kind: 'usage' });
  expect(sent).toEqual([]);
  expect(await write('cron')).toBeUndefined();
});

test('what no ledger can show is not sent again once its key is old', async () => {
  const { run, sent } = desk();
  const request: ApiRequest = { method: 'POST', path: '/customers', body: { name: 'N' } };
  await run(crash, { request }).catch(() => {});
  await expect(run(succeed, { request, at: 50 * hour })).rejects.toMatchObject({ kind: 'outcome-unknown' });
  expect(sent).toEqual(['key-1']);
});

test('a deletion of unknown outcome is settled by sending it again in doubt, also after days', async () => {
  const { run, sent } = desk();
  const request: ApiRequest = { method: 'DELETE', path: '/credit_blocks/b1' };
  await run(unknown, { request }).catch(() => {});
  const again = async (
    _request: ApiRequest,
    _key: string,
    { inDoubt }: { inDoubt?: boolean },
  ): Promise<Reply> => {
    expect(inDoubt).toBe(true);
    return { status: 404, document: null, replayed: true };
  };
  expect(await run(again, { request, at: 100 * hour, apiKey: 'other' })).toMatchObject({ manner: 'resumed' });
  expect(sent).toEqual(['key-1', 'key-1']);
});

test('a retry that the API knows is the write of this run, unless a person chose the key', async () => {
  const replaying = async (): Promise<Reply> => ({ ...done, replayed: true });
  expect(await desk().run(replaying)).toMatchObject({ manner: 'sent' });
  expect(await desk().run(replaying, { key: 'cron' })).toMatchObject({ manner: 'replayed' });
});

/** A desk whose record was accepted though it had lost writes, two days ago. */
async function deskAfterLoss() {
  const made = desk();
  const record = await made.recordOf('tester', -48 * hour, 'k');
  await record.append([{ fact: { kind: 'accepted', seen_link: 9, seen_hash: 'f'.repeat(64) } }]);
  return made;
}

test('two runs that find a lost write at once note it once, and both answer with it', async () => {
  const { run, sent, states } = await deskAfterLoss();
  const found = { id: 'e7' };
  const first = run(succeed, { key: 'cron', lookUnseen: async () => found });
  const lookUnseen = async () => {
    await first;
    return found;
  };
  const runner = { machine: 'm', pid: 101 };
  expect(await run(succeed, { key: 'cron', lookUnseen, runner })).toMatchObject({ document: found });
  expect(await first).toMatchObject({ document: found, manner: 'recovered' });
  expect(await states('cron')).toEqual(['noted', 'settled', 'acknowledged']);
  expect(sent).toEqual([]);
});

test('nothing is sent where a lost write cannot be looked for, or what was found cannot be noted', async () => {
  const { run, sent, write } = await deskAfterLoss();
  const lookUnseen = async () => {
    throw new CreditctlError('network', 'the API is away');
  };
  const key = 'cron';
  await expect(run(succeed, { key, lookUnseen })).rejects.toMatchObject({
    kind: 'network',
    facts: { applied: 'unknown', retrySafe: true, idempotencyKey: key },
  });
  const append = async () => {
    throw new CreditctlError('network', 'the record is away', { applied: 'no' });
  };
  const away = { between: (record: AccountRecord) => Object.assign(record, { append }) };
  await expect(run(succeed, { key, lookUnseen: async () => ({ id: 'e7' }), ...away })).rejects.toMatchObject({
    facts: { applied: 'yes', retrySafe: true },
  });
  expect([sent, await write(key)]).toEqual([[], undefined]);
  // A key that the program chose is in no ledger yet.
  expect(await run(succeed, { lookUnseen })).toMatchObject({ manner: 'sent' });
});
