// Generated lives of two ledgers, one with a block that is deleted later on, one that never had it: they end alike.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../support/runs.ts';
import { type Answer, sandboxAt, type TestSandbox } from '../sandbox-at.ts';

const start = Date.parse('2026-01-10T12:00:00Z');
const hour = 3_600_000;
const credits = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 2 }));
const day = fc.integer({ min: -5, max: 40 });

const grant = fc.record({
  do: fc.constant('increment' as const),
  credits,
  /** Days after it becomes effective. */
  expires: fc.option(fc.integer({ min: 1, max: 40 })),
  effective: fc.option(day),
  item: fc.boolean(),
});
const step = fc.oneof(
  { weight: 4, arbitrary: grant },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('decrement' as const), credits }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 0, max: 400 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const life = fc.record({
  before: fc.array(step, { maxLength: 8, size: 'max' }),
  deleted: grant,
  after: fc.array(step, { maxLength: 12, size: 'max' }),
  afterwards: fc.array(step, { maxLength: 6, size: 'max' }),
});

class Clocked {
  now = start;
  readonly box: TestSandbox;
  constructor(box: TestSandbox) {
    this.box = box;
  }

  async live(steps: readonly Step[]): Promise<string[]> {
    const ids: string[] = [];
    for (const each of steps) {
      if (each.do === 'wait') {
        this.now += each.hours * hour;
        this.box.at(new Date(this.now).toISOString());
        continue;
      }
      const { status, json } = await this.box.add(this.#body(each));
      expect([201, 400]).toContain(status);
      if (status === 201) ids.push(json.credit_block.id);
    }
    return ids;
  }

  #body(each: Exclude<Step, { do: 'wait' }>): object {
    const [digits, places] = each.credits;
    const common = { entry_type: each.do, amount: digits / 10 ** places, description: each.do };
    if (each.do === 'decrement') return common;
    const text = (days: number | null): string | null =>
      days === null ? null : new Date(this.now + days * 24 * hour).toISOString().slice(0, 10);
    const filters = each.item ? [{ field: 'item_id', operator: 'includes', values: ['i'] }] : null;
    const expires = each.expires === null ? null : (each.effective ?? 0) + each.expires;
    return { ...common, expiry_date: text(expires), effective_date: text(each.effective), filters };
  }
}

/** All that a client sees of the ledger, with ids replaced by where their block stands in the order of creation. */
async function listing(box: TestSandbox): Promise<unknown> {
  const blocks = (await box.blocks({ include_all_blocks: 'true' })).reverse();
  const places = new Map(blocks.map(({ id }, index) => [id, index]));
  const entries = await box.ledger();
  const anonymous = ({ id: _, customer: __, credit_block, ...rest }: Answer['json']) => ({
    ...rest,
    credit_block: { ...credit_block, id: places.get(credit_block.id) },
  });
  const open = (await box.blocks()).map(({ id }) => places.get(id));
  return { entries: entries.map(anonymous), blocks: blocks.map(({ id: _, ...rest }) => rest), open };
}

test('a ledger from which a block was deleted equals one that never had it, also in what follows', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(life, async ({ before, deleted, after, afterwards }) => {
      const other = new Clocked(await sandboxAt(new Date(start).toISOString()));
      await other.live([...before, ...after, ...afterwards]);
      const one = new Clocked(await sandboxAt(new Date(start).toISOString()));
      await one.live(before);
      const [block] = await one.live([deleted]);
      await one.live(after);
      if (block !== undefined) {
        expect((await one.box.remove(`/credit_blocks/${block}`)).status).toBe(204);
        compared += 1;
      }
      await one.live(afterwards);
      expect(await listing(one.box)).toEqual(await listing(other.box));
      expect(one.box.sandbox.operations().status().problems).toEqual([]);
    }),
    { numRuns: runs(30), seed: 20260111 },
  );
  expect(compared).toBeGreaterThan(20);
}, 60_000);
