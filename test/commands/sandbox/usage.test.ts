// `sandbox usage` from the command line.
import { expect, test } from 'vitest';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf } from '../../support/command.ts';
import { freshHome, losingAnswers, run } from '../../support/run.ts';

test('usage is ingested as an event, and shown as the entries it made or grew', async () => {
  const home = freshHome();
  const grant = '--amount 100 --effective 2026-11-01 --sandbox --yes --idempotency-key g'.split(' ');
  await run(['ledger', 'add', 'acme', ...grant], { home });
  const usage = (...words: string[]) =>
    run(['sandbox', 'usage', 'acme', '--amount', '0.1', '--item', 'i', ...words, '-o', 'json'], { home });
  const used = await usage('--price', 'p', '--idempotency-key', 'u');
  expect(used.code).toBe(0);
  expect(JSON.parse(used.stdout)).toMatchObject([{ amount: 0.1, ending_balance: 99.9, price_id: 'p' }]);
  const [posted] = used.requests.filter(({ method }) => method === 'POST');
  expect(posted?.path).toBe('/ingest');
  expect(JSON.parse(posted?.body ?? '')).toMatchObject({
    events: [
      {
        external_customer_id: 'acme',
        properties: { credits: 0.1, price_id: 'p', item_id: 'i' },
        idempotency_key: 'u',
      },
    ],
  });
  const more = await usage('--price', 'p');
  expect(JSON.parse(more.stdout)).toMatchObject([{ amount: 0.2, ending_balance: 99.8 }]);
  const again = await usage('--price', 'p', '--idempotency-key', 'u');
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toEqual([]);
  expect(again.stderr).toContain('counted before');
  const line = ['sandbox', 'usage', 'acme', '--amount', '1'];
  expect((await run(line, { home, terminal: 120 })).stderr).toContain('Times are in America/Los_Angeles');
});

test('a day long past is refused by the ledger, one to come by the command, and a stranger is not found', async () => {
  const home = freshHome();
  const usage = (...words: string[]) => run(['sandbox', 'usage', ...words, '--amount', '1'], { home });
  const past = await usage('acme', '--on', '2026-01-31');
  expect(past.code).toBe(5);
  expect(past.stderr).toContain('before the grace period');
  const coming = await usage('acme', '--on', '2027-12-31');
  expect(coming.code).toBe(2);
  const absent = await usage('nobody');
  expect(absent.code).toBe(4);
  expect(absent.stderr).toContain('creditctl customers search nobody --sandbox');
});

test('everything wrong is named at once', async () => {
  const { code, stderr } = await run(['sandbox', 'usage', '--amount', '-1', '--on', 'today']);
  expect(code).toBe(2);
  for (const where of ['<customer>', '--amount', '--on']) expect(stderr).toContain(where);
});

test('an event of unknown outcome is repeated under its key, and counted once', async () => {
  const home = freshHome();
  const line = 'sandbox usage acme --amount 1 -o json';
  const lost = await creditctl(line, { home, ...losingAnswers });
  const { idempotency_key: key, next } = errorOf(lost);
  expect(errorOf(lost)).toMatchObject({ exit_code: 11, applied: 'unknown', retry_safe: false });
  expect(next).toEqual([
    `Run the same command again with --idempotency-key ${key}: usage counts once under its key`,
  ]);
  const keyed = `${line} --idempotency-key ${key}`;
  const again = await creditctl(keyed, { home });
  expect(JSON.parse(again.stdout)).toEqual([]);
  expect(errorOf(await creditctl(keyed, { home, ...losingAnswers }))).toMatchObject({ retry_safe: true });
});

test('an event that was counted is said to be applied where its entries cannot be read', async () => {
  let isCounted = false;
  const failed = await creditctl('sandbox usage acme --amount 1 -o json', {
    between: async (request, exchange) => {
      if (isCounted) throw new TransportFailure('the connection was cut', 'no');
      isCounted = request.method === 'POST';
      return exchange(request);
    },
  });
  expect(errorOf(failed)).toMatchObject({
    idempotency_key: expect.any(String),
    applied: 'yes',
    retry_safe: false,
  });
});
