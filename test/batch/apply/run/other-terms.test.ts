// Grants of a batch that the API gave another expiry or price: they count as written, and a person is warned of each.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Exchange, WireRequest } from '../../../../src/wire/json.ts';
import { creditctl, csvOf, linesOf, notesOf } from '../../../support/command.ts';
import { freshHome } from '../../../support/run.ts';

/** Writes as asked, and answers what grants to globex cost and when they expire as if it had not. */
async function dearer(request: WireRequest, exchange: Exchange) {
  const answer = await exchange(request);
  const document = JSON.parse(answer.body) as {
    customer?: { external_customer_id: string };
    credit_block: object;
  };
  if (request.method !== 'POST' || document.customer?.external_customer_id !== 'globex') return answer;
  const terms = { per_unit_cost_basis: '0.5', expiry_date: '2031-01-01T00:00:00+00:00' };
  const body = JSON.stringify({ ...document, credit_block: { ...document.credit_block, ...terms } });
  return { ...answer, body };
}

async function imported(name: string, text: string) {
  const home = freshHome();
  writeFileSync(`${home}/${name}`, text);
  const result = await creditctl(`ledger import ${home}/${name} --sandbox --yes -o json`, {
    home,
    between: dearer,
  });
  return { ...result, succeeded: readFileSync(`${home}/${name.replace('.', '.succeeded.')}`, 'utf8') };
}

test('they are warned of once, with the rows, and the file and the record say it of each', async () => {
  const { code, stderr, stdout, home, succeeded } = await imported(
    'x.csv',
    'external_customer_id,amount\nacme,5\nglobex,7\nglobex,8\n',
  );
  expect(code, stderr).toBe(0);
  const warnings = notesOf({ stderr }).filter(({ other_terms: each }) => each !== undefined);
  expect(warnings).toMatchObject([{ other_terms: { rows: 2, warnings: [{ rows: 2 }] } }]);
  expect(JSON.parse(stdout)).toMatchObject({ succeeded: 3, failed: 0, reasons: [] });
  const [acme, ...others] = csvOf(succeeded);
  expect(acme).toEqual({ external_customer_id: 'acme', amount: '5', reason: '', status: '', request_id: '' });
  for (const { reason } of others)
    expect(reason).toMatch(/the expiry 2031.*the price 0.5, and none was asked for/);
  const listed = await creditctl('history list --customer globex --sandbox --json customer,message', {
    home,
  });
  const messages = (JSON.parse(listed.stdout) as { customer: string; message: string | null }[])
    .filter(({ customer }) => customer === 'globex')
    .map(({ message }) => message);
  expect(messages).toEqual(others.map(({ reason }) => reason));
  // The file of what succeeded is still one that can be planned.
  const again = await creditctl(`batch plan ${home}/x.succeeded.csv --out ${home}/y.plan --sandbox`, {
    home,
  });
  expect(again.code, again.stderr).toBe(0);
});

test('lines of NDJSON say it under a field of their own, and the others stay as they came', async () => {
  const rows = [
    '{"external_customer_id":"acme","amount":5.50}',
    '{"external_customer_id":"globex","amount":1}',
  ];
  const { succeeded } = await imported('x.ndjson', `${rows.join('\n')}\n`);
  expect(succeeded.split('\n')[0]).toBe(rows[0]);
  expect(linesOf(succeeded)[1]).toMatchObject({
    creditctl_result: { reason: expect.stringContaining('price') },
  });
});
