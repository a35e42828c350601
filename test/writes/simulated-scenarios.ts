// Scenarios of writes: who wants what, and what may happen meanwhile.
import fc from 'fast-check';
import { amount } from '../../src/credits/exact.ts';
import type { Scenario } from './simulated-writes.ts';

const minute = 60_000;
const hour = 60 * minute;

const person = fc.constantFrom(
  { who: 'ann', machine: 'm1' },
  { who: 'bob', machine: 'm2' },
  { who: 'cem', machine: 'm1' },
);
const apiKey = fc.constantFrom('a', 'b');
const clock = fc.constantFrom(0, hour, -hour, 50 * hour);
const troubles = {
  ahead: fc.record({ m1: clock, m2: clock }),
  kills: fc.nat(3),
  faults: fc.constantFrom(0, 10, 30),
};

/** Wishes under keys of their own: several processes may have the same one at once, hours apart, under two API keys. */
export const keyed: fc.Arbitrary<Scenario> = fc
  .record({
    wishes: fc.array(fc.record({ person, apiKey, key: fc.constantFrom('k1', 'k2') }), {
      minLength: 1,
      maxLength: 4,
    }),
    settlers: fc.array(fc.record({ person, apiKey }), { maxLength: 2 }),
    isByApiKey: fc.boolean(),
    ...troubles,
  })
  .map(({ wishes, settlers, isByApiKey, ahead, kills, faults }) => ({
    ahead,
    wishes: wishes.map(({ person: who, ...each }) => ({
      ...who,
      ...each,
      amount: amount(each.key === 'k1' ? '5' : '7'),
    })),
    settlers: settlers.map(({ person: who, apiKey: by }) => ({ ...who, apiKey: by })),
    isByApiKey,
    chances: { kills, faults, jumps: [1000, minute, 4 * minute, hour, 60 * hour] },
  }));

/** Equal wishes without keys. Each is repeated by the same person on the same machine, within ten minutes. */
export const unkeyed: fc.Arbitrary<Scenario> = fc
  .record({
    wishes: fc.array(person, { minLength: 1, maxLength: 4 }),
    settlers: fc.array(person, { maxLength: 2 }),
    ...troubles,
  })
  .map(({ wishes, settlers, ahead, kills, faults }) => ({
    ahead,
    wishes: wishes.map((who) => ({ ...who, apiKey: 'a', amount: amount('5') })),
    settlers: settlers.map((who) => ({ ...who, apiKey: 'a' })),
    isByApiKey: false,
    chances: { kills, faults, jumps: [100, 1000] },
  }));

export const capped = (scenario: fc.Arbitrary<Scenario>): fc.Arbitrary<Scenario> =>
  scenario.map((each) => ({ ...each, cap: amount('12') }));
