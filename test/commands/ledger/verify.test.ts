import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, linesOf } from '../../support/command.ts';
import { homeAfterLines } from '../../support/granted.ts';
import type { RunOptions } from '../../support/run.ts';

/** A home whose acme has a grant, a use of it, and a grant that becomes effective in ten days. */
const add = 'ledger add acme --sandbox --yes --amount';
const home = (): Promise<string> =>
  homeAfterLines(`${add} 10`, `${add} 4 --type decrement`, `${add} 20 --effective +10d`);

/** The embedded ledger, whose answers about entries are changed on their way. */
const changed = (change: (text: string) => string): Pick<RunOptions, 'between'> => ({
  between: async (request, exchange) => {
    const answer = await exchange(request);
    return request.path.endsWith('/credits/ledger') ? { ...answer, body: change(answer.body) } : answer;
  },
});

const verify = (line: string, options: RunOptions) =>
  creditctl(`ledger verify ${line} --sandbox -o json`, options);

test('a whole ledger is reported by currency, with exit 0', async () => {
  const result = await verify('acme', { home: await home() });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual([
    { customer: 'acme', currency: 'credits', entries: 3, ok: true, first_break: null, notes: [] },
    { customer: 'acme', currency: 'USD', entries: 0, ok: true, first_break: null, notes: [] },
  ]);
});

test('the entry that breaks the chain is named in the row and in the error, with exit 1', async () => {
  const place = await home();
  const cut = changed((body) => body.replaceAll('"starting_balance":10', '"starting_balance":9'));
  const result = await verify('acme --currency credits', { home: place, ...cut });
  expect(result.code).toBe(1);
  const [row] = JSON.parse(result.stdout) as Record<string, unknown>[];
  expect(row).toMatchObject({ ok: false, first_break: { ledger_sequence_number: 2 } });
  expect(errorOf(result)).toMatchObject({ code: 'check-failed', exit_code: 1, applied: 'no' });
  expect(errorOf(result).message).toContain('entry 2 starts at 9');
});

test('blocks that hold another sum than the last balance break it', async () => {
  const place = await home();
  const options: RunOptions = {
    home: place,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      const isBlocks = request.path.endsWith('/credits');
      return isBlocks ? { ...answer, body: answer.body.replace('"balance":6', '"balance":5') } : answer;
    },
  };
  const result = await verify('acme --currency credits', options);
  expect(result.code).toBe(1);
  expect(errorOf(result).message).toContain('ends at 6, and the blocks hold 5');
});

test('--all verifies every customer, and one that breaks fails the whole', async () => {
  const place = await home();
  const all = await creditctl('ledger verify --all --currency credits --sandbox -o ndjson', { home: place });
  expect(all.code, all.stderr).toBe(0);
  expect(linesOf(all.stdout)).toMatchObject(
    ['initech', 'globex', 'acme'].map((customer) => ({ customer, ok: true })),
  );
  const cut = changed((body) => body.replaceAll('"starting_balance":10', '"starting_balance":9'));
  expect((await verify('--all', { home: place, ...cut })).code).toBe(1);
});

test('a ledger that grows while it is read is verified as it was at one entry', async () => {
  const place = await home();
  let isGrown = false;
  const result = await verify('acme --currency credits', {
    home: place,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      if (request.path.endsWith('/credits') && !isGrown) {
        isGrown = true;
        const path = '/customers/external_customer_id/acme/credits/ledger_entry';
        const body = '{"entry_type":"increment","amount":1}';
        await exchange({ ...request, method: 'POST', path, query: [], body });
      }
      return answer;
    },
  });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject([{ entries: 4, ok: true, notes: [] }]);
});

test('blocks that are used up are only read where the open ones leave something unexplained', async () => {
  const place = await home();
  const asked: boolean[] = [];
  const reading = (change: (body: string) => string): RunOptions => ({
    home: place,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      if (!request.path.endsWith('/credits')) return answer;
      const isWhole = request.query.some(([name]) => name === 'include_all_blocks');
      asked.push(isWhole);
      return isWhole ? answer : { ...answer, body: change(answer.body) };
    },
  });
  const whole = await verify(
    'acme --currency credits',
    reading((body) => body),
  );
  expect(whole.code, whole.stderr).toBe(0);
  expect(asked).toEqual([false]);
  const odd = await verify(
    'acme --currency credits',
    reading((body) => body.replace('"balance":6', '"balance":5')),
  );
  expect(odd.code, odd.stderr).toBe(0);
  expect(asked).toEqual([false, false, true]);
});

test('an unknown customer is exit 4, and --all beside a customer a usage error', async () => {
  const place = await home();
  expect((await verify('nobody', { home: place })).code).toBe(4);
  expectUsage(await creditctl('ledger verify acme --all --sandbox'), ['--all']);
  expectUsage(await creditctl('ledger verify --sandbox'), ['<customer>']);
  expectUsage(await creditctl('ledger verify acme --currency "" --sandbox'), ['--currency']);
});
