// `ledger list -o hledger`: the real program reads the journal, and finds the balances that the ledger has.
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hledgerJournal } from '../../../src/commands/ledger/hledger-journal.ts';
import type { LedgerEntry } from '../../../src/credits/customer.ts';
import { amount } from '../../../src/credits/exact.ts';
import { isInstalled } from '../../docs/home.ts';
import { bodyOf, operation, start } from '../../sandbox/random-history.ts';
import { sandboxAt } from '../../sandbox/sandbox-at.ts';
import { anyCharacter } from '../../support/characters.ts';
import { creditctl, expectUsage } from '../../support/command.ts';
import { run } from '../../support/run.ts';
import { runs } from '../../support/runs.ts';
import { entry } from '../../views/records.ts';

const zone = 'America/Los_Angeles';

async function journal(entries: readonly LedgerEntry[], customer = 'acme'): Promise<string> {
  const listed = async function* () {
    yield* entries;
  };
  let text = '';
  for await (const piece of hledgerJournal(listed(), { customer, zone })) text += piece;
  return text;
}

/** What hledger says, which must accept the journal. */
function hledger(text: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('hledger', ['-f', '-', ...args], {
    input: text,
    encoding: 'utf8',
    env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

test('an entry is a transaction of its local day, with expiry, cost basis and metadata as tags', async () => {
  const granted = entry({
    entry_type: 'increment',
    entry_status: 'pending',
    created_at: '2026-11-01T05:00:00+00:00',
    starting_balance: amount('0'),
    ending_balance: amount('0.3'),
    description: 'Trial; for you,\nall  of it',
    metadata: { team: 'a', date: '2020-01-01', 'no tag': 'x' },
    credit_block: {
      ...entry().credit_block,
      expiry_date: '2027-09-01T07:00:00+00:00',
      per_unit_cost_basis: amount('0.25'),
    },
  });
  expect(await journal([granted])).toBe(
    [
      '; Credits, written by creditctl ledger list',
      'decimal-mark .',
      '',
      '2026-10-31 ! (2) increment | Trial for you all of it',
      '    ; entry: Nk7TXB8BTMM9j8Q2',
      '    ; block: 8EiAAQWdytmsV95s',
      '    ; expires: 2027-09-01',
      '    ; cost-basis: 0.25',
      '    ; metadata-team: a',
      '    ; metadata-date: 2020-01-01',
      '    customers:acme  0.3 "credits"',
      '    credits:granted  -0.3 "credits"',
      '',
    ].join('\n'),
  );
});

test('what is not listed is a transaction of its own', async () => {
  const [older, newer] = [
    entry({ starting_balance: amount('5'), ending_balance: amount('4') }),
    entry({ starting_balance: amount('10'), ending_balance: amount('8') }),
  ];
  const text = await journal([newer, older]);
  expect(text.match(/^ {4}customers:acme {2}\S+/gm)?.map((line) => line.trim().split('  ')[1])).toEqual([
    ...['-2', '6', '-1', '5'],
  ]);
});

test('other formats of the list do not know it, and it has no columns and fields', async () => {
  expectUsage(await creditctl('blocks list acme --sandbox -o hledger'), ['--output must be one of']);
  expectUsage(await creditctl('ledger list acme --sandbox -o hledger --columns id'), ['--columns']);
  expectUsage(await creditctl('ledger list --sandbox -o hledger --limit 0'), ['<customer>', '--limit']);
});

// Where hledger is not installed, there is nothing to compare with: apt-get install hledger.
test.skipIf(!isInstalled('hledger'))(
  'hledger finds the balance of any history, also of a part of it',
  async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 3, maxLength: 20 }),
        fc.constantFrom(['--all'], ['--limit', '3'], ['--all', '--type', 'increment']),
        async (operations, part) => {
          const box = await sandboxAt(new Date(start).toISOString());
          for (const each of operations) {
            const body = await bodyOf(each, box);
            if (body !== undefined) await box.add(body);
          }
          const words = ['ledger', 'list', 'acme', ...part, '--db', box.path, '--sandbox'];
          const listed = await run([...words, '-o', 'json'], { now: start });
          const [newest] = JSON.parse(listed.stdout) as { ending_balance: number }[];
          const { code, stdout, stderr } = await run([...words, '-o', 'hledger'], { now: start });
          expect(code, stderr).toBe(0);
          const balance = hledger(
            stdout,
            'balance',
            'customers:acme',
            '--empty',
            '--no-total',
            '--format',
            '%(total)',
          );
          expect(Number.parseFloat(balance.trim() || '0')).toBe(newest?.ending_balance ?? 0);
          read += newest === undefined ? 0 : 1;
        },
      ),
      { numRuns: runs(20) },
    );
    expect(read).toBeGreaterThan(10);
  },
  60_000,
);

test.skipIf(!isInstalled('hledger'))(
  'hledger reads names and texts of whatever characters',
  async () => {
    const texts = fc.string({ unit: anyCharacter, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(texts, texts, texts, async (customer, description, value) => {
        const one = entry({
          description,
          metadata: { key: value },
          starting_balance: amount('0'),
          ending_balance: amount('123456789012345.678'),
        });
        const text = await journal([one], customer);
        expect(hledger(text, 'balance', 'customers', '--no-total', '--format', '%(total)')).toContain(
          '123456789012345.678',
        );
      }),
      { numRuns: runs(15) },
    );
  },
  60_000,
);
