import { expect, test } from 'vitest';
import type { Amount } from '../../../src/credits/exact.ts';
import type { AlertType } from '../../../src/sandbox/ledger/alert.ts';
import { crossings } from '../../../src/sandbox/ledger/crossing.ts';

const amounts = (...texts: string[]) => texts as Amount[];

test.each<[AlertType, string, string, string[]]>([
  ['credit_balance_depleted', '1', '0', ['0']],
  ['credit_balance_depleted', '1', '-5', ['0']],
  ['credit_balance_depleted', '0', '-5', []],
  ['credit_balance_depleted', '0', '3', []],
  ['credit_balance_recovered', '0', '0.1', ['0']],
  ['credit_balance_recovered', '-3', '2', ['0']],
  ['credit_balance_recovered', '1', '2', []],
  ['credit_balance_dropped', '60', '50', []],
  ['credit_balance_dropped', '50', '49.999999999999999999', ['50']],
  ['credit_balance_dropped', '60', '5', ['50', '10']],
  ['credit_balance_dropped', '40', '5', ['10']],
  ['credit_balance_dropped', '5', '60', []],
])('%s from %s to %s fires %j', (type, before, after, expected) => {
  const watch = { type, thresholds: amounts('50', '10'), enabled: true };
  const change = { before: before as Amount, after: after as Amount };
  expect(crossings([watch], change).map(({ threshold }) => threshold)).toEqual(expected);
  expect(crossings([{ ...watch, enabled: false }], change)).toEqual([]);
});

test('what a balance passes is reported from above down, whichever alert came first', () => {
  const watch = (type: AlertType, ...thresholds: string[]) => ({
    type,
    thresholds: amounts(...thresholds),
    enabled: true,
  });
  const alerts = [
    watch('credit_balance_dropped', '0', '10', '50', '-2'),
    watch('credit_balance_depleted'),
    watch('credit_balance_recovered'),
  ];
  const fired = crossings(alerts, { before: '60' as Amount, after: '-5' as Amount });
  expect(fired.map(({ alert, threshold }) => `${alert.type.slice(15)} ${threshold}`)).toEqual([
    'dropped 50',
    'dropped 10',
    'depleted 0',
    'dropped 0',
    'dropped -2',
  ]);
});
