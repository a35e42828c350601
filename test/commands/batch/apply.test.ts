import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  creditctl,
  csvOf,
  errorOf,
  expectUsage,
  linesOf,
  notesOf,
  orb,
  posts,
} from '../../support/command.ts';
import { customer, made, page } from '../../support/documents.ts';
import { forget, loseRecord, running, spoilRecord } from '../../support/forgotten.ts';
import { granted, use } from '../../support/granted.ts';
import { recordedIn, recordFile } from '../../support/recorded.ts';
import {
  freshHome,
  homeAfter,
  noon,
  type PlannedExchange,
  type RunOptions,
  type RunResult,
} from '../../support/run.ts';

interface Entry {
  readonly amount: number;
  readonly entry_type: string;
  readonly metadata: Record<string, string>;
}

async function planned(rows: string, options: RunOptions = {}, more = '--sandbox'): Promise<string> {
  if (options.home !== undefined) return planIn(options.home, rows, { more, options });
  return homeAfter(`${more} ${rows}`, () => planIn(freshHome(), rows, { more, options }));
}

async function planIn(
  home: string,
  rows: string,
  { more, options }: { readonly more: string; readonly options: RunOptions },
): Promise<string> {
  writeFileSync(path.join(home, 'x.csv'), rows);
  const line = `batch plan ${home}/x.csv --out ${home}/x.plan --force ${more}`;
  const result = await creditctl(line, { ...options, home });
  if (result.code !== 0) throw new Error(result.stderr);
  return home;
}

const apply = (home: string, more = '--yes', options: RunOptions = {}): Promise<RunResult> =>
  creditctl(`batch apply ${home}/x.plan --sandbox ${more}`, { home, ...options });

async function entriesOf(who: string, home: string): Promise<Entry[]> {
  const { stdout } = await creditctl(`ledger list ${who} --all --sandbox --json`, { home });
  return (JSON.parse(stdout) as Entry[]).reverse();
}

const grants = 'external_customer_id,amount,description\nacme,5,a\nglobex,7.5,b\nacme,5,a\nacme,2,c\n';

test('every row is sent once under its key and with its mark, those of a customer in order', async () => {
  const home = await planned(grants);
  const result = await apply(home, '--yes --json');
  expect(result.code, result.stderr).toBe(0);
  for (const { body = '', headers } of posts(result))
    expect((JSON.parse(body) as Entry).metadata.creditctl_key).toBe(headers['idempotency-key']);
  expect((await entriesOf('acme', home)).map(({ amount }) => amount)).toEqual([5, 5, 2]);
  expect(JSON.parse(result.stdout)).toMatchObject({
    rows: 4,
    succeeded: 4,
    already: 0,
    failed: 0,
    unknown: 0,
    unprocessed: 0,
    credits: [{ currency: 'credits', rows: 4, granted: 19.5 }],
    reasons: [],
    results: { succeeded: `${home}/x.succeeded.csv` },
  });
  expect(readFileSync(`${home}/x.succeeded.csv`, 'utf8')).toBe(grants);
  expect(
    readdirSync(home)
      .filter((name) => name.startsWith('x.'))
      .sort(),
  ).toEqual(['x.csv', 'x.plan', 'x.succeeded.csv']);
  expect(recordedIn(home).map(({ event }) => event)).toEqual([
    'batch_begun',
    ...['noted', 'noted', 'noted', 'noted'],
    ...['settled', 'settled', 'settled', 'settled'],
    'batch_ended',
  ]);
});

test('a plan with another hash than the one that was approved writes nothing', async () => {
  // A plan names its file, so that one of a copied home has another hash.
  const home = await planned(grants, { home: freshHome() });
  const plan = readFileSync(`${home}/x.plan`, 'utf8');
  const [, hash = ''] = /"sha256":"([0-9a-f]{64})"/.exec(plan.trimEnd().split('\n').at(-1) ?? '') ?? [];
  await planned(`${grants}acme,1000,d\n`, { home });
  const other = await apply(home, `--yes -o json --sha256 ${hash}`);
  expect([other.code, posts(other)]).toEqual([10, []]);
  expect(errorOf(other)).toMatchObject({ code: 'refused', applied: 'no' });
  expectUsage(await apply(home, `--yes --sha256 ${hash.slice(1)}`), ['--sha256']);
  await planned(grants, { home });
  expect((await apply(home, `--yes --sha256 ${hash.toUpperCase()}`)).code).toBe(0);
});

test('the same plan again, and the same file planned again, do nothing and say so', async () => {
  const home = await planned(grants);
  expect((await apply(home)).code).toBe(0);
  const again = await apply(home);
  expect(again.code).toBe(0);
  expect(posts(again)).toEqual([]);
  expect(again.stderr).toContain(
    'Already applied: 4 rows; nothing was sent (to write them again, plan under another --batch-id)',
  );
  await planned(grants, { home });
  const third = await apply(home, '--yes -o json');
  expect(posts(third)).toEqual([]);
  expect(JSON.parse(third.stdout)).toMatchObject({ succeeded: 4, already: 4 });
  expect(await entriesOf('acme', home)).toHaveLength(3);
});

test('a longer version under the same name sends only what is new', async () => {
  const home = await planned(grants, {}, '--sandbox --batch-id may');
  expect((await apply(home)).code).toBe(0);
  await planned(`${grants}initech,9,d\n`, { home }, '--sandbox --batch-id may');
  const longer = await apply(home, '--yes --json succeeded,already');
  expect(longer.code, longer.stderr).toBe(0);
  expect(posts(longer)).toHaveLength(1);
  expect(JSON.parse(longer.stdout)).toEqual({ succeeded: 5, already: 4 });
});

test('a dry run checks everything, shows the sums and leaves nothing behind', async () => {
  const home = await planned(grants);
  const dry = await apply(home, '--dry-run --json unprocessed');
  expect(dry.code, dry.stderr).toBe(0);
  expect(posts(dry)).toEqual([]);
  expect(JSON.parse(dry.stdout)).toEqual({ unprocessed: 4 });
  expect(existsSync(recordFile(home))).toBe(false);
  expect(recordedIn(home)).toEqual([]);
});

test('the record keeps every digit of what a row moved', async () => {
  const amounts = ['999999999999999999', '123456789012345.678', '0.000000000000000001'];
  const home = await planned(
    `external_customer_id,amount\n${amounts.map((each) => `acme,${each}\n`).join('')}`,
  );
  expect((await apply(home)).code).toBe(0);
  const ends = recordedIn(home).filter(({ event }) => event === 'settled');
  expect(ends.map(({ amount }) => amount)).toEqual(amounts);
  expect(ends.at(-1)?.ending_balance).toBe('1000123456789012344.678000000000000001');
});

test('on a terminal the sums are shown and one question is asked; a no writes nothing', async () => {
  const home = await planned(grants);
  const no = await apply(home, '', {
    terminal: 100,
    answers: [{ message: 'Write 4 rows of batch content-57429f702a930ae356392f02?', answer: false }],
  });
  expect(no.code).toBe(10);
  expect(no.stderr).toMatch(/planned by \S+ at \d{4}-\d\d-\d\d \d\d:\d\dZ: 4 rows for 2/);
  expect(no.stderr).toContain('In all: grant 19.5 credits');
  expect(posts(no)).toEqual([]);
  const yes = await apply(home, '', {
    terminal: 100,
    answers: [{ message: 'Write 4 rows of batch content-57429f702a930ae356392f02?', answer: true }],
  });
  expect(yes.code, yes.stderr).toBe(0);
  expect(posts(yes)).toHaveLength(4);
});

test('off a terminal it needs --yes', async () => {
  const home = await planned(grants);
  const result = await apply(home, '');
  expect(result.code).toBe(10);
  expect(result.stderr).toContain('pass --yes');
  expect(result.requests).toEqual([]);
});

test('what is wrong on the command line is named before anything is opened', async () => {
  expectUsage(await creditctl('batch apply --sandbox --yes'), ['<plan> is missing']);
  expectUsage(await creditctl('batch apply /nowhere.plan --sandbox --yes'), ['does not exist']);
  const home = await planned(grants);
  expectUsage(await apply(home, '--yes --rate 0'), ['--rate must be writes per second']);
});

test('a plan that was changed by one byte is refused by name', async () => {
  const home = await planned(grants);
  const text = readFileSync(`${home}/x.plan`, 'utf8');
  writeFileSync(`${home}/x.plan`, text.replace('"amount":5', '"amount":6'));
  const result = await apply(home);
  expect(result.code).toBe(10);
  expect(result.stderr).toContain(`The plan ${home}/x.plan was changed or cut short`);
  expect(result.requests).toEqual([]);
});

test('a plan for another embedded ledger is refused, also after a reset', async () => {
  const home = await planned(grants);
  const other = await creditctl(`batch apply ${home}/x.plan --sandbox --yes --db ${home}/other.db`, { home });
  expect(other.code).toBe(10);
  expect(other.stderr).toContain('for the embedded ledger');
  expect(posts(other)).toEqual([]);
  expect((await creditctl('sandbox reset --yes --sandbox', { home })).code).toBe(0);
  const reset = await apply(home);
  expect(reset.code, reset.stderr).toBe(10);
  expect(posts(reset)).toEqual([]);
});

test('a ledger that has moved since stops all of it, and names the entry; --allow-drift goes on', async () => {
  const home = await planned(grants);
  await creditctl('ledger add globex --amount 1 --sandbox --yes', { home });
  const result = await apply(home);
  expect(result.code).toBe(10);
  expect(result.stderr).toContain('globex: entry 1, increment of 1 credit ');
  expect(result.stderr).toContain('--allow-drift');
  expect(posts(result)).toEqual([]);
  expect((await apply(home, '--yes --allow-drift')).code).toBe(0);
});

test('rows that only another plan left open are counted in the question', async () => {
  const home = await planned('external_customer_id,amount\nacme,5\n', {}, '--batch-id b --sandbox');
  expect((await apply(home)).code).toBe(0);
  const longer = 'external_customer_id,amount\nacme,5\nglobex,7\n';
  await planned(longer, { home }, '--batch-id b --sandbox');
  expect((await apply(home)).code).toBe(0);
  forget(home, { outcomes: 'row = 2' });
  await planned('external_customer_id,amount\nacme,5\n', { home }, '--batch-id b --sandbox');
  const answers = [{ message: 'Write 1 row of batch b?', answer: false }];
  const { code, stderr } = await apply(home, '', { terminal: 100, answers });
  expect(code, stderr).toBe(10);
});

test('metering and expiry are no drift', async () => {
  const home = freshHome();
  await creditctl('ledger add acme --amount 100 --sandbox --yes', { home });
  await planned(grants, { home });
  const usage = await creditctl('sandbox usage acme --amount 3 --sandbox', { home });
  expect(usage.code, usage.stderr).toBe(0);
  const result = await apply(home);
  expect(result.code, result.stderr).toBe(0);
  expect(posts(result)).toHaveLength(4);
});

test('a row never voids credits that metering used since, also not while the person is asked', async () => {
  const { home, block } = await granted('--amount 100');
  const tomorrow = noon + 86_400_000;
  const later = { home, now: tomorrow };
  const meter = () => creditctl('sandbox usage acme --amount 60 --sandbox', later);
  await planned(`external_customer_id,type,amount,block\nacme,void,100,${block}\n`, later);
  const answers = [{ message: 'Write 1 row', answer: true, meanwhile: meter }];
  for (const options of [{ ...later, terminal: 100, answers }, later]) {
    const result = await apply(home, options === later ? '--yes' : '', options);
    expect(result.code, result.stderr).toBe(10);
    expect(result.stderr).toContain('acme: entry 2, decrement of 60 credits');
    expect(posts(result)).toEqual([]);
  }
  await planned(`external_customer_id,type,amount,block\nacme,void,30,${block}\n`, later);
  await creditctl('sandbox usage acme --amount 5 --sandbox', later);
  expect((await apply(home, '--yes', later)).code).toBe(0);
});

test('what others do while the person is asked stops rows that take credits', async () => {
  const { home } = await granted('--amount 100');
  await planned('external_customer_id,type,amount\nacme,decrement,50\n', { home });
  const answers = [{ message: 'Write 1 row', answer: true, meanwhile: () => use('60', home) }];
  const result = await apply(home, '', { terminal: 100, answers });
  expect(result.code, result.stderr).toBe(10);
  expect(posts(result)).toEqual([]);
});

test('a lost record: --verify-remote finds the rows in the ledger, and so does the look at what has moved', async () => {
  for (const flags of ['--yes --verify-remote', '--yes']) {
    const home = await planned(grants);
    expect((await apply(home)).code).toBe(0);
    const later = noon + 50 * 3_600_000;
    loseRecord(home);
    const result = await apply(home, flags, { now: later });
    expect(result.code, result.stderr).toBe(0);
    expect(posts(result)).toEqual([]);
    expect(result.stderr).toContain('4 rows of this batch');
    expect(await entriesOf('acme', home)).toHaveLength(3);
  }
});

test('a row that the API refuses does not stop the others, and its file can be mended and planned again', async () => {
  const { home, block: id } = await granted('--amount 10');
  const header = 'external_customer_id,type,amount,block,target-expires,description\n';
  const far = `acme,expiration_change,8,${id},+7d,"a, b"\n`;
  await planned(`${header}${far}${far}globex,increment,1,,,x\n`, { home });
  const result = await apply(home, '--yes -o json');
  expect(result.code).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({ succeeded: 2, failed: 1, reasons: [{ rows: 1 }] });
  expect(errorOf(result)).toMatchObject({ code: 'partly-done', applied: 'yes', retry_safe: true });
  const failed = readFileSync(`${home}/x.failed.csv`, 'utf8');
  const [row] = csvOf(failed);
  expect(row).toMatchObject({ external_customer_id: 'acme', description: 'a, b', status: '400' });
  expect(row?.reason).toContain('The API answered 400');
  writeFileSync(`${home}/mended.csv`, failed.replace(',8,', ',2,'));
  const mended = await creditctl(`ledger import ${home}/mended.csv --sandbox --yes`, { home });
  expect(mended.code, mended.stderr).toBe(0);
});

test('NDJSON rows come back as they came, failed ones with what became of them last', async () => {
  const { home, block: id } = await granted('--amount 10');
  const good = '{"external_customer_id":"acme","amount":1.50}';
  const move = `{"external_customer_id":"acme","entry_type":"expiration_change","block_id":"${id}","target_expiry_date":"2027-12-01"`;
  const bad = `${move},"amount":99.50`;
  writeFileSync(`${home}/x.ndjson`, `${good}\n${bad}}\n`);
  for (const name of ['x', 'x.failed']) {
    const plan = `batch plan ${home}/${name}.ndjson --out ${home}/${name}.plan --batch-id ${name} --sandbox`;
    const made = await creditctl(plan, { home });
    expect(made.code, made.stderr).toBe(0);
    const line = `batch apply ${home}/${name}.plan --sandbox --yes`;
    expect((await creditctl(line, { home })).code).toBe(9);
    const failed = readFileSync(`${home}/${name}.failed.ndjson`, 'utf8');
    expect(failed.split('"creditctl_result"')).toHaveLength(2);
    expect(failed.startsWith(bad)).toBe(true);
    expect(linesOf(failed)).toMatchObject([{ creditctl_result: { status: 400 } }]);
  }
  expect(readFileSync(`${home}/x.succeeded.ndjson`, 'utf8').split('\n')[0]).toBe(good);
});

test('a record that is lost after rows were sent: what this run wrote is reported all the same', async () => {
  const home = await planned(grants);
  const result = await apply(home, '--yes -o json', {
    between: async (request, exchange) => {
      const answer = await exchange(request);
      if (request.method === 'POST') writeFileSync(recordFile(home), Buffer.alloc(1 << 20));
      return answer;
    },
  });
  expect(result.code, result.stderr).toBe(9);
  const message = expect.stringContaining('Then the record was lost');
  expect(errorOf(result)).toMatchObject({ applied: 'yes', message });
});

test('a second run of a batch that is under way exits 10 and names the process', async () => {
  const home = await planned(grants);
  expect((await apply(home)).code).toBe(0);
  running(home, { machine: 'elsewhere', pid: 77 });
  const line = `batch apply ${home}/x.plan --sandbox --yes`;
  const result = await creditctl(line, { home });
  expect(result.code).toBe(10);
  expect(result.stderr).toContain('tester began a run at 2026-11-23T12:00:00.000Z, process 77 on elsewhere');
  expect(posts(result)).toEqual([]);
  // Its lease has ended by then, and a process of this machine that is dead has none.
  expect((await creditctl(line, { home, now: noon + 121_000 })).code).toBe(0);
  running(home, { machine: 'test', pid: 77 });
  expect((await creditctl(line, { home })).code).toBe(0);
});

const by = '/customers/4QYWy9UbDY8yXKKd/credits';
const lookUp: readonly PlannedExchange[] = [
  { method: 'GET', path: '/customers/external_customer_id/acme', answer: { json: customer() } },
  { method: 'GET', path: `${by}/ledger?currency=credits&limit=1`, answer: { json: page([]) } },
  { method: 'GET', path: `${by}?currency=credits&limit=100`, answer: { json: page([]) } },
];
/** The account is recognised by a customer of the plan. */
const opened: PlannedExchange = {
  method: 'GET',
  path: '/customers/4QYWy9UbDY8yXKKd',
  answer: { json: customer() },
};
const unmoved: PlannedExchange = {
  method: 'GET',
  path: `${by}/ledger?currency=credits&limit=1`,
  answer: { json: page([]) },
};
/** Rows whose outcome is not known are looked for before they are sent again. */
const searched: PlannedExchange = {
  method: 'GET',
  path: `${by}/ledger?currency=credits&created_at[gte]=2026-11-16T12:00:00+00:00&limit=100`,
  answer: { json: page([]) },
};
const post = (answer: NonNullable<PlannedExchange['answer']>): PlannedExchange => ({
  method: 'POST',
  path: `${by}/ledger_entry`,
  answer,
});
const created = post({ status: 201, json: made() });

/** A plan of so many grants for acme at an HTTP API. */
const plannedAt = (rows: number): Promise<string> => {
  const lines = Array.from({ length: rows }, (_, row) => `acme,${row + 1}`);
  return planned(`external_customer_id,amount\n${lines.join('\n')}\n`, { exchanges: lookUp, env: orb }, '');
};

const keyRefused = {
  status: 401,
  json: { type: 'https://docs.withorb.com/reference/error-responses#401-authentication-error', status: 401 },
};

const none = {
  ...opened,
  answer: {
    status: 404,
    json: {
      type: 'https://docs.withorb.com/reference/error-responses#404-resource-not-found',
      status: 404,
      title: 'Resource not found',
    },
  },
};

for (const [what, exchange, env, code] of [
  ['none of its customers', none, orb, 10],
  ['a 404 that is not from the API', { ...opened, answer: { status: 404, json: {} } }, orb, 7],
  ['a key that is not accepted', { ...opened, answer: keyRefused }, orb, 3],
  ['a key of another mode', opened, { ...orb, CREDITCTL_PROFILE: 'trial' }, 10],
  ['another origin', opened, { ...orb, ORB_BASE_URL: 'https://billing.example.com/v1' }, 10],
] as const) {
  test(`a plan met by ${what} is not applied: exit ${code}`, async () => {
    const home = await plannedAt(1);
    await creditctl('config set mode test --profile trial', { home });
    const line = `batch apply ${home}/x.plan --yes`;
    const result = await creditctl(line, { home, exchanges: [exchange], env });
    expect(result.code, result.stderr).toBe(code);
    expect(posts(result)).toEqual([]);
  });
}

test('a plan holds neither the key nor anything of this machine', async () => {
  const home = await plannedAt(1);
  const text = readFileSync(`${home}/x.plan`, 'utf8');
  const [header = ''] = text.split('\n');
  expect(JSON.parse(header)).toMatchObject({
    creditctl_plan: 2,
    account: {
      origin: 'https://orb.example',
      mode: 'live',
      ledger: null,
      customers: ['4QYWy9UbDY8yXKKd'],
    },
  });
  expect(text).not.toContain(orb.ORB_API_KEY);
  expect(header).not.toContain('default');
});

test('a key that is not accepted stops the run at once, and the rest was not sent', async () => {
  const home = await plannedAt(3);
  const exchanges = [opened, unmoved, created, post(keyRefused)];
  const line = `batch apply ${home}/x.plan --yes -o json`;
  const result = await creditctl(line, { home, exchanges, env: orb });
  expect(result.code).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({ succeeded: 1, failed: 0, unprocessed: 2 });
  expect(errorOf(result).message).toContain('does not accept the key');
  expect(csvOf(readFileSync(`${home}/x.unprocessed.csv`, 'utf8'))).toHaveLength(2);
  expect(JSON.stringify(notesOf(result))).not.toContain(orb.ORB_API_KEY);
});

test('a key that is not accepted for the first row exits 3', async () => {
  const home = await plannedAt(2);
  const exchanges = [opened, unmoved, post(keyRefused)];
  const result = await creditctl(`batch apply ${home}/x.plan --yes -o json`, { home, exchanges, env: orb });
  expect(result.code).toBe(3);
  expect(errorOf(result)).toMatchObject({ code: 'credentials', applied: 'no' });
  expect(csvOf(readFileSync(`${home}/x.unprocessed.csv`, 'utf8'))).toHaveLength(2);
});

test('a row whose replies were all lost is unknown (11), the customer waits, and its key is tried again later', async () => {
  const home = await plannedAt(2);
  const lost = { ...post({ status: 500, json: {} }), again: true } as const;
  const exchanges = [opened, unmoved, lost];
  const line = `batch apply ${home}/x.plan --yes -o json`;
  const result = await creditctl(line, { home, exchanges, env: orb });
  expect(result.code).toBe(11);
  expect(JSON.parse(result.stdout)).toMatchObject({ succeeded: 0, unknown: 1, unprocessed: 1 });
  const next = [unmoved, searched, created, created];
  const resumed = await creditctl('batch resume --yes -o json', { home, exchanges: next, env: orb });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(posts(resumed)[0]?.headers).toEqual(posts(result)[0]?.headers);
  expect(existsSync(`${home}/x.unknown.2.csv`)).toBe(false);
  expect(existsSync(`${home}/x.succeeded.2.csv`)).toBe(true);
});

test('a row of an earlier plan whose replies are still lost keeps the batch unfinished, whatever became of the new one', async () => {
  const lost = { ...post({ status: 500, json: {} }), again: true } as const;
  const made = { exchanges: lookUp, env: orb };
  const home = await planned('external_customer_id,amount\nacme,1\n', made, '--batch-id b');
  const line = `batch apply ${home}/x.plan --yes`;
  const first = await creditctl(line, { home, exchanges: [opened, unmoved, lost], env: orb });
  expect(first.code).toBe(11);
  await planned('external_customer_id,amount\nacme,2\n', { ...made, home }, '--batch-id b');
  // What is open comes first, with all its attempts.
  const tried = posts(first).map(() => post({ status: 500, json: {} }));
  const settling = [opened, unmoved, searched, ...tried, created];
  const second = await creditctl(line, { home, exchanges: settling, env: orb });
  expect(second.code).toBe(11);
  expect(second.stderr).toContain('1 row of unknown outcome: settled first');
  expect(second.stderr).toContain('Still unknown: 1 row of an earlier plan of this name');
  const status = await creditctl('batch status b --json state,succeeded,unknown,unprocessed', {
    home,
    env: orb,
  });
  expect(JSON.parse(status.stdout)).toEqual({
    state: 'unfinished',
    succeeded: 1,
    unknown: 1,
    unprocessed: 0,
  });
  const again = await creditctl(line, { home, exchanges: [opened, searched, ...tried], env: orb });
  expect(again.code).toBe(11);
  const no = post({
    status: 400,
    json: { type: 'https://docs.withorb.com/reference/error-responses#400-request-validation-errors' },
  });
  const refused = await creditctl('batch resume --yes', { home, exchanges: [searched, no], env: orb });
  expect(refused.code).toBe(9);
  expect(refused.stderr).toContain('Refused by now: 1 row of an earlier plan of this name');
  const over = await creditctl('batch resume --yes', { home, exchanges: [], env: orb });
  expect(over.code, over.stderr).toBe(0);
  expect(over.stderr).toContain(
    'No batch of yours is left to resume. To see all batches: creditctl batch status --all',
  );
});

test('a row that a longer plan has as well is unknown once', async () => {
  const lost = { ...post({ status: 500, json: {} }), again: true } as const;
  const made = { exchanges: lookUp, env: orb };
  const home = await planned('external_customer_id,amount\nacme,1\n', made, '--batch-id b');
  const line = `batch apply ${home}/x.plan --yes -o json`;
  expect((await creditctl(line, { home, exchanges: [opened, unmoved, lost], env: orb })).code).toBe(11);
  await planned('external_customer_id,amount\nacme,1\nacme,2\n', { ...made, home }, '--batch-id b');
  const settling = [opened, unmoved, searched, lost];
  const result = await creditctl(line, { home, exchanges: settling, env: orb });
  expect(result.code).toBe(11);
  expect(JSON.parse(result.stdout)).toMatchObject({ unknown: 1, unprocessed: 1 });
  expect(errorOf(result).message).not.toContain('earlier plan');
  const ended = recordedIn(home).findLast(({ event }) => event === 'batch_ended');
  expect(ended).toMatchObject({ unknown: 1 });
});

test('more than 1,000 rows at a live place are typed back', async () => {
  const home = await plannedAt(1001);
  const line = `batch apply ${home}/x.plan --yes`;
  const result = await creditctl(line, { home, exchanges: [opened, unmoved], env: orb });
  expect(result.code).toBe(10);
  expect(result.stderr).toContain('you must repeat the amount');
  expect(result.stderr).toContain('--confirm 501501');
});

for (const [rule, value, sentence] of [
  ['batch_cap', '19', '19.5 credits is over the limit of 19 for one batch'],
  ['batch_rows_cap', '3', '4 rows are over the limit of 3 for one batch'],
  ['two_person', 'true', 'another person has to apply it'],
  ['apply_by', 'ann,bob', 'tester may not apply batches'],
  [
    'customer_day_cap',
    '11',
    '12 credits for acme is too much: a customer may get 11 in a day, and 0 are granted',
  ],
  [
    'person_day_cap',
    '19',
    '19.5 credits for all customers is too much: one person may grant 19 in a day, and 0 are granted',
  ],
  ['description_pattern', '^[bc]', 'row 1 (line 2): the description must match'],
  ['allowed_types', 'void', 'row 2 (line 3): the type increment is not allowed'],
  ['entry_cap', '6', 'row 2 (line 3): 7.5 credits is over the limit of 6'],
] as const) {
  test(`the rule ${rule} refuses a batch that breaks it`, async () => {
    const home = await homeAfter('a plan under rules', async () => {
      const { home } = await creditctl('config set kind sandbox --profile p');
      return planned(grants, { home }, '--profile p');
    });
    await creditctl(`config set policy.${rule} ${value} --profile p`, { home });
    const line = `batch apply ${home}/x.plan --profile p --yes`;
    const result = await creditctl(line, { home });
    expect(result.code).toBe(10);
    expect(result.stderr).toContain(sentence);
    expect(result.stderr).toContain(`(${rule}, the profile "p")`);
    expect(posts(result)).toEqual([]);
  });
}

test('rows that a cap holds back during the run are not sent, and wait for batch resume', async () => {
  const home = freshHome();
  for (const line of [
    'config set kind sandbox --profile p',
    'sandbox seed --customers 12 --entries 0 --profile p',
  ])
    expect((await creditctl(line, { home })).code).toBe(0);
  const { stdout } = await creditctl('customers list --all --profile p --json id', { home });
  const ids = (JSON.parse(stdout) as { id: string }[]).slice(0, 12).map(({ id }) => `${id},5\n`);
  await planned(`customer_id,amount\n${ids.join('')}`, { home }, '--profile p --batch-id b');
  await creditctl('config set policy.team_day_cap 64 --profile p', { home });
  let added: Promise<RunResult> | undefined;
  const between: RunOptions['between'] = async (request, exchange) => {
    if (request.method === 'POST') {
      added ??= creditctl('ledger add initech --amount 12 --profile p --yes', { home });
      await added;
    }
    return exchange(request);
  };
  const line = `batch apply ${home}/x.plan --profile p --yes --rate 1 -o json`;
  const result = await creditctl(line, { home, between });
  expect([(await added)?.code, result.code], result.stderr).toEqual([0, 9]);
  const { succeeded, failed, unprocessed, results } = JSON.parse(result.stdout) as Record<string, object>;
  expect([succeeded, failed, unprocessed]).toEqual([10, 0, 2]);
  expect(Object.keys(results ?? {})).toEqual(['succeeded', 'unprocessed']);
  expect(errorOf(result)).toMatchObject({ next: ['creditctl batch resume b --profile p'] });
  expect(errorOf(result).message).toContain('all together may grant 64 in a day');
  const status = await creditctl('batch status b --profile p --json state,failed,unprocessed', { home });
  expect(JSON.parse(status.stdout)).toEqual({ state: 'unfinished', failed: 0, unprocessed: 2 });
}, 60_000);

for (const [rule, value, confirm] of [
  ['batch_confirm_above', '19', '19.50'],
  ['batch_confirm_rows', '3', '4'],
] as const) {
  test(`above ${rule} the batch is typed back`, async () => {
    const home = freshHome();
    await creditctl('config set kind sandbox --profile p', { home });
    await creditctl(`config set policy.${rule} ${value} --profile p`, { home });
    await planned(grants, { home }, '--profile p');
    const line = `batch apply ${home}/x.plan --profile p --yes`;
    for (const unconfirmed of [line, `${line} --confirm 5`]) {
      const refused = await creditctl(unconfirmed, { home });
      expect(refused.code).toBe(10);
      expect(posts(refused)).toEqual([]);
    }
    const confirmed = await creditctl(`${line} --confirm ${confirm}`, { home });
    expect(confirmed.code, confirmed.stderr).toBe(0);
    expect(posts(confirmed)).toHaveLength(4);
  });
}

test('a file that was corrected under the name of its batch is warned to come beside its old rows', async () => {
  const home = freshHome();
  const named = '--sandbox --batch-id may';
  const warned = async (rows: string): Promise<unknown[]> => {
    await planned(`external_customer_id,amount\n${rows}`, { home }, named);
    const result = await apply(home, '--yes -o json');
    expect(result.code, result.stderr).toBe(0);
    return notesOf(result).flatMap((note) => ('warning' in note ? [note.warning] : []));
  };
  expect(await warned('acme,5\nglobex,7\n')).toEqual([]);
  expect(await warned('acme,5\nglobex,7\nacme,1\n')).toEqual([]);
  expect(await warned('acme,50\nglobex,7\nacme,1\n')).toEqual([
    'Not in this plan: 1 row of this batch, which stays in the ledger',
  ]);
  expect((await creditctl('batch undo may --sandbox --yes', { home })).code).toBe(0);
  // Every old row is undone, so none of them stays in the ledger.
  expect(await warned('acme,50\nglobex,8\n')).toEqual([expect.stringContaining('began to undo batch may')]);
  expect(await warned('acme,50\nglobex,9\n')).toEqual([
    expect.stringContaining('Of batch may, 4 rows are undone'),
    'Not in this plan: 4 rows of this batch, which stay in the ledger, except for undone ones',
  ]);
});

test('a --confirm that no rule asks for has to say the rows or the credits all the same', async () => {
  const home = freshHome();
  await planned(grants, { home });
  const line = `batch apply ${home}/x.plan --sandbox --yes`;
  const refused = await creditctl(`${line} --confirm 5`, { home });
  expect(refused.code).toBe(10);
  expect(refused.stderr).toContain('--confirm does not match the amount: "5"');
  expect(posts(refused)).toEqual([]);
  expect(posts(await creditctl(`${line} --confirm 19.50`, { home }))).toHaveLength(4);
  await planned(grants, { home }, '--sandbox --batch-id again --force');
  expect(posts(await creditctl(`${line} --confirm 4`, { home }))).toHaveLength(4);
});

test('a plan made after its rows were carried out elsewhere finds them, also when the API forgot their keys', async () => {
  const home = await planned(grants);
  expect((await apply(home)).code).toBe(0);
  await creditctl('sandbox clock advance 72h', { home });
  // Nobody here knows of the first run, and the plan of today begins after its entries.
  loseRecord(home);
  await planned(grants, { home });
  const again = await apply(home);
  expect(again.code, again.stderr).toBe(0);
  expect(posts(again)).toEqual([]);
  expect(again.stderr).toContain('Found in the ledger: 4 rows of this batch');
  expect(await entriesOf('acme', home)).toHaveLength(3);
});

test('a folder is no plan', async () => {
  const home = freshHome();
  const result = await creditctl(`batch apply ${home} --sandbox --yes`, { home });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain(`The plan ${home} is a folder`);
});

test('where the state folder takes no record, nothing is sent, and it says so', async () => {
  const home = await planned(grants);
  mkdirSync(recordFile(home), { recursive: true });
  const result = await apply(home, '--yes -o json');
  expect(result.code).not.toBe(0);
  expect(posts(result)).toEqual([]);
  expect(errorOf(result)).toMatchObject({ applied: 'no' });
  expect(errorOf(result).message).toContain('record.db');
});

test('an end that cannot be noted in the record is named, and what was written is not denied', async () => {
  const home = await plannedAt(1);
  const breaking: PlannedExchange = {
    ...created,
    get answer() {
      spoilRecord(home);
      return { status: 201, json: made() };
    },
  };
  const line = `batch apply ${home}/x.plan --yes -o json`;
  const result = await creditctl(line, { home, exchanges: [opened, unmoved, breaking], env: orb });
  expect(errorOf(result)).toMatchObject({ applied: 'unknown' });
  expect(errorOf(result).message).toContain('1 unknown');
  expect(result.code, result.stderr).toBe(11);
});
