// What people in a simulated office want, by kind.
import type { Person, Wish } from './simulated-office.ts';

export const persons: readonly Person[] = [
  { who: 'ann', machine: 'm1' },
  { who: 'bob', machine: 'm2' },
  { who: 'cem', machine: 'm1' },
];
/** Makes no other write, so that `last` means what is meant. */
const dee: Person = { who: 'dee', machine: 'm2' };

/** Wishes of one kind, by as many persons as they take. */
export type Kind = (block: string, ...by: readonly [Person, Person, Person]) => readonly Wish[];

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

export const batch: Kind = (_block, ann, bob) => [apply(ann), resume(bob)];

export const undoneBatch: Kind = (_block, ann, bob, cem) => {
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

export const objects: Kind = (_block, ann, bob, cem) => [
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

export const settling: Kind = (_block, ann) => [{ person: ann, line: 'history settle', isOptional: true }];

export const kinds: readonly Kind[] = [
  batch,
  undoneBatch,
  undoneGrant,
  sameGrant,
  deduction,
  expiry,
  objects,
  settling,
];

/** Equal grants that are each wanted, and others; a cap may refuse some of them. */
export const hurried: Kind = (_block, ...by) =>
  by.flatMap((person, index) => [
    { person, line: 'ledger add initech --amount 3', gives: { initech: 3 }, isRefusedBy },
    {
      ...{ person, line: `ledger add globex --amount 7 --idempotency-key c${index}` },
      ...{ gives: { globex: 7 }, isRefusedBy },
    },
  ]);

const isRefusedBy = 'over the limit';

/** Writes of one person, and `undo last` as often: the newest is undone first. */
export const undoneLast: Kind = () => {
  const add = 'ledger add initech --amount';
  const undo = { line: 'undo last', isDoneBy: 'already undone' };
  return inTurn(
    { person: dee, line: `${add} 4`, gives: { initech: 4 } },
    { person: dee, line: 'ledger add acme --type decrement --amount 6', gives: { acme: -6 } },
    { person: dee, line: `${add} 2 --expires 2027-03-01`, gives: { initech: 2 } },
    { person: dee, ...undo, gives: { initech: -2 } },
    { person: dee, ...undo, gives: { acme: 6 } },
    { person: dee, ...undo, gives: { initech: -4 } },
  );
};

/** Each is begun once the one before is fulfilled. */
function inTurn(...wishes: readonly Wish[]): readonly Wish[] {
  const turns: Wish[] = [];
  for (const wish of wishes) {
    const after = turns.at(-1);
    turns.push(after === undefined ? wish : { ...wish, after });
  }
  return turns;
}
