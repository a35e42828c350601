import { expect, test } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import { errorText, noteStyleOf, noteText } from '../../src/terminal/notes.ts';

test('a failure without facts claims nothing: not applied, not safe to repeat, nothing to do next', () => {
  expect(JSON.parse(errorText(new CreditctlError('failure', 'No'), 'json'))).toEqual({
    error: {
      code: 'failure',
      message: 'No',
      exit_code: 1,
      status: null,
      request_id: null,
      idempotency_key: null,
      applied: 'no',
      retry_safe: false,
      next: [],
    },
  });
});

test('a failure in words says what is known of the write, and each way on', () => {
  const error = new CreditctlError('outcome-unknown', 'First\nSecond', {
    applied: 'unknown',
    requestId: 'req_1',
    idempotencyKey: 'k',
    next: ['do this', 'or that'],
  });
  expect(errorText(error, 'text').split('\n')).toEqual([
    'creditctl: First',
    '           Second',
    '  Applied: unknown',
    '  Request id: req_1',
    '  Idempotency key: k',
    '  → do this',
    '  → or that',
  ]);
  expect(errorText(new CreditctlError('server', 'x', { applied: 'yes' }), 'text')).toContain('Applied: yes');
});

test('control characters are dropped in words and escaped in JSON', () => {
  const note = { text: 'a\u001b[31mb\u009bc', data: { name: 'a\u009b31mb' } };
  expect(noteText(note, 'text')).not.toMatch(/[\u001b\u009b]/);
  expect(noteText(note, 'json')).toBe('{"name":"a\\u009b31mb"}');
});

for (const [line, style] of [
  ['balance acme', 'text'],
  ['balance acme -o table', 'text'],
  ['balance acme -o md', 'json'],
  ['balance acme -oyaml', 'json'],
  ['balance acme -o json', 'json'],
  ['balance acme -ocsv', 'json'],
  ['ledger add -yno json', 'json'],
  ['ledger add -yojson', 'json'],
  ['balance acme --output=ndjson', 'json'],
  ['balance acme --json', 'json'],
  ['balance acme -- --json', 'text'],
  ['balance acme -o', 'text'],
  ['api GET ping', 'json'],
  ['--profile live --sandbox api GET ping', 'json'],
  ['--profile api ledger list api', 'text'],
  ['ledger list api', 'text'],
] as const) {
  test(`"${line}" is told about in ${style}`, () => {
    expect(noteStyleOf(line.split(' '))).toBe(style);
  });
}
