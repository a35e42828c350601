// Generated lives of a ledger, with jumps of the clock: after every step the books must balance.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryTypes } from '../../../src/credits/customer.ts';
import { type Amount, amount, compare, negate, subtract, sum, zero } from '../../../src/credits/exact.ts';
import { openDatabase } from '../../../src/database/driver.ts';
import { runs } from '../../support/runs.ts';
import { type Answer, acme, sandboxAt, type TestSandbox } from '../sandbox-at.ts';
import { useOn } from '../usage.ts';
import { checkFamilies } from './families.ts';

const start = Date.parse('2026-01-10T12:00:00Z');
const hour = 3_600_000;

/** Which block a step names: the n-th of all that were ever seen. */
const which = fc.nat(20);
const credits = fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 3 }));
/** `null` is all that the block began with. */
const partOrAll = fc.option(credits, { freq: 2 });
const dayFromNow = fc.integer({ min: -20, max: 60 });

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('increment' as const),
      credits,
      expires: fc.option(dayFromNow),
      effective: fc.option(dayFromNow),
      cost: fc.option(fc.constantFrom('0', '0.00')),
      item: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('decrement' as const), credits }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('expiration_change' as const),
      credits: fc.option(credits),
      which,
      target: dayFromNow,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('void' as const), credits: partOrAll, which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('amendment' as const), credits: partOrAll, which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('usage' as const),
      credits,
      daysAgo: fc.nat(3),
      item: fc.constantFrom(undefined, 'i', 'j'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('top-up' as const),
      credits,
      threshold: credits,
      days: fc.option(fc.integer({ min: 1, max: 60 })),
      from: fc.integer({ min: -9, max: 30 }),
      awaited: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end top-up' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: -48, max: 900 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const decimal = ([digits, places]: readonly [number, number]): number => digits / 10 ** places;
const dayText = (now: number, days: number): string =>
  new Date(now + days * 24 * hour).toISOString().slice(0, 10);

type OtherStep = Extract<Step, { do: 'delete' | 'usage' | 'top-up' | 'end top-up' }>;

const isOther = (each: Step): each is OtherStep =>
  ['delete', 'usage', 'top-up', 'end top-up'].includes(each.do);

/** What is no entry of its own; a top-up replaces the one before it. */
async function doOther(
  box: TestSandbox,
  each: OtherStep,
  { now, seen }: { now: number; seen: readonly Seen[] },
): Promise<void> {
  const topUps = `${acme}/credits/top_ups`;
  if (each.do === 'delete') {
    const id = seen[each.which % Math.max(seen.length, 1)]?.id;
    if (id !== undefined) expect((await box.remove(`/credit_blocks/${id}`)).status).toBe(204);
  } else if (each.do === 'usage') {
    useOn(box, {
      day: dayText(now, -1 - each.daysAgo),
      credits: String(decimal(each.credits)),
      item: each.item ?? null,
    });
  } else if (each.do === 'end top-up') {
    const [active] = (await box.get(topUps)).json.data;
    if (active !== undefined) expect((await box.remove(`${topUps}/${active.id}`)).status).toBe(204);
  } else {
    const body = {
      currency: 'credits',
      threshold: String(decimal(each.threshold)),
      amount: String(decimal(each.credits)),
      per_unit_cost_basis: '0.5',
      invoice_settings: { auto_collection: false, net_terms: 0, require_successful_payment: each.awaited },
      expires_after: each.days,
      expires_after_unit: each.days === null ? null : 'day',
      active_from: new Date(now + each.from * 24 * hour).toISOString(),
    };
    expect((await box.post(topUps, body)).status).toBe(201);
  }
}

type EntryStep = Exclude<Step, OtherStep | { do: 'wait' }>;

function bodyOf(each: EntryStep, now: number, seen: readonly Seen[]): object {
  const block = 'which' in each ? seen[each.which % Math.max(seen.length, 1)] : undefined;
  const block_id = 'which' in each ? (block?.id ?? 'none') : undefined;
  const all = each.do === 'expiration_change' ? undefined : (block?.initial ?? 1);
  const common = { entry_type: each.do, amount: each.credits === null ? all : decimal(each.credits) };
  if (each.do === 'expiration_change') {
    return { ...common, block_id, target_expiry_date: dayText(now, each.target) };
  }
  if (each.do !== 'increment') return { ...common, block_id };
  return {
    ...common,
    expiry_date: each.expires === null ? null : dayText(now, each.expires),
    effective_date: each.effective === null ? null : dayText(now, each.effective),
    per_unit_cost_basis: each.cost,
    filters: each.item ? [{ field: 'item_id', operator: 'includes', values: ['i'] }] : null,
  };
}

interface Seen {
  readonly id: string;
  readonly initial: number;
}

interface Books {
  readonly entries: readonly Answer['json'][];
  readonly balance: Amount;
}

async function checkBooks(box: TestSandbox): Promise<Books> {
  const entries = await box.ledger();
  let balance = zero;
  let time = '';
  for (const [index, entry] of entries.entries()) {
    expect(entry.ledger_sequence_number).toBe(index + 1);
    expect(String(entry.starting_balance)).toBe(String(Number(balance)));
    expect(entry.created_at >= time).toBe(true);
    expect(entryTypes).toContain(entry.entry_type);
    const effect = subtract(amount(String(entry.ending_balance)), balance);
    expect([zero, entryEffect(entry)]).toContain(effect);
    balance = amount(String(entry.ending_balance));
    time = entry.created_at;
  }
  return { entries, balance };
}

function entryEffect({ entry_type, amount: size }: { entry_type: string; amount: number }): Amount {
  if (entry_type === 'expiration_change' || entry_type === 'void_initiated') return zero;
  const gives = entry_type === 'increment' || entry_type === 'amendment';
  return gives ? amount(String(size)) : negate(amount(String(size)));
}

async function checkStore(path: string, balance: Amount): Promise<Seen[]> {
  const database = await openDatabase(path);
  try {
    const rows = database
      .prepare('SELECT id, balance, initial, ceiling, counted FROM blocks ORDER BY ordinal')
      .all();
    const counted = rows.filter((row) => row.counted === 1);
    expect(sum(counted.map((row) => String(row.balance) as Amount))).toBe(balance);
    const [head] = database.prepare('SELECT balance FROM ledgers').all();
    expect(head?.balance ?? '0').toBe(balance);
    for (const row of rows) {
      expect(compare(String(row.balance) as Amount, String(row.ceiling) as Amount)).toBeLessThanOrEqual(0);
    }
    checkFamilies(database);
    return rows.map((row) => ({ id: String(row.id), initial: Number(row.initial) }));
  } finally {
    database.close();
  }
}

test('credits in are credits out, step by step', async () => {
  const kinds = new Set<string>();
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30, size: 'max' }), async (steps) => {
      const box = await sandboxAt(new Date(start).toISOString());
      let now = start;
      let seen: Seen[] = [];
      for (const each of steps) {
        if (each.do === 'wait') {
          now += each.hours * hour;
          box.at(new Date(now).toISOString());
        } else if (isOther(each)) {
          await doOther(box, each, { now, seen });
        } else {
          const { status } = await box.add(bodyOf(each, now, seen));
          expect([201, 400, 404]).toContain(status);
          if (status !== 201) refused += 1;
        }
        const { entries, balance } = await checkBooks(box);
        for (const { entry_type } of entries) kinds.add(entry_type);
        seen = await checkStore(box.path, balance);
        const open = await box.blocks();
        expect(open.every((block) => block.balance !== 0)).toBe(true);
      }
    }),
    { numRuns: runs(20), seed: 20260110 },
  );
  // The lives are only worth something if everything happens in them.
  expect(kinds).toEqual(new Set(entryTypes));
  expect(refused).toBeGreaterThan(5);
}, 30_000);
