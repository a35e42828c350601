// Ledgers with known differences from a file: what was seeded is all that a reconciliation may find.
import fc from 'fast-check';
import type { TestSandbox } from '../../sandbox/sandbox-at.ts';

const faults = {
  reference: [
    'none',
    'missing',
    'doubled',
    'short',
    'over',
    'late',
    'over and late',
    'priced',
    'doubled and short',
    'in parts',
    'voided',
  ],
  guess: ['none', 'missing', 'doubled', 'late'],
} as const;
type Fault = (typeof faults)['reference' | 'guess'][number];

export interface SeededRow {
  readonly known: 'metadata' | 'description' | 'guess';
  readonly fault: Fault;
  readonly month: number;
  readonly quarters: number;
}

const rowOf = (known: SeededRow['known'], fault: fc.Arbitrary<Fault>) =>
  fc.record({
    known: fc.constant(known),
    fault,
    month: fc.integer({ min: 1, max: 9 }),
    quarters: fc.integer({ min: 0, max: 3 }),
  });

export const seededRow: fc.Arbitrary<SeededRow> = fc.oneof(
  rowOf('metadata', fc.constantFrom(...faults.reference)),
  rowOf('description', fc.constantFrom(...faults.reference)),
  rowOf('guess', fc.constantFrom(...faults.guess)),
);

const kinds: Readonly<Record<Fault, readonly string[]>> = {
  none: [],
  'in parts': [],
  missing: ['missing'],
  voided: ['missing'],
  doubled: ['doubled'],
  short: ['wrong_amount'],
  over: ['wrong_amount'],
  late: ['wrong_expiry'],
  'over and late': ['wrong_amount', 'wrong_expiry'],
  priced: ['wrong_cost_basis'],
  'doubled and short': ['wrong_amount', 'doubled'],
};

export interface Expectation {
  readonly finding: string;
  readonly line: number | null;
  readonly matched_by: string | null;
}

/** The amount that no other row has, whatever is wrong with either. */
const amountOf = ({ quarters }: SeededRow, index: number): number => (index + 1) * 20 + quarters / 4;
const dayOf = ({ month }: SeededRow): string => `2028-0${month}-15`;

export const csvFor = (rows: readonly SeededRow[]): string =>
  [
    'external_customer_id,amount,expires,cost-basis,reference',
    ...rows.map((row, index) => {
      const reference = row.known === 'guess' ? '' : `R-${index}`;
      return `acme,${amountOf(row, index)},${dayOf(row)},,${reference}`;
    }),
  ].join('\n');

export const findingsFor = (rows: readonly SeededRow[], strangers: number): readonly Expectation[] => [
  ...rows.flatMap(({ fault, known }, index) =>
    kinds[fault].map((finding) => ({
      finding,
      line: index + 2,
      matched_by: finding === 'missing' ? null : known === 'guess' ? 'guess' : 'reference',
    })),
  ),
  ...Array.from({ length: strangers }, () => ({ finding: 'unexpected', line: null, matched_by: null })),
];

/** Grants what the rows say, with their faults, and so many grants that no row expects. */
export async function seed(rows: readonly SeededRow[], strangers: number, box: TestSandbox): Promise<void> {
  for (const [index, row] of rows.entries())
    for (const [amount, more] of grantsFor(row, amountOf(row, index))) {
      const { json } = await box.add({
        entry_type: 'increment',
        amount,
        expiry_date: dayOf(row),
        ...(row.known === 'metadata' ? { metadata: { reference: `R-${index}` } } : {}),
        description: row.known === 'description' ? `Order R-${index}, by hand` : 'A grant',
        ...more,
      });
      if (row.fault === 'voided')
        await box.add({ entry_type: 'void', amount, block_id: json.credit_block.id });
    }
  for (let each = 0; each < strangers; each += 1)
    await box.add({ entry_type: 'increment', amount: 7 + each * 20, metadata: { reference: `S-${each}` } });
}

function grantsFor({ fault }: SeededRow, amount: number): readonly (readonly [number, object])[] {
  switch (fault) {
    case 'missing':
      return [];
    case 'doubled':
      return [amount, amount].map((each) => [each, {}]);
    case 'short':
      return [[amount - 5, {}]];
    case 'over':
      return [[amount + 5, {}]];
    case 'late':
      return [[amount, { expiry_date: '2029-01-01' }]];
    case 'over and late':
      return [[amount + 5, { expiry_date: '2029-01-01' }]];
    case 'priced':
      return [[amount, { per_unit_cost_basis: '0.25', invoice_settings: invoice }]];
    case 'doubled and short':
      return [amount - 5, amount - 5].map((each) => [each, {}]);
    case 'in parts':
      return [
        [amount - 4, {}],
        [4, {}],
      ];
    default:
      return [[amount, {}]];
  }
}

const invoice = { auto_collection: false, net_terms: 30 };
