// Reads from the flags of `batch select` its conditions and its action. Pure.

import { readDate } from '../../credits/calendar.ts';
import { blockSources, defaultCurrency } from '../../credits/customer.ts';
import { type Amount, readAmount, readSignedAmount } from '../../credits/exact.ts';
import { oneOfProblems, type Problem } from '../../errors.ts';
import { readMetadata } from '../../requests/command-args.ts';
import { ledgerQueryProblems } from '../../requests/ledger-query.ts';

export interface SelectFlags {
  readonly expiringBefore?: string;
  readonly balanceBelow?: string;
  readonly balanceAbove?: string;
  /** Each `key=value`. */
  readonly metadata?: readonly string[];
  readonly source?: string;
  readonly currency?: string;
  readonly extend?: string;
  readonly expire?: boolean;
  readonly void?: boolean;
  readonly grant?: string;
  /** Expiry of the grants. */
  readonly expires?: string;
  readonly description?: string;
}

/** The conditions of a selection, joined by AND. */
export interface Query {
  /** Date as typed, read in each customer's zone. */
  readonly expiringBefore: string | undefined;
  readonly balanceBelow: Amount | undefined;
  readonly balanceAbove: Amount | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly source: string | undefined;
  readonly currency: string;
}

export type Action =
  /** Extends by a period such as `+30d`, counted from each block's expiry. */
  | { readonly kind: 'extend'; readonly by: string }
  | { readonly kind: 'expire' | 'void' }
  | { readonly kind: 'grant'; readonly amount: Amount; readonly expires: string | undefined };

export interface Selection {
  readonly query: Query;
  readonly action: Action;
  readonly description: string | undefined;
}

/** The selection, or all problems of the flags. @param now to check the form of dates */
export function readSelection(
  flags: SelectFlags,
  now: number,
): Selection | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const amount = (where: string, text: string | undefined, read: typeof readAmount): Amount | undefined => {
    const reading = text === undefined ? undefined : read(text);
    if (reading === undefined || 'amount' in reading) return reading?.amount;
    problems.push({ where, problem: reading.problem });
    return undefined;
  };
  const { expiringBefore, source, currency = defaultCurrency, description } = flags;
  checkDate('--expiring-before', expiringBefore, { now, problems });
  checkDate('--expires', flags.expires, { now, problems });
  problems.push(...oneOfProblems('--source', source, blockSources), ...ledgerQueryProblems({ currency }));
  const metadata = readMetadata(flags.metadata ?? [], problems, '--metadata') ?? {};
  const query = {
    expiringBefore,
    balanceBelow: amount('--balance-below', flags.balanceBelow, readSignedAmount),
    balanceAbove: amount('--balance-above', flags.balanceAbove, readSignedAmount),
    metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, String(value)])),
    source,
    currency,
  };
  const action = actionOf(flags, amount('--grant', flags.grant, readAmount), problems);
  const conditions = [expiringBefore, flags.balanceBelow, flags.balanceAbove, source, flags.metadata?.[0]];
  if (conditions.every((each) => each === undefined))
    problems.push({
      where: 'A condition',
      problem: 'is missing: --expiring-before, --balance-below, --balance-above, --metadata or --source',
    });
  return problems.length > 0 || action === undefined ? { problems } : { query, action, description };
}

function actionOf(
  { extend, expire, void: isVoid, grant, expires }: SelectFlags,
  amount: Amount | undefined,
  problems: Problem[],
): Action | undefined {
  const said = Object.entries({ '--extend': extend, '--expire': expire, '--void': isVoid, '--grant': grant })
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([flag]) => flag);
  if (said.length !== 1) {
    const problem =
      said.length === 0
        ? 'is missing: --extend, --expire, --void or --grant'
        : `must be only one of ${said.join(', ')}`;
    problems.push({ where: 'What to do', problem });
  }
  if (expires !== undefined && grant === undefined)
    problems.push({ where: '--expires', problem: 'is for grants: use it with --grant' });
  if (extend !== undefined) {
    if (!/^\+\d{1,5}[dwmy]$/.test(extend))
      problems.push({ where: '--extend', problem: `must be a period such as +30d: "${extend}"` });
    return { kind: 'extend', by: extend };
  }
  if (grant !== undefined) return amount === undefined ? undefined : { kind: 'grant', amount, expires };
  return { kind: expire === true ? 'expire' : 'void' };
}

function checkDate(
  where: string,
  text: string | undefined,
  { now, problems }: { readonly now: number; readonly problems: Problem[] },
): void {
  const reading = text === undefined ? undefined : readDate(text, now, 'UTC');
  if (reading?.kind === 'problem') problems.push({ where, problem: reading.problem });
}
