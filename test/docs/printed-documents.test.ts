// What commands print and what plans hold fits the published schemas, which refuse what the decoders refuse.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readAccount, readEnd, readHeaderLine, readRowLine } from '../../src/batch/plan/plan-line-reading.ts';
import { CreditctlError } from '../../src/errors.ts';
import {
  decodeAlert,
  decodeBlock,
  decodeBlockInvoice,
  decodeCustomer,
  decodeEntry,
  decodeInvoice,
  decodeTopUp,
} from '../../src/orb/decode/records.ts';
import { openSandbox } from '../../src/sandbox/sandbox.ts';
import { parseJson } from '../../src/wire/json.ts';
import { receiving } from '../sandbox/delivery/receiving.ts';
import { creditctl } from '../support/command.ts';
import { printedProblem, schemaProblem } from '../support/schemas.ts';

let home: string;
let block: string;
beforeAll(async () => {
  const sold = '--amount 20.5 --cost-basis 0.1 --invoice-net-terms 30 --expires 2026-12-31 --yes';
  const added = await creditctl(`ledger add acme ${sold} -o json --sandbox`);
  ({ home } = added);
  block = (JSON.parse(added.stdout) as { credit_block: { id: string } }).credit_block.id;
  for (const line of [
    'ledger add acme --type decrement --amount 1',
    `blocks expire acme ${block} --amount 2`,
    `blocks void acme ${block} --amount 3 --reason refund`,
    'topups create acme --threshold 5 --amount 10 --cost-basis 0 --net-terms 0',
    'alerts create acme --type dropped --threshold 5',
    'ledger add acme --amount 5',
  ])
    expect((await creditctl(`${line} --yes --sandbox`, { home })).code, line).toBe(0);
  writeFileSync(
    path.join(home, 'grants.csv'),
    'external_customer_id;amount;expires\nacme;10;\nglobex;7.5;eoy\n',
  );
});

/** The document that a line prints with `-o json`. */
async function printed(line: string): Promise<unknown> {
  const { stdout, stderr } = await creditctl(`${line} -o json --sandbox`, { home });
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout);
}

const more = `
report movements acme --by month
report movements acme --by total --group type
report burndown acme
report expiring acme --within 1y
report statement acme --month 2026-11
ledger verify acme
history audit acme
history settle -n
record status
undo last -n
reconcile FILE --delimiter ;
config show
api GET /customers
version
completion bash
sandbox clock
sandbox units
sandbox status
sandbox faults set 429=0.5 --seed 1
sandbox faults clear
sandbox prices add call --credits 2
sandbox prices list
`;

/** Those that the table of all commands that have rows does not try. */
for (const line of more.trim().split('\n'))
  test(`the document of "${line}" has a schema, which it fits`, async () => {
    const document = await printed(line.replace('FILE', path.join(home, 'grants.csv')));
    const isDryRun = line.startsWith('undo');
    expect(isDryRun ? schemaProblem('dry-run[]', document) : printedProblem(line, document)).toBe('');
  });

/** The same with one field left out, made an object, or one too many. */
function* mutants(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries())
      for (const other of mutants(each)) yield value.with(index, other);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as Readonly<Record<string, unknown>>;
  for (const [name, below] of Object.entries(object)) {
    const { [name]: _left, ...others } = object;
    yield others;
    if (typeof below !== 'object' || below === null) yield { ...object, [name]: {} };
    for (const other of mutants(below)) yield { ...object, [name]: other };
  }
  yield { ...object, one_more: 1 };
}

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(CreditctlError);
    return false;
  }
}

for (const [schema, line, decode] of [
  ['entry', 'ledger list acme --all', decodeEntry],
  ['block', 'blocks list acme --all-blocks', decodeBlock],
  ['customer', 'customers list', decodeCustomer],
  ['top-up', 'topups list acme', decodeTopUp],
  ['alert', 'alerts list acme', decodeAlert],
  ['invoice', 'invoices list', decodeInvoice],
  ['block-invoice', 'blocks invoices BLOCK', decodeBlockInvoice],
] as const)
  test(`the schema of the API's ${schema} takes what is decoded, and nothing else`, async () => {
    const documents = (await printed(line.replace('BLOCK', block))) as unknown[];
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      expect(schemaProblem(schema, document)).toBe('');
      const differing = [...mutants(document)].filter((mutant) => {
        const json = parseJson(JSON.stringify(mutant));
        return (schemaProblem(schema, mutant) === '') !== isRead(() => decode(json));
      });
      expect(differing).toEqual([]);
    }
  });

test('the schema of a plan takes each line that is read, and nothing else', async () => {
  const plan = path.join(home, 'plan.ndjson');
  const made = await printed(`batch plan ${path.join(home, 'grants.csv')} --delimiter ; --out ${plan}`);
  expect(printedProblem('batch plan', made)).toBe('');
  const lines = readFileSync(plan, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => [line, schemaProblem('plan', JSON.parse(line))])).toEqual(
    lines.map((line) => [line, '']),
  );
  const read = (line: object): void => {
    const text = { line: JSON.stringify(line), place: 1 };
    if ('creditctl_plan' in line) readHeaderLine(text.line, plan);
    else if ('account' in line) readAccount(text, plan);
    else if ('end' in line) readEnd(text.line.slice(0, -1), plan);
    else readRowLine(text, plan);
  };
  const sha256 = '0'.repeat(64);
  for (const line of lines) {
    const { sha256: _hash, ...document } = JSON.parse(line) as Record<string, unknown>;
    const differing = [...(mutants(document) as Generator<object>)].filter((mutant) => {
      const whole = 'end' in document ? { ...mutant, sha256 } : mutant;
      return (schemaProblem('plan', whole) === '') !== isRead(() => read(mutant));
    });
    expect(differing).toEqual([]);
  }
});

/** What a schema says to documents, and to the same with a field left out, made an object, or one too many. */
function expectFits(schema: string, documents: readonly unknown[], refused: readonly object[]): void {
  expect(documents.length).toBeGreaterThan(0);
  for (const document of documents) expect(schemaProblem(schema, document)).toBe('');
  for (const change of refused)
    expect([change, schemaProblem(schema, { ...(documents[0] as object), ...change })]).not.toEqual([
      change,
      '',
    ]);
}

const without = (name: string): object => ({ [name]: undefined });

test('the first line of a server fits its schema', async () => {
  const stop = new AbortController();
  stop.abort(new CreditctlError('interrupted', 'Interrupted'));
  const { stdout } = await creditctl('sandbox serve --port 0', { home, signal: stop.signal });
  expectFits('server', [JSON.parse(stdout)], [without('api_key'), { base_url: 1 }, { port: 1 }]);
});

test('each line of an exported record fits its schema', async () => {
  const { stdout } = await creditctl('history export --sandbox', { home });
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expectFits('record-event', events, [without('body'), { hash: 'x' }, { seq: -1 }, { more: 1 }]);
});

test('events that were sent fit their schema, and so does what became of them', async () => {
  const receiver = await receiving();
  const db = path.join(home, 'events.db');
  const line = (text: string) => creditctl(`${text} --sandbox --db ${db} -o json`, { home });
  await line('alerts create acme --type dropped --threshold 5 --yes');
  for (const url of [receiver.url, 'http://127.0.0.1:1/']) await line(`sandbox webhooks add ${url}`);
  await line('ledger add acme --amount 9 --cost-basis 1 --invoice-net-terms 30 --mark-paid --yes');
  await line('ledger add acme --type decrement --amount 5 --yes');
  const sandbox = await openSandbox({ path: db, now: Date.now, randomBytes });
  await sandbox.deliver(2000);
  sandbox.close();
  const { stdout } = await line('sandbox webhooks log');
  const log = JSON.parse(stdout) as { state: string }[];
  expect(new Set(log.map(({ state }) => state))).toEqual(new Set(['delivered', 'waiting']));
  expectFits('webhook-delivery', log, [without('answer'), { state: 'sent' }, { attempts: -1 }, { more: 1 }]);
  const types = receiver.taken.map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['invoice.issued', 'customer.credit_balance_dropped']));
  const events = receiver.taken.map(({ event }) => event as object);
  expectFits('event', events, [without('id'), without('type'), { created_at: 1 }]);
});
