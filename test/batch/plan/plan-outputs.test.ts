// What `batch plan` writes never goes over a file of anybody's: `--out` and `--problems`, by whatever name.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, csvOf, expectUsage } from '../../support/command.ts';
import { freshHome, type RunResult } from '../../support/run.ts';
import { canSign, keyOf } from '../../support/signers.ts';

const good = 'external_customer_id,amount\nacme,1\n';
const bad = 'external_customer_id,amount\nacme,x\n';

/** A home with `x.csv`, its other names, and files of somebody else's. */
function home(text = good): string {
  const folder = freshHome();
  const at = (name: string) => path.join(folder, name);
  writeFileSync(at('x.csv'), text);
  writeFileSync(at('there'), 'mine');
  mkdirSync(at('folder'));
  symlinkSync(at('x.csv'), at('link.csv'));
  linkSync(at('x.csv'), at('hard.csv'));
  symlinkSync(at('nowhere'), at('loose'));
  return folder;
}

/** Plans `x.csv`; `%` stands for the home folder. */
const plan = (folder: string, more: string, options = {}): Promise<RunResult> =>
  creditctl(`batch plan ${folder}/x.csv --sandbox ${more.replaceAll('%', folder)}`, {
    home: folder,
    ...options,
  });

const refused: readonly (readonly [name: string, text: string, evenByForce: boolean])[] = [
  ['there', 'exists', false],
  ['x.csv', 'this command reads', true],
  ['./folder/../x.csv', 'this command reads', true],
  ['none/../x.csv', 'this command reads', true],
  ['link.csv', 'this command reads', true],
  ['hard.csv', 'this command reads', true],
  ['folder', 'is a folder', true],
  ['none/p', 'is in a folder that does not exist', true],
  ['there/p', 'is in a folder that is no folder', true],
  ['loose', 'is a link that leads nowhere', true],
  ['/dev/null', 'is a device or a pipe', true],
  ['new/', 'has no name', true],
];

for (const flag of ['--out', '--problems']) {
  for (const [name, text, evenByForce] of refused) {
    test(`${flag} ${name} is refused: ${text}`, async () => {
      const folder = home();
      const file = name.startsWith('/') ? name : `%/${name}`;
      const line = flag === '--out' ? `--out ${file}` : `--out %/p.plan --problems ${file}`;
      const before = readdirSync(folder, { recursive: true });
      for (const force of evenByForce ? ['', ' --force'] : ['']) {
        const result = await plan(folder, line + force);
        expectUsage(result, [`${flag} names a file that ${text}`]);
        expect(result.requests).toEqual([]);
      }
      expect(readdirSync(folder, { recursive: true })).toEqual(before);
      expect(readFileSync(path.join(folder, 'x.csv'), 'utf8')).toBe(good);
      expect(readFileSync(path.join(folder, 'there'), 'utf8')).toBe('mine');
    });
  }
}

test('two outputs are two files, also where their names differ in capitals only', async () => {
  const folder = home();
  for (const name of ['p.plan', 'folder/../p.plan', 'P.plan'])
    expectUsage(await plan(folder, `--out %/p.plan --problems %/${name}`), ['names the same file as --out']);
  linkSync(path.join(folder, 'there'), path.join(folder, 'too'));
  expectUsage(await plan(folder, '--out %/there --problems %/too --force'), ['the same file as --out']);
});

test('what creditctl keeps for itself, and what a policy is read from, is no output', async () => {
  const folder = home();
  writeFileSync(path.join(folder, 'rules.json'), '{}');
  writeFileSync(path.join(folder, 'own.db'), '');
  const set = (words: string) => creditctl(`config set ${words} --profile p`, { home: folder });
  await set('kind sandbox');
  await set(`policy.file ${folder}/rules.json`);
  const config = '.config/creditctl/config.json';
  const before = readFileSync(path.join(folder, config), 'utf8');
  expectUsage(await plan(folder, `--out %/${config} --force`), ['creditctl keeps for itself']);
  expect(readFileSync(path.join(folder, config), 'utf8')).toBe(before);
  const planned = (more: string) => creditctl(`batch plan ${folder}/x.csv --force ${more}`, { home: folder });
  expectUsage(await planned(`--profile p --out ${folder}/rules.json`), ['this command reads']);
  writeFileSync(path.join(folder, 'signers'), 'ann ssh-ed25519 AAAA');
  await set(`policy.approval.signers ${folder}/signers`);
  expectUsage(await planned(`--profile p --out ${folder}/signers`), ['this command reads']);
  expectUsage(await planned(`--db ${folder}/own.db --sandbox --out ${folder}/own.db`), [
    'this command reads',
  ]);
});

test.skipIf(!canSign)(
  'neither half of the key that signs is an output, whether named or of git',
  async () => {
    const folder = home();
    const key = path.join(folder, 'id');
    const half = `${key}.pub`;
    copyFileSync(keyOf('ann'), key);
    copyFileSync(`${keyOf('ann')}.pub`, half);
    writeFileSync(path.join(folder, '.gitconfig'), `[user]\n\tsigningkey = ${key}\n`);
    for (const signing of [`--key ${key}`, `--key ${half}`, '']) {
      expectUsage(await plan(folder, `--sign ${signing} --force --out ${key}`), [
        '--out names a file that this',
      ]);
      expectUsage(await plan(folder, `--sign ${signing} --force --out %/p --problems ${half}`), [
        '--problems names a file that this command reads',
      ]);
    }
    expect(readFileSync(key)).toEqual(readFileSync(keyOf('ann')));
  },
);

test('--force replaces a file and leaves a link to it a link; without it a link is as good as its file', async () => {
  const folder = home();
  symlinkSync(path.join(folder, 'there'), path.join(folder, 'alias'));
  expectUsage(await plan(folder, '--out %/alias'), ['exists']);
  const result = await plan(folder, '--out %/alias --problems %/p.csv --force');
  expect(result.code, result.stderr).toBe(0);
  expect(lstatSync(path.join(folder, 'alias')).isSymbolicLink()).toBe(true);
  expect(readFileSync(path.join(folder, 'there'), 'utf8')).toContain('{"creditctl_plan"');
  expect(readFileSync(path.join(folder, 'p.csv'), 'utf8')).toBe('row,line,field,problem\n');
});

test("another user's file in a sticky folder, which the system would not let go, is refused even by force", async () => {
  const folder = home();
  const shared = path.join(folder, 'folder');
  writeFileSync(path.join(shared, 'x.failed.csv'), 'theirs');
  const line = `ledger import ${folder}/x.csv --sandbox --yes --force --results ${shared}`;
  chmodSync(shared, 0o1777);
  const options = { home: folder, userId: 4711 };
  const result = await creditctl(line, options);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('--results names a folder with a file that belongs to another user');
  expect(result.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  chmodSync(shared, 0o777);
  expect((await creditctl(line, options)).code).toBe(0);
});

test('a file that appears while a plan is made is not replaced either', async () => {
  const folder = home();
  const result = await plan(folder, '--out %/p.plan', {
    between: async (request: unknown, exchange: (request: unknown) => unknown) => {
      writeFileSync(path.join(folder, 'p.plan'), 'meanwhile');
      return exchange(request);
    },
  });
  expect(result.code).toBe(1);
  expect(readFileSync(path.join(folder, 'p.plan'), 'utf8')).toBe('meanwhile');
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('problems that show only when customers are looked up are in the file as well', async () => {
  const folder = home('external_customer_id,amount\nacme,1\nnobody,2\n');
  const result = await plan(folder, '--out %/p.plan --problems %/p.csv');
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('All of them are in');
  expect(csvOf(readFileSync(path.join(folder, 'p.csv'), 'utf8'))).toMatchObject([{ row: '2' }]);
  expect(existsSync(path.join(folder, 'p.plan'))).toBe(false);
});

test('an import keeps to the same for its problems', async () => {
  const folder = home(bad);
  const line = (name: string) =>
    creditctl(`ledger import ${folder}/x.csv --sandbox --yes --problems ${folder}/${name}`, { home: folder });
  expectUsage(await line('hard.csv --force'), ['--problems names a file that this command reads']);
  expectUsage(await line('there'), ['--problems names a file that exists']);
  expect(readFileSync(path.join(folder, 'x.csv'), 'utf8')).toBe(bad);
  expectUsage(await line('there --force'), ['amount is not a decimal number']);
  expect(readFileSync(path.join(folder, 'there'), 'utf8')).toContain('amount');
});
