// What people in a simulated office want, by kind.
import type { Person, Wish } from './simulated-office.ts';

export const persons: readonly Person[] = [
  { who: 'ann', machine: 'm1' },
  { who: 'bob', machine: 'm2' },
  { who: 'cem', machine: 'm1' },
];
/** Makes no other write, so that `last` means what is meant. */
const dee: Person = { who: 'dee', machine: 'm2' };

/** Wishes of one kind, by as many persons as they take. @param blocks of acme: one with 50 credits, and one with 8 */
export type Kind = (blocks: readonly string[], ...by: readonly [Person, Person, Person]) => readonly Wish[];

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

const batch: Kind = (_blocks, ann, bob) => [apply(ann), resume(bob)];

const undoneBatch: Kind = (_blocks, ann, bob, cem) => {
  const applied = apply(ann);
  const undo = { line: 'batch undo b', after: applied };
  const gives = { acme: -4, globex: -7, initech: -4 };
  return [applied, resume(bob), { ...undo, person: cem, gives }, { ...undo, person: bob }];
};

/** Without a name, a batch command means the newest batch of the person. */
const unnamedBatch: Kind = (_blocks, ann) => {
  const applied = apply(ann);
  return [
    applied,
    { ...resume(ann), line: 'batch resume --results ~ --force' },
    { person: ann, line: 'batch undo', after: applied, gives: { acme: -4, globex: -7, initech: -4 } },
  ];
};

const undoneGrant: Kind = (_blocks, ann, bob) => {
  const add = {
    person: ann,
    line: 'ledger add globex --amount 7 --idempotency-key k1',
    gives: { globex: 7 },
  };
  const undo = { line: 'undo k1', after: add, isDoneBy: 'already undone' };
  return [add, { ...undo, person: bob, gives: { globex: -7 } }, { ...undo, person: ann, isOptional: true }];
};

const sameGrant: Kind = (_blocks, ann, bob) => {
  const line = 'ledger add initech --amount 9 --idempotency-key k2';
  return [
    { person: ann, line, gives: { initech: 9 } },
    { person: bob, line },
  ];
};

const deduction: Kind = (_blocks, ann) => [
  {
    person: ann,
    line: 'ledger add acme --type decrement --amount 6 --idempotency-key k3',
    gives: { acme: -6 },
  },
];

const expiry: Kind = ([block], ann) => [
  {
    person: ann,
    line: `blocks extend acme ${block} --to 2028-01-01 --amount 5 --idempotency-key k4`,
  },
];

const undoneExpiry: Kind = ([block], ann, bob) => {
  const line = `blocks extend acme ${block} --to 2028-02-01 --amount 6 --idempotency-key k8`;
  const extend = { person: ann, line };
  return [extend, { person: bob, line: 'undo k8', after: extend, isDoneBy: 'already undone' }];
};

const deletion: Kind = ([, block], ann, bob) => [
  { person: ann, line: `blocks delete ${block} --confirm ${block}`, gives: { acme: -8 } },
  { person: bob, line: `blocks delete ${block} --confirm ${block} --dry-run`, isOptional: true },
];

/** Looks at what other commands would do; each must change nothing. */
const dryRuns: Kind = ([block], ann, bob, cem) => [
  { person: ann, line: 'undo last --dry-run', isOptional: true },
  { person: bob, line: 'batch apply ~/b.plan --allow-drift --dry-run', isOptional: true },
  { person: cem, line: 'batch undo b --dry-run', isOptional: true },
  { person: ann, line: 'history settle --dry-run', isOptional: true },
  { person: bob, line: `blocks void acme ${block} --amount 1 --dry-run`, isOptional: true },
];

export const objects: Kind = (_blocks, ann, bob, cem) => [
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

export const settling: Kind = (_blocks, ann) => [{ person: ann, line: 'history settle', isOptional: true }];

/** How the plan of the batch is used, of which a history has one. */
export const batches: readonly Kind[] = [batch, undoneBatch, unnamedBatch];

export const kinds: readonly Kind[] = [
  undoneGrant,
  sameGrant,
  deduction,
  expiry,
  objects,
  settling,
  undoneExpiry,
  deletion,
  dryRuns,
];

/** Equal grants that are each wanted, and others; a cap may refuse some of them. */
export const hurried: Kind = (_blocks, ...by) =>
  by.flatMap((person, index) => [
    { person, line: 'ledger add initech --amount 3', gives: { initech: 3 }, isRefusedBy },
    {
      ...{ person, line: `ledger add globex --amount 7 --idempotency-key c${index}` },
      ...{ gives: { globex: 7 }, isRefusedBy },
    },
  ]);

/** The policy changes while grants are made that leave their expiry to it. */
export const changedPolicy: Kind = (_blocks, ann, bob) => [
  { person: ann, line: 'config set policy.default_expiry +30d', isOptional: true },
  { person: bob, line: 'config set policy.default_expiry +60d', isOptional: true },
];

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
