import { expect, test } from 'vitest';
import { decideByContent, decideByKey, isHeld, type Self, settlingOptions } from '../../src/record/decide.ts';
import type { WriteWithTexts } from '../../src/record/record.ts';
import { marked, requestText } from '../../src/requests/request.ts';
import { jsonNumber } from '../../src/wire/json.ts';
import { noon } from '../support/run.ts';

const hour = 3_600_000;
const grant = marked(
  { method: 'POST', path: '/customers/x/credits/ledger_entry', body: { amount: jsonNumber('5') } },
  'k',
);
const at = (ms: number): string => new Date(noon + ms).toISOString();
const none = { command: null, message: null, answer: null, results: null, policy: null, signatures: null };

const write = (more: Partial<WriteWithTexts> = {}): WriteWithTexts => ({
  ...{ noted: 1, key: 'k', attempt: 1, state: 'noted', version: 1, fingerprint: 'f', isNamed: false },
  ...{ method: 'POST', who: 'ana', author: { os_user: 'ana', host: 'h' }, runner: { machine: 'm', pid: 1 } },
  ...{ notedAt: at(0), ledgerAt: null, leaseUntil: at(120_000), customer: 'x', currency: null },
  ...{ reserved: null, day: null, batch: null, run: null, row: null, undoes: null, toFollow: 0 },
  ...{ undoneBy: null, approvedBy: [], apiKey: 'a', endedAt: null, endedBy: null, status: null },
  ...{ requestId: null, isReplayed: false, isFound: false, entry: null, block: null, amount: null },
  ...{ acknowledgedAt: null, texts: { ...none, request: requestText(grant) } },
  ...more,
});
const self = (more: Partial<Self> = {}): Self => ({
  ...{ now: noon, ledgerNow: undefined, who: 'ana', runner: { machine: 'm', pid: 2 }, apiKey: 'a' },
  isAlive: () => false,
  ...more,
});

test.each<[string, Partial<WriteWithTexts>, Partial<Self>, boolean]>([
  ['a living process of this machine', {}, { isAlive: () => true }, true],
  ['a dead process of this machine', {}, {}, false],
  ['this very process', {}, { isAlive: () => true, runner: { machine: 'm', pid: 1 } }, false],
  [
    'a process that had the number of this one',
    { runner: { machine: 'm', pid: 1, started: '1' } },
    { isAlive: () => true, runner: { machine: 'm', pid: 1, started: '2' } },
    true,
  ],
  ['a process elsewhere, within its lease', {}, { runner: { machine: 'n', pid: 1 } }, true],
  [
    'a process elsewhere, after its lease',
    {},
    { runner: { machine: 'n', pid: 1 }, now: noon + 120_000 },
    false,
  ],
  ['nobody, as its outcome is unknown', { state: 'unknown' }, { isAlive: () => true }, false],
])('a write is held by %s: %#', (_what, of, by, held) => expect(isHeld(write(of), self(by))).toBe(held));

test.each<[string, Partial<WriteWithTexts>, Partial<Self>, boolean]>([
  ['young', {}, { now: noon + 47 * hour - 1 }, true],
  ['47 h old', {}, { now: noon + 47 * hour }, false],
  ['from the future', {}, { now: noon - 1 }, false],
  ['of an age that nobody can read', { notedAt: '?' }, {}, false],
  [
    'young by the clock of the embedded ledger',
    { ledgerAt: at(0) },
    { ledgerNow: noon, now: noon + 90 * hour },
    true,
  ],
  ['old by that clock', { ledgerAt: at(0) }, { ledgerNow: noon + 47 * hour }, false],
  ['not dated by that clock', {}, { ledgerNow: noon }, false],
  ['of another API key', {}, { apiKey: 'b' }, false],
  ['without its request, which was erased', { texts: { ...none, request: null } }, {}, false],
  ['a deletion, of whatever age', { method: 'DELETE' }, { now: noon + 90 * hour, apiKey: 'b' }, true],
  ['a PATCH, which may not be idempotent', { method: 'PATCH' }, { now: noon + 90 * hour }, false],
])('whether a write may be sent again that is %s', (_what, of, by, mayResend) =>
  expect(settlingOptions(write(of), self(by)).mayResend).toBe(mayResend));

test('a key that was never applied is a new attempt after what was seen; one of another write is refused', () => {
  const key = { key: 'k', print: 'f' };
  for (const state of ['refused', 'absent', 'unsent'] as const)
    expect(decideByKey(write({ state, attempt: 3, version: 9, fingerprint: 'g' }), key, self())).toEqual({
      ...{ kind: 'send', attempt: 4, after: 9 },
    });
  expect(decideByKey(undefined, key, self())).toEqual({ kind: 'send', attempt: 1, after: null });
  const settled = write({ ...done, fingerprint: 'g' });
  expect(() => decideByKey(settled, key, self())).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('used for another write'),
      facts: expect.objectContaining({
        next: ['See that write: creditctl history show k', expect.stringContaining('a key of its own')],
      }),
    }),
  );
});

test('a key that another write of unknown outcome has leads there first, in words that a shell reads back', () => {
  const key = { key: 'k;ls', print: 'f' };
  const other = { fingerprint: 'g', state: 'unknown' } as const;
  expect(() => decideByKey(write(other), key, self())).toThrow(
    expect.objectContaining({
      facts: expect.objectContaining({
        next: [
          "Find out how that write ended: creditctl history settle 'k;ls'",
          'Give this write a key of its own, or repeat the earlier one unchanged',
        ],
      }),
    }),
  );
});

test('a write with a key of its own is no equal of one without', () =>
  expect(decideByContent([write({ isNamed: true })], self()).kind).toBe('send'));

const done = { state: 'settled', endedAt: at(0), endedBy: 'ana', version: 3 } as const;

test.each<[string, Partial<WriteWithTexts>, Partial<Self>, 'answer' | 'send' | 'wait']>([
  ['the run was cut off', {}, {}, 'answer'],
  ['the run was cut off ten minutes ago', {}, { now: noon + 600_000 }, 'answer'],
  ['the run was cut off more than ten minutes ago', {}, { now: noon + 600_001 }, 'send'],
  ['its outcome was reported', { acknowledgedAt: at(0) }, {}, 'send'],
  ['it was refused', { state: 'refused' }, {}, 'send'],
  ['another person made it', { who: 'bob' }, {}, 'send'],
  ['its process is alive and will report it', {}, { isAlive: () => true }, 'send'],
  ['another machine may still report it', {}, { runner: { machine: 'n', pid: 1 } }, 'send'],
  [
    'the lease of another machine has ended',
    {},
    { runner: { machine: 'n', pid: 1 }, now: noon + 120_000 },
    'answer',
  ],
  ['it was found hours ago', { isFound: true }, { now: noon + 12 * hour }, 'answer'],
  ['it was found half a day ago', { isFound: true }, { now: noon + 12 * hour + 1 }, 'send'],
  ['who found it may report it', { isFound: true }, { isAlive: () => true }, 'wait'],
  [
    'who found it is at work on other writes for minutes',
    { isFound: true },
    { isAlive: () => true, now: noon + 120_000 },
    'answer',
  ],
  [
    'who found it on another machine may report it',
    { isFound: true, runner: { machine: 'n', pid: 1 } },
    {},
    'wait',
  ],
  [
    'it was found on another machine minutes ago',
    { isFound: true, runner: { machine: 'n', pid: 1 } },
    { now: noon + 120_000 },
    'answer',
  ],
  ['a colleague settled it', { endedBy: 'bob' }, { now: noon + 12 * hour, isAlive: () => true }, 'answer'],
  ['a colleague settled and reported it', { endedBy: 'bob', acknowledgedAt: at(0) }, {}, 'send'],
  ['a colleague settled it half a day ago', { endedBy: 'bob' }, { now: noon + 12 * hour + 1 }, 'send'],
])('an equal write is done, and %s', (_what, of, by, kind) => {
  const decision = decideByContent([write({ ...done, ...of })], self(by));
  expect(decision).toMatchObject(
    { answer: { kind, manner: 'unacknowledged' }, send: { kind, equalAfter: 3 }, wait: { kind } }[kind],
  );
});

test('an equal write of unknown outcome is settled by who made it, and by no other person', () => {
  const open = write({ state: 'unknown' });
  expect(decideByContent([open], self())).toMatchObject({ kind: 'settle', earlier: open });
  expect(() => decideByContent([open], self({ who: 'bob' }))).toThrow(
    // Once the open write has ended, another run makes a second one.
    expect.objectContaining({
      message: expect.stringContaining('nothing was sent'),
      facts: expect.objectContaining({ applied: 'no', retrySafe: false }),
    }),
  );
  expect(() => decideByContent([write()], self({ isAlive: () => true }))).toThrow('nothing was sent');
});

test('an old write of unknown outcome is left alone once an equal one was done after it, and only then', () => {
  const open = write({ state: 'unknown' });
  const other = write({ ...done, acknowledgedAt: at(0) });
  const old = self({ now: noon + 47 * hour });
  expect(decideByContent([open, other], old).kind).toBe('send');
  expect(decideByContent([other, open], old).kind).toBe('settle');
  expect(decideByContent([open, other], self()).kind).toBe('settle');
});
