// `sandbox clone`: the copy equals its source wherever credits are concerned, and the source is only read.
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { CreditctlError } from '../../../src/errors.ts';
import { openSandbox, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { Method } from '../../../src/wire/json.ts';
import { tablesOf } from '../../sandbox/compared-tables.ts';
import { ago, eventful } from '../../sandbox/eventful.ts';
import { acme, problemsOf, sandboxAt, type TestSandbox } from '../../sandbox/sandbox-at.ts';
import { creditctl, errorOf, expectUsage, notesOf, orb } from '../../support/command.ts';
import { freshHome, noon, type RunOptions } from '../../support/run.ts';

const copyOf = (db: string, line: string, options: RunOptions) =>
  creditctl(`sandbox clone ${line} --from default --db ${db} -o json`, { env: orb, ...options });

test('a copy equals its source in balances, blocks, entries and all that follows from them, and so does its copy', async () => {
  const box = await eventful();
  const home = freshHome();
  const first = path.join(home, 'first.db');
  const second = path.join(home, 'second.db');
  const options = { home, served: box.path };
  const { stdout, stderr, requests } = await copyOf(first, '--all --currency messages', options);
  expect(notesOf({ stderr })).toEqual([
    { copying: { db: first, from: { profile: 'default', kind: 'live', host: 'orb.example' } } },
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ from: 'default', db: first, customers: 3, ledgers: 3 });
  expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  const source = await tablesOf(box.path);
  for (const [name, rows] of Object.entries(source))
    if (rows.length === 0) throw new Error(`no ${name} to compare`);
  expect(await tablesOf(first)).toEqual(source);
  await copyOf(second, '--all --currency messages', { home, served: first });
  expect(await tablesOf(second)).toEqual(source);
  expect(readdirSync(home).filter((name) => name.includes('.copy-'))).toEqual([]);
});

/** What the same writes do to a ledger, without the ids that they make. */
async function consequences(box: TestSandbox | Sandbox): Promise<unknown> {
  const { exchange } = 'exchange' in box ? box : box.sandbox;
  const send = async (method: Method, to: string, body?: object, query: readonly [string, string][] = []) => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await exchange({ method, path: to, query, headers: {}, ...text });
    // biome-ignore lint/suspicious/noExplicitAny: documents of many shapes
    const json: any = answer.body === '' ? undefined : JSON.parse(answer.body);
    return { status: answer.status, json };
  };
  const all = [
    ['include_all_blocks', 'true'],
    ['limit', '100'],
  ] as [string, string][];
  const blocks = (await send('GET', `${acme}/credits`, undefined, all)).json.data as {
    id: string;
    balance: number;
    maximum_initial_balance: number;
    expiry_date: string;
    status: string;
  }[];
  const trial = blocks.find((block) => block.maximum_initial_balance === 100)?.id ?? '';
  const sold = blocks.find((block) => block.maximum_initial_balance === 50)?.id ?? '';
  const waiting = blocks.find(({ status }) => status === 'pending_payment')?.id ?? '';
  const entry = (body: object) => send('POST', `${acme}/credits/ledger_entry`, body);
  const answers = [
    await entry({ entry_type: 'increment', amount: 4, expiry_date: '2026-12-01' }),
    await entry({ entry_type: 'void', amount: 41, block_id: sold }),
    await entry({ entry_type: 'void', amount: 40, block_id: sold }),
    await entry({ entry_type: 'amendment', amount: 90, block_id: trial }),
    await entry({
      entry_type: 'expiration_change',
      amount: 1,
      target_expiry_date: '2026-12-02',
      block_id: trial,
    }),
    await entry({ entry_type: 'decrement', amount: 60 }),
  ];
  const [invoice] = (await send('GET', `/credit_blocks/${waiting}/invoices`)).json.invoices as {
    id: string;
  }[];
  answers.push(
    await send('POST', `/invoices/${invoice?.id}/mark_paid`, { payment_received_date: '2026-11-20' }),
  );
  answers.push(await send('DELETE', `/credit_blocks/${trial}`));
  const entries = (await send('GET', `${acme}/credits/ledger`, undefined, [['limit', '1000']])).json.data;
  const left = (await send('GET', `${acme}/credits`, undefined, all)).json.data as typeof blocks;
  return {
    statuses: answers.map(({ status }) => status),
    entries: entries.map((each: Record<string, unknown>) => [
      each.entry_type,
      each.starting_balance,
      each.ending_balance,
    ]),
    blocks: left.map(({ balance, maximum_initial_balance: initial, expiry_date: until }) => [
      balance,
      initial,
      until,
    ]),
  };
}

test('a block that becomes effective after the newest entry gets its entry in the copy, whose clock is ahead', async () => {
  const box = await sandboxAt(new Date(noon).toISOString());
  box.sandbox.clock.set(noon - 40 * 86_400_000);
  await box.add({ entry_type: 'increment', amount: 7 });
  const effective_date = new Date(noon - 10 * 86_400_000).toISOString();
  await box.add({ entry_type: 'increment', amount: 30, effective_date });
  const options = { home: freshHome(), served: box.path };
  const db = `${options.home}/copy.db`;
  expect((await copyOf(db, 'acme', options)).code).toBe(0);
  const balance = await creditctl(`balance acme --sandbox --db ${db} --json available`, options);
  expect(JSON.parse(balance.stdout)).toEqual({ available: 37 });
  const status = await creditctl(`sandbox status --db ${db} --json entries,problems`, options);
  expect(JSON.parse(status.stdout)).toEqual({ entries: 3, problems: [] });
});

test('what is done to a copy has the consequences that it has at the source, and its ledgers hold together', async () => {
  const box = await eventful();
  const home = freshHome();
  const db = path.join(home, 'copy.db');
  await copyOf(db, 'acme', { home, served: box.path });
  const verified = await creditctl(`ledger verify acme --sandbox --db ${db} --json ok`, { home });
  expect(verified.code).toBe(0);
  const copy = await openSandbox({ path: db, now: () => noon, randomBytes });
  onTestFinished(() => copy.close());
  expect(copy.ledger()).not.toBe(box.sandbox.ledger());
  expect(await consequences(copy)).toEqual(await consequences(box));
  expect(copy.operations().status().problems).toEqual([]);
  expect(problemsOf(box)).toEqual([]);
});

const personal = /Acme Corp|acme\.example\.com|Main Street/;

test('names and addresses are replaced, in texts too, and the same way each time', async () => {
  const box = await eventful();
  const home = freshHome();
  const show = async (db: string) => {
    const tables = await openDatabase(db);
    onTestFinished(() => tables.close());
    const read = (sql: string) => JSON.stringify(tables.prepare(sql).all());
    return [
      read('SELECT name, email, details FROM customers ORDER BY ordinal'),
      read('SELECT description, metadata FROM entries ORDER BY ledger, sequence'),
      read('SELECT memo FROM invoices ORDER BY ordinal'),
      read('SELECT description FROM balance_transactions'),
    ];
  };
  const texts: string[][] = [];
  for (const [name, flags] of [
    ['a', ''],
    ['b', ''],
    ['kept', '--keep-personal'],
  ] as const) {
    const db = path.join(home, `${name}.db`);
    await copyOf(db, `acme ${flags}`, { home, served: box.path });
    texts.push(await show(db));
  }
  const [first = [], second, kept = []] = texts;
  for (const text of first) expect(text).not.toMatch(personal);
  for (const text of kept) expect(text).toMatch(personal);
  expect(second).toEqual(first);
  expect(first.join()).toContain('For Customer ');
  expect(first.join()).toContain('"ticket');
  expect(first.join()).toContain('gold');
});

test('a copy that is interrupted leaves the database as it was, and none where there was none', async () => {
  const home = freshHome();
  const db = path.join(home, 'copy.db');
  const source = await sandboxAt(ago(1));
  let left = 5;
  const cut: RunOptions['between'] = (request, exchange) => {
    left -= 1;
    if (left < 0) throw new CreditctlError('interrupted', 'stopped');
    return exchange(request);
  };
  const options = { home, served: source.path, between: cut };
  expect((await copyOf(db, '--all', options)).code).toBe(130);
  expect(readdirSync(home).filter((name) => name.startsWith('copy.db'))).toEqual([]);
  left = 1000;
  expect((await copyOf(db, 'acme', options)).code).toBe(0);
  const before = await tablesOf(db);
  left = 5;
  expect((await copyOf(db, '--all --yes', options)).code).toBe(130);
  expect(await tablesOf(db)).toEqual(before);
  writeFileSync(`${db}.copy-4294967`, 'left by a process that was killed');
  left = 1000;
  expect((await copyOf(db, '--all --yes', options)).code).toBe(0);
  expect((await tablesOf(db)).customers).toHaveLength(3);
  expect(existsSync(`${db}.copy-4294967`)).toBe(false);
});

test('entries that are not numbered from 1 on are, and one whose block is listed no more keeps it', async () => {
  const home = freshHome();
  const db = path.join(home, 'copy.db');
  const source = await sandboxAt(ago(1));
  for (const amount of [1, 2, 3]) await source.add({ entry_type: 'increment', amount });
  const [, gone] = await source.blocks();
  const otherwise: RunOptions['between'] = async (request, exchange) => {
    const answer = await exchange(request);
    if (request.path.endsWith('/credits/ledger'))
      return {
        ...answer,
        body: answer.body.replace(/(?<="ledger_sequence_number":)\d+/g, (n) => `${Number(n) * 2 - 2}`),
      };
    if (!request.path.endsWith('/credits')) return answer;
    const page = JSON.parse(answer.body) as { data: { id: string }[] };
    return {
      ...answer,
      body: JSON.stringify({ ...page, data: page.data.filter(({ id }) => id !== gone.id) }),
    };
  };
  const { stdout } = await copyOf(db, 'acme', { home, served: source.path, between: otherwise });
  expect(JSON.parse(stdout)).toMatchObject({ blocks: 3, entries: 3 });
  const { entries, peaks, blocks, ledgers } = await tablesOf(db);
  expect(entries?.map((row) => (row as { sequence: number }).sequence)).toEqual([1, 2, 3]);
  expect(peaks).toHaveLength(1);
  expect(blocks?.map((row) => (row as { balance: string }).balance)).toEqual(['0', '1', '3']);
  expect(ledgers).toMatchObject([{ balance: '4', sequence: 3 }]);
});

test('metadata of blocks is copied, and stays with a block that is made anew', async () => {
  const home = freshHome();
  const [db, second] = [path.join(home, 'copy.db'), path.join(home, 'second.db')];
  const source = await sandboxAt(ago(1));
  const [first, other] = [1, 2].map((amount) => source.add({ entry_type: 'increment', amount }));
  const plan = { plan: 'gold', by: 'jo@acme.example.com' };
  const { id } = (await other)?.json.credit_block ?? {};
  const withMetadata: RunOptions['between'] = async (request, exchange) => {
    const answer = await exchange(request);
    if (!request.path.endsWith('/credits')) return answer;
    const page = JSON.parse(answer.body) as { data: { id: string }[] };
    const data = page.data.map((block) => (block.id === id ? { ...block, metadata: plan } : block));
    return { ...answer, body: JSON.stringify({ ...page, data }) };
  };
  await copyOf(db, 'acme', { home, served: source.path, between: withMetadata });
  await copyOf(second, 'acme', { home, served: db });
  const copy = await openSandbox({ path: second, now: () => noon, randomBytes });
  onTestFinished(() => copy.close());
  const read = async (at: string) =>
    JSON.parse((await copy.exchange({ method: 'GET', path: at, query: [], headers: {} })).body);
  const kept = { plan: 'gold', by: 'someone@example.invalid' };
  const metadata = async () =>
    (await read(`${acme}/credits`)).data.map((block: { metadata: object }) => block.metadata);
  expect(await metadata()).toEqual([kept, {}]);
  expect((await read(`/credit_blocks/${id}/invoices`)).block.metadata).toEqual(kept);
  const gone = (await first)?.json.credit_block.id;
  await copy.exchange({ method: 'DELETE', path: `/credit_blocks/${gone}`, query: [], headers: {} });
  expect(await metadata()).toEqual([kept]);
  expect((await read(`/credit_blocks/${id}`)).metadata).toEqual(kept);
});

const refusal = (status: number, type: string) => ({
  status,
  headers: {},
  body: JSON.stringify({
    type: `https://docs.withorb.com/reference/error-responses#${type}`,
    status,
    title: 'No.',
    detail: null,
  }),
});

test.each([
  ['invoices of blocks', /\/invoices$/, refusal(404, '404-url-not-found')],
  ['invoices of blocks', /^\/invoices\//, { status: 403, headers: {}, body: 'Forbidden' }],
  ['top-ups', /\/top_ups$/, refusal(400, '404-feature-not-available')],
  ['alerts', /^\/alerts$/, { status: 403, headers: {}, body: '{}' }],
  ['the balance of money', /\/balance_transactions$/, refusal(404, '404-url-not-found')],
])('%s that the API does not show are left out and named, and all else is copied', async (what, at, answer) => {
  const box = await eventful();
  const home = freshHome();
  const db = path.join(home, 'copy.db');
  const between: RunOptions['between'] = async (request, exchange) =>
    at.test(request.path) ? answer : exchange(request);
  const run = await copyOf(db, '--all --currency messages', { home, served: box.path, between });
  expect(run.code).toBe(0);
  expect(notesOf(run)).toContainEqual({ not_copied: [what] });
  const [source, copy] = await Promise.all([tablesOf(box.path), tablesOf(db)]);
  for (const table of ['blocks', 'entries', 'peaks', 'ledgers']) expect(copy[table]).toEqual(source[table]);
});

test('a failure that says nothing of an operation is no reason to leave something out', async () => {
  const { path: served } = await sandboxAt(ago(1));
  const home = freshHome();
  const between: RunOptions['between'] = async (request, exchange) =>
    request.path === '/alerts' ? refusal(400, '400-request-validation-errors') : exchange(request);
  const run = await copyOf(path.join(home, 'copy.db'), 'acme', { home, served, between });
  expect(run.code).toBe(5);
  expect(existsSync(path.join(home, 'copy.db'))).toBe(false);
});

test('an account that gives one id to two customers is at fault, and nothing is copied of it', async () => {
  const { path: served } = await sandboxAt(ago(1));
  const home = freshHome();
  const twice: RunOptions['between'] = async (request, exchange) => {
    const answer = await exchange(request);
    return { ...answer, body: answer.body.replaceAll('"globex"', '"acme"') };
  };
  const run = await copyOf(path.join(home, 'copy.db'), '--all', { home, served, between: twice });
  expect([run.code, run.stderr]).toEqual([7, expect.stringContaining('customers.external_id')]);
  expect(readdirSync(home).filter((name) => name.startsWith('copy.db'))).toEqual([]);
});

test('a filter that says how in a word that is not known is not copied as another one', async () => {
  const box = await eventful();
  const home = freshHome();
  const filter = { field: 'item_id', operator: 'starts_with', values: ['i'] };
  const between: RunOptions['between'] = async (request, exchange) => {
    const answer = await exchange(request);
    return {
      ...answer,
      body: answer.body.replaceAll('"filters":[]', `"filters":[${JSON.stringify(filter)}]`),
    };
  };
  const run = await copyOf(path.join(home, 'copy.db'), 'acme', { home, served: box.path, between });
  expect(run.code).toBe(7);
  expect(run.stderr).toContain('The operator of an item filter is not known here: starts_with');
});

test('customers are read at the same time, and stand in the copy in their order', async () => {
  const box = await eventful();
  const home = freshHome();
  const db = path.join(home, 'copy.db');
  let open = 0;
  let most = 0;
  const between: RunOptions['between'] = async (request, exchange) => {
    if (!request.path.endsWith('/top_ups')) return exchange(request);
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return exchange(request);
  };
  await copyOf(db, '--all --currency messages', { home, served: box.path, between });
  expect(most).toBeGreaterThan(1);
  expect(await tablesOf(db)).toEqual(await tablesOf(box.path));
});

test('the database is replaced with consent only, and never by itself', async () => {
  const home = freshHome();
  const db = path.join(home, 'copy.db');
  const { path: served } = await sandboxAt(ago(1));
  await copyOf(db, 'acme', { home, served });
  const again = await copyOf(db, 'globex', { home, served });
  expect([again.code, again.requests]).toEqual([10, []]);
  const message = `Replace everything in ${db} by the copy?`;
  const asked = { home, served, terminal: 100 };
  expect((await copyOf(db, 'globex', { ...asked, answers: [{ message, answer: false }] })).code).toBe(10);
  expect((await copyOf(db, 'id:nobody', { home, served })).code).toBe(10);
  expect((await copyOf(db, 'nobody --yes', { home, served })).code).toBe(4);
  expect((await tablesOf(db)).customers).toMatchObject([{ external_id: 'acme' }]);
  const other = await openSandbox({ path: db, now: () => noon, randomBytes });
  onTestFinished(() => other.close());
  const before = other.ledger();
  expect((await copyOf(db, 'globex', { ...asked, answers: [{ message, answer: true }] })).code).toBe(0);
  // Another process that has it open goes on with what is there now.
  const { body } = await other.exchange({ method: 'GET', path: '/customers', query: [], headers: {} });
  expect(JSON.parse(body)).toMatchObject({ data: [{ external_customer_id: 'globex' }] });
  expect(other.ledger()).not.toBe(before);
  expect((await tablesOf(db)).customers).toMatchObject([{ external_id: 'globex' }]);
  const itself = await copyOf(served, 'acme --yes', { home, served });
  expect([itself.code, itself.stderr]).toEqual([10, expect.stringContaining('itself')]);
  writeFileSync(path.join(home, 'notes.txt'), 'no database');
  expect((await copyOf(path.join(home, 'notes.txt'), 'acme --yes', { home, served })).code).toBe(1);
  expect(readFileSync(path.join(home, 'notes.txt'), 'utf8')).toBe('no database');
});

test('what SQLite left of a database that was deleted alone is not read into the copy', async () => {
  const { path: served } = await sandboxAt(ago(1));
  const home = freshHome();
  const db = path.join(home, 'copy.db');
  for (const end of ['-wal', '-shm']) copyFileSync(`${served}${end}`, `${db}${end}`);
  expect((await copyOf(db, 'acme', { home, served })).code).toBe(0);
  expect(readdirSync(home).filter((name) => name.startsWith('copy.db'))).toEqual(['copy.db']);
});

test('a customer who is not there is searched for where the copy is made from', async () => {
  const home = freshHome();
  const served = (await eventful()).path;
  const result = await copyOf(path.join(home, 'copy.db'), 'Acme', { home, served });
  expect(errorOf(result).next).toEqual(['Search: creditctl customers search Acme --profile default']);
});

test('what is missing or does not go together is said before anything is read', async () => {
  expectUsage(await creditctl('sandbox clone'), ['<customer>', '--all', '--from']);
  expectUsage(await creditctl('sandbox clone acme --all --from x'), ['--all']);
  expectUsage(await creditctl('sandbox clone acme --from nobody'), ['nobody']);
  const { code } = await creditctl('sandbox clone acme --from default');
  expect(code).toBe(3);
});
