import { expect, test } from 'vitest';
import { creditctl, notesOf, orb } from '../../support/command.ts';
import { block, entry, page } from '../../support/documents.ts';

const acme = '/customers/external_customer_id/acme/credits';
const answering = (path: string, documents: readonly object[]) => ({
  env: orb,
  exchanges: [{ method: 'GET', path: `${acme}${path}`, answer: { json: page([...documents]) } }],
});

test('a status of blocks that Orb adds is shown, in no sum, and warned of', async () => {
  const blocks = [block({ id: 'a', balance: 3 }), block({ id: 'b', balance: 4, status: 'frozen' })];
  const result = await creditctl('balance acme -o json -q', answering('?limit=100', blocks));
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ available: 3, blocks: [{}, { status: 'frozen' }] });
  expect(notesOf(result)).toEqual([
    {
      warning:
        'The API sent a block with the status "frozen", which this version of creditctl does not know, so sums may be wrong',
    },
  ]);
});

test('each new word of entries is said once, on one line, and only a few of them', async () => {
  const entries = ['rebate\n\u001b[31m', 'rebate\n\u001b[31m', ...'abcdefgh'].map((entry_type, index) =>
    entry({ id: `e${index}`, entry_type, entry_status: 'frozen' }),
  );
  const result = await creditctl('ledger list acme', answering('/ledger?limit=20', entries));
  expect(result.code, result.stderr).toBe(0);
  const lines = result.stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toContain(String.raw`an entry of type "rebate\n\u001b[31m", which`);
  expect(lines[1]).toContain('an entry with the status "frozen"');
});

test('what is known is not warned of', async () => {
  const result = await creditctl('ledger list acme', answering('/ledger?limit=20', [entry()]));
  expect([result.code, result.stderr]).toEqual([0, '']);
});
