// The published schemas fit what the program prints and reads, and refuse what it refuses.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { policyProblem } from '../../src/policy/policy-of.ts';
import { schemaPlace } from '../../src/profiles/config-file.ts';
import { creditctl } from '../support/command.ts';
import { schemaProblem } from '../support/schemas.ts';
import { read } from './documents.ts';

test('errors of several kinds fit the schema, and another code or field does not', async () => {
  const problems = (document: unknown) => schemaProblem('error', document);
  for (const line of [
    'ledger add acme --amount x --sandbox --yes -o json',
    'balance nobody --sandbox -o json',
    'balance acme --sandbox --fail-below 10 -o json',
    'ledger add acme --amount 5 --sandbox -o json',
    'ledger list acme -o json',
  ]) {
    const { stderr } = await creditctl(line);
    const error = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as { error: Record<string, unknown> };
    expect([line, problems(error)]).toEqual([line, '']);
    expect(problems({ error: { ...error.error, exit_code: 99 } })).not.toBe('');
    expect(problems({ error: { ...error.error, code: 'server' } })).toContain('exit_code');
    expect(problems({ error: { ...error.error, more: 1 } })).toContain('additional properties');
  }
});

test('a configuration that config wrote fits the schema that it names', async () => {
  const problems = (document: unknown) => schemaProblem('configuration', document);
  const { home } = await creditctl('config set policy.entry_cap 500 --profile team');
  await creditctl('config set mode test --profile team', { home });
  await creditctl('config use team', { home });
  const { stdout } = await creditctl('config path', { home });
  const file = JSON.parse(readFileSync(stdout.trim(), 'utf8')) as Record<string, unknown>;
  expect(problems(file)).toBe('');
  const { $schema, ...others } = file;
  expect(problems(others)).toBe('');
  expect(Object.keys(file)[0]).toBe('$schema');
  expect($schema).toBe(`${schemaPlace}/configuration.json`);
  expect(JSON.parse(read('docs/schema/configuration.json'))).toMatchObject({ $id: $schema });
  expect(problems({ profiles: { team: { mode: 'prod' } } })).toContain('mode');
  expect(problems({ profiles: { team: { colour: 'red' } } })).toContain('additional properties');
  expect(problems({ profiles: { 'a/b': {} } })).not.toBe('');
  expect(problems({ profile: { team: {} } })).toContain('additional properties');
});

test('a policy fits the schema as far as the program takes it', () => {
  const problems = (document: unknown) => schemaProblem('policy', document);
  const [, shown = ''] = /```json\n(\{[\s\S]*?"entry_cap"[\s\S]*?\})\n```/.exec(read('docs/policy.md')) ?? [];
  const rules = JSON.parse(shown) as object;
  for (const [policy, isValid] of [
    [rules, true],
    [{ $schema: 'https://example.com/policy.json', ...rules }, true],
    [{ entry_cap: 500, batch_rows_cap: 10, allowed_currencies: 'credits', 'approval.count': 2 }, true],
    [{ entry_cup: 500 }, false],
    [{ entry_cap: null }, false],
    [{ two_person: 'maybe' }, false],
  ] as const) {
    expect([policy, problems(policy) === '']).toEqual([policy, isValid]);
    expect([policy, policyProblem(JSON.stringify(policy)) === undefined]).toEqual([policy, isValid]);
  }
  expect(policyProblem('{"$schema":1}')).toContain('$schema');
});
