import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { errorText, noteText, withFlags } from '../../../src/output/terminal/notes.ts';

test('a failure without facts: nothing was applied, so it is safe to repeat, and nothing to do next', () => {
  expect(JSON.parse(errorText(new CreditctlError('failure', 'No'), { noteStyle: 'json' }))).toEqual({
    error: {
      code: 'failure',
      message: 'No',
      exit_code: 1,
      status: null,
      request_id: null,
      idempotency_key: null,
      applied: 'no',
      retry_safe: true,
      next: [],
    },
  });
});

test.each([
  ['no', undefined, true],
  ['yes', undefined, false],
  ['unknown', undefined, false],
  ['unknown', true, true],
] as const)('applied %s, and %s said of another run: retry_safe is %s', (applied, said, retrySafe) => {
  const facts = said === undefined ? { applied } : { applied, retrySafe: said };
  const error = new CreditctlError('failure', 'No', facts);
  expect(JSON.parse(errorText(error, { noteStyle: 'json' }))).toMatchObject({
    error: { applied, retry_safe: retrySafe },
  });
});

test('a failure in words says what is known of the write, and each way on', () => {
  const error = new CreditctlError('outcome-unknown', 'First\nSecond', {
    applied: 'unknown',
    requestId: 'req_1',
    idempotencyKey: 'k',
    next: ['do this', 'or that'],
  });
  expect(errorText(error, { noteStyle: 'text' }).split('\n')).toEqual([
    'creditctl: First',
    '           Second',
    '  Applied: unknown',
    '  Request id: req_1',
    '  Idempotency key: k',
    '  → do this',
    '  → or that',
  ]);
  expect(errorText(new CreditctlError('server', 'x', { applied: 'yes' }), { noteStyle: 'text' })).toContain(
    'Applied: yes',
  );
});

test('where a write was asked for and no answer came, it is said that nothing came of it', () => {
  const late = new CreditctlError('network', 'Gave up after 2 s (--timeout)');
  expect(errorText(late, { noteStyle: 'text', mayWrite: true })).toContain('\n  Applied: no');
  expect(errorText(late, { noteStyle: 'text' })).not.toContain('Applied');
  const mistyped = new CreditctlError('usage', '--amount is missing', { applied: 'no' });
  expect(errorText(mistyped, { noteStyle: 'text', mayWrite: true })).not.toContain('Applied');
  const saysSo = new CreditctlError('interrupted', 'Interrupted: nothing was written', { applied: 'no' });
  expect(errorText(saysSo, { noteStyle: 'text', mayWrite: true })).toBe(
    'creditctl: Interrupted: nothing was written',
  );
});

test('on a terminal sentences are broken between words, and command lines are not', () => {
  const command = `creditctl ledger list acme --since 2026-01-01 ${'--all '.repeat(10)}`.trim();
  const note = { text: `The same without questions, so that it can be repeated:\n  ${command}`, data: {} };
  expect(noteText(note, 'text', { width: 40 }).split('\n')).toEqual([
    'The same without questions, so that it',
    'can be repeated:',
    `  ${command}`,
  ]);
  const error = new CreditctlError('usage', 'The first problem is put at length\nThe second problem is too', {
    next: [command, `Look for it: ${command}`, 'Or give this write a key of its own, and run it again'],
  });
  expect(errorText(error, { noteStyle: 'text' }, 40).split('\n')).toEqual([
    'creditctl: The first problem is put at',
    '           length',
    '           The second problem is too',
    `  → ${command}`,
    `  → Look for it: ${command}`,
    '  → Or give this write a key of its own,',
    '    and run it again',
  ]);
  expect(errorText(error, { noteStyle: 'json' }, 40)).not.toContain('\n');
  expect(errorText(error, { noteStyle: 'text' })).toContain('The first problem is put at length\n');
});

test('control characters are dropped in words and escaped in JSON', () => {
  const note = { text: 'a\u001b[31mb\u009bc', data: { name: 'a\u009b31mb' } };
  expect(noteText(note, 'text')).not.toMatch(/[\u001b\u009b]/);
  expect(noteText(note, 'json')).toBe('{"name":"a\\u009b31mb"}');
});

test('no line break of a message, of whatever kind, begins a line of its own', () => {
  const message = 'The API answered 400: a\u2028✓ Granted\u2029b\r\nc';
  const said = errorText(new CreditctlError('rejected', message), { noteStyle: 'text' });
  expect(said.split('\n').filter((line) => !line.startsWith(' '))).toEqual([
    'creditctl: The API answered 400: a',
  ]);
});

test('in colour the target of a write stands out, live most of all; without colour it is said in words', () => {
  const shown = (target: 'live' | 'sandbox', hasColour: boolean) =>
    noteText({ text: `${target.toUpperCase()} · x`, data: {}, target }, 'text', { hasColour });
  expect(shown('live', true)).toBe('\u001b[1;97;41m LIVE \u001b[0m · x');
  expect(shown('sandbox', true)).toBe('\u001b[32mSANDBOX\u001b[0m · x');
  expect(shown('live', false)).toBe('LIVE · x');
});

const profile = { profile: '--profile live', sandbox: '', db: '' };
const sandbox = { profile: '', sandbox: '--sandbox', db: '--db x.db' };

test.each([
  ['creditctl batch approve x.plan', profile, 'creditctl batch approve x.plan --profile live'],
  [
    'Search: creditctl customers search acme',
    profile,
    'Search: creditctl customers search acme --profile live',
  ],
  ['creditctl history settle k', sandbox, 'creditctl history settle k --sandbox --db x.db'],
  ['creditctl config get base_url', profile, 'creditctl config get base_url --profile live'],
  ['creditctl config get base_url', sandbox, 'creditctl config get base_url'],
  ['creditctl sandbox reset', sandbox, 'creditctl sandbox reset --db x.db'],
  [
    "Last, after --: creditctl customers search 'a -- b' -- '-x --db' -y",
    sandbox,
    "Last, after --: creditctl customers search 'a -- b' --sandbox --db x.db -- '-x --db' -y",
  ],
])('%s', (step, where, led) => expect(withFlags(step, where)).toBe(led));

test.each([
  ['creditctl batch resume b', 'creditctl batch resume b --profile live'],
  [['creditctl history list'], ['creditctl history list --profile live']],
  [undefined, undefined],
])('the next step of a note for a script chooses the same connection: %j', (next, led) => {
  const note = { text: 'See: creditctl history list', data: next === undefined ? { a: 1 } : { a: 1, next } };
  expect(JSON.parse(noteText(note, 'json', { where: profile }))).toEqual({ a: 1, next: led });
});

test.each([
  "'Acme, Inc'",
  "'Acme Inc. Ltd'",
  "'it'\\''s, here'",
  "'a --sandbox'",
])('a quoted word may be %s', (word) => {
  const step = `Search: creditctl customers search ${word}`;
  expect(withFlags(step, profile)).toBe(`${step} --profile live`);
});

test.each([
  'creditctl auth login --profile other',
  'creditctl batch resume b --sandbox',
  'creditctl ledger add --help',
  'creditctl --help',
  'creditctl config list',
  'creditctl config list shows the profiles',
  'creditctl blocks void, or blocks amend',
  'See details: creditctl sandbox status. Start over: creditctl config list',
  "creditctl blocks void 'a, b', or blocks amend",
  `creditctl customers search ${"\\'".repeat(40)}, or not`,
  'Run the same command again',
  'Update creditctl',
])('%s stays as it is', (step) => expect(withFlags(step, profile)).toBe(step));

test('a message that repeats a long value keeps the start and the end of each of its lines', () => {
  const value = '"👍 \\'.repeat(40_000);
  const error = new CreditctlError('usage', `--time-zone is no zone: ${value}; try UTC\n--limit is missing`);
  const text = errorText(error, { noteStyle: 'text' });
  expect(text.length).toBeLessThan(1500);
  expect(text).toMatch(/^creditctl: --time-zone is no zone: .* … .*; try UTC\n.*--limit is missing$/);
  const { message } = JSON.parse(errorText(error, { noteStyle: 'json' })).error;
  expect(message.length).toBeLessThan(1500);
  expect(Buffer.from(message).toString() === message).toBe(true);
  const next = [`creditctl customers search ${value}`, 'creditctl customers list'];
  expect(errorText(error.with({ next }), { noteStyle: 'text' })).toBe(
    `${text}\n  → creditctl customers list`,
  );
  const short = new CreditctlError('usage', 'x'.repeat(900));
  expect(errorText(short, { noteStyle: 'text' })).toBe(`creditctl: ${'x'.repeat(900)}`);
});
