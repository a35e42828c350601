// The words of a command line: the reader and the parser must agree on what each of them is.
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineOf, noteStyleOf, readArgv } from '../../src/cli/argv.ts';
import { readCommandLine } from '../../src/cli/command-line.ts';
import type { Option, Program } from '../../src/cli/command-tree.ts';
import { program } from '../../src/commands/program.ts';
import { CreditctlError } from '../../src/errors.ts';
import { makeRuntime } from '../../src/runtime/make-runtime.ts';
import { thisSystem } from '../../src/runtime/system.ts';
import { creditctl, expectUsage, linesOf } from '../support/command.ts';
import { run } from '../support/run.ts';

const options: readonly Option[] = [
  { flags: '-t, --text <text>', text: '' },
  { flags: '--tag <key=value>', text: '', repeats: true },
  { flags: '-y, --yes', text: '' },
];

interface Parsed {
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/** What the only command of the small program got when it last ran. */
let ran: Parsed | undefined;

const small: Program = {
  name: 'small',
  summary: '',
  options: program.options,
  nodes: [
    {
      name: 'noun',
      group: 'credits',
      summary: '',
      commands: () => [
        {
          name: 'verb',
          usage: '<a> [b]',
          summary: '',
          options,
          examples: [],
          run: async (words, flags) => {
            ran = { words, flags: { ...flags } };
          },
        },
      ],
    },
  ],
};

/** What the command gets; `undefined` where it does not run. Throws what the parser throws. */
async function parsed(argv: readonly string[]): Promise<Parsed | undefined> {
  ran = undefined;
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const runtime = makeRuntime({
    version: '1',
    argv,
    line: lineOf(small, argv),
    env: {},
    streams: { stdin, stdinIsTerminal: false, stdout, stderr, screen: stderr },
    interruption: new AbortController().signal,
    system: thisSystem,
  });
  const chosen = await readCommandLine(small, runtime);
  await chosen?.command.run(chosen.args, chosen.flags, runtime);
  return ran;
}

/** Texts that are likely to be taken for something else. */
const anyValue = fc.oneof(
  fc.string(),
  fc.string().map((text) => `-${text}`),
  fc.constantFrom(
    '--',
    '-',
    '-V',
    '-h',
    '-o',
    '-ojson',
    '-y',
    '-5',
    '-VAT correction',
    'noun',
    'verb',
    'help',
  ),
  fc.constantFrom('--unknown', '---', '--=', '-t', ''),
);
const names = ['--text', '--tag', '--yes', '--help', '--version', '--output', '--json', '--columns', '--db'];
const more = ['--profile', '--sandbox', '--no-input'];
const namesAnOption = (text: string): boolean => [...names, ...more].includes(text.replace(/=.*/s, ''));

describe('the value of an option', () => {
  test('is the word after it, whatever it looks like', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyValue.filter((text) => !namesAnOption(text)),
        async (value) => {
          const expected = { words: ['a'], flags: { text: value, tag: [value], yes: true, input: true } };
          expect(await parsed(['noun', 'verb', 'a', '--text', value, '--tag', value, '-y'])).toEqual(
            expected,
          );
          expect(await parsed(['noun', 'verb', 'a', '--tag', value, '-yt', value])).toEqual(expected);
        },
      ),
    );
  });

  test('is what stands after its equals sign, names of options included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyValue, fc.constantFrom(...names)), async (value) => {
        const got = await parsed(['noun', 'verb', `--text=${value}`, '--', '-y']);
        expect(got).toEqual({ words: ['-y'], flags: { text: value, input: true } });
      }),
    );
  });

  test.each(names)('was left out where %s follows', async (name) => {
    const refusal: unknown = await parsed(['noun', 'verb', '--text', name]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(CreditctlError);
    expect(String(refusal)).toContain(`--text=${name}`);
  });

  test('that may be left out is never an option', async () => {
    expect(await parsed(['noun', 'verb', '--json', '-y'])).toMatchObject({
      flags: { json: true, yes: true },
    });
    expect(await parsed(['noun', 'verb', '--json', 'a,b'])).toMatchObject({
      words: [],
      flags: { json: 'a,b' },
    });
  });
});

test('what the reader takes for a word, an option or a value, the parser does too', async () => {
  const word = fc.oneof(
    fc.constantFrom('a', '-5', '--', '-', '-y', '--yes', '-o', '-yo', '-ocsv', '--text', '-tx', '--json'),
    fc.constantFrom('--json=a', '--sandbox', '--no-input', '--db', '--tag=a=b', '--tag'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (rest) => {
      const got = await parsed(['noun', 'verb', ...rest]).catch(() => undefined);
      fc.pre(got !== undefined);
      const { words, flags } = got;
      const read = readArgv(small, ['noun', 'verb', ...rest]);
      expect(read.positionals).toEqual(words);
      expect(read.given.get('--text')?.at(-1)).toBe(flags.text);
      expect(read.given.get('--output')?.at(-1)).toBe(flags.output);
      expect(read.given.get('--tag')).toEqual(flags.tag);
      expect(read.given.has('--no-input')).toBe(flags.input === false);
    }),
  );
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
  ['ledger add acme --description -ojson', 'text'],
  ['ledger add acme --description --json', 'text'],
  ['ledger add acme --description -- -ojson', 'json'],
] as const) {
  test(`"${line}" is reported in ${style}`, () => {
    expect(noteStyleOf(readArgv(program, line.split(' ')))).toBe(style);
  });
}

test.each([
  ['--idempotency-key', '-V8s0kAbC-9'],
  ['--idempotency-key', '-oVerpaid_7'],
  ['--description', '-VAT correction'],
  ['--description', '-h'],
  ['--metadata', '-h=-V'],
])('%s %s is granted as it is typed', async (flag, value) => {
  const granted = await run(['ledger', 'add', 'acme', '--amount', '5', flag, value, '--sandbox', '--yes']);
  expect(granted).toMatchObject({ code: 0, stdout: expect.not.stringContaining('Usage') });
  const listed = await creditctl('ledger list acme --sandbox -o ndjson', { home: granted.home });
  expect(linesOf(listed.stdout)).toHaveLength(1);
  if (flag === '--description') expect(listed.stdout).toContain(JSON.stringify(value));
});

test('a value with a dash reaches the check of its flag', async () => {
  expectUsage(await creditctl('ledger add acme --amount -5 --sandbox --yes'), ['--amount', '"-5"']);
});

test('a flag in the place of a value is refused, with how to write it as a text', async () => {
  for (const next of ['--yes', '--amount=5', '--help', '--sandbox'])
    expectUsage(await creditctl(`ledger add acme --amount 5 --description ${next} --yes`), [
      `--description=${next}`,
      'creditctl ledger add --help',
    ]);
});

test('an option that takes one value is given once, and one that only shapes the output again', async () => {
  for (const more of ['--amount 1', '--amount=5', '--profile a --profile b', '--db a --db b'])
    expectUsage(await creditctl(`ledger add acme --amount 5 ${more} --sandbox --yes`), ['is given twice']);
  const line =
    'ledger add acme --amount 5 --sandbox --yes --yes --metadata a=1 --metadata b=2 -o csv -o json';
  expect(await creditctl(`${line} --timeout 1m --timeout 2m`)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\{/),
  });
});

test('a value for an option that takes none is refused by its name, and not repeated', async () => {
  for (const [more, name] of [
    ['--yes=false --sandbox', '--yes'],
    ['--sandbox=sk_secret --yes', '--sandbox'],
    ['-n --quiet= --sandbox', '--quiet'],
  ] as const) {
    const result = await creditctl(`ledger add acme --amount 5 ${more}`);
    expectUsage(result, [`${name} takes no value: write ${name} alone, or leave it out`]);
    expect(result.stderr).not.toContain('sk_secret');
  }
  expect(await creditctl('ledger list --sandbox -- --yes=false')).toMatchObject({ code: 4 });
});

test('a mistyped flag is refused, and the version is not printed in its place', async () => {
  const line = ['ledger', 'add', 'acme', '--amount', '5', '--descripton', '-VAT correction', '--sandbox'];
  expectUsage(await run([...line, '--yes']), ['--descripton', '--description']);
});
