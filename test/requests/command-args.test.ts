import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readArgv } from '../../src/cli/argv.ts';
import { program } from '../../src/commands/program.ts';
import type { CustomerRef } from '../../src/credits/customer.ts';
import { connectionTexts, type Problem, shellText } from '../../src/errors.ts';
import {
  type CustomerFlags,
  customerArgs,
  entryArgs,
  idProblems,
  planCommand,
  readCustomerArgument,
  readMetadata,
} from '../../src/requests/command-args.ts';

test.each([
  [['ledger', 'add', 'acme', '--expires', '+30d'], 'ledger add acme --expires +30d'],
  [['two words', ''], "'two words' ''"],
  [["it's"], "'it'\\''s'"],
  [['$HOME', '`x`', '!', '*', '~', '#', ';'], "'$HOME' '`x`' '!' '*' '~' '#' ';'"],
])('%j is written for a shell', (words, text) => expect(shellText(words)).toBe(text));

test('a plan whose name begins like a flag is named as a file', () => {
  expect(planCommand('apply', '-p', connectionTexts({ sandbox: true }))).toBe(
    'creditctl batch apply ./-p --sandbox',
  );
  expect(planCommand('approve', 'a b')).toBe("creditctl batch approve 'a b'");
});

test('a POSIX shell reads every word back as it was', () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary-ascii' }),
    fc.constantFrom('', "'", "''", '\n', '\\', '"', '$(id)', '-n', '%s', 'a\nb\n', '*', '{a,b}', 'é 🎉'),
  );
  // A shell has no way to pass NUL, and Node has none to pass half a character.
  const words = fc.sample(word, { numRuns: 2000, seed: 7 }).filter((each) => !each.includes('\0'));
  const output = execFileSync('sh', ['-c', `printf '%s\\0' ${shellText(words)}`]);
  expect(output.toString().split('\0').slice(0, -1)).toEqual(words);
  expect(words.length).toBeGreaterThan(1500);
});

test('a draft becomes the words that say it', () => {
  const words = entryArgs(
    { by: 'external', id: 'acme' },
    {
      type: 'increment',
      amount: '5',
      metadata: ['a=1', 'b=2'],
      item: [],
      autoCollect: true,
      markPaid: false,
      invoiceNetTerms: '0',
    },
  );
  expect(words.join(' ')).toBe(
    'ledger add acme --type increment --amount 5 --metadata a=1 --metadata b=2 --invoice-net-terms 0 --auto-collect',
  );
});

test('the words of a draft are read back as the values they were made from', () => {
  const value = fc.oneof(fc.string(), fc.constantFrom('--yes', '-V', '-ojson', '--', '--amount=5', '-5'));
  fc.assert(
    fc.property(value, fc.array(value), (description, metadata) => {
      const words = entryArgs({ by: 'external', id: 'acme' }, { description, metadata, amount: '5' });
      const { given, valueMissing, positionals: rest } = readArgv(program, words);
      expect({ valueMissing, rest }).toEqual({ valueMissing: undefined, rest: ['acme'] });
      expect(given.get('--description')).toEqual([description]);
      expect(given.get('--metadata') ?? []).toEqual(metadata);
    }),
  );
});

test.each<[CustomerRef, readonly string[]]>([
  [{ by: 'external', id: 'acme' }, ['acme']],
  [{ by: 'id', id: 'x' }, ['id:x']],
  [{ by: 'external', id: '-x' }, ['--external-customer-id=-x']],
  [{ by: 'external', id: 'id:x' }, ['--external-customer-id=id:x']],
  [{ by: 'external', id: ' acme' }, [' acme']],
  [{ by: 'id', id: 'x ' }, ['id:x ']],
  [{ by: 'external', id: ' ' }, ['--external-customer-id= ']],
])('%j is named by %j', (ref, words) => expect(customerArgs(ref)).toEqual(words));

test('whoever is named by words is the one that is read from them', () => {
  const id = fc.string({ minLength: 1 }).filter((text) => text !== '.' && text !== '..');
  const refs = fc
    .tuple(fc.boolean(), id)
    .map(([own, text]): CustomerRef => (own ? { by: 'external', id: text } : { by: 'id', id: text }));
  fc.assert(
    fc.property(refs, (ref) => {
      const [word = ''] = customerArgs(ref);
      const flag = /^--(external-customer-id|customer-id)=(.*)$/s.exec(word);
      const named = flag?.[2] ?? '';
      const flags = flag?.[1] === 'customer-id' ? { customerId: named } : { externalCustomerId: named };
      const read = flag === null ? readCustomerArgument([word], {}) : readCustomerArgument([], flags);
      expect(read.customer).toEqual(ref);
      expect(flag === null && word.startsWith('-')).toBe(false);
    }),
  );
});

test.each<[readonly string[], CustomerFlags, unknown, readonly string[]]>([
  [['acme'], {}, { by: 'external', id: 'acme' }, []],
  [['id:x', 'block'], {}, { by: 'id', id: 'x' }, ['block']],
  [[], { externalCustomerId: 'id:x' }, { by: 'external', id: 'id:x' }, []],
  [[], { customerId: 'x' }, { by: 'id', id: 'x' }, []],
  [['block'], { customerId: 'x' }, { by: 'id', id: 'x' }, ['block']],
  [[], {}, undefined, []],
])('%j with %j names %j', (words, flags, customer, rest) =>
  expect(readCustomerArgument(words, flags, 1)).toEqual({ customer, rest, problems: [] }));

test.each<[readonly string[], CustomerFlags, string]>([
  [['..'], {}, '<customer> is not a valid id: ".."'],
  [['id:'], {}, '<customer> is not a valid id: "id:"'],
  [[], { externalCustomerId: '' }, '--external-customer-id is not a valid id: ""'],
  [[], { customerId: '.' }, '--customer-id is not a valid id: "."'],
  [
    [],
    { customerId: 'a', externalCustomerId: 'b' },
    '--customer-id cannot be used with --external-customer-id',
  ],
  [['acme'], { customerId: 'a' }, '<customer> is given twice: as "acme" and with --customer-id'],
  [
    ['acme'],
    { externalCustomerId: 'a' },
    '<customer> is given twice: as "acme" and with --external-customer-id',
  ],
])('%j with %j: %s', (words, flags, problem) => {
  const { customer, rest, problems } = readCustomerArgument(words, flags);
  expect(customer).toBeUndefined();
  expect(rest).toEqual([]);
  expect(problems.map(({ where, problem }) => `${where} ${problem}`)).toEqual([problem]);
});

test('a block stays where two flags name the customer, so it is not missing, too', () => {
  const { rest, problems } = readCustomerArgument(['b1'], { customerId: 'a', externalCustomerId: 'b' }, 1);
  expect([rest, problems.length]).toEqual([['b1'], 1]);
});

test('an id that is not there is missing, and one that would be another path is wrong', () => {
  const next = 'List the alerts: creditctl alerts list <customer>';
  const where = '<alert>';
  expect(idProblems(where, undefined)).toEqual([
    { where, problem: 'is missing: enter its id', isMissing: true, next },
  ]);
  for (const id of ['a ', '\ta'])
    expect(idProblems(where, id)).toEqual([
      { where, problem: expect.stringContaining('begins or ends with a space'), next },
    ]);
  for (const id of ['', ' ', '.', '..'])
    expect(idProblems(where, id)).toEqual([{ where, problem: `is not a valid id: "${id}"`, next }]);
  expect(idProblems('<top-up>', undefined, { by: 'external', id: 'a b' })[0]?.next).toBe(
    "List the top-ups: creditctl topups list 'a b'",
  );
  expect(idProblems('<alert>', 'XuxCbt7x9L82yyeF')).toEqual([]);
});

function read(pairs: readonly string[]) {
  const problems: Problem[] = [];
  return { metadata: readMetadata(pairs, problems), problems };
}

test('no pairs are no metadata', () => expect(read([]).metadata).toBeUndefined());

test('whatever keys and values are, they are read as they were written', () => {
  const key = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'constructor', 'toString'));
  const pairs = fc.uniqueArray(
    fc.tuple(
      key.filter((each) => !each.includes('=')),
      fc.string(),
    ),
    {
      selector: ([name]) => name,
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(pairs, (expected) => {
      const { metadata = {}, problems } = read(expected.map(([name, value]) => `${name}=${value}`));
      expect(problems).toEqual([]);
      expect(new Map(Object.entries(metadata))).toEqual(new Map(expected));
    }),
  );
});

test('each wrong pair is named', () =>
  expect(read(['a', '=b', 'c=1', 'c=1']).problems.map(({ problem }) => problem)).toEqual([
    'must be key=value: "a"',
    'must be key=value: "=b"',
    'sets the key "c" twice',
  ]));
