// No write goes around the guards: every command that writes, on every kind of connection, on a terminal and off it.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandsOf } from '../../src/cli/command-tree.ts';
import { program } from '../../src/commands/program.ts';
import { creditctl } from '../support/command.ts';
import { recordDigest } from '../support/recorded.ts';
import { freshHome, type PlannedAnswer, type RunResult } from '../support/run.ts';

interface Case {
  /** Ids of the home stand in it as `BLOCK`, `TOP_UP`, `ALERT` and `INVOICE`; `ROW` is an entry that a batch made. */
  readonly line: string;
  /** What the policy calls it; nothing for a write that moves no credits. */
  readonly type?: string;
  /** How the question begins that a person answers with no. */
  readonly question?: string;
}

const api = (rest: string, type?: string): Case => ({
  line: `api ${rest}`,
  ...(type === undefined ? {} : { type }),
});
const body = '-F entry_type=increment -F amount=1';

/** By command, at least one line for each that writes. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  'ledger add': [
    { line: 'ledger add acme --amount 1 --expires never --description Trial', type: 'increment' },
    { line: 'ledger add id:ACME --amount 1 --expires never --description Trial', type: 'increment' },
    { line: 'ledger add acme --type decrement --amount 1', type: 'decrement' },
    { line: 'ledger add acme --type void --block BLOCK --amount 1', type: 'void' },
    { line: 'ledger add acme --type amendment --block BLOCK --amount 1', type: 'amendment' },
    {
      line: 'ledger add acme --type expiration_change --block BLOCK --target-expires +9d',
      type: 'expiration_change',
    },
  ],
  'blocks expire': [{ line: 'blocks expire acme BLOCK', type: 'expiration_change' }],
  'blocks extend': [{ line: 'blocks extend acme BLOCK --to +3y', type: 'expiration_change' }],
  'blocks void': [{ line: 'blocks void acme BLOCK', type: 'void' }],
  'blocks amend': [{ line: 'blocks amend acme BLOCK --amount 1', type: 'amendment' }],
  'blocks delete': [{ line: 'blocks delete BLOCK', type: 'block_delete', question: 'This ' }],
  'invoices issue': [{ line: 'invoices issue INVOICE', type: 'invoice_issue' }],
  'invoices mark-paid': [
    { line: 'invoices mark-paid INVOICE --received 2026-01-31', type: 'invoice_mark_paid' },
  ],
  'invoices void': [{ line: 'invoices void INVOICE', type: 'invoice_void', question: 'This ' }],
  'topups create': [
    {
      line: 'topups create acme --threshold 1 --amount 1 --cost-basis 0 --net-terms 0',
      type: 'top_up',
    },
  ],
  'batch apply': [{ line: 'batch apply PLAN', type: 'increment' }],
  'ledger import': [{ line: 'ledger import GRANTS', type: 'increment' }],
  undo: [
    { line: 'undo last', type: 'void' },
    { line: 'undo ROW', type: 'void' },
  ],
  api: [
    api(`POST customers/external_customer_id/acme/credits/ledger_entry ${body}`, 'increment'),
    api(`POST /v1/customers/external_customer_id/acme/credits/ledger%5Fentry ${body}`, 'increment'),
    api(`POST customers/ACME/credits/ledger_entry ${body}`, 'increment'),
    api('POST customers/ACME/credits/top_ups -F amount=1', 'top_up'),
    { line: 'api DELETE credit_blocks/BLOCK', type: 'block_delete', question: 'The ' },
    { line: 'api DELETE alerts/ALERT', question: 'The ' },
    api('POST invoices/INVOICE/issue', 'invoice_issue'),
    // It charges the customer.
    { line: 'api POST invoices/INVOICE/pay', type: 'unknown', question: 'What ' },
    // What nobody knows is typed back, and is of a type that no policy can allow.
    { line: 'api POST customers/ACME/balance_transactions -F amount=1', type: 'unknown', question: 'What ' },
    { line: `api POST customers/ACME/credits/ledger_entry.json ${body}`, type: 'unknown', question: 'What ' },
    { line: `api PATCH customers/ACME/credits/ledger_entry ${body}`, type: 'unknown', question: 'What ' },
    { line: 'api DELETE customers/ACME', type: 'unknown', question: 'What ' },
    api('PUT customers/ACME -F name=X'),
    api('POST customers -F name=X -F email=x@x.example'),
  ],
  'customers create': [{ line: 'customers create --name A --email a@a.example' }],
  'customers update': [{ line: 'customers update acme --name B' }],
  'topups delete': [{ line: 'topups delete globex TOP_UP', question: '' }],
  'alerts create': [{ line: 'alerts create acme --type depleted' }],
  'alerts enable': [{ line: 'alerts enable ALERT' }],
  'alerts disable': [{ line: 'alerts disable ALERT' }],
  'alerts delete': [{ line: 'alerts delete ALERT', question: '' }],
};

/** They ask too, and each has tests of its own: they write to this machine, or what was agreed to before. */
const elsewhere = [
  ...[
    'sandbox reset',
    'sandbox clone',
    'config remove-profile',
    'history settle',
    'batch resume',
    'batch undo',
    'batch approve',
  ],
  ...['record accept', 'record erase', 'record init', 'record policy'],
];

test('every command that can be agreed to with --yes is in this list, and no other', () => {
  const writing = commandsOf(program).flatMap(({ path: words, options }) =>
    options.some(({ flags }) => flags.includes('--yes')) ? [words.join(' ')] : [],
  );
  expect([...Object.keys(cases), ...elsewhere].sort()).toEqual(writing.sort());
});

const profiles = { sandbox: 'demo', test: 'staging', live: 'production' } as const;
type Kind = keyof typeof profiles;

interface Prepared {
  readonly home: string;
  readonly ids: Readonly<Record<string, string>>;
}

const env = { ORB_API_KEY: 'key_of_a_test', ORB_BASE_URL: 'https://orb.example/v1' };

/** One database behind all three profiles, and one grant from each of them. */
async function prepare(): Promise<Prepared> {
  const home = freshHome();
  const db = path.join(home, 'ledger.db');
  const ran = async (line: string): Promise<RunResult> => {
    const result = await creditctl(line, { home, env, served: db });
    expect(result.code, `${line}\n${result.stderr}`).toBe(0);
    return result;
  };
  await ran('config set kind sandbox --profile demo');
  await ran(`config set db ${db} --profile demo`);
  await ran('config set mode test --profile staging');
  await ran('config set mode live --profile production');
  const made = async (line: string): Promise<Record<string, unknown>> =>
    JSON.parse((await ran(`${line} --profile demo -o json`)).stdout) as Record<string, unknown>;
  const granted = (await made('ledger add acme --amount 100 --expires +1y --yes')) as {
    credit_block: { id: string };
    customer: { id: string };
  };
  await ran('ledger add acme --type decrement --amount 5 --profile demo --yes');
  const topUp = await made(
    'topups create globex --threshold 0 --amount 1 --cost-basis 0 --net-terms 0 --yes',
  );
  const sold = (await made('ledger add globex --amount 1 --cost-basis 1 --invoice-net-terms 0 --yes')) as {
    created_invoices: readonly { id: string }[];
  };
  const alert = await made('alerts create globex --type recovered --yes');
  writeFileSync(path.join(home, 'grants.csv'), 'external_customer_id,amount\nacme,1\nglobex,2\n');
  for (const [kind, profile] of Object.entries(profiles))
    await ran(`batch plan ${path.join(home, 'grants.csv')} --out ${planOf(home, kind)} --profile ${profile}`);
  const row = path.join(home, 'row.csv');
  writeFileSync(row, 'external_customer_id,amount\ninitech,3\n');
  const rows: Record<string, string> = {};
  for (const [kind, profile] of Object.entries(profiles)) {
    await ran(`ledger import ${row} --batch-id row-${kind} --profile ${profile} --yes`);
    const [entry] = JSON.parse(
      (await ran(`ledger list initech --profile ${profile} --limit 1 --json id`)).stdout,
    ) as { id: string }[];
    rows[`ROW ${kind}`] = entry?.id ?? '';
  }
  // After the batches: `undo last` takes back nothing older than one.
  for (const profile of Object.values(profiles))
    await ran(`ledger add initech --amount 7 --profile ${profile} --yes`);
  const ids = {
    ...rows,
    GRANTS: path.join(home, 'grants.csv'),
    BLOCK: granted.credit_block.id,
    ACME: granted.customer.id,
    TOP_UP: String(topUp.id),
    ALERT: String(alert.id),
    INVOICE: String(sold.created_invoices[0]?.id),
  };
  return { home, ids };
}

const planOf = (home: string, kind: string): string => path.join(home, `${kind}.plan`);

let prepared: Prepared;
beforeAll(async () => {
  prepared = await prepare();
}, 60_000);

const filled = (line: string, kind: Kind): string =>
  line
    .replace('PLAN', planOf(prepared.home, kind))
    .replace('ROW', () => prepared.ids[`ROW ${kind}`] ?? 'ROW')
    .replace(/BLOCK|ACME|TOP_UP|ALERT|INVOICE|GRANTS/g, (name) => prepared.ids[name] ?? name);

async function tried(
  line: string,
  kind: Kind,
  more: { readonly terminal?: number; readonly answers?: readonly PlannedAnswer[] } = {},
): Promise<RunResult> {
  const { home } = prepared;
  const db = path.join(home, 'ledger.db');
  return creditctl(`${filled(line, kind)} --profile ${profiles[kind]}`, { home, env, served: db, ...more });
}

/** It exits 10, nothing but reads has left, and the record is as it was. */
function expectNothing(result: RunResult, before: string | undefined): void {
  expect(result.code, `${result.stdout}${result.stderr}`).toBe(10);
  expect(result.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(recorded()).toBe(before);
}

const recorded = (): string | undefined => recordDigest(prepared.home);

for (const kind of Object.keys(profiles) as Kind[]) {
  // Whatever a line makes of its command, it makes on each kind of connection.
  const all = Object.values(cases).flatMap((lines) => (kind === 'live' ? lines : lines.slice(0, 1)));
  for (const { line, question } of all)
    test(`"${line}" needs somebody's consent on ${kind}`, async () => {
      const before = recorded();
      expectNothing(await tried(line, kind), before);
      expectNothing(await tried(`${line} --no-input`, kind, { terminal: 100 }), before);
      const answers = [{ message: question ?? '', answer: question === undefined ? false : 'no' }];
      expectNothing(await tried(line, kind, { terminal: 100, answers }), before);
    });

  for (const allowed of ['void', 'increment'])
    describe(`where ${kind} allows only ${allowed}`, () => {
      const allow = async (types: string) => {
        const line = `config set policy.allowed_types ${types} --profile ${profiles[kind]}`;
        expect((await creditctl(line, { home: prepared.home })).code).toBe(0);
      };
      beforeAll(() => allow(allowed));
      afterAll(() => allow('--unset'));

      for (const { line, type } of all) {
        if (type === undefined || (type === 'increment') !== (allowed === 'void')) continue;
        test(`"${line}" is held against the policy, whoever agrees`, async () => {
          const before = recorded();
          const consent = `--yes --confirm ${prepared.ids.BLOCK}`;
          for (const terminal of [undefined, 100]) {
            const result = await tried(
              `${line} ${consent}`,
              kind,
              terminal === undefined ? {} : { terminal },
            );
            expectNothing(result, before);
            expect(result.stderr.replace(/\s+/g, ' ')).toContain(`the type ${type} is not allowed`);
          }
          expectNothing(await tried(`${line} --dry-run`, kind), before);
        });
      }
    });
}

for (const line of [
  'blocks delete BLOCK',
  'topups delete globex TOP_UP',
  'alerts delete ALERT',
  'invoices void INVOICE',
  'api DELETE credit_blocks/BLOCK',
  'api DELETE alerts/ALERT',
]) {
  test(`"${line}" needs the id twice: --yes alone is not enough, and another id is none`, async () => {
    const before = recorded();
    expectNothing(await tried(`${line} --yes`, 'sandbox'), before);
    expectNothing(await tried(`${line} --yes --confirm other`, 'sandbox'), before);
  });
}
