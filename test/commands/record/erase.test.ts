import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { begun } from '../../record/facts.ts';
import { creditctl, csvOf } from '../../support/command.ts';
import { freshDatabase, hasPostgres } from '../../support/postgres.ts';
import { recordedIn, recordFile } from '../../support/recorded.ts';
import { homeAfter } from '../../support/run.ts';

const granted = (): Promise<string> =>
  homeAfter('grants to erase', async () => {
    const { home } = await creditctl(
      'ledger add acme --amount 1 --description "Ada Lovelace asked" --sandbox --yes',
    );
    await creditctl('ledger add globex --amount 2 --description "Another reason" --sandbox --yes', { home });
    return home;
  });

test("a customer's texts are gone, the other's stay, and the chain still holds", async () => {
  const home = await granted();
  const { code, stderr } = await creditctl('record erase acme --sandbox --yes --confirm acme', { home });
  expect(code).toBe(0);
  expect(stderr).toContain('1 write');
  const again = await creditctl('record erase acme --sandbox --yes --confirm acme', { home });
  expect([again.code, again.stderr]).toEqual([0, 'Nothing to erase: the record has no texts of acme\n']);
  const kept = JSON.stringify(recordedIn(home));
  expect(kept).not.toContain('Ada Lovelace');
  expect(kept).toContain('Another reason');
  const bytes = readFileSync(recordFile(home), 'latin1');
  expect([bytes.includes('Ada Lovelace'), bytes.includes('Another reason')]).toEqual([false, true]);
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
  const { stdout } = await creditctl('history list --sandbox --customer acme -o json', { home });
  expect(JSON.parse(stdout)).toMatchObject([{ outcome: 'settled', why: null }]);
});

test('a backup that has the erased texts again is noticed, and nothing is erased from one before that is accepted', async () => {
  const home = await granted();
  const backup = `${recordFile(home)}.backup`;
  copyFileSync(recordFile(home), backup);
  const erase = 'record erase acme --sandbox --yes --confirm acme';
  expect((await creditctl(erase, { home })).code).toBe(0);
  copyFileSync(backup, recordFile(home));
  const grant = await creditctl('ledger add acme --amount 1 --sandbox --yes', { home });
  expect([grant.code, grant.stderr]).toEqual([10, expect.stringContaining('record accept')]);
  const refused = await creditctl(erase, { home });
  expect([refused.code, refused.stderr]).toEqual([10, expect.stringContaining('lost writes')]);
  expect((await creditctl('record accept --sandbox --yes', { home })).code).toBe(0);
  expect((await creditctl(erase, { home })).code).toBe(0);
  expect(readFileSync(recordFile(home), 'latin1')).not.toContain('Ada Lovelace');
});

test('all that was written about a customer goes: the customer itself, top-ups and alerts', async () => {
  const { home } = await creditctl(
    'customers create --external-id zed --name Ada --email ada@example.com --currency USD --sandbox --yes',
  );
  const terms = '--threshold 1 --amount 2 --cost-basis 1 --net-terms 30 --memo "For Ada"';
  const lines = [
    `topups create zed ${terms}`,
    'alerts create zed --type credit_balance_dropped --threshold 3',
    'customers update zed --email ada@example.org',
  ];
  for (const line of lines) {
    const { code, stderr } = await creditctl(`${line} --sandbox --yes`, { home });
    expect(code, stderr).toBe(0);
  }
  const listed = await creditctl('history list --customer zed --sandbox -o json', { home });
  expect(JSON.parse(listed.stdout)).toHaveLength(4);
  const { code, stderr } = await creditctl('record erase zed --sandbox --yes --confirm zed', { home });
  expect([code, stderr]).toEqual([0, expect.stringContaining('4 writes')]);
  const kept = readFileSync(recordFile(home), 'latin1');
  for (const text of ['Ada', 'ada@example']) expect(kept.includes(text), text).toBe(false);
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
});

test('what was written to an invoice, alert or block goes with its customer, and is listed for it', async () => {
  const grant = 'ledger add acme --amount 5 --cost-basis 1 --invoice-net-terms 30 --sandbox --yes';
  const { home, stdout } = await creditctl(`${grant} --invoice-memo "For Ada" --json credit_block`);
  const { credit_block: block } = JSON.parse(stdout) as { credit_block: { id: string } };
  const idOf = async (line: string) => {
    const made = await creditctl(`${line} --sandbox --json id`, { home });
    const [found] = [JSON.parse(made.stdout) as { id: string } | { id: string }[]].flat();
    return found?.id ?? '';
  };
  const alert = await idOf('alerts create acme --type depleted --yes');
  const invoice = await idOf('invoices list acme');
  const lines = [
    `alerts disable ${alert}`,
    `alerts enable ${alert}`,
    `alerts delete ${alert} --confirm ${alert}`,
    `invoices mark-paid ${invoice} --received today`,
    `invoices void ${invoice} --confirm ${invoice}`,
    `blocks delete ${block.id} --confirm ${block.id}`,
  ];
  for (const line of lines) await creditctl(`${line} --sandbox --yes`, { home });
  const list = 'history list --customer acme --sandbox -o csv --columns what';
  expect(csvOf((await creditctl(list, { home })).stdout).map(({ what }) => what)).toEqual([
    `delete block ${block.id} → acme`,
    `void invoice ${invoice} → acme`,
    `mark invoice ${invoice} as paid → acme`,
    `delete alert ${alert} → acme`,
    `enable alert ${alert} → acme`,
    `disable alert ${alert} → acme`,
    'create alert credit_balance_depleted → acme',
    'increment 5 credits → acme',
  ]);
  const { stderr } = await creditctl('record erase acme --sandbox --yes --confirm acme', { home });
  expect(stderr).toContain('8 writes');
  expect(readFileSync(recordFile(home), 'latin1')).not.toContain('For Ada');
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
});

test('who was created without an external id is erased by the own id of the API', async () => {
  const create = 'customers create --name Ada --email ada@example.com --sandbox --yes --json id';
  const { home, stdout } = await creditctl(create);
  const { id } = JSON.parse(stdout) as { id: string };
  const line = `record erase id:${id} --sandbox --yes --confirm id:${id}`;
  expect((await creditctl(line, { home })).stderr).toContain('1 write');
  expect(readFileSync(recordFile(home), 'latin1')).not.toContain('ada@example');
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
});

test('what was written under the other name of the customer goes, too', async () => {
  const home = await granted();
  const { stdout: shown } = await creditctl('customers show acme --sandbox --json id', { home });
  const { id } = JSON.parse(shown) as { id: string };
  await creditctl(`ledger add id:${id} --amount 3 --description "Ada again" --sandbox --yes`, { home });
  const { stderr } = await creditctl('record erase acme --sandbox --yes --confirm acme', { home });
  expect(stderr).toContain('2 writes');
  expect(JSON.stringify(recordedIn(home))).not.toContain('Ada');
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
});

test("the API's own id erases what was written under the external id alone; a wrong name erases nothing, and says so", async () => {
  const home = await granted();
  const { stdout: shown } = await creditctl('customers show acme --sandbox --json id', { home });
  const { id } = JSON.parse(shown) as { id: string };
  const erase = (name: string) =>
    creditctl(`record erase ${name} --sandbox --yes --confirm ${name}`, { home });
  for (const name of ['acmee', 'id:acmee'])
    expect((await erase(name)).stderr).toBe(`Nothing to erase: the record has no texts of ${name}\n`);
  const listed = await creditctl(`history list --customer id:${id} --sandbox`, { home });
  expect(listed.stderr).toContain('by the external id: --customer <external id>');
  expect((await erase(`id:${id}`)).stderr).toContain('✓ Erased the texts of 1 write');
  expect(JSON.stringify(recordedIn(home))).not.toContain('Ada');
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
});

test('from where nobody wrote, nothing was looked at, and that is said', async () => {
  const home = await granted();
  rmSync(path.join(path.dirname(recordFile(home)), 'heads.json'));
  const line = 'record erase acme --sandbox --yes --confirm acme';
  const { code, stderr } = await creditctl(line, { home });
  expect([code, stderr], stderr).toEqual([4, expect.stringContaining('--all-accounts')]);
  expect((await creditctl(`${line} --all-accounts --account 1`, { home })).code).toBe(2);
  expect((await creditctl(`${line} --all-accounts`, { home })).stderr).toContain('1 write');
});

test('without the customer typed back nothing is erased', async () => {
  const home = await granted();
  for (const flags of ['--yes', '--yes --confirm globex', ''])
    expect((await creditctl(`record erase acme --sandbox ${flags}`, { home })).code).toBe(10);
  expect(JSON.stringify(recordedIn(home))).toContain('Ada Lovelace');
  expect((await creditctl('record erase --sandbox --yes', { home })).code).toBe(2);
});

test('of a batch only its rows go: another row can be undone, and the plan cannot be applied again', async () => {
  const { home } = await creditctl('customers list --sandbox');
  const stdin =
    'external_customer_id,amount,description\nacme,5,Ada Lovelace asked\nglobex,6,Another reason\n';
  const plan = `${home}/plan`;
  const words = `--sandbox --batch-id spring`;
  expect((await creditctl(`batch plan - --out ${plan} ${words}`, { home, stdin })).code).toBe(0);
  const apply = `batch apply ${plan} --sandbox --yes --results ${home}`;
  expect((await creditctl(apply, { home })).code).toBe(0);
  const { code, stderr } = await creditctl('record erase acme --sandbox --yes --confirm acme', { home });
  expect([code, stderr]).toEqual([0, expect.stringContaining('spring')]);
  const { stdout } = await creditctl('history list --sandbox --batch spring -o json', { home });
  const keyOf = (row: number) =>
    (JSON.parse(stdout) as { key: string; row: number }[]).find((each) => each.row === row)?.key;
  expect((await creditctl('history verify --sandbox', { home })).code).toBe(0);
  expect((await creditctl('batch status spring --sandbox', { home })).code).toBe(0);
  const whole = await creditctl('batch undo spring --sandbox --yes', { home });
  expect([whole.code, whole.stderr]).toEqual([10, expect.stringContaining('creditctl undo <entry>')]);
  const erased = await creditctl(`undo ${keyOf(1)} --sandbox --yes`, { home });
  expect(erased.code).toBe(10);
  expect(erased.stderr).toContain(`by hand: creditctl history show ${keyOf(1)} --sandbox`);
  const mine = await creditctl(`history show ${keyOf(1)} --sandbox -o json`, { home });
  expect(mine.stdout + mine.stderr).not.toContain('Ada Lovelace');
  expect((await creditctl(`history show ${keyOf(2)} --sandbox -o json`, { home })).stdout).toContain(
    'Another reason',
  );
  expect((await creditctl(`undo ${keyOf(2)} --sandbox --yes`, { home })).code).toBe(0);
});

/** A record with the plan of a batch for initech, whose run never began. */
async function withPlan() {
  const { home } = await creditctl('ledger add acme --amount 1 --sandbox --yes');
  const stdin = 'external_customer_id,amount,description\ninitech,7,Ada Lovelace asked\n';
  await creditctl(`batch plan - --out ${home}/plan --sandbox`, { home, stdin });
  const bytes = readFileSync(`${home}/plan`);
  const plan = createHash('sha256').update(bytes).digest('hex');
  const process = { who: 'ana' };
  const store = await openSqliteRecord(recordFile(home), { purpose: 'write', now: Date.now, process });
  const [account] = await store.accounts();
  if (account === undefined) throw new Error('no account');
  const record = store.of(account);
  await record.savePlan(
    plan,
    (async function* () {
      yield bytes;
    })(),
  );
  return { home, plan, record, store };
}

const eraseInitech = 'record erase initech --sandbox --yes --confirm initech';

test('a plan whose run never began loses the rows, too', async () => {
  const { home, plan, record, store } = await withPlan();
  const { code, stderr } = await creditctl(eraseInitech, { home });
  expect([code, stderr]).toEqual([0, expect.stringContaining('Erased the rows of plans for initech')]);
  expect(await record.hasPlan(plan)).toBe(false);
  await store.close();
  expect(readFileSync(recordFile(home), 'latin1')).not.toContain('Ada Lovelace');
});

test('a batch that stopped before it noted the row is finished first', async () => {
  const { home, plan, record, store } = await withPlan();
  await record.append([begun('b', { plan, runner: { machine: 'test', pid: 1 } })]);
  const refused = await creditctl(eraseInitech, { home });
  expect([refused.code, refused.stderr]).toEqual([
    10,
    expect.stringContaining('The batch b has rows for initech and is not finished'),
  ]);
  const counts = { succeeded: 0, failed: 0, unknown: 0, unprocessed: 1 };
  await record.append([{ fact: { kind: 'batch_ended', batch: 'b', run: 1, ...counts } }]);
  expect((await creditctl(eraseInitech, { home })).code).toBe(10);
  await store.close();
});

test('a plan that lost rows sends nothing any more, though one of its rows was refused before', async () => {
  const added = await creditctl('ledger add acme --amount 5 --sandbox --yes -o json');
  const { home } = added;
  const block = (JSON.parse(added.stdout) as { credit_block: { id: string } }).credit_block.id;
  const stdin = `external_customer_id,type,amount,block\nacme,void,5,${block}\n`;
  const apply = `batch apply ${home}/plan --sandbox --yes --allow-drift --force --results ${home}`;
  await creditctl(`batch plan - --out ${home}/plan --sandbox`, { home, stdin });
  await creditctl(`blocks void acme ${block} --amount 3 --sandbox --yes`, { home });
  expect((await creditctl(apply, { home })).code).toBe(9);
  expect((await creditctl('record erase acme --sandbox --yes --confirm acme', { home })).code).toBe(0);
  const again = await creditctl(apply, { home });
  expect([again.code, again.stderr]).toEqual([10, expect.stringContaining('erased')]);
});

const topUp = 'topups create acme --threshold 90 --amount 100 --cost-basis 1 --net-terms 30';

test.each([
  'ledger add acme --amount 7',
  topUp,
  'customers update acme --name New',
])('%s, of unknown outcome, is settled first: without its request nobody could', async (line) => {
  const { home } = await creditctl('sandbox faults set reset-after=1');
  const lost = await creditctl(`${line} --sandbox --yes`, { home });
  expect(lost.code, lost.stderr).toBe(11);
  await creditctl('sandbox faults clear', { home });
  const erase = 'record erase acme --sandbox --yes --confirm acme';
  const { code, stderr } = await creditctl(erase, { home });
  expect([code, stderr]).toEqual([10, expect.stringContaining('history settle key-1')]);
  expect((await creditctl('history settle key-1 --sandbox --yes', { home })).code).toBe(0);
  expect((await creditctl(erase, { home })).code).toBe(0);
});

const patch = 'PATCH /customers/external_customer_id/acme';

test.each([
  topUp,
  `api ${patch} -F name=New --confirm '${patch}'`,
])('%s, which cannot be settled any more, keeps nothing from being erased', async (line) => {
  const { home } = await creditctl('sandbox faults set reset-after=1');
  expect((await creditctl(`${line} --sandbox --yes`, { home })).code).toBe(11);
  const now = Date.parse('2027-01-01T00:00:00Z');
  const { code, stderr } = await creditctl('record erase acme --sandbox --yes --confirm acme', { home, now });
  expect(code, stderr).toBe(0);
});

test.skipIf(!hasPostgres)(
  'a role that owns no record is refused before anything is kept or asked',
  async () => {
    const database = await freshDatabase();
    const asRole = (role: string) => ({ env: { CREDITCTL_RECORD: database.url(role) } });
    const stdin = 'external_customer_id,amount\nacme,5\nglobex,6\n';
    const { home } = await creditctl('customers list --sandbox');
    const ana = { home, ...asRole('ana') };
    await creditctl(`batch plan - --out ${home}/plan --sandbox`, { ...ana, stdin });
    const applied = await creditctl(`batch apply ${home}/plan --sandbox --yes --results ${home}`, ana);
    expect(applied.code, applied.stderr).toBe(0);
    const erase = 'record erase acme --sandbox';
    const plans = () => database.sql('select sha256 from creditctl.plan');
    const before = await plans();
    for (const refused of [
      await creditctl(`${erase} --yes --confirm acme`, ana),
      await creditctl(erase, { ...ana, terminal: 100 }),
    ])
      expect([refused.code, refused.stderr]).toEqual([
        10,
        expect.stringContaining('Only olga, the owner of'),
      ]);
    expect(await plans()).toEqual(before);
    const typed = { message: 'Erase the texts that the record keeps of acme', answer: 'acme' };
    const done = await creditctl(erase, { home, ...asRole('olga'), terminal: 100, answers: [typed] });
    expect(done.code, done.stderr).toBe(0);
  },
);

test('a person is not asked to type back what would be refused then', async () => {
  const { home } = await creditctl('sandbox faults set reset-after=1');
  await creditctl('ledger add acme --amount 7 --sandbox --yes', { home });
  const refused = await creditctl('record erase acme --sandbox', { home, terminal: 100 });
  expect([refused.code, refused.stderr]).toEqual([10, expect.stringContaining('history settle key-1')]);
});
