// The GitHub Action: its shell steps, run as a runner does, plan and apply a file on the embedded ledger.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { cleanEnvironment, program } from './support/built-program.ts';
import { freshHome } from './support/run.ts';

interface Step {
  readonly name: string;
  readonly if?: string;
  readonly shell: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action = parse(readFileSync(path.resolve(import.meta.dirname, '..', 'action.yml'), 'utf8')) as Action;
const { inputs, runs } = action;

/** Runs one step with bash, as a runner does; everything that it takes from outside comes by its environment. */
function step(name: string, home: string, given: Readonly<Record<string, string>>) {
  const found = runs.steps.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  expect(found.run).not.toContain('${{');
  const env = Object.fromEntries(
    Object.entries(found.env ?? {}).map(([variable, text]) => {
      if (text === '') return [variable, text];
      const [, input = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(text) ?? [];
      expect(Object.keys(inputs)).toContain(input);
      return [variable, given[input] ?? inputs[input]?.default ?? ''];
    }),
  );
  const { status, stdout, stderr } = spawnSync('bash', ['-c', found.run], {
    cwd: home,
    env: {
      ...cleanEnvironment(home),
      ...env,
      PATH: `${home}/bin:${process.env.PATH}`,
      GITHUB_ACTION_PATH: path.resolve(import.meta.dirname, '..'),
      GITHUB_OUTPUT: `${home}/output`,
      GITHUB_STEP_SUMMARY: `${home}/summary.md`,
    },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** A home with this program on the path, and a file to plan. */
function homeWith(file: string, text: string): string {
  const home = freshHome();
  mkdirSync(`${home}/bin`);
  writeFileSync(`${home}/bin/creditctl`, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(`${home}/${file}`, text);
  return home;
}

test('the steps plan a file and apply the plan, once however often they run', () => {
  const home = homeWith('the grants.csv', 'external_customer_id,amount\nacme,5\nglobex,7\n');
  const given = { file: 'the grants.csv', 'batch-id': 'pull-7', sandbox: 'true' };
  expect(step('Install', home, {})).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(step('Plan', home, given)).toMatchObject({ status: 0 });
  const [, hash = ''] = /^sha256=([0-9a-f]{64})$/m.exec(readFileSync(`${home}/output`, 'utf8')) ?? [];
  expect(readFileSync(`${home}/summary.md`, 'utf8')).toContain(hash);
  expect(step('Apply', home, { ...given, sha256: 'f'.repeat(64) })).toMatchObject({ status: 10 });
  expect(step('Apply', home, { ...given, sha256: hash })).toMatchObject({ status: 0 });
  expect(readFileSync(`${home}/summary.md`, 'utf8')).toContain('granted 12 credits');
  const again = step('Apply', home, given);
  expect(again.status).toBe(0);
  expect(again.stderr).toContain('"already_applied":2');
  writeFileSync(`${home}/the grants.csv`, 'external_customer_id,amount\nacme,x\n');
  expect(step('Plan', home, given).status).toBe(2);
});

test('names that look like options, and rows that look like commands to the runner, are only text', () => {
  const row = 'acme,5,::set-output name=sha256::0 ##[add-path]x $(touch run) `touch run`\n';
  const home = homeWith('--force.csv', `external_customer_id,amount,description\n${row}`);
  const given = { file: '--force.csv', plan: '--yes', 'batch-id': '-v', confirm: '--help', sandbox: 'true' };
  const planned = step('Plan', home, given);
  expect(planned.status, planned.stderr).toBe(0);
  const [first = '', ...rest] = planned.stdout.trimEnd().split('\n');
  const [, token = 'none'] = /^::stop-commands::([0-9a-f]{32})$/.exec(first) ?? [];
  expect(rest.at(-1)).toBe(`::${token}::`);
  expect(readdirSync(home)).toContain('--yes');
  expect(readdirSync(home)).not.toContain('run');
  // What the plan does not want repeated is refused, and the runner hears commands again all the same.
  const applied = step('Apply', home, given);
  expect(applied.stdout.trimEnd().split('\n').at(-1)).toMatch(/^::[0-9a-f]{32}::$/);
});

test('an input that is wrong or missing is named before anything is installed', () => {
  const [first] = runs.steps;
  expect(first?.name).toBe('Check');
  const home = freshHome();
  for (const [given, part] of [
    [{ do: 'grant' }, '"do" must be'],
    [{ do: 'plan' }, '"file" is missing'],
    [{ do: 'apply', sandbox: 'yes' }, '"sandbox" must be'],
  ] as const) {
    const { status, stdout } = step('Check', home, given);
    expect([status, stdout]).toEqual([2, expect.stringContaining(part)]);
  }
  expect(step('Check', home, { do: 'apply' })).toMatchObject({ status: 0, stdout: '' });
});

test('npm sees no key, runs no script of a package, and installs the version of the action', () => {
  const home = homeWith('x', '');
  writeFileSync(`${home}/bin/npm`, '#!/bin/sh\necho "$* [$ORB_API_KEY$CREDITCTL_RECORD]"\n', { mode: 0o755 });
  rmSync(`${home}/bin/creditctl`);
  const { version } = JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, '..', 'package.json'), 'utf8'),
  ) as { readonly version: string };
  expect(step('Install', home, {}).stdout).toMatch(
    new RegExp(`--ignore-scripts .*creditctl@${version} \\[\\]\n$`),
  );
  expect(step('Install', home, { version: '9.9.9' }).stdout).toContain('creditctl@9.9.9');
  const { env } = runs.steps.find(({ name }) => name === 'Install') ?? {};
  expect(env).toMatchObject({ ORB_API_KEY: '', CREDITCTL_RECORD: '' });
});

test('each step has a shell, and each input a default or is required', () => {
  expect(runs.using).toBe('composite');
  for (const { name, shell } of runs.steps) expect([name, shell]).toEqual([name, 'bash']);
  for (const [name, { required, default: value }] of Object.entries(inputs))
    expect([name, required === true || value !== undefined]).toEqual([name, true]);
});
