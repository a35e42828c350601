// What can happen to a customer's ledger, generated: requests good and bad, and time that passes.
import fc from 'fast-check';
import { day } from './local-midnight.ts';

/** Zones with clocks that change at 2, at 1, at midnight and by half an hour, and one whose never do. */
export const zones = [
  'America/Los_Angeles',
  'Europe/London',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Asia/Tokyo',
] as const;

export const currencies = ['credits', 'message_credits', 'USD'] as const;
const currency = fc.oneof({ weight: 8, arbitrary: fc.constant('credits') }, fc.constantFrom(...currencies));

const amount = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }).map(String) },
  fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 9999 })).map(([a, b]) => `${a}.${b}`),
  fc.constantFrom('0.1', '0.2', '0.000000000000000001', '99999999999999', '1e2', '1.5e-7'),
);

/** An amount, or one that lies at an edge of the block that a step names, or of the whole balance. */
const edge = fc.constantFrom(
  'left',
  'more than left',
  'initial',
  'more than initial',
  'used',
  'more than used',
);
export type Edge = typeof edge extends fc.Arbitrary<infer T> ? T : never;
const atEdge = fc.oneof(
  { weight: 3, arbitrary: amount.map((text) => ({ text, edge: undefined })) },
  { weight: 2, arbitrary: edge.map((edge) => ({ text: '1', edge })) },
);

/** A day counted from the customer's today, written as a date or as an instant of that day. */
const dayFrom = (min: number, max: number) =>
  fc.record({ days: fc.integer({ min, max }), as: fc.constantFrom('date', 'date', 'instant') });
export type DayFrom = ReturnType<typeof dayFrom> extends fc.Arbitrary<infer T> ? T : never;

const which = fc.nat(30);
const words = {
  currency,
  description: fc.option(fc.constantFrom('Trial', 'Ünïcode "quoted" \\ 1.50', '')),
  metadata: fc.option(
    fc.dictionary(fc.constantFrom('po', 'note'), fc.option(fc.constantFrom('77', 'x')), {
      noNullPrototype: true,
    }),
  ),
};

const filter = fc.constantFrom(
  { field: 'item_id', operator: 'includes', values: ['api'] },
  { field: 'item_id', operator: 'includes', values: ['seats'] },
  { field: 'item_id', operator: 'excludes', values: ['api', 'storage'] },
);

const increment = fc.record({
  do: fc.constant('increment' as const),
  amount,
  expires: fc.option(dayFrom(-3, 40)),
  effective: fc.option(dayFrom(-20, 30), { freq: 3 }),
  cost: fc.option(fc.constantFrom('0', '0.00', '0.2', '0.20', '1.5')),
  /** As the cost wants it, or the other way round, which is refused. */
  invoice: fc.constantFrom('as needed', 'as needed', 'as needed', 'as needed', 'wrong'),
  awaited: fc.constantFrom(false, false, false, true),
  paid: fc.boolean(),
  filters: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(filter, { maxLength: 2 })),
  ...words,
});
const decrement = fc.record({
  do: fc.constant('decrement' as const),
  amount: atEdge,
  ...words,
});
const change = fc.record({
  do: fc.constant('expiration_change' as const),
  amount: fc.option(atEdge),
  which,
  by: fc.constantFrom('block', 'block', 'date', 'both', 'other date', 'nothing'),
  target: dayFrom(-10, 50),
  ...words,
});
const voiding = fc.record({
  do: fc.constant('void' as const),
  amount: atEdge,
  which,
  reason: fc.option(fc.constant('refund' as const)),
  ...words,
});
const amendment = fc.record({ do: fc.constant('amendment' as const), amount: atEdge, which, ...words });
const refusedOutright = fc.record({
  do: fc.constant('refused' as const),
  how: fc.constantFrom(
    'zero',
    'negative',
    'no amount',
    'no block',
    'block of another currency',
    'negative cost',
  ),
  which,
});
/** What becomes of an invoice that is not paid yet. */
const invoice = fc.record({
  do: fc.constant('invoice' as const),
  which,
  becomes: fc.constantFrom('paid', 'paid', 'void'),
});
/** An event of usage: of now, of some hours ago, or one that is refused for its age. */
const usage = fc.record({
  do: fc.constant('usage' as const),
  amount: fc.oneof(
    fc.integer({ min: 1, max: 60 }).map(String),
    fc.constantFrom('0.1', '0.25', '7.000000001'),
  ),
  item: fc.option(fc.constantFrom('api', 'seats', 'other')),
  price: fc.constantFrom('p', 'q'),
  currency,
  hoursAgo: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.integer({ min: 0, max: 11 }),
    fc.constant(13),
  ),
  /** Sent twice under its key. */
  twice: fc.boolean(),
});
const wait = fc.record({
  do: fc.constant('wait' as const),
  by: fc.oneof(
    fc.constantFrom(1, 999, 1000, 60_000, 3_600_000, 43_199_000, 43_199_999, 43_200_000, 43_200_001),
    fc.integer({ min: 1, max: 20 }).map((days) => days * day),
    fc.constantFrom(100 * day, -1000, -3_600_000, -2 * day),
  ),
});
/** To the next thing that happens by itself, or right before or after it. */
const until = fc.record({
  do: fc.constant('until' as const),
  what: fc.constantFrom('due', 'midnight', 'committed'),
  by: fc.constantFrom(-1000, -1, 0, 1, 1000),
});
const again = fc.record({ do: fc.constant('again' as const), changed: fc.boolean() });
const look = fc.record({
  do: fc.constant('look' as const),
  currency,
  limit: fc.integer({ min: 1, max: 30 }),
  type: fc.option(
    fc.constantFrom('increment', 'decrement', 'credit_block_expiry', 'void', 'expiration_change'),
  ),
  status: fc.option(fc.constantFrom('committed', 'pending')),
  least: fc.option(fc.constantFrom('1', '10', '0.5')),
  since: fc.option(fc.tuple(fc.constantFrom('gte', 'gt', 'lte', 'lt'), fc.nat(30))),
});

export const step = fc.oneof(
  { weight: 6, arbitrary: increment },
  { weight: 6, arbitrary: decrement },
  { weight: 5, arbitrary: usage },
  { weight: 5, arbitrary: usage },
  { weight: 4, arbitrary: change },
  { weight: 3, arbitrary: voiding },
  { weight: 4, arbitrary: amendment },
  { weight: 1, arbitrary: refusedOutright },
  { weight: 4, arbitrary: wait },
  { weight: 4, arbitrary: until },
  { weight: 3, arbitrary: invoice },
  { weight: 1, arbitrary: again },
  { weight: 2, arbitrary: look },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A customer's life. It begins within days of a change of the clocks, which most of it then crosses. */
export const life = fc.record({
  zone: fc.constantFrom(...zones),
  start: fc
    .tuple(
      fc.constantFrom('2026-03-05', '2026-04-01', '2026-04-20', '2026-10-01', '2026-10-22', '2027-12-20'),
      fc.nat(86_399),
    )
    .map(([date, seconds]) => Date.parse(date) + seconds * 1000),
  steps: fc.array(step, { minLength: 1, maxLength: 80, size: 'max' }),
});
export type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;
