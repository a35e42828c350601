// `creditctl help <topic>`: each topic at any width, the list of them, and what a wrong one is answered.
import { expect, test } from 'vitest';
import { topicNames, topicTitles } from '../../../src/cli/command-tree.ts';
import { environmentVariables } from '../../../src/cli/help/topics.ts';
import { exitCodes } from '../../../src/errors.ts';
import { formatNames } from '../../../src/output/render.ts';
import { creditctl, errorOf, expectUsage } from '../../support/command.ts';
import { filesBelow, textOf } from '../../support/imports.ts';

for (const name of topicNames) {
  test(`"help ${name}" is text on stdout that fits the terminal`, async () => {
    const { code, stdout, stderr } = await creditctl(`help ${name}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.startsWith(`${topicTitles[name]}\n\n`)).toBe(true);
    const narrow = await creditctl(`help ${name}`, { terminal: 60 });
    for (const line of narrow.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(60);
    expect(narrow.stdout.replace(/\s+/g, ' ')).toBe(stdout.replace(/\s+/g, ' '));
    for (const columns of [1, 10, 20])
      expect((await creditctl(`help ${name}`, { terminal: columns })).code).toBe(0);
  });
}

test('the topic of exit codes has every code with every kind of error', async () => {
  const { stdout } = await creditctl('help exit-codes');
  for (const [kind, code] of Object.entries(exitCodes))
    expect(stdout.replace(/\n {2,}(?=\S)(?! *\d)/g, ' ')).toMatch(
      new RegExp(`^ +${code} [^\\n]*\\(${kind}\\)$`, 'm'),
    );
});

test('the topic of output has every format, every flag that shapes it, and every key of an error', async () => {
  const { stdout } = await creditctl('help output');
  for (const format of formatNames) expect(stdout).toContain(`-o ${format}`);
  for (const flag of ['--json', '--jq', '--columns']) expect(stdout).toContain(flag);
  for (const key of Object.keys(errorOf(await creditctl('nothing -o json'))))
    expect(stdout).toContain(`"${key}"`);
});

test('every environment variable that the source looks at is documented, and no other', () => {
  const text = [...filesBelow('src'), ...filesBelow('bin')]
    .filter((file) => /\.(ts|cjs)$/.test(file) && !file.startsWith('src/cli/help/'))
    .map(textOf)
    .join('\n');
  const reads =
    /\benv\.([A-Z][A-Z_]+)|\b(XDG_CACHE_HOME): |\bvariable\(env, '([A-Z_]+)'|\b(?:own|xdg|windows): '([A-Z_]+)'/g;
  const listed = [...text.matchAll(/Variables = \[([^\]]*)\]/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/'([A-Z_]+)'/g)].map(([, name]) => name),
  );
  const read = [...text.matchAll(reads)].map(([, ...names]) => names.find((name) => name !== undefined));
  const looked = [...listed, ...read];
  // USER is only the name of a user whom the machine itself does not know; Node itself reads the certificates.
  expect([...new Set([...looked, 'NODE_EXTRA_CA_CERTS'])].filter((name) => name !== 'USER').sort()).toEqual(
    Object.keys(environmentVariables).sort(),
  );
});

test('an unknown topic or command names the one that was meant and lists the topics', async () => {
  expectUsage(await creditctl('help exitcodes'), [
    "unknown command or topic 'exitcodes' (Did you mean exit-codes?)",
    '→ creditctl help <topic>: exit-codes, output, environment, dates',
  ]);
  expectUsage(await creditctl('help ledgr'), ["unknown command or topic 'ledgr' (Did you mean ledger?)"]);
  expectUsage(await creditctl('help ledger ad'), ["unknown command 'ledger ad' (Did you mean ledger add?)"]);
  expectUsage(await creditctl('help balance now'), ["unknown command 'balance now'"]);
  expectUsage(await creditctl('help ledger add twice'), ["unknown command 'ledger add twice'"]);
  expect(errorOf(await creditctl('help nonsense --json'))).toMatchObject({ code: 'usage', exit_code: 2 });
});
