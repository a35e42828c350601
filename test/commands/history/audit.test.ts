import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { SqliteAccountRecord } from '../../../src/record/sqlite/account-record.ts';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
import { creditctl, errorOf, expectUsage, notesOf, rowsOf } from '../../support/command.ts';
import { granted } from '../../support/granted.ts';
import { changeRecord } from '../../support/recorded.ts';
import { freshHome, homeAfter, noon } from '../../support/run.ts';

interface Finding {
  readonly finding: string;
  readonly customer: string;
  readonly currency: string;
  readonly amount: number;
  readonly key: string | null;
  readonly who: string | null;
}

async function audit(home: string, more = 'acme') {
  const result = await creditctl(`history audit ${more} --sandbox -o json`, { home });
  return { ...result, findings: JSON.parse(result.stdout || '[]') as Finding[] };
}

/** A home with a grant, a decrement over two blocks and a void by this program. */
const written = (): Promise<string> => homeAfter('an audited history', write);

async function write(): Promise<string> {
  const { home } = await granted('--amount 5 --expires +9d');
  await creditctl('ledger add id:none --amount 5 --sandbox --yes', { home });
  await creditctl('ledger add acme --amount 6 --sandbox --yes', { home });
  await creditctl('ledger add acme --type decrement --amount 7 --sandbox --yes', { home });
  await creditctl('undo last --sandbox --yes', { home });
  await creditctl('ledger add acme --amount 9 --idempotency-key gift --sandbox --yes', { home });
  await creditctl('undo gift --sandbox --yes', { home });
  return home;
}

test('a ledger is held against its own account, and not against the one that was written to last', async () => {
  const home = await written();
  await creditctl(`ledger add acme --amount 1 --sandbox --db ${home}/other.db --yes`, { home });
  expect((await audit(home)).findings).toEqual([]);
  expect((await audit(home, '--all')).findings).toEqual([]);
});

test('a ledger that this program alone wrote agrees with the record', async () => {
  const home = await written();
  const { code, findings, requests } = await audit(home);
  expect({ code, findings }).toEqual({ code: 0, findings: [] });
  expect(requests.every(({ method }) => method === 'GET')).toBe(true);
  expect((await audit(home, '--all')).code).toBe(0);
});

test('entries of settled writes do not ask the record for its time, each with a round trip to a server', async () => {
  const home = await written();
  const now = vi.spyOn(SqliteAccountRecord.prototype, 'now');
  try {
    expect((await audit(home)).findings).toEqual([]);
    expect(now).not.toHaveBeenCalled();
  } finally {
    now.mockRestore();
  }
});

test('on a terminal a customer who is not named is searched for', async () => {
  const home = await written();
  const answers = [{ message: 'Which customer?', answer: 'acme' }];
  const { code, stderr } = await creditctl('history audit --sandbox', { home, answers, terminal: 120 });
  expect(code, stderr).toBe(0);
});

test('what was granted under another record is found, and exits 1', async () => {
  const home = await written();
  const env = {
    CREDITCTL_STATE_DIR: `${home}/other`,
    CREDITCTL_SANDBOX_DB: `${home}/.local/state/creditctl/sandbox.db`,
  };
  const line = 'ledger add acme --amount 400 --idempotency-key outside --sandbox --yes';
  expect((await creditctl(line, { home, env })).code).toBe(0);
  const result = await audit(home, '--all');
  expect(result.code).toBe(1);
  expect(result.findings).toEqual([
    {
      ...{ finding: 'not_in_record', customer: 'acme', currency: 'credits', entry: expect.any(String) },
      ...{ amount: 400, key: 'outside', who: null, approved_by: [] },
      ...{ at: '2026-11-23T12:00:00+00:00', entry_type: 'increment', block: expect.any(String) },
    },
  ]);
  // The record has no write to show or to settle.
  const ways = ['creditctl ledger list acme', 'creditctl blocks void', '--since <date>'];
  const next = ways.map((way) => expect.stringContaining(way));
  expect(errorOf(result)).toMatchObject({ code: 'check-failed', next });
});

test('what the ledger has lost, and what differs from its write, is found with who wrote it', async () => {
  const home = await written();
  const gift = { key: 'gift', amount: 9, who: 'tester', approved_by: ['eve'], entry_type: 'increment' };
  changeRecord(home, `UPDATE writes SET amount = '8', approved_by = '["eve"]' WHERE key = 'gift'`);
  expect((await audit(home)).findings).toMatchObject([{ finding: 'differs', ...gift }]);
  changeRecord(home, "UPDATE writes SET entry = 'gone' WHERE key = 'gift'");
  const lost = await audit(home);
  expect(errorOf(lost).next).toEqual([expect.stringContaining('history show')]);
  expect(lost.findings).toMatchObject([
    { finding: 'differs', ...gift },
    { finding: 'not_in_ledger', ...gift },
  ]);
  changeRecord(home, "UPDATE writes SET state = 'refused' WHERE key = 'gift'");
  const differing = await audit(home);
  expect(differing.findings).toMatchObject([{ finding: 'differs', key: 'gift', amount: 9, who: 'tester' }]);
});

test('findings before --since are counted apart, and are no reason to fail', async () => {
  const home = await written();
  changeRecord(home, "UPDATE writes SET entry = 'gone' WHERE key = 'gift'");
  const dayAfter = (days: number) => new Date(noon + days * 86_400_000).toISOString().slice(0, 10);
  const all = await audit(home, `acme --since ${dayAfter(0)}`);
  expect([all.code, all.findings.map(({ finding }) => finding)]).toEqual([1, ['differs', 'not_in_ledger']]);
  expect(notesOf(all).some((note) => 'older_findings' in note)).toBe(false);
  await creditctl('sandbox clock advance 2d', { home });
  const later = await audit(home, `--all --since ${dayAfter(1)}`);
  expect([later.code, later.findings]).toEqual([0, []]);
  expect(notesOf(later)).toContainEqual({ older_findings: 2 });
  expectUsage(await creditctl('history audit acme --since soon --sandbox'), ['--since']);
});

test('a ledger in a pricing unit, or in a currency that the customer has not, is held against the record', async () => {
  const { home } = await creditctl('sandbox units add tokens');
  await creditctl('customers create --name New --email new@example.com --external-id new --sandbox --yes', {
    home,
  });
  await creditctl('ledger add new --amount 5 --currency EUR --sandbox --yes', { home });
  const stdin = 'external_customer_id,amount,currency\nacme,7,tokens\n';
  const rows = await creditctl(`ledger import - --format csv --results ${home} --sandbox --yes`, {
    home,
    stdin,
  });
  expect(rows.code, rows.stderr).toBe(0);
  expect(await audit(home, '--all')).toMatchObject({ code: 0, findings: [] });
  changeRecord(home, "UPDATE writes SET entry = 'gone' WHERE entry IS NOT NULL");
  const findings = (await audit(home, '--all')).findings.map(({ finding, currency }) => [finding, currency]);
  expect(findings.sort()).toEqual(
    ['differs', 'not_in_ledger'].flatMap((each) => ['EUR', 'tokens'].map((currency) => [each, currency])),
  );
});

test('a batch of deductions in a pricing unit is held against that ledger, also after its texts were erased', async () => {
  const { home } = await creditctl('sandbox units add tokens');
  const env = {
    CREDITCTL_STATE_DIR: `${home}/other`,
    CREDITCTL_SANDBOX_DB: `${home}/.local/state/creditctl/sandbox.db`,
  };
  await creditctl('ledger add acme --amount 50 --currency tokens --sandbox --yes', { home, env });
  await creditctl('ledger add acme --amount 5 --sandbox --yes', { home });
  const stdin = 'external_customer_id,type,amount,currency\nacme,decrement,7,tokens\n';
  const line = `ledger import - --format csv --results ${home} --sandbox --yes`;
  expect((await creditctl(line, { home, stdin })).code).toBe(0);
  const result = await audit(home);
  // The grant under the other record is found only now that its ledger is read.
  expect(result.findings).toMatchObject([{ finding: 'not_in_record', currency: 'tokens', amount: 50 }]);
  const entries = 'See the entries: creditctl ledger list acme --currency tokens --sandbox';
  expect(errorOf(result).next).toContain(entries);
  expect((await creditctl('record erase acme --sandbox --yes --confirm acme', { home })).code).toBe(0);
  expect((await audit(home)).findings).toEqual(result.findings);
  changeRecord(home, "UPDATE writes SET entry = 'gone' WHERE batch IS NOT NULL");
  const lost = (await audit(home)).findings.filter(({ finding }) => finding === 'not_in_ledger');
  expect(lost).toMatchObject([{ currency: 'tokens', amount: 7 }]);
});

test('a plan that was changed stops no audit: all other findings are shown, and a ledger may be left out', async () => {
  const { home } = await granted('--amount 5');
  const stdin = 'external_customer_id,type,amount\nacme,decrement,2\nglobex,increment,3\n';
  const line = `ledger import - --format csv --results ${home} --sandbox --yes`;
  expect((await creditctl(line, { home, stdin })).code).toBe(0);
  changeRecord(home, "UPDATE writes SET entry = 'gone' WHERE batch IS NOT NULL");
  changeRecord(home, "UPDATE plan_pieces SET bytes = x'00'");
  const result = await audit(home, '--all');
  expect(result.findings.map(({ finding, customer, currency }) => [finding, customer, currency])).toEqual([
    ['differs', 'globex', 'credits'],
    ['not_in_ledger', 'globex', 'credits'],
    ['not_in_ledger', 'acme', ''],
  ]);
  expect(errorOf(result)).toMatchObject({
    exit_code: 1,
    message: expect.stringMatching(
      /findings: 3\. A ledger may be left out: .* holds a plan that was changed$/,
    ),
    next: [
      'See a write: creditctl history show <key> --sandbox',
      'See what was changed: creditctl history verify --sandbox',
    ],
  });
});

test('the ways on name the account that was asked for, and settle only what is open', async () => {
  const { home } = await granted('--amount 5');
  changeRecord(home, "UPDATE writes SET entry = 'gone'");
  const see = 'See a write: creditctl history show <key> --account 1 --sandbox';
  expect(errorOf(await audit(home, 'acme --account 1')).next).toEqual([see]);
  changeRecord(home, "UPDATE writes SET state = 'unknown'");
  const settle = 'Settle what is open: creditctl history settle --sandbox';
  expect(errorOf(await audit(home, 'acme --account 1')).next).toEqual([see, settle]);
});

test('a deduction that the ledger has lost is shown with its currency', async () => {
  const { home } = await granted('--amount 8');
  await creditctl('ledger add acme --type decrement --amount 3 --sandbox --yes', { home });
  changeRecord(home, "UPDATE writes SET entry = 'gone' WHERE entry IS NOT NULL AND amount = '3'");
  const { findings } = await audit(home);
  expect(findings).toMatchObject([{ finding: 'not_in_ledger', amount: 3, currency: 'credits' }]);
});

test('a write that is settled while its ledger is read is no finding, nor is one that a process still works on', async () => {
  const { home } = await creditctl('sandbox faults set reset-after=1');
  await creditctl('ledger add acme --amount 7 --sandbox --yes', { home });
  await creditctl('sandbox faults clear', { home });
  expect((await audit(home)).findings).toMatchObject([{ finding: 'differs', amount: 7 }]);
  const held = { machine: 'elsewhere', pid: 77 };
  changeRecord(home, `UPDATE writes SET state = 'noted', runner = '${JSON.stringify(held)}'`);
  expect((await audit(home)).findings).toEqual([]);
  changeRecord(home, "UPDATE writes SET state = 'unknown'");
  let isSettled = false;
  const settled = await creditctl('history audit acme --sandbox', {
    home,
    between: async (request, exchange) => {
      if (!isSettled && request.path.endsWith('/credits/ledger')) {
        isSettled = true;
        expect((await creditctl('history settle --sandbox --yes', { home })).code).toBe(0);
      }
      return exchange(request);
    },
  });
  expect([settled.code, isSettled], settled.stderr).toEqual([0, true]);
});

test('a void has the amount that it was asked for, and not what was left in its block', async () => {
  const { home, stdout } = await creditctl('ledger add acme --amount 8 --sandbox --yes --json credit_block');
  const { credit_block: block } = JSON.parse(stdout);
  const line = `blocks void acme ${block.id} --amount 3 --sandbox --yes --confirm ${block.id}`;
  expect((await creditctl(line, { home })).code).toBe(0);
  expect((await audit(home)).findings).toEqual([]);
  changeRecord(home, "UPDATE writes SET entry = 'gone' WHERE entry IS NOT NULL AND amount = '8'");
  const { findings } = await audit(home);
  expect(findings.filter(({ finding }) => finding === 'not_in_ledger').map(({ amount }) => amount)).toEqual([
    3, 8,
  ]);
});

test('credits that were granted twice under one key are found', async () => {
  const home = await written();
  const line = 'ledger add acme --amount 4 --idempotency-key monthly --sandbox --yes';
  const env = {
    CREDITCTL_STATE_DIR: `${home}/other`,
    CREDITCTL_SANDBOX_DB: `${home}/.local/state/creditctl/sandbox.db`,
  };
  // Another record, and a key that the API has forgotten since.
  expect((await creditctl(line, { home, env })).code).toBe(0);
  expect((await creditctl(line, { home, now: noon + 3 * 86_400_000 })).code).toBe(0);
  const { code, findings } = await audit(home);
  expect([code, findings.length]).toEqual([1, 1]);
  expect(findings).toMatchObject([{ finding: 'differs', key: 'monthly', amount: 4 }]);
});

test('credits that count by now are not granted again, also where the entry that says so has the mark', async () => {
  const line = 'ledger add acme --amount 4 --effective +2d --idempotency-key later --sandbox --yes';
  const { home } = await creditctl(line);
  await creditctl('sandbox clock advance 3d', { home });
  const marked = { metadata: { creditctl_key: 'later' } };
  const { code, stdout } = await creditctl('history audit acme --sandbox -o json', {
    home,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      if (!request.path.endsWith('/credits/ledger')) return answer;
      const page = JSON.parse(answer.body) as { data: object[] };
      return {
        ...answer,
        body: JSON.stringify({ ...page, data: page.data.map((entry) => ({ ...entry, ...marked })) }),
      };
    },
  });
  expect([code, JSON.parse(stdout)]).toEqual([0, []]);
});

test('what was in a block that this program deleted is not missed', async () => {
  const line = 'ledger add acme --amount 8 --sandbox --yes --json credit_block';
  const { home, stdout } = await creditctl(line);
  const { credit_block: block } = JSON.parse(stdout);
  const deleted = await creditctl(`blocks delete ${block.id} --sandbox --yes --confirm ${block.id}`, {
    home,
  });
  expect(deleted.code, deleted.stderr).toBe(0);
  const { code, findings } = await audit(home);
  expect({ code, findings }).toEqual({ code: 0, findings: [] });
  changeRecord(home, "UPDATE writes SET state = 'unknown' WHERE method = 'DELETE'");
  expect((await audit(home)).findings).toMatchObject([{ finding: 'not_in_ledger', amount: 8 }]);
});

test("usage that a grant for the past takes over is nobody's, and what only looks like it is found", async () => {
  const { home } = await creditctl('sandbox usage acme --amount 3 --sandbox');
  const grant = 'ledger add acme --amount 10 --effective 2026-01-05 --sandbox --yes';
  expect((await creditctl(grant, { home })).code).toBe(0);
  expect(await audit(home)).toMatchObject({ code: 0, findings: [] });
  const changedBy = async (from: string, to: string) => {
    const line = 'history audit acme --sandbox -o json';
    const { stdout } = await creditctl(line, {
      home,
      between: async (request, exchange) => {
        const answer = await exchange(request);
        // The newest entry is the first.
        return { ...answer, body: answer.body.replace(from, to) };
      },
    });
    return (JSON.parse(stdout) as Finding[]).map(({ finding, amount }) => [finding, amount]);
  };
  const found = (...amounts: number[]) => amounts.map((each) => ['not_in_record', each]);
  expect(await changedBy('"amount":3,', '"amount":4,')).toEqual(found(4, 3));
  expect(await changedBy('"entry_type":"decrement"', '"entry_type":"amendment"')).toEqual(found(3, 3));
  expect(await changedBy('"ledger_sequence_number":3,', '"ledger_sequence_number":2,')).toEqual(found(3, 3));
  expect(await changedBy('"ledger_sequence_number":2,', '"ledger_sequence_number":1,')).toEqual(found(3, 3));
});

test("a debt that an expired block leaves to another one is nobody's", async () => {
  const grant = 'ledger add acme --amount 5 --effective 2026-01-05 --expires +2d --sandbox --yes';
  const { home } = await creditctl(grant);
  await creditctl('sandbox usage acme --amount 8 --sandbox', { home });
  await creditctl('sandbox clock advance 4d', { home });
  const { stdout } = await creditctl('ledger list acme --type expiration_change --sandbox -o json', { home });
  expect(JSON.parse(stdout)).toMatchObject([{ amount: 3, new_block_expiry_date: null }]);
  expect(await audit(home)).toMatchObject({ code: 0, findings: [] });
});

const purchase =
  'topups create acme --threshold 90 --amount 100 --cost-basis 1 --net-terms 30 --sandbox --yes';

test('credits that were voided with their invoice are the doing of who voided it', async () => {
  const { home } = await creditctl('balance acme --sandbox');
  const elsewhere = {
    CREDITCTL_STATE_DIR: `${home}/other`,
    CREDITCTL_SANDBOX_DB: `${home}/.local/state/creditctl/sandbox.db`,
  };
  for (const env of [{}, elsewhere]) {
    const sale = 'ledger add acme --amount 5 --cost-basis 2 --invoice-net-terms 30 --sandbox --yes';
    const { stdout } = await creditctl(`${sale} --jq .created_invoices[0].id`, { home, env });
    const id = stdout.trim();
    const line = `invoices void ${id} --sandbox --yes --confirm ${id}`;
    expect((await creditctl(line, { home, env })).code).toBe(0);
  }
  const { findings } = await audit(home);
  expect(findings.map(({ finding, key }) => [finding, key])).toEqual([
    ['not_in_record', expect.any(String)],
    ['not_in_record', null],
  ]);
});

/** A home with a block that an invoice charges for, and the ids of both. */
async function sold() {
  const sale =
    'ledger add acme --amount 50 --cost-basis 2 --invoice-net-terms 30 --expires +9d --sandbox --yes';
  const { home, stdout } = await creditctl(`${sale} --json created_invoices,credit_block`);
  const { created_invoices: invoices, credit_block: block } = JSON.parse(stdout);
  return { home, invoice: String(invoices[0].id), block: String(block.id) };
}

async function voidInvoice(id: string, home: string): Promise<void> {
  const { code, stderr } = await creditctl(`invoices void ${id} --sandbox --yes --confirm ${id}`, { home });
  expect(code, stderr).toBe(0);
}

/** Voids credits without this program. */
async function voidElsewhere(
  more: { readonly amount: number; readonly block_id: unknown },
  home: string,
): Promise<void> {
  const database = `${home}/.local/state/creditctl/sandbox.db`;
  const sandbox = await openSandbox({ path: database, now: () => noon, randomBytes });
  const body = JSON.stringify({ entry_type: 'void', ...more });
  const path = '/customers/external_customer_id/acme/credits/ledger_entry';
  const { status } = await sandbox.exchange({ method: 'POST', path, query: [], headers: {}, body });
  sandbox.close();
  expect(status).toBe(201);
}

test.each([
  20, 50,
])('a void of %d outside is found also where the invoice was voided later', async (amount) => {
  const { home, invoice, block } = await sold();
  await voidElsewhere({ amount, block_id: block }, home);
  const before = (await audit(home)).findings;
  expect(before).toMatchObject([{ finding: 'not_in_record', key: null, amount }]);
  await creditctl('sandbox clock advance 2h', { home });
  await voidInvoice(invoice, home);
  expect((await audit(home)).findings).toEqual(before);
});

test('credits that got another expiry before their invoice was voided are not found', async () => {
  const { home, invoice, block } = await sold();
  const extend = `blocks extend acme ${block} --to +60d --amount 20 --sandbox --yes`;
  expect((await creditctl(extend, { home })).code).toBe(0);
  await voidInvoice(invoice, home);
  expect(await audit(home)).toMatchObject({ code: 0, findings: [] });
});

test('a void of credits under another expiry is found, although an invoice was voided earlier', async () => {
  const { home, invoice } = await sold();
  const { block } = await granted('--amount 8 --expires +9d', home);
  const extend = `blocks extend acme ${block} --to +60d --sandbox --yes`;
  expect((await creditctl(extend, { home })).code).toBe(0);
  await voidInvoice(invoice, home);
  await creditctl('sandbox clock advance 2h', { home });
  const [extended] = rowsOf(await creditctl('blocks list acme --sandbox -o json', { home }));
  await voidElsewhere({ amount: 8, block_id: extended?.id }, home);
  expect((await audit(home)).findings).toMatchObject([{ finding: 'not_in_record', amount: 8, key: null }]);
});

test('credits that were paid for or became effective, also under another expiry, are found where their grant is', async () => {
  const { home } = await creditctl(
    'ledger add acme --amount 5 --effective +5d --expires +40d --sandbox --yes',
  );
  const require = '--cost-basis 1 --invoice-net-terms 30 --require-payment --expires +40d --sandbox --yes';
  const sale = await creditctl(`ledger add acme --amount 50 ${require} -o json`, { home });
  const { created_invoices: invoices, credit_block: block } = JSON.parse(sale.stdout);
  const extend = `blocks extend acme ${block.id} --to +60d --amount 20 --sandbox --yes`;
  expect((await creditctl(extend, { home })).code).toBe(0);
  const paid = `invoices mark-paid ${invoices[0].id} --received today --sandbox --yes`;
  expect((await creditctl(paid, { home })).code).toBe(0);
  expect((await creditctl('sandbox clock advance 9d', { home })).code).toBe(0);
  expect(await audit(home)).toMatchObject({ code: 0, findings: [] });
  changeRecord(home, 'DELETE FROM writes');
  await creditctl('ledger add acme --amount 1 --sandbox --yes', { home });
  expect((await audit(home)).findings.map(({ amount }) => amount)).toEqual([20, 50, 5]);
});

test('what a top-up of this program bought is its doing, and what another one bought is not', async () => {
  const home = await written();
  const topUp = await creditctl(purchase, { home });
  expect(topUp.code, topUp.stderr).toBe(0);
  expect(await audit(home)).toMatchObject({ code: 0, findings: [] });
  changeRecord(home, "UPDATE writes SET state = 'refused' WHERE entry IS NOT NULL AND block IS NULL");
  expect((await audit(home)).findings).toMatchObject([{ finding: 'not_in_record', amount: 100, key: null }]);
});

test('what a top-up bought is voided with it, as long as it is not paid for, and nothing else is', async () => {
  const { home } = await creditctl(`${purchase} --require-payment`);
  const [topUp] = rowsOf(await creditctl('topups list acme --sandbox -o json', { home }));
  const line = `topups delete acme ${topUp?.id} --confirm ${topUp?.id} --sandbox --yes`;
  expect((await creditctl(line, { home })).code).toBe(0);
  expect(await audit(home)).toMatchObject({ code: 0, findings: [] });
  changeRecord(home, "UPDATE writes SET state = 'refused' WHERE method = 'DELETE'");
  expect((await audit(home)).findings).toMatchObject([{ finding: 'not_in_record', amount: 100 }]);
});

test.each([
  ['allocation', []],
  ['commitment', []],
  ['manual', [{ finding: 'not_in_record', amount: 100 }]],
])('of grants that nobody wrote, those of plans are no finding, and others are: %s', async (source, expected) => {
  const home = await written();
  await creditctl(purchase, { home });
  changeRecord(home, "UPDATE writes SET state = 'refused' WHERE entry IS NOT NULL AND block IS NULL");
  const { code, stdout } = await creditctl('history audit acme --sandbox -o json', {
    home,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      return { ...answer, body: answer.body.replaceAll('"top_up"', `"${source}"`) };
    },
  });
  expect([code, JSON.parse(stdout)]).toMatchObject([expected.length, expected]);
});

test('one customer is named, or all are meant', async () => {
  expectUsage(await creditctl('history audit --sandbox'), [
    '<customer> is missing: name a customer, or add --all',
  ]);
  expectUsage(await creditctl('history audit acme --all --sandbox'), [
    '--all cannot be used with a customer',
  ]);
});

test('where the record knows no write of the account, all that was granted by hand is a finding', async () => {
  const empty = await creditctl('history audit --all --sandbox -o json');
  expect([empty.code, empty.stdout]).toEqual([0, '[]\n']);
  expect(notesOf(empty)).toContainEqual({ not_in_record: true });
  const home = freshHome();
  const ledger = { CREDITCTL_SANDBOX_DB: path.join(home, 'a.db') };
  await creditctl('ledger add acme --amount 5 --sandbox --yes', { home, env: ledger });
  const env = { ...ledger, CREDITCTL_STATE_DIR: path.join(home, 'another') };
  const { code, stdout } = await creditctl('history audit --all --sandbox -o json', { home, env });
  expect([code, JSON.parse(stdout)]).toMatchObject([
    1,
    [{ finding: 'not_in_record', customer: 'acme', amount: 5, who: null }],
  ]);
});

test('the audit of all finds what was granted to a customer who was deleted without creditctl', async () => {
  const create =
    'customers create --name Hooli --email a@hooli.example --external-id hooli --sandbox --yes --json';
  const { home, stdout } = await creditctl(create);
  const path = `/customers/${(JSON.parse(stdout) as { id: string }).id}`;
  await creditctl('ledger add hooli --amount 5 --sandbox --yes', { home });
  await creditctl('ledger add hooli --type decrement --amount 2 --sandbox --yes', { home });
  await creditctl(`api DELETE ${path} --sandbox --yes --confirm 'DELETE ${path}'`, { home });
  expect(await audit(home, '--all')).toMatchObject({ code: 0, findings: [] });
  changeRecord(home, "UPDATE writes SET state = 'unknown' WHERE method = 'DELETE'");
  const { code, findings, requests } = await audit(home, '--all');
  expect(code).toBe(1);
  const lost = { finding: 'not_in_ledger', customer: 'hooli', currency: 'credits' };
  expect(findings).toMatchObject([
    { ...lost, amount: 2 },
    { ...lost, amount: 5 },
  ]);
  expect(requests.filter((request) => request.path.endsWith(path))).toHaveLength(1);
});

test('the audit of all knows a customer who has another external id now', async () => {
  const { home } = await granted('--amount 5');
  changeRecord(home, "UPDATE writes SET customer = 'old-name' WHERE customer = 'acme'");
  const { code, findings } = await audit(home, '--all');
  expect(findings.filter(({ finding }) => finding === 'not_in_ledger')).toEqual([]);
  expect(code).toBe(0);
});

test('what a deleted customer was granted is not missed where the external id has a new owner', async () => {
  const create =
    'customers create --name Hooli --email a@hooli.example --external-id hooli --sandbox --yes --json';
  const { home, stdout } = await creditctl(create);
  await creditctl('ledger add hooli --amount 5 --sandbox --yes', { home });
  const path = `/customers/${(JSON.parse(stdout) as { id: string }).id}`;
  await creditctl(`api DELETE ${path} --sandbox --yes --confirm 'DELETE ${path}'`, { home });
  await creditctl(create, { home });
  const { code, findings } = await audit(home, 'hooli');
  expect({ code, findings }).toEqual({ code: 0, findings: [] });
});
