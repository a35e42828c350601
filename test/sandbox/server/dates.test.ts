// Days begin at midnight in the customer's zone, also where clocks change, and expiry happens whether or not anyone asks.
import { expect, test } from 'vitest';
import { sandboxAt } from '../sandbox-at.ts';

interface Story {
  readonly zone: string;
  readonly day: string;
  readonly begins: string;
}

test.each<Story>([
  { zone: 'America/Los_Angeles', day: '2026-03-08', begins: '2026-03-08T08:00:00+00:00' },
  { zone: 'America/Los_Angeles', day: '2026-03-09', begins: '2026-03-09T07:00:00+00:00' },
  { zone: 'America/Los_Angeles', day: '2026-11-02', begins: '2026-11-02T08:00:00+00:00' },
  { zone: 'Europe/London', day: '2026-10-26', begins: '2026-10-26T00:00:00+00:00' },
  // Midnight does not exist on this day: clocks jump from 24:00 to 1:00.
  { zone: 'America/Asuncion', day: '2023-10-01', begins: '2023-10-01T04:00:00+00:00' },
  // This day does not exist at all in Samoa; it begins where the next one does.
  { zone: 'Pacific/Apia', day: '2011-12-30', begins: '2011-12-30T10:00:00+00:00' },
  { zone: 'Asia/Kathmandu', day: '2026-02-01', begins: '2026-01-31T18:15:00+00:00' },
])('credits that expire on $day in $zone lapse at $begins', async ({ zone, day, begins }) => {
  const edge = Date.parse(begins);
  const { at, get, post } = await sandboxAt(new Date(edge - 40 * 86_400_000).toISOString());
  const { json: customer } = await post('/customers', { name: 'Z', email: 'z@example.com', timezone: zone });
  const path = `/customers/${customer.id}/credits`;
  const added = await post(`${path}/ledger_entry`, { entry_type: 'increment', amount: 8, expiry_date: day });
  expect(added.json.credit_block.expiry_date).toBe(begins);
  at(new Date(edge - 1000).toISOString());
  expect((await get(path)).json.data).toHaveLength(1);
  at(new Date(edge).toISOString());
  expect((await get(path)).json.data).toHaveLength(0);
  expect((await get(`${path}/ledger`)).json.data[0]).toMatchObject({
    entry_type: 'credit_block_expiry',
    amount: 8,
    starting_balance: 8,
    ending_balance: 0,
    created_at: begins,
  });
});

test('after a year without a question everything is written in its order and with its date', async () => {
  const { add, at, get, ledger } = await sandboxAt('2026-01-10T12:00:00Z');
  await add({ entry_type: 'increment', amount: 10, expiry_date: '2026-06-01' });
  await add({ entry_type: 'increment', amount: 20, effective_date: '2026-03-01', expiry_date: '2026-09-01' });
  await add({ entry_type: 'increment', amount: 40 });
  const [{ credit_block: first }] = await ledger();
  at('2027-02-01T00:00:00Z');
  expect((await get(`/credit_blocks/${first.id}`)).json).toMatchObject({ balance: 0 });
  expect((await ledger()).slice(3)).toMatchObject([
    { entry_type: 'increment', amount: 20, ending_balance: 70, created_at: '2026-03-01T08:00:00+00:00' },
    { entry_type: 'credit_block_expiry', ending_balance: 60, created_at: '2026-06-01T07:00:00+00:00' },
    {
      entry_type: 'credit_block_expiry',
      ending_balance: 40,
      created_at: '2026-09-01T07:00:00+00:00',
      entry_status: 'committed',
    },
  ]);
  const { json } = await add({ entry_type: 'decrement', amount: 1 });
  expect(json).toMatchObject({ starting_balance: 40, ledger_sequence_number: 7 });
});

test('a target date is compared with the effective date as calendar days of the zone', async () => {
  // Ten in the morning of the tenth in Los Angeles.
  const { add } = await sandboxAt('2026-01-10T18:00:00Z');
  const { json } = await add({ entry_type: 'increment', amount: 5 });
  const move = { entry_type: 'expiration_change', block_id: json.credit_block.id, amount: 1 };
  const tooEarly = await add({ ...move, target_expiry_date: '2026-01-09' });
  expect(tooEarly.json.type).toContain('#400-constraint-violation');
  const sameDay = await add({ ...move, target_expiry_date: '2026-01-10' });
  expect(sameDay.json).toMatchObject({
    entry_type: 'expiration_change',
    starting_balance: 5,
    ending_balance: 5,
    new_block_expiry_date: '2026-01-10T08:00:00+00:00',
  });
});

test('more blocks fall due at once than are held in memory, and all are written', async () => {
  const { add, at, blocks, get } = await sandboxAt('2026-01-10T12:00:00Z');
  for (let n = 0; n < 1100; n += 1) {
    const effective_date = n % 2 === 0 ? '2026-02-01T00:00:00Z' : '2026-01-01T00:00:00Z';
    const expiry_date = new Date(Date.parse('2026-02-02T00:00:00Z') + (n % 7) * 1000).toISOString();
    await add({ entry_type: 'increment', amount: 1, effective_date, expiry_date });
  }
  at('2026-03-01T00:00:00Z');
  expect(await blocks()).toEqual([]);
  const path = '/customers/external_customer_id/acme/credits/ledger';
  const { json } = await get(path, { limit: '1000', entry_type: 'credit_block_expiry' });
  const times: string[] = json.data.map((entry: { created_at: string }) => entry.created_at);
  expect(times).toEqual([...times].sort().reverse());
  expect(json.data[0]).toMatchObject({ ending_balance: 0, ledger_sequence_number: 1100 + 550 + 1100 });
});
