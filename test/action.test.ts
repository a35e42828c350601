// The GitHub Action: its shell steps, run as a runner does, plan and apply a file on the embedded ledger.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
      const [, input = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(text) ?? [];
      expect(Object.keys(inputs)).toContain(input);
      return [variable, given[input] ?? inputs[input]?.default ?? ''];
    }),
  );
  const { status, stderr } = spawnSync('bash', ['-c', found.run], {
    cwd: home,
    env: {
      ...cleanEnvironment(home),
      ...env,
      PATH: `${home}/bin:${process.env.PATH}`,
      GITHUB_OUTPUT: `${home}/output`,
      GITHUB_STEP_SUMMARY: `${home}/summary.md`,
    },
    encoding: 'utf8',
  });
  return { status, stderr };
}

test('the steps plan a file and apply the plan, once however often they run', () => {
  const home = freshHome();
  mkdirSync(`${home}/bin`);
  writeFileSync(`${home}/bin/creditctl`, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(`${home}/the grants.csv`, 'external_customer_id,amount\nacme,5\nglobex,7\n');
  const given = { file: 'the grants.csv', 'batch-id': 'pull-7', sandbox: 'true' };
  expect(step('Install', home, {})).toEqual({ status: 0, stderr: '' });
  expect(step('Plan', home, given)).toMatchObject({ status: 0 });
  const [, hash = ''] = /^sha256=([0-9a-f]{64})$/m.exec(readFileSync(`${home}/output`, 'utf8')) ?? [];
  expect(readFileSync(`${home}/summary.md`, 'utf8')).toContain(hash);
  expect(step('Apply', home, given)).toMatchObject({ status: 0 });
  expect(readFileSync(`${home}/summary.md`, 'utf8')).toContain('granted 12 credits');
  const again = step('Apply', home, given);
  expect(again.status).toBe(0);
  expect(again.stderr).toContain('"already_applied":2');
  writeFileSync(`${home}/the grants.csv`, 'external_customer_id,amount\nacme,x\n');
  expect(step('Plan', home, given).status).toBe(2);
});

test('each step has a shell, and each input a default or is required', () => {
  expect(runs.using).toBe('composite');
  for (const { name, shell } of runs.steps) expect([name, shell]).toEqual([name, 'bash']);
  for (const [name, { required, default: value }] of Object.entries(inputs))
    expect([name, required === true || value !== undefined]).toEqual([name, true]);
});
