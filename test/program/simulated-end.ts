// What the ledger and the record of a simulated office must be once every wish is fulfilled or refused.
import path from 'node:path';
import { expect } from 'vitest';
import { creditctl, orb, rowsOf } from '../support/command.ts';
import type { RunOptions } from '../support/run.ts';
import { asOrb } from './simulated-machine.ts';
import type { Cap, Scenario, Wish } from './simulated-office.ts';

/** Lists of the objects that a wish may make. */
const lists = {
  topups: 'topups list acme --json',
  alerts: 'alerts list acme --json',
  customers: 'customers list --json',
};
export type Made = keyof typeof lists;

interface End {
  readonly home: string;
  readonly now: number;
  readonly isRefused: (wish: Wish) => boolean;
}

export async function checkEnd(scenario: Scenario, { home, now, isRefused }: End): Promise<void> {
  const { before, cap, isEmbedded } = scenario;
  const made = scenario.wishes.filter((wish) => !isRefused(wish));
  const wishes = [before, ...made];
  const at: RunOptions = {
    ...{ home, env: orb, now, served: path.join(home, 'served.db') },
    between: async (request, exchange) => {
      const answer = await exchange(request);
      return isEmbedded ? answer : asOrb(answer);
    },
  };
  for (const customer of ['acme', 'globex', 'initech']) {
    const entries = rowsOf(await creditctl(`ledger list ${customer} --all --json`, at));
    const total = wishes.reduce((sum, { gives }) => sum + (gives?.[customer] ?? 0), 0);
    expect(entries[0]?.ending_balance ?? 0, `${customer}: ${JSON.stringify(entries)}`).toBe(total);
  }
  for (const [object, line] of Object.entries(lists)) {
    const count = wishes.reduce((sum, { makes }) => sum + (makes?.[object as Made] ?? 0), 0);
    expect(rowsOf(await creditctl(line, at)), object).toHaveLength(count);
  }
  if (cap !== undefined) checkCap(cap, made, scenario.wishes.filter(isRefused));
  for (const line of ['history verify', 'history audit --all']) {
    const { code, stdout, stderr } = await creditctl(line, at);
    expect(code, `${line}: ${stdout}${stderr}`).toBe(0);
  }
}

/** Nothing was granted beyond the cap, and something was refused only where there was no room for it. */
function checkCap({ rule, most }: Cap, made: readonly Wish[], refused: readonly Wish[]): void {
  const granted = grantsOf(rule, made);
  for (const [whose, amounts] of granted)
    expect(sum(amounts), `${rule} of ${whose}`).toBeLessThanOrEqual(most);
  for (const [whose, amounts] of grantsOf(rule, refused)) {
    const asked = sum(granted.get(whose) ?? []) + Math.max(...amounts);
    expect(asked, `${rule} of ${whose}, of which ${amounts} were refused`).toBeGreaterThan(most);
  }
}

/** The amounts of grants by what the rule counts them for. */
function grantsOf(rule: Cap['rule'], wishes: readonly Wish[]): ReadonlyMap<string, readonly number[]> {
  const grants = new Map<string, number[]>();
  for (const { person, gives = {} } of wishes)
    for (const [customer, amount] of Object.entries(gives).filter(([, each]) => each > 0)) {
      const whose = { customer_day_cap: customer, person_day_cap: person.who, team_day_cap: 'the team' }[
        rule
      ];
      grants.set(whose, [...(grants.get(whose) ?? []), amount]);
    }
  return grants;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, each) => total + each, 0);
