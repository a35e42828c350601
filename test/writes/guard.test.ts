// A policy in the way of a write: on a terminal and off it, on every kind of connection, from profile and shared file.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, orb } from '../support/command.ts';
import { made } from '../support/documents.ts';
import { recordedIn } from '../support/recorded.ts';
import { freshHome } from '../support/run.ts';

/** A home whose profile `demo` leads to the embedded ledger under these rules. */
async function guarded(rules: Readonly<Record<string, string>>): Promise<string> {
  const home = freshHome();
  await creditctl('config set kind sandbox --profile demo', { home });
  await creditctl('config use demo', { home });
  for (const [name, text] of Object.entries(rules)) {
    const { code, stderr } = await creditctl(`config set policy.${name} "${text}"`, { home });
    expect(code, stderr).toBe(0);
  }
  return home;
}

async function entriesOf(home: string): Promise<unknown[]> {
  const { stdout } = await creditctl('ledger list acme --all -o json', { home });
  return JSON.parse(stdout) as unknown[];
}

for (const [rules, line, sentence] of [
  [
    { entry_cap: '50' },
    'ledger add acme --amount 50.01',
    '50.01 credits is over the limit of 50 for one entry',
  ],
  [{ description_required: 'true' }, 'ledger add acme --amount 1', 'every entry needs a description'],
  [
    { allowed_types: 'increment' },
    'ledger add acme --type decrement --amount 1',
    'the type decrement is not',
  ],
  [{ allowed_currencies: 'EUR' }, 'ledger add acme --amount 1', 'the currency credits is not'],
] as const) {
  test(`"${line}" is refused under ${JSON.stringify(rules)}, with or without --yes, and nothing is written`, async () => {
    const home = await guarded(rules);
    for (const more of ['--yes', '--yes --confirm 50.01', '--dry-run']) {
      const result = await creditctl(`${line} ${more} -o json`, { home });
      expect(result.code).toBe(10);
      expect(errorOf(result)).toMatchObject({ code: 'refused', applied: 'no', exit_code: 10 });
      expect(errorOf(result).message).toContain(sentence);
      expect(errorOf(result).message).toContain(`(${Object.keys(rules)[0]}, the profile "demo")`);
    }
    // Where the rule is about what is still offered, a person is asked first.
    const isSure = 'entry_cap' in rules || 'allowed_types' in rules;
    const asked = await creditctl(isSure ? line : `${line} --yes`, { home, terminal: 100 });
    expect(asked.code).toBe(10);
    expect(recordedIn(home)).toEqual([]);
    expect(await entriesOf(home)).toEqual([]);
  });
}

test('every rule that is broken is named at once', async () => {
  const home = await guarded({ entry_cap: '5', description_pattern: '^SUP-' });
  const result = await creditctl('ledger add acme --amount 6 --description x --yes', { home });
  expect(result.stderr).toContain('entry_cap');
  expect(result.stderr).toContain('description_pattern');
});

test('off a terminal an amount above the limit needs --confirm beside --yes, and the right one', async () => {
  const home = await guarded({ entry_confirm_above: '100' });
  const add = (more: string) => creditctl(`ledger add acme --amount 100.5 --yes ${more}`, { home });
  const without = await add('');
  expect(without.code).toBe(10);
  expect(without.stderr).toContain('--confirm is missing: 100.5 credits is more than 100');
  expect(without.stderr).toContain('Add --confirm 100.5');
  const wrong = await add('--confirm 100');
  expect(wrong.code).toBe(10);
  expect(wrong.stderr).toContain('--confirm does not match the amount: "100"');
  expect(await entriesOf(home)).toEqual([]);
  expect((await add('--confirm 100.50')).code).toBe(0);
  expect((await creditctl('ledger add acme --amount 100 --yes', { home })).code).toBe(0);
  expect(await entriesOf(home)).toHaveLength(2);
});

test('a --confirm that nobody asked for has to say the amount all the same', async () => {
  const home = await guarded({ entry_confirm_above: '100' });
  const add = (more: string) => creditctl(`ledger add acme --yes ${more}`, { home });
  const wrong = await add('--amount 50 --confirm 5');
  expect(wrong.code).toBe(10);
  expect(wrong.stderr).toContain('--confirm does not match the amount: "5"');
  expect(wrong.stderr).toContain('add --confirm 50');
  expect(recordedIn(home)).toEqual([]);
  expect((await add('--amount 50 --confirm 50.0')).code).toBe(0);
  // Without an amount there is nothing to hold it against.
  expect((await creditctl('customers update acme --name A --yes --confirm x', { home })).code).toBe(0);
});

test('on a terminal the amount is typed back, also under --yes, and anything else declines', async () => {
  const home = await guarded({ entry_confirm_above: '100' });
  const message = '200 credits is more than 100 (entry_confirm_above, the profile "demo"). Type the amount';
  const add = (answer: string, more = '') =>
    creditctl(`ledger add acme --amount 200 --expires never --description Trial ${more}`, {
      home,
      terminal: 100,
      answers: [{ message, answer }],
    });
  for (const answer of ['n', '', ' No ']) expect((await add(answer)).code).toBe(10);
  expect(recordedIn(home)).toEqual([]);
  expect((await add('200')).code).toBe(0);
  expect((await add('200.0', '--yes')).code).toBe(0);
  expect(await entriesOf(home)).toHaveLength(2);
});

test('a slip in typing back is shown and may be corrected once', async () => {
  const home = await guarded({ entry_confirm_above: '100' });
  const message = '200 credits is more than 100';
  const add = (second: string) =>
    creditctl('ledger add acme --amount 200 --expires never --description Trial', {
      home,
      terminal: 100,
      answers: [
        { message, answer: '20' },
        { message: 'You typed "20". One more try: type the amount to continue (200)', answer: second },
      ],
    });
  expect((await add('2000')).code).toBe(10);
  expect(recordedIn(home)).toEqual([]);
  expect((await add('200')).code).toBe(0);
});

test('a live key has a limit that nobody had to set; a test key has none', async () => {
  const line = 'ledger add acme --amount 10001 --yes';
  const live = await creditctl(line, { exchanges: [], env: orb });
  expect(live.code).toBe(10);
  expect(live.stderr).toContain(
    '10001 credits is more than 10000 (entry_confirm_above, the default for live',
  );
  const { home } = await creditctl('config set mode test');
  const post = {
    method: 'POST',
    path: '/customers/external_customer_id/acme/credits/ledger_entry',
    answer: { status: 201, json: made() },
  };
  expect((await creditctl(line, { home, exchanges: [post], env: orb })).code).toBe(0);
});

test('a whole block is weighed before its expiry changes', async () => {
  const home = await guarded({ entry_cap: '50' });
  const added = await creditctl('ledger add acme --amount 50 --yes --json credit_block.id', { home });
  const { credit_block } = JSON.parse(added.stdout) as { credit_block: { id: string } };
  await creditctl('config set policy.entry_cap 49', { home });
  const whole = await creditctl(`blocks expire acme ${credit_block.id} --yes`, { home });
  expect(whole.code).toBe(10);
  expect(whole.stderr).toContain('50 credits is over the limit of 49 for one entry');
  expect((await creditctl(`blocks expire acme ${credit_block.id} --amount 49 --yes`, { home })).code).toBe(0);
});

test('the credits of a day count over entries, and begin anew at midnight in the zone of the customer', async () => {
  const home = await guarded({ customer_day_cap: '100' });
  // 2026-11-24T07:59Z is the last minute of the 23rd in Los Angeles.
  const late = Date.UTC(2026, 10, 24, 7, 59);
  expect((await creditctl('ledger add acme --amount 60 --yes', { home, now: late })).code).toBe(0);
  const over = await creditctl('ledger add acme --amount 41 --yes', { home, now: late });
  expect(over.code).toBe(10);
  expect(over.stderr).toContain('41 credits on top of 60 granted today is over the limit of 100');
  expect((await creditctl('ledger add globex --amount 41 --yes', { home, now: late })).code).toBe(0);
  const morning = late + 60_000;
  expect((await creditctl('ledger add acme --amount 41 --yes', { home, now: morning })).code).toBe(0);
});

test.each([
  'person_day_cap',
  'team_day_cap',
])('on an embedded ledger the day of %s is that of its own clock', async (rule) => {
  const home = await guarded({ [rule]: '100' });
  const run = async (line: string) => (await creditctl(`${line} --yes`, { home })).code;
  await creditctl('sandbox clock set 2027-05-01T23:59:00Z', { home });
  expect(await run('ledger add acme --amount 60')).toBe(0);
  expect(await run('ledger add globex --amount 41')).toBe(10);
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nglobex,41\n');
  expect(await run(`ledger import ${home}/x.csv`)).toBe(10);
  await creditctl('sandbox clock advance 1m', { home });
  expect(await run(`ledger import ${home}/x.csv`)).toBe(0);
  expect(await run('ledger add acme --amount 60')).toBe(10);
});

test('what is taken out again makes no room under a cap of the day: a decrement, a void, an undo', async () => {
  const home = await guarded({ customer_day_cap: '100' });
  const run = async (line: string) => (await creditctl(`${line} --yes`, { home })).code;
  expect(await run('ledger add acme --amount 60')).toBe(0);
  expect(await run('ledger add acme --amount 40')).toBe(0);
  expect(await run('undo last')).toBe(0);
  expect(await run('ledger add acme --type decrement --amount 10')).toBe(0);
  const [entry] = (await entriesOf(home)) as readonly { readonly credit_block: { readonly id: string } }[];
  expect(await run(`blocks void acme ${entry?.credit_block.id} --amount 10`)).toBe(0);
  expect(await run('ledger add acme --amount 1')).toBe(10);
});

test('a grant under a key of its own counts once, so that a job may run twice', async () => {
  const home = await guarded({ customer_day_cap: '100' });
  const line = 'ledger add acme --amount 60 --idempotency-key nightly --yes';
  expect((await creditctl(line, { home })).code).toBe(0);
  expect((await creditctl(line, { home })).code).toBe(0);
  expect(await entriesOf(home)).toHaveLength(1);
  expect((await creditctl(line.replace('nightly', 'other'), { home })).code).toBe(10);
});

test('a grant that names no expiry gets the one of the policy, and "never" says otherwise', async () => {
  const home = await guarded({ default_expiry: '+30d' });
  const expiry = async (more: string) => {
    const { stdout } = await creditctl(`ledger add acme --amount 1 ${more} --yes --json credit_block`, {
      home,
    });
    return (JSON.parse(stdout) as { credit_block: { expiry_date: string | null } }).credit_block.expiry_date;
  };
  expect(await expiry('')).toBe('2026-12-23T08:00:00+00:00');
  expect(await expiry('--expires 2027-01-01')).toBe('2027-01-01T08:00:00+00:00');
  expect(await expiry('--expires never')).toBeNull();
});

test('a file that a team shares guards beside the profile, and what cannot be read lets nothing pass', async () => {
  const home = await guarded({ entry_cap: '500' });
  const file = path.join(home, 'policy.json');
  await creditctl(`config set policy.file ${file}`, { home });
  const add = (amount: number) => creditctl(`ledger add acme --amount ${amount} --yes`, { home });
  const lost = await add(1);
  expect(lost.code).toBe(10);
  expect(lost.stderr).toContain(`The policy file ${file} cannot be read (ENOENT), so nothing was written`);
  writeFileSync(file, '{"entry_cap": 20');
  expect((await add(1)).stderr).toContain('is not JSON');
  writeFileSync(file, '{"entry_cap": 20}');
  expect((await add(21)).stderr).toContain(`(entry_cap, the policy file ${file})`);
  expect((await add(20)).code).toBe(0);
});

test('a policy file that is a pipe, a folder or huge is refused at once, and no wait begins', async () => {
  const home = await guarded({ entry_cap: '500' });
  const pipe = path.join(home, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const huge = path.join(home, 'huge');
  writeFileSync(huge, ' '.repeat(2 * 1024 * 1024));
  for (const [file, problem] of [
    [pipe, 'is not a file'],
    [home, 'is not a file'],
    [huge, 'is too large for a list of rules'],
  ] as const) {
    await creditctl(`config set policy.file ${file}`, { home });
    const { code, stderr } = await creditctl('ledger add acme --amount 1 --yes', { home });
    expect(code).toBe(10);
    expect(stderr).toContain(`The policy file ${file} ${problem}`);
  }
});

test.skipIf(process.platform === 'win32')(
  'a policy file that everybody can write refuses every write',
  async () => {
    const { home } = await creditctl('config set kind sandbox --profile demo');
    // Others get in, or the modes below would not matter.
    chmodSync(home, 0o755);
    const folder = path.join(home, 'team');
    const file = path.join(folder, 'rules.json');
    mkdirSync(folder);
    writeFileSync(file, '\uFEFF{"entry_cap":"20"}\r\n');
    await creditctl(`config set policy.file ${file} --profile demo`, { home });
    const add = () => creditctl('ledger add acme --amount 5 --profile demo --yes', { home });
    for (const place of [file, folder]) {
      const { mode } = statSync(place);
      chmodSync(place, mode | 0o002);
      const { code, stderr } = await add();
      expect(code).toBe(10);
      expect(stderr).toContain(`chmod o-w ${place}`);
      expect(recordedIn(home)).toEqual([]);
      chmodSync(place, mode);
    }
    expect((await add()).code).toBe(0);
  },
);

test('a policy file is named from the root', async () => {
  const { code, stderr } = await creditctl('config set policy.file team.json --profile demo');
  expect(code).toBe(2);
  expect(stderr).toContain('policy.file must be an absolute path: "team.json"');
});

test('a cap of a day counts what a batch granted before it was set, also where the day in UTC is another one', async () => {
  const home = freshHome();
  // In Tokyo it is the 24th.
  const now = Date.UTC(2026, 10, 23, 16);
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\ninitech,90\n');
  const batch = await creditctl(`ledger import ${home}/x.csv --sandbox --yes`, { home, now });
  expect(batch.code, batch.stderr).toBe(0);
  await creditctl('config set kind sandbox --profile demo', { home });
  await creditctl('config use demo', { home });
  await creditctl('config set policy.customer_day_cap 100', { home });
  const grant = 'ledger add initech --amount 10 --expires never --description x';
  const meanwhile = async () => expect((await creditctl(`${grant} --yes`, { home, now })).code).toBe(0);
  // The forecast saw room for it; by the time of the answer there is none.
  const answers = [{ message: 'Grant 10 credits to initech', answer: true, meanwhile }];
  const result = await creditctl(grant, { home, now, terminal: 200, answers });
  expect(result.code, result.stderr).toBe(10);
  expect(result.stderr).toContain('10 credits on top of 100 granted today');
});

test('below every limit, a needless --confirm names the amount or the block, and nothing else', async () => {
  const { home, stdout } = await creditctl('ledger add acme --amount 9 --sandbox --yes --json credit_block');
  const block: string = JSON.parse(stdout).credit_block.id;
  const line = `blocks void acme ${block} --amount 1 --sandbox --yes --confirm`;
  for (const [said, code] of [
    ['2', 10],
    ['another', 10],
    ['1.0', 0],
    [block, 0],
  ] as const)
    expect((await creditctl(`${line} ${said}`, { home })).code, said).toBe(code);
});
