// Scenarios of a simulated office, drawn by fast-check, on ledgers that were prepared for them.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { creditctl, orb, rowsOf } from '../support/command.ts';
import { copyOfHome, freshHome, homeAfter, type RunOptions } from '../support/run.ts';
import { asOrb } from './simulated-machine.ts';
import type { Cap, Person, Scenario } from './simulated-office.ts';
import {
  batches,
  changedPolicy,
  hurried,
  type Kind,
  kinds,
  objects,
  persons,
  settling,
  undoneLast,
} from './simulated-wishes.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A home folder, and the ids of blocks of `acme` in its ledger: with 50 credits, and with 8. */
interface Prepared {
  readonly home: string;
  readonly blocks: readonly string[];
}

/** A ledger of three customers, of which acme has 58 credits, and the plan of a batch for them. */
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
    await done('ledger add acme --amount 8 --expires 2029-06-01 --idempotency-key second --yes', made);
    await done(`batch plan ${made}/b.csv --batch-id b --out ${made}/b.plan`, made);
    return made;
  });
  const blocks = rowsOf(await done('blocks list acme --json', home));
  const idOf = (balance: number): string => String(blocks.find((each) => each.balance === balance)?.id);
  return { home, blocks: [idOf(50), idOf(8)] };
}

const person = fc.constantFrom(...persons);
const [ann] = persons as readonly [Person, ...Person[]];

const risks = { kills: fc.nat(3), signals: fc.nat(2), faults: fc.constantFrom(0, 5, 15) };

/** Wishes under keys, of which hours may pass between two runs. */
export function scenarios(homes: Readonly<Record<'orb' | 'embedded', Prepared>>): fc.Arbitrary<Scenario> {
  return fc
    .record({
      of: fc.constantFrom('orb', 'embedded'),
      batch: fc.option(fc.constantFrom(...batches), { nil: undefined }),
      wanted: fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 1, maxLength: 3 }),
      persons: fc.array(fc.tuple(person, person, person), { minLength: 4, maxLength: 4 }),
      isLong: fc.boolean(),
      hasNewKey: fc.boolean(),
      ...risks,
    })
    .map(({ of, batch, wanted, persons: by, isLong, hasNewKey, ...risk }) => {
      const { home, blocks } = homes[of];
      // After days, or under another key, only a person can say whether an object was made.
      const isLeftOut = (kind: Kind): boolean => kind === objects && (isLong || hasNewKey);
      const chosen = [...(batch === undefined ? [] : [batch]), ...wanted.filter((kind) => !isLeftOut(kind))];
      const wishes = chosen.flatMap((kind, index) => kind(blocks, ...(by[index] ?? [ann, ann, ann])));
      return {
        ...{ home, isEmbedded: of === 'embedded', hasNewKey },
        before: { gives: { acme: 58 }, makes: { customers: 3 } },
        wishes,
        chances: { ...risk, jumps: [1000, minute, 4 * minute, hour, ...(isLong ? [60 * hour] : [])] },
      };
    });
}

/** Below one of these, some of the grants of `hurried` are refused. */
const caps: readonly Cap[] = [
  { rule: 'customer_day_cap', most: 20 },
  { rule: 'person_day_cap', most: 20 },
  { rule: 'team_day_cap', most: 20 },
];

/** The 58 credits that `prepared` grants count for the team. */
const limitOf = ({ rule, most }: Cap): number => (rule === 'team_day_cap' ? most + 58 : most);

/** The ledger of `prepared`, without a cap and below each. */
export async function capped(isEmbedded: boolean): Promise<readonly Capped[]> {
  const free = await prepared(isEmbedded);
  const below = caps.map(async (cap) => {
    const home = copyOfHome(free.home);
    const { code, stderr } = await creditctl(`config set policy.${cap.rule} ${limitOf(cap)}`, {
      home,
      env: orb,
    });
    if (code !== 0) throw new Error(stderr);
    return { ...free, home, cap };
  });
  return [free, ...(await Promise.all(below))];
}

interface Capped extends Prepared {
  readonly cap?: Cap;
}

/** Wishes without keys, and below a cap: each is repeated within minutes. */
export function hurriedScenarios(
  homes: Readonly<Record<'orb' | 'embedded', readonly Capped[]>>,
): fc.Arbitrary<Scenario> {
  return fc
    .record({
      of: fc.constantFrom('orb', 'embedded'),
      which: fc.nat(caps.length),
      persons: fc.tuple(person, person, person),
      ...risks,
    })
    .map(({ of, which, persons: by, ...risk }) => {
      const { home, blocks, cap } = homes[of][which] as Capped;
      const kinds = cap === undefined ? [hurried, undoneLast, changedPolicy, settling] : [hurried, settling];
      return {
        ...{ home, isEmbedded: of === 'embedded', ...(cap && { cap }) },
        before: { gives: { acme: 58 }, makes: { customers: 3 } },
        wishes: kinds.flatMap((kind) => kind(blocks, ...by)),
        chances: { ...risk, jumps: [100, 1000] },
      };
    });
}
