// How an answer is written for each shell, and how bash's line is read.
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from '../../../src/cli/completion/answer.ts';
import { bashText, readBashLine } from '../../../src/cli/completion/bash-line.ts';
import { forBash, forFish, forZsh } from '../../../src/cli/completion/shell-answer.ts';
import { isInstalled } from '../../docs/home.ts';

/** As bash has it unless somebody changed it. */
const breaks = ' \t\n"\'><=;|&(:';

test.each([
  ['creditctl ', [''], 0, ''],
  ['creditctl led', ['led'], 0, ''],
  ['creditctl balance id:ab', ['balance', 'id:ab'], 3, ''],
  ['creditctl list --type=in', ['list', '--type=in'], 7, ''],
  ['creditctl add "two wo', ['add', 'two wo'], 0, '"'],
  ["creditctl add 'it", ['add', 'it'], 0, "'"],
  ['creditctl add --description="a b', ['add', '--description=a b'], 14, '"'],
  ['creditctl add "a b" c\\ d', ['add', 'a b', 'c d'], 0, ''],
  ['creditctl add "a \\" b', ['add', 'a " b'], 0, '"'],
  ['creditctl add "id:x', ['add', 'id:x'], 0, '"'],
  ['creditctl add \\', ['add', ''], 0, ''],
  ['', [], 0, ''],
] as const)('bash line %j', (line, tokens, finished, quote) => {
  expect(readBashLine(line, breaks)).toEqual({ tokens, finished, quote });
});

test('without the colon among its breaks, bash takes the whole word', () => {
  expect(readBashLine('creditctl balance id:ab', ' \t\n"\'=').finished).toBe(0);
});

test('what a backslash quotes, or may quote yet, is no break', () => {
  const finished = (line: string, breaks: string) => readBashLine(`creditctl ${line}`, breaks).finished;
  expect(finished('\\', '\\')).toBe(0);
  expect(finished('a\\:', ' \\:')).toBe(0);
  expect(finished('a😀b', '😀')).toBe('a😀'.length);
});

const text = fc.string({ minLength: 1, maxLength: 12 }).filter((value) => !/[\n\r\0]/.test(value));

test('what is written is read back, in each kind of quotes', () => {
  fc.assert(
    fc.property(text, (value) => {
      for (const quote of ['', '"', "'"] as const) {
        const written = `creditctl x ${quote}${bashText(value, { quote, finished: 0 })}`;
        const { tokens } = readBashLine(quote === '' ? written : `${written}${quote}`, '');
        expect(tokens.at(-1), written).toBe(value);
      }
    }),
  );
});

test('no line throws, and what is finished is part of the last word', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (line, wordBreaks) => {
      const { tokens, finished } = readBashLine(line, wordBreaks);
      expect(finished).toBeLessThanOrEqual((tokens.at(-1) ?? line).length);
    }),
  );
});

test.skipIf(!isInstalled('bash'))('bash itself reads what is written as the same word', () => {
  const values = fc.sample(
    text.filter((value) => !value.includes('!')),
    { numRuns: 60, seed: 7 },
  );
  for (const quote of ['', '"', "'"] as const) {
    const script = values
      .map((value) => `printf '%s\\0' ${quote}${bashText(value, { quote, finished: 0 })}${quote}`)
      .join('\n');
    const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(stdout.split('\0').slice(0, -1)).toEqual(values);
  }
});

const one: Answer = { candidates: [{ value: 'acme', description: 'Acme' }], files: false, lead: '' };
const two: Answer = {
  candidates: [{ value: 'acme', description: 'Acme Corp' }, { value: 'a' }],
  files: false,
  lead: '',
};
const line = { tokens: [], quote: '', finished: 0 } as const;

test('bash gets descriptions only where it lists, and never of a sole candidate', () => {
  expect(forBash(two, line, { isList: false, width: 80 })).toBe('\nacme\na\n');
  expect(forBash(two, line, { isList: true, width: 80 })).toBe('\nacme  (Acme Corp)\na\n');
  expect(forBash(one, line, { isList: true, width: 80 })).toBe('\nacme\n');
  const long = { ...two, candidates: [...two.candidates, { value: 'ab', description: 'x'.repeat(200) }] };
  for (const each of forBash(long, line, { isList: true, width: 40 }).split('\n'))
    expect(each.length).toBeLessThan(40);
});

test('zsh gets the value and what to show, fish the value and its description', () => {
  expect(forZsh(two)).toBe('\nacme\tacme  -- Acme Corp\na\ta\n');
  expect(forFish(two)).toBe('\nacme\tAcme Corp\na\n');
  const list: Answer = {
    candidates: [{ value: '--json=id,amount', goesOn: true }],
    files: false,
    lead: '--json=',
  };
  expect(forZsh(list)).toBe('nospace\n--json=id,amount\tamount\n');
  expect(forFish({ candidates: [], files: true, lead: '' })).toBe('files\n');
});

test('what zsh shows stays on one line of the terminal, and the value stays whole', () => {
  const long: Answer = {
    candidates: [{ value: 'v'.repeat(30), description: 'word '.repeat(40) }],
    files: false,
    lead: '',
  };
  const [value, shown = ''] = forZsh(long, 60).trim().split('\t');
  expect(value).toBe('v'.repeat(30));
  expect(shown.length).toBeLessThan(60);
  expect(shown).toMatch(/^v{30} {2}-- (word )+word…$/);
});

test('nothing that could drive a terminal or break a line reaches the shell', () => {
  const evil: Answer = {
    candidates: [
      { value: 'a\u001b[31m' },
      { value: 'b\nc' },
      { value: '' },
      { value: 'd', description: 'red\u001b[31m\ttab\nline' },
      { value: 'e' },
    ],
    files: false,
    lead: '',
  };
  expect(forFish(evil)).toBe('\nd\tred tab line\ne\n');
  expect(forZsh(evil)).toBe('\nd\td  -- red tab line\ne\te\n');
  expect(forBash(evil, line, { isList: true, width: 80 })).toBe('\nd  (red tab line)\ne\n');
});
