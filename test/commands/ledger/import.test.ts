import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../../support/command.ts';
import { freshHome, homeWith, noon, run } from '../../support/run.ts';

const grants = 'external_customer_id,amount,expires\nacme,5,+30d\nglobex,7,+30d\nacme,5,+30d\n';

const importOf = (home: string, more: string, options = {}) =>
  creditctl(`ledger import ${home}/x.csv --sandbox ${more}`, { home, ...options });

async function count(home: string): Promise<number> {
  const { stdout } = await creditctl('ledger list acme --all --sandbox --json id', { home });
  return (JSON.parse(stdout) as unknown[]).length;
}

test('a file is planned and carried out in one go, and its outcomes stand beside it', async () => {
  const home = homeWith(grants);
  const result = await importOf(home, '--yes -o json');
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 3, succeeded: 3, plan: `${home}/x.csv` });
  expect(existsSync(`${home}/x.succeeded.csv`)).toBe(true);
  expect(readdirSync(`${home}/.local/state/creditctl/input`)).toEqual([]);
});

test('the same file twice grants nothing twice, also on another day', async () => {
  const home = homeWith(grants);
  expect((await importOf(home, '--yes')).code).toBe(0);
  const again = await importOf(home, '--yes', { now: noon + 26 * 3_600_000 });
  expect(again.code).toBe(0);
  expect(again.stderr).toContain('Already applied: 3 rows');
  expect(await count(home)).toBe(2);
});

test('equal rows of a file that was imported are no news; those of a longer version are', async () => {
  const home = freshHome();
  const rows = 'external_customer_id,amount\nacme,5\nacme,5\n';
  const repeated = 'will be written as well';
  const imported = async (more: string, text: string) => {
    writeFileSync(path.join(home, 'x.csv'), text);
    return (await creditctl(`ledger import ${home}/x.csv --sandbox --yes${more}`, { home })).stderr;
  };
  expect(await imported('', rows)).toContain(repeated);
  expect(await imported('', rows)).not.toContain(repeated);
  expect(await imported(' --batch-id b', rows)).toContain(repeated);
  expect(await imported(' --batch-id b', `${rows}acme,5\n`)).toContain(repeated);
});

test('a file whose batch was undone says so when it is imported again, and grants nothing', async () => {
  const home = homeWith(grants);
  await importOf(home, '--yes');
  expect((await creditctl('batch undo --sandbox --yes', { home })).code).toBe(0);
  const before = await count(home);
  const again = await importOf(home, '--yes');
  expect(again.code).toBe(0);
  expect(again.stderr.replaceAll(/\s+/g, ' ')).toContain('Undone rows are not written again');
  expect(await count(home)).toBe(before);
});

test('a row that went to a customer who was deleted since is named, and grants the next one nothing', async () => {
  const home = homeWith('external_customer_id,amount\nhooli,7\n');
  const create = async () => {
    const made = 'customers create --name Hooli --email a@hooli.example --external-id hooli';
    const { stdout } = await creditctl(`${made} --sandbox --yes --json id`, { home });
    return `/customers/${(JSON.parse(stdout) as { id: string }).id}`;
  };
  const notes = async () => (await importOf(home, '--yes --batch-id b')).stderr.replaceAll(/\s+/g, ' ');
  const first = await create();
  await notes();
  expect(await notes()).not.toContain('an earlier customer');
  await creditctl(`api DELETE ${first} --sandbox --yes --confirm 'DELETE ${first}'`, { home });
  await create();
  expect(await notes()).toContain('Row 1 of batch b was written for an earlier customer with the id hooli');
});

test('that rows were undone is said also where one was undone alone, and after the file has grown', async () => {
  const home = homeWith(grants);
  const notes = async () => (await importOf(home, '--yes --batch-id b')).stderr.replaceAll(/\s+/g, ' ');
  expect(await notes()).not.toContain('undone');
  const { stdout } = await creditctl('ledger list globex --sandbox --json id', { home });
  const [{ id }] = JSON.parse(stdout) as [{ id: string }];
  expect((await creditctl(`undo ${id} --sandbox --yes`, { home })).code).toBe(0);
  expect(await notes()).toContain('Of batch b, 1 row is undone. Undone rows are not written again');
  expect((await creditctl('batch undo b --sandbox --yes', { home })).code).toBe(0);
  writeFileSync(path.join(home, 'x.csv'), `${grants}initech,1,+30d\n`);
  expect(await notes()).toContain('began to undo batch b');
  expect(await notes()).toContain('Of batch b, 3 rows are undone');
});

test('a dry run only plans and shows; nothing is asked or kept', async () => {
  const home = homeWith(grants);
  const dry = await importOf(home, '--dry-run -o json');
  expect(dry.code, dry.stderr).toBe(0);
  expect(JSON.parse(dry.stdout)).toMatchObject({ unprocessed: 3, succeeded: 0 });
  expect(await count(home)).toBe(0);
});

test('problems of the file, and a missing yes, come before anything is written', async () => {
  const home = homeWith('external_customer_id,amount\nacme,x\n');
  expectUsage(await importOf(home, '--yes'), ['row 1 (line 2): amount is not a decimal number']);
  expectUsage(await creditctl('ledger import --sandbox --yes'), ['<file> is missing']);
  const good = homeWith(grants);
  const result = await importOf(good, '');
  expect(result.code).toBe(10);
  expect(result.requests).toEqual([]);
});

test('rows may come through a pipe', async () => {
  const home = freshHome();
  const stdin = '{"external_customer_id":"acme","amount":3}\n';
  const line = `ledger import - --batch-id piped --results ${home} --sandbox --yes`;
  const result = await creditctl(line, { home, stdin });
  expect(result.code, result.stderr).toBe(0);
  expect(existsSync(`${home}/piped.succeeded.ndjson`)).toBe(true);
});

test('credits reach the customer whose id is written, whatever another id looks like', async () => {
  const home = freshHome();
  const acme = await creditctl('customers show acme --sandbox --json id', { home });
  const { id } = JSON.parse(acme.stdout) as { id: string };
  const others = ['x1', 'x1 ', `id:${id}`];
  for (const other of others) {
    const line = ['customers', 'create', '--name', 'N', '--email', 'n@example.com', '--sandbox', '--yes'];
    expect(await run([...line, '--external-id', other], { home })).toMatchObject({ code: 0 });
  }
  const rows = [
    ...others.map((external, at) => ({ external_customer_id: external, amount: 10 ** at })),
    { customer_id: id, amount: 1000 },
  ];
  writeFileSync(`${home}/x.ndjson`, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const imported = await creditctl(`ledger import ${home}/x.ndjson --sandbox --yes`, { home });
  expect(imported.code, imported.stderr).toBe(0);
  expect(await run(['ledger', 'add', 'x1 ', '--amount', '5', '--sandbox', '--yes'], { home })).toMatchObject({
    code: 0,
  });
  const available = async (...who: string[]): Promise<unknown> => {
    const { stdout } = await run(['balance', ...who, '--sandbox', '--json', 'available'], { home });
    return (JSON.parse(stdout) as { available: unknown }).available;
  };
  expect(await available('x1')).toBe(1);
  expect(await available('x1 ')).toBe(15);
  expect(await available('--external-customer-id', `id:${id}`)).toBe(100);
  expect(await available(`id:${id}`)).toBe(1000);
});

test('a blank at the edge of an id in a CSV file is refused, and nothing is written', async () => {
  const home = homeWith('external_customer_id,amount\n"acme ",5\n acme,5\n');
  expectUsage(await importOf(home, '--yes'), [
    'row 1 (line 2): external_customer_id begins or ends with a space',
    'row 2 (line 3)',
    'NDJSON',
  ]);
});

test('rows that a spreadsheet emptied are left out', async () => {
  const home = homeWith('external_customer_id,amount\r\nacme,5\r\n,\r\n" ",\r\n');
  const result = await importOf(home, '--yes -o json');
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 1, succeeded: 1 });
});

test('a JSON array is refused with how to make rows of it', async () => {
  const home = freshHome();
  for (const text of ['[{"external_customer_id":"acme","amount":5}]', '\n[\n{}\n]\n']) {
    writeFileSync(`${home}/x.json`, text);
    expectUsage(await creditctl(`ledger import ${home}/x.json --sandbox --yes`, { home }), [
      'JSON array',
      "jq -c '.[]'",
    ]);
  }
});

test('a batch says what it granted now and what was there before', async () => {
  const home = homeWith(grants);
  const first = await importOf(home, '--yes --batch-id b -o json');
  const sums = [{ currency: 'credits', granted: 17 }];
  expect(JSON.parse(first.stdout)).toMatchObject({ already: 0, credits: sums, credits_now: sums });
  writeFileSync(path.join(home, 'x.csv'), `${grants}acme,3,+30d\n`);
  const second = await importOf(home, '--yes --batch-id b -o json');
  expect(JSON.parse(second.stdout)).toMatchObject({
    ...{ rows: 4, succeeded: 4, already: 3 },
    credits: [{ granted: 20 }],
    credits_now: [{ granted: 3 }],
  });
  writeFileSync(path.join(home, 'x.csv'), `${grants}acme,3,+30d\nglobex,2,+30d\n`);
  const third = await importOf(home, '--yes --batch-id b');
  expect(third.stderr).toContain('✓ Batch b: wrote 1 row (granted 2 credits); 4 rows were written before');
  const idle = await importOf(home, '--yes --batch-id b -o json');
  expect(JSON.parse(idle.stdout)).toMatchObject({ already: 5, credits_now: [] });
});
