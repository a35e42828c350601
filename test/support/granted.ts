// Grants on the embedded ledger as the ground of a test, and what a write announced against what it did.
import { expect } from 'vitest';
import { creditctl } from './command.ts';
import { copyOfHome, freshHome, homeAfter, type RunOptions } from './run.ts';

export interface Granted {
  readonly home: string;
  readonly block: string;
}

/** Grants in homes of their own, by their flags; to copy one takes a tenth of the time. */
const grants = new Map<string, Promise<Granted>>();

/** A block of acme. @param flags of `ledger add`, such as `--amount 100 --expires 2027-01-31` */
export async function granted(flags: string, home?: string): Promise<Granted> {
  if (home !== undefined) return grant(flags, home);
  const made = grants.get(flags) ?? grant(flags);
  grants.set(flags, made);
  const first = await made;
  return { ...first, home: copyOfHome(first.home) };
}

async function grant(flags: string, home?: string): Promise<Granted> {
  const line = `ledger add acme ${flags} --sandbox --yes --json credit_block`;
  const result = await creditctl(line, home === undefined ? {} : { home });
  if (result.code !== 0) throw new Error(result.stderr);
  const { credit_block } = JSON.parse(result.stdout) as { credit_block: { id: string } };
  return { home: result.home, block: credit_block.id };
}

/** A home of its own, in which these lines have ended well: run once, and then copied. */
export const homeAfterLines = (...lines: readonly string[]): Promise<string> =>
  homeAfter(lines.join('\n'), async () => {
    const home = freshHome();
    for (const line of lines) {
      const { code, stderr } = await creditctl(line, { home });
      if (code !== 0) throw new Error(`${line}\n${stderr}`);
    }
    return home;
  });

/** Creates an entry. @param line what follows `ledger add`, such as `acme --amount 5` */
export async function addEntry(line: string, options: RunOptions): Promise<void> {
  const { code, stderr } = await creditctl(`ledger add ${line} --sandbox --yes`, options);
  if (code !== 0) throw new Error(stderr);
}

export const use = (amount: string, home: string): Promise<void> =>
  addEntry(`acme --type decrement --amount ${amount}`, { home });

export async function available(home: string): Promise<number> {
  const { stdout } = await creditctl('balance acme --sandbox --json available', { home });
  return (JSON.parse(stdout) as { available: number }).available;
}

/** The balances of all blocks of acme, empty and expired ones included, by id. */
export async function balances(home: string): Promise<Readonly<Record<string, number>>> {
  const list = 'blocks list acme --all-blocks --all --sandbox --json id,balance';
  const blocks = JSON.parse((await creditctl(list, { home })).stdout) as { id: string; balance: number }[];
  return Object.fromEntries(blocks.map(({ id, balance }) => [id, balance]));
}

interface DryRun {
  readonly effect: {
    readonly balance_before: number;
    readonly balance_after: number;
    readonly blocks: readonly { id: string | null; balance_before: number; balance_after: number }[];
    readonly notes: readonly string[];
  };
}

/** Runs a line dry, then for good: what was announced must be what happens, to the balance and to every block. */
export async function expectAsTold(line: string, home: string): Promise<DryRun['effect']> {
  const dry = await creditctl(`${line} --sandbox --dry-run -o json`, { home });
  expect(dry.code, dry.stderr).toBe(0);
  const { effect } = JSON.parse(dry.stdout) as DryRun;
  expect(effect.balance_before).toBe(await available(home));
  const before = await balances(home);
  const done = await creditctl(`${line} --sandbox --yes`, { home });
  expect(done.code, done.stderr).toBe(0);
  expect(await available(home)).toBe(effect.balance_after);
  const after = await balances(home);
  for (const { id, balance_before, balance_after } of effect.blocks) {
    if (id === null) continue;
    expect([before[id], after[id]]).toEqual([balance_before, balance_after]);
  }
  return effect;
}
