// `sandbox usage` from the command line.
import { expect, test } from 'vitest';
import { freshHome, run } from '../../support/run.ts';

test('usage is deducted, and shown as the entries it made', async () => {
  const home = freshHome();
  const grant = [
    '--amount',
    '100',
    '--effective',
    '2026-11-01',
    '--sandbox',
    '--yes',
    '--idempotency-key',
    'g',
  ];
  await run(['ledger', 'add', 'acme', ...grant], { home });
  const words = [
    'sandbox',
    'usage',
    'acme',
    '--amount',
    '0.1',
    '--price',
    'p',
    '--item',
    'i',
    '--on',
    '2026-11-20',
  ];
  const used = await run([...words, '-o', 'json'], { home });
  expect(used.code).toBe(0);
  expect(JSON.parse(used.stdout)).toMatchObject([{ amount: 0.1, ending_balance: 99.9, price_id: 'p' }]);
  expect(used.requests[0]?.body).toBe(
    '{"external_customer_id":"acme","amount":0.1,"price_id":"p","item_id":"i","date":"2026-11-20"}',
  );
  const again = await run([...words, '--idempotency-key', 'u', '-o', 'json'], { home });
  expect(JSON.parse(again.stdout)).toMatchObject([{ amount: 0.2, ending_balance: 99.8 }]);
});

test('everything wrong is named at once', async () => {
  const { code, stderr } = await run(['sandbox', 'usage', '--amount', '-1', '--on', 'today']);
  expect(code).toBe(2);
  for (const where of ['<customer>', '--amount', '--on']) expect(stderr).toContain(where);
});
