// The inverse of a write on generated histories: exact, or with a sentence that says why not.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amount } from '../../src/credits/exact.ts';
import { decodeBlock, decodeEntry } from '../../src/orb/decode/records.ts';
import { inverse } from '../../src/undo/inverse.ts';
import { type JsonObject, parseJson, writeJson } from '../../src/wire/json.ts';
import { bodyOf, day, type Operation, operation, start, zone } from '../sandbox/random-history.ts';
import { acme, sandboxAt, type TestSandbox } from '../sandbox/sandbox-at.ts';
import { runs } from '../support/runs.ts';

/** What there is to draw on, whatever the blocks are called. */
async function holdings(box: TestSandbox): Promise<unknown[]> {
  const blocks = await box.blocks();
  const shown = blocks.map(({ balance, expiry_date, per_unit_cost_basis, filters }) =>
    JSON.stringify([balance, expiry_date, per_unit_cost_basis, filters]),
  );
  // Credits that were split over two blocks of one kind are the same credits.
  const merged = new Map<string, number>();
  for (const text of shown) {
    const [balance, ...kind] = JSON.parse(text) as [number, ...unknown[]];
    const key = JSON.stringify(kind);
    merged.set(key, (merged.get(key) ?? 0) + balance);
  }
  return [...merged].filter(([, balance]) => balance !== 0).sort();
}

async function perform(operation: Operation, box: TestSandbox) {
  const body = await bodyOf(operation, box);
  return body === undefined ? undefined : send(body, box);
}

async function send(body: JsonObject, box: TestSandbox) {
  const before = (await box.ledger()).length;
  const answer = await box.add(body);
  if (answer.status !== 201) return undefined;
  const listed = parseJson((await box.get(`${acme}/credits/ledger`, { limit: '1000' })).text) as JsonObject;
  const entries = [...(listed.data as JsonObject[])].reverse().slice(before);
  return { body, entries: entries.map((entry) => decodeEntry(entry).record) };
}

async function performed(body: JsonObject, box: TestSandbox) {
  const done = await send(body, box);
  if (done === undefined) throw new Error(`refused: ${writeJson(body)}`);
  return done;
}

async function takeBack(
  done: NonNullable<Awaited<ReturnType<typeof perform>>>,
  box: TestSandbox,
  now: number,
  /** The id of a block that was deleted. */
  without?: string,
) {
  const listed = parseJson(
    (await box.get(`${acme}/credits`, { limit: '100', include_all_blocks: 'true' })).text,
  ) as JsonObject;
  const blocks = (listed.data as JsonObject[]).map((block) => decodeBlock(block).record);
  const later = parseJson((await box.get(`${acme}/credits/ledger`, { limit: '1000' })).text) as JsonObject;
  const last = Math.max(...done.entries.map((entry) => entry.ledger_sequence_number));
  const since = [...(later.data as JsonObject[])]
    .reverse()
    .map((entry) => decodeEntry(entry).record)
    .filter((entry) => entry.ledger_sequence_number > last);
  const making = (later.data as JsonObject[])
    .map((entry) => decodeEntry(entry).record)
    .filter(({ entry_type: type }) => type === 'increment' || type === 'expiration_change');
  const found = inverse(done, {
    blocks: blocks.filter(({ id }) => id !== without),
    now,
    zone,
    since,
    making,
  });
  expect(found.steps.length + found.cannot.length).toBeGreaterThan(0);
  for (const body of found.steps) {
    const answer = await box.add(JSON.parse(writeJson(body)) as object);
    expect(answer.status, `${writeJson(body)} ${answer.text}`).toBe(201);
  }
  return found;
}

test('taken back at once, a write leaves what there was before, or says why it cannot', async () => {
  let exact = 0;
  let undone = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 6 }), operation, async (history, last) => {
      const box = await sandboxAt(new Date(start).toISOString());
      for (const each of history) await perform(each, box);
      const before = await holdings(box);
      const done = await perform(last, box);
      if (done === undefined) return;
      const { cannot } = await takeBack(done, box, start);
      undone += 1;
      if (cannot.length > 0) return;
      exact += 1;
      expect(await holdings(box)).toEqual(before);
    }),
    { numRuns: runs(50) },
  );
  // A property of exactness would hold of an inverse that never finds one.
  expect(exact / undone).toBeGreaterThan(0.6);
}, 600_000);

test('after more has happened, every step that is offered is one that the ledger takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(operation, { maxLength: 4 }),
      operation,
      fc.array(operation, { maxLength: 4 }),
      fc.integer({ min: 0, max: 30 }),
      async (history, chosen, since, days) => {
        const box = await sandboxAt(new Date(start).toISOString());
        for (const each of history) await perform(each, box);
        const done = await perform(chosen, box);
        for (const each of since) await perform(each, box);
        const now = start + days * day;
        box.at(new Date(now).toISOString());
        if (done !== undefined) await takeBack(done, box, now);
      },
    ),
    { numRuns: runs(50) },
  );
}, 600_000);

test('what a void refunded of the used credits is not given back as well', async () => {
  const box = await sandboxAt(new Date(start).toISOString());
  await perform({ do: 'increment', credits: 100, expires: null, item: false }, box);
  const done = await perform({ do: 'decrement', credits: 60 }, box);
  await perform({ do: 'void', credits: 65, which: 0 }, box);
  if (done === undefined) throw new Error('the decrement was refused');
  const { steps, cannot } = await takeBack(done, box, start);
  expect(steps).toMatchObject([{ entry_type: 'amendment' }]);
  expect(cannot).toEqual([expect.stringContaining('25 of the 60 credits')]);
  expect((await box.blocks()).map(({ balance }) => balance)).toEqual([35]);
});

test('what was given back of a later deduction leaves room for the earlier one', async () => {
  const box = await sandboxAt(new Date(start).toISOString());
  await box.add({ entry_type: 'increment', amount: 100 });
  const done = await performed({ entry_type: 'decrement', amount: 60 }, box);
  await box.add({ entry_type: 'decrement', amount: 20 });
  const [{ id = '' } = {}] = await box.blocks();
  await performed({ entry_type: 'amendment', amount: 20, block_id: id }, box);
  expect((await takeBack(done, box, start)).cannot).toEqual([]);
  expect((await box.blocks()).map(({ balance }) => balance)).toEqual([100]);
});

test('an amendment is undone beside a block below zero, but never below zero itself', async () => {
  const box = await sandboxAt(new Date(start).toISOString());
  const listed = async () => (await box.blocks()).map(({ balance }) => balance);
  await box.add({ entry_type: 'increment', amount: 10 });
  await box.add({ entry_type: 'decrement', amount: 100 });
  await box.add({ entry_type: 'increment', amount: 100 });
  await box.add({ entry_type: 'decrement', amount: 50 });
  const [{ id = '' } = {}] = (await box.blocks()).filter(({ balance }) => balance === 50);
  const amended = await performed({ entry_type: 'amendment', amount: 50, block_id: id }, box);
  expect(await listed()).toEqual(expect.arrayContaining([-90, 100]));
  expect((await takeBack(amended, box, start)).cannot).toEqual([]);
  expect(await listed()).toEqual(expect.arrayContaining([-90, 50]));
  const again = await performed({ entry_type: 'amendment', amount: 50, block_id: id }, box);
  await box.add({ entry_type: 'decrement', amount: 80 });
  const used = await takeBack(again, box, start);
  expect(used).toMatchObject({
    steps: [],
    cannot: [expect.stringContaining('would not draw all of the 50')],
  });
});

test('a grant is voided only as far as earlier voids of its block leave it, in its own currency', async () => {
  const box = await sandboxAt(new Date(start).toISOString());
  const { body, entries } = await performed({ entry_type: 'increment', amount: 100 }, box);
  const page = parseJson((await box.get(`${acme}/credits`, { limit: '100' })).text) as JsonObject;
  const blocks = (page.data as JsonObject[]).map((block) => decodeBlock({ ...block, balance: 60 }).record);
  const [{ id = '' } = {}] = blocks;
  const later = (entry_type: string, block: string, amount_: string) => ({
    ...{ entry_type, amount: amount('0'), void_amount: amount(amount_) },
    credit_block: { id: block },
  });
  const since = [
    later('void_initiated', id, '70'),
    later('void_initiated', 'b', '9'),
    later('void', id, '8'),
  ];
  const done = { body, entries: entries.map((entry) => ({ ...entry, currency: 'EUR' })) };
  const { steps } = inverse(done, { blocks, now: start, zone, since, making: [] });
  expect(steps.map(writeJson)).toEqual([
    `{"entry_type":"void","currency":"EUR","block_id":"${id}","amount":30}`,
  ]);
});

test('a deduction that two entries drew from one block is given back in one step, which has one key', async () => {
  const box = await sandboxAt(new Date(start).toISOString());
  await box.add({ entry_type: 'increment', amount: 100 });
  const { body, entries } = await performed({ entry_type: 'decrement', amount: 60 }, box);
  const page = parseJson((await box.get(`${acme}/credits`, { limit: '100' })).text) as JsonObject;
  const blocks = (page.data as JsonObject[]).map((block) => decodeBlock(block).record);
  const parts = ['45', '15'].flatMap((part) => entries.map((entry) => ({ ...entry, amount: amount(part) })));
  const present = { blocks, now: start, zone, since: [], making: [] };
  const { steps, cannot } = inverse({ body, entries: parts }, present);
  expect([steps.map(({ amount: back }) => writeJson(back ?? null)), cannot]).toEqual([['60'], []]);
});

test('credits that were voided before their start are granted from that start again', async () => {
  const box = await sandboxAt(new Date(start).toISOString());
  await box.add({ entry_type: 'increment', amount: 50, effective_date: '2027-01-15' });
  const done = await perform({ do: 'void', credits: 50, which: 0 }, box);
  if (done === undefined) throw new Error('the void was refused');
  const { steps } = await takeBack(done, box, start);
  expect(steps).toMatchObject([{ effective_date: expect.stringContaining('2027-01-15') }]);
});

const priced = { per_unit_cost_basis: '2', invoice_settings: { auto_collection: false, net_terms: 0 } };

test('voided credits are granted again without a start that is past, and not at all where they had a price', async () => {
  for (const [terms, starts, why] of [
    [{ effective_date: '2026-01-02' }, [undefined], []],
    [priced, [], [expect.stringContaining('The credits cost 2 each')]],
  ] as const) {
    const box = await sandboxAt(new Date(start).toISOString());
    await performed({ entry_type: 'increment', amount: 50, ...terms }, box);
    const [{ id = '' } = {}] = await box.blocks();
    const done = await performed({ entry_type: 'void', amount: 50, block_id: id }, box);
    const { steps, cannot } = await takeBack(done, box, start);
    expect([steps.map(({ effective_date: from }) => from), cannot]).toEqual([starts, why]);
  }
});

const [first, then] = ['2027-01-31', '2027-03-31'];

/** Grants 50 credits and extends them; returns what was done last, and the id of the block that it made. */
async function extended(box: TestSandbox, more: object = {}, from = first) {
  await box.add({ entry_type: 'increment', amount: 50, expiry_date: from, ...more });
  const before = await box.blocks();
  const granted = before.find(({ balance, expiry_date: at }) => balance === 50 && at?.startsWith(from));
  const done = await change(box, granted?.id ?? '');
  const known = new Set(before.map(({ id }) => id));
  return { done, made: (await box.blocks()).find(({ id }) => !known.has(id))?.id };
}

/** Moves what is left in a block to the later expiry. */
async function change(box: TestSandbox, block: string) {
  const body = { entry_type: 'expiration_change', block_id: block, target_expiry_date: then };
  expect((await box.add(body)).status).toBe(201);
  const listed = parseJson((await box.get(`${acme}/credits/ledger`, { limit: '1' })).text) as JsonObject;
  return { body, entries: (listed.data as JsonObject[]).map((entry) => decodeEntry(entry).record) };
}

test('an extension is moved back out of the block that it made, not out of an equal one that was granted', async () => {
  const box = await sandboxAt(new Date(start).toISOString());
  const { done, made } = await extended(box);
  await box.add({ entry_type: 'increment', amount: 50, expiry_date: then });
  const gone = await takeBack(done, box, start, made);
  expect(gone).toMatchObject({ steps: [], cannot: [expect.stringContaining('not found where they went')] });
  expect((await takeBack(done, box, start)).steps).toMatchObject([
    { block_id: made, amount: expect.anything() },
  ]);
});

test('of two equal extensions, the block that is left may be the one of the other', async () => {
  const box = await sandboxAt(new Date(start).toISOString());
  const { made } = await extended(box);
  const { done } = await extended(box);
  expect((await takeBack(done, box, start, made)).steps).toEqual([]);
});

test('credits of an allocation are not those that an extension moved, however alike the blocks are', async () => {
  const box = await sandboxAt(new Date(start).toISOString());
  const { done } = await extended(box);
  const listed = parseJson((await box.get(`${acme}/credits`, { limit: '100' })).text) as JsonObject;
  const stepsOf = (source: string): readonly unknown[] => {
    const blocks = (listed.data as JsonObject[]).map(
      (block) => decodeBlock({ ...block, credit_block_source: source }).record,
    );
    return inverse(done, { blocks, now: start, zone, since: [], making: [] }).steps;
  };
  expect([stepsOf('manual').length, stepsOf('allocation').length]).toEqual([1, 0]);
});

test('of equal extensions, each is moved back out of a block of its own', async () => {
  const box = await sandboxAt(new Date(start).toISOString());
  const [one, other] = [await extended(box), await extended(box)];
  const moved = [await takeBack(other.done, box, start), await takeBack(one.done, box, start)];
  expect(new Set(moved.flatMap(({ steps }) => steps.map(({ block_id: block }) => block))).size).toBe(2);
  const left = (await box.blocks()).filter(({ balance }) => balance !== 0);
  expect(left.map(({ balance, expiry_date: at }) => [balance, at?.slice(0, 10)])).toEqual([
    [50, first],
    [50, first],
  ]);
});

test('what was extended, moved back and extended again is moved back once more', async () => {
  const box = await sandboxAt(new Date(start).toISOString());
  await takeBack((await extended(box)).done, box, start);
  const [back] = (await box.blocks()).filter(({ balance }) => balance !== 0);
  const again = await change(box, back?.id ?? '');
  expect((await takeBack(again, box, start)).steps).toMatchObject([{ target_expiry_date: first }]);
});

const itemOnly = { filters: [{ field: 'item_id', operator: 'includes', values: ['item'] }] };

test('an extension moves back no equal credits that are for an item only', async () => {
  // Which of two blocks comes first is a matter of their ids.
  for (const kinds of [
    [{}, itemOnly],
    [itemOnly, {}],
    [{}, itemOnly],
    [itemOnly, {}],
  ]) {
    const box = await sandboxAt(new Date(start).toISOString());
    const [one, other] = [await extended(box, kinds[0]), await extended(box, kinds[1])];
    expect((await takeBack(one.done, box, start)).steps).toMatchObject([{ block_id: one.made }]);
    expect((await takeBack(other.done, box, start)).steps).toMatchObject([{ block_id: other.made }]);
  }
});

test('an extension is not moved back where equal credits can be used only later, or had another expiry', async () => {
  for (const [more, from] of [
    [{ effective_date: '2027-01-15' }, first],
    [{}, '2027-02-28'],
  ] as const) {
    const box = await sandboxAt(new Date(start).toISOString());
    const { done } = await extended(box);
    await extended(box, more, from);
    const { steps, cannot } = await takeBack(done, box, start);
    expect([steps, cannot]).toEqual([[], [expect.stringContaining('not found where they went')]]);
  }
});
