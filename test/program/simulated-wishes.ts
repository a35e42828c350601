// What people in a simulated office want, on a ledger that was prepared for it.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { creditctl, orb, rowsOf } from '../support/command.ts';
import { freshHome, homeAfter, type RunOptions } from '../support/run.ts';
import { asOrb, type Person, type Scenario, type Wish } from './simulated-office.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A home folder, and the id of a block of `acme` in its ledger. */
interface Prepared {
  readonly home: string;
  readonly block: string;
}

/** A ledger of three customers, of which acme has 50 credits, and the plan of a batch for them. */
export async function prepared(isEmbedded: boolean): Promise<Prepared> {
  const at = (home: string): RunOptions => ({
    ...{ home, env: orb, served: path.join(home, 'served.db') },
    between: async (request, exchange) => {
      const answer = await exchange(request);
      return isEmbedded ? answer : asOrb(answer);
    },
  });
  const done = async (line: string, home: string) => {
    const result = await creditctl(line, at(home));
    if (result.code !== 0) throw new Error(result.stderr);
    return result;
  };
  const home = await homeAfter(`an office ${isEmbedded}`, async () => {
    const made = freshHome();
    const rows = ['acme,1', 'globex,2', 'acme,3', 'initech,4', 'globex,5'];
    writeFileSync(path.join(made, 'b.csv'), `external_customer_id,amount\n${rows.join('\n')}\n`);
    await done('ledger add acme --amount 50 --expires 2027-06-01 --idempotency-key first --yes', made);
    await done(`batch plan ${made}/b.csv --batch-id b --out ${made}/b.plan`, made);
    return made;
  });
  const [block] = rowsOf(await done('blocks list acme --json', home));
  return { home, block: String(block?.id) };
}

const persons: readonly Person[] = [
  { who: 'ann', machine: 'm1' },
  { who: 'bob', machine: 'm2' },
  { who: 'cem', machine: 'm1' },
];
const person = fc.constantFrom(...persons);

/** Wishes of one kind, by as many persons as they take. */
type Kind = (block: string, ...by: readonly [Person, Person, Person]) => readonly Wish[];

const apply = (person: Person): Wish => ({
  person,
  line: 'batch apply ~/b.plan --results ~ --force --allow-drift',
  gives: { acme: 4, globex: 7, initech: 4 },
});
const resume = (person: Person): Wish => ({
  person,
  line: 'batch resume b --results ~ --force',
  isOptional: true,
});

const batch: Kind = (_block, ann, bob) => [apply(ann), resume(bob)];

const undoneBatch: Kind = (_block, ann, bob, cem) => {
  const applied = apply(ann);
  const undo = { line: 'batch undo b', after: applied };
  const gives = { acme: -4, globex: -7, initech: -4 };
  return [applied, resume(bob), { ...undo, person: cem, gives }, { ...undo, person: bob }];
};

const undoneGrant: Kind = (_block, ann, bob) => {
  const add = {
    person: ann,
    line: 'ledger add globex --amount 7 --idempotency-key k1',
    gives: { globex: 7 },
  };
  const undo = { line: 'undo k1', after: add, isDoneBy: 'already undone' };
  return [add, { ...undo, person: bob, gives: { globex: -7 } }, { ...undo, person: ann, isOptional: true }];
};

const sameGrant: Kind = (_block, ann, bob) => {
  const line = 'ledger add initech --amount 9 --idempotency-key k2';
  return [
    { person: ann, line, gives: { initech: 9 } },
    { person: bob, line },
  ];
};

const deduction: Kind = (_block, ann) => [
  {
    person: ann,
    line: 'ledger add acme --type decrement --amount 6 --idempotency-key k3',
    gives: { acme: -6 },
  },
];

const expiry: Kind = (block, ann) => [
  {
    person: ann,
    line: `blocks extend acme ${block} --to 2028-01-01 --amount 5 --idempotency-key k4`,
  },
];

const objects: Kind = (_block, ann, bob, cem) => [
  {
    person: ann,
    line: 'topups create acme --threshold 1 --amount 20 --cost-basis 0.5 --net-terms 0 --idempotency-key k5',
    makes: { topups: 1 },
  },
  { person: bob, line: 'alerts create acme --type depleted --idempotency-key k6', makes: { alerts: 1 } },
  {
    person: cem,
    line: 'customers create --name Hooli --email a@hooli.example --external-id hooli --idempotency-key k7',
    makes: { customers: 1 },
  },
];

const settling: Kind = (_block, ann) => [{ person: ann, line: 'history settle', isOptional: true }];

const kinds: readonly Kind[] = [
  batch,
  undoneBatch,
  undoneGrant,
  sameGrant,
  deduction,
  expiry,
  objects,
  settling,
];

/** Wishes under keys, of which hours may pass between two runs. */
export function scenarios(homes: Readonly<Record<'orb' | 'embedded', Prepared>>): fc.Arbitrary<Scenario> {
  return fc
    .record({
      of: fc.constantFrom('orb', 'embedded'),
      wanted: fc.uniqueArray(fc.nat(kinds.length - 1), { minLength: 1, maxLength: 4 }),
      persons: fc.array(fc.tuple(person, person, person), { minLength: 4, maxLength: 4 }),
      isLong: fc.boolean(),
      kills: fc.nat(3),
      faults: fc.constantFrom(0, 5, 15),
    })
    .map(({ of, wanted, persons: by, isLong, kills, faults }) => {
      const { home, block } = homes[of];
      // An undone batch is applied before. After days only a person can say whether an object was made.
      const isLeftOut = (kind: Kind | undefined): boolean =>
        (kind === batch && wanted.includes(kinds.indexOf(undoneBatch))) || (kind === objects && isLong);
      const chosen = wanted.map((index) => kinds[index]).filter((kind) => !isLeftOut(kind));
      const wishes = chosen.flatMap((kind, index) => kind?.(block, ...(by[index] ?? [ann, ann, ann])) ?? []);
      return {
        home,
        isEmbedded: of === 'embedded',
        before: { gives: { acme: 50 }, makes: { customers: 3 } },
        wishes,
        chances: { kills, faults, jumps: [1000, minute, 4 * minute, hour, ...(isLong ? [60 * hour] : [])] },
      };
    });
}

const [ann] = persons as readonly [Person, ...Person[]];

/** Equal grants that are each wanted, and grants of which the cap lets two through. */
const hurried: Kind = (_block, ...by) => [
  ...by.map((person) => ({ person, line: 'ledger add initech --amount 3', gives: { initech: 3 } })),
  ...by.map((person, index) => ({
    ...{ person, line: `ledger add globex --amount 7 --idempotency-key c${index}` },
    ...{ gives: { globex: 7 }, isRefusedBy: 'over the limit' },
  })),
];

/** The most credits that a customer gets in a day, in the ledger of `capped`. */
const cap = 20;

/** A ledger as `prepared`, below a cap. */
export async function capped(isEmbedded: boolean): Promise<Prepared> {
  const { home, block } = await prepared(isEmbedded);
  const { code, stderr } = await creditctl(`config set policy.customer_day_cap ${cap}`, { home, env: orb });
  if (code !== 0) throw new Error(stderr);
  return { home, block };
}

/** Wishes without keys, and below a cap: each is repeated within minutes. */
export function hurriedScenarios(
  homes: Readonly<Record<'orb' | 'embedded', Prepared>>,
): fc.Arbitrary<Scenario> {
  return fc
    .record({
      of: fc.constantFrom('orb', 'embedded'),
      persons: fc.tuple(person, person, person),
      kills: fc.nat(3),
      faults: fc.constantFrom(0, 5, 15),
    })
    .map(({ of, persons: by, kills, faults }) => ({
      home: homes[of].home,
      isEmbedded: of === 'embedded',
      before: { gives: { acme: 50 }, makes: { customers: 3 } },
      wishes: [hurried, settling].flatMap((kind) => kind(homes[of].block, ...by)),
      chances: { kills, faults, jumps: [100, 1000] },
      caps: { globex: cap },
    }));
}
