import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainStart, sealedLine } from '../../src/record/chain-line.ts';
import {
  factOf,
  type Intent,
  isOpen,
  type JournalLine,
  knownWrites,
  type Outcome,
  parseLine,
} from '../../src/record/journal.ts';
import { jsonNumber, parseJson } from '../../src/wire/json.ts';

const lineText = (line: JournalLine): string => sealedLine(factOf(line), chainStart).text;

function intent(key: string, more: Partial<Intent> = {}): Intent {
  return {
    event: 'intended',
    at: '2026-11-23T12:00:00.000Z',
    key,
    fingerprint: `print of ${key}`,
    who: 'tester',
    runner: { machine: 'm', pid: 4711 },
    command: "ledger add 'a b'",
    place: { profile: 'default', kind: 'test', host: 'api.example.com' },
    request: { method: 'POST', path: '/x', body: { amount: jsonNumber('0.10') } },
    ...more,
  };
}

const outcome = (key: string, event: Outcome['event'], more: Partial<Outcome> = {}): Outcome => ({
  event,
  at: '2026-11-23T12:00:01.000Z',
  key,
  ...more,
});

test.each<[string, JournalLine]>([
  ['an intent', intent('k\n"1"')],
  [
    'an outcome',
    outcome('k', 'settled', { status: 201, requestId: 'r', replayed: false, answer: parseJson('{"a":1.0}') }),
  ],
  ['an outcome without an answer', outcome('k', 'unknown', { message: 'cut' })],
])('%s is one line, and is read as it was written', (_what, line) => {
  const text = lineText(line);
  expect(text.match(/\n/g)).toHaveLength(1);
  expect(parseLine(text)).toEqual({ ...line });
});

test('what is read has its process id and status as numbers, and amounts with their digits', () => {
  const read = parseLine(lineText(intent('k')));
  expect(read).toMatchObject({ runner: { machine: 'm', pid: 4711 } });
  expect(read !== undefined && lineText(read)).toContain('"amount":0.10');
  expect(parseLine(lineText(outcome('k', 'refused', { status: 400 })))).toHaveProperty('status', 400);
});

test('a line is of no use wherever a crash cut it', () => {
  const text = lineText(intent('k'));
  for (let end = 0; end < text.length - 1; end += 1) expect(parseLine(text.slice(0, end))).toBeUndefined();
});

test.each([
  '',
  '[]',
  '5',
  '{}',
  '{"key":"k"}',
  '{"event":"intended"}',
  '{"key":1,"event":"x"}',
  '{"key":"k","event":"intended"}',
])('the line %j says nothing', (text) => expect(parseLine(text)).toBeUndefined());

const appliedOf = ({ outcome: last }: ReturnType<typeof knownWrites>[number]): string => {
  if (last?.event === 'settled') return 'yes';
  return last?.event === 'refused' ? 'no' : 'unknown';
};

const states = (lines: readonly JournalLine[]): readonly string[] =>
  knownWrites(lines).map(
    (write) => `${write.intent.key} ${appliedOf(write)} ${isOpen(write) ? 'open' : 'closed'}`,
  );

test.each<[string, readonly JournalLine[], readonly string[]]>([
  ['an intent alone is open', [intent('a')], ['a unknown open']],
  ['a settled write is applied', [intent('a'), outcome('a', 'settled')], ['a yes closed']],
  ['a refused write is not', [intent('a'), outcome('a', 'refused')], ['a no closed']],
  ['an unknown one stays open', [intent('a'), outcome('a', 'unknown')], ['a unknown open']],
  [
    'a second attempt opens it again',
    [intent('a'), outcome('a', 'unknown'), intent('a')],
    ['a unknown open'],
  ],
  [
    'and may settle it',
    [intent('a'), outcome('a', 'unknown'), intent('a'), outcome('a', 'settled')],
    ['a yes closed'],
  ],
  [
    'what is settled stays so',
    [intent('a'), outcome('a', 'settled'), intent('a'), outcome('a', 'unknown')],
    ['a yes closed'],
  ],
  [
    'what is refused may be tried again',
    [intent('a'), outcome('a', 'refused'), intent('a')],
    ['a unknown open'],
  ],
  ['an outcome of nothing says nothing', [outcome('a', 'settled')], []],
  [
    'keys may interleave',
    [intent('a'), intent('b'), outcome('a', 'settled'), outcome('b', 'refused')],
    ['a yes closed', 'b no closed'],
  ],
])('%s', (_what, lines, told) => expect(states(lines)).toEqual(told));

test('the age of a write counts from its first attempt, its runner is the last one', () => {
  const later = intent('a', { at: '2026-11-25T00:00:00.000Z', runner: { machine: 'n', pid: 2 } });
  expect(knownWrites([intent('a'), outcome('a', 'unknown'), later])[0]?.intent).toEqual({
    ...intent('a'),
    runner: { machine: 'n', pid: 2 },
  });
  expect(knownWrites([intent('a'), outcome('a', 'refused'), later])[0]?.intent).toEqual(later);
});

test('the same key at another host is another write', () => {
  const other = intent('a', { place: { profile: 'default', kind: 'test', host: 'other' } });
  const writes = knownWrites([intent('a'), outcome('a', 'settled'), other, outcome('a', 'unknown')]);
  expect(writes.map((write) => [write.intent.place.host, appliedOf(write)])).toEqual([
    ['api.example.com', 'yes'],
    ['other', 'unknown'],
  ]);
});

test('each write ends as its own lines say, however the lines of many are mixed', () => {
  const events = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('settled', 'refused', 'unknown', 'intended')),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(events, (told) => {
      const lines = told.map(([key, event]) =>
        event === 'intended' ? intent(key) : outcome(key, event as Outcome['event']),
      );
      const mixed = knownWrites(lines);
      const alone = ['a', 'b', 'c'].flatMap((key) => knownWrites(lines.filter((line) => line.key === key)));
      expect(new Set(mixed)).toEqual(new Set(alone));
    }),
  );
});
