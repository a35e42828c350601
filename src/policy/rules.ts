// Lists the rules of a policy with their meanings, and checks each rule's value. Pure.

import { creatableEntryTypes } from '../credits/customer.ts';
import { type Amount, readAmount } from '../credits/exact.ts';
import { guessOf } from '../nearest.ts';

const amountRules = {
  entry_cap: 'the most credits in one entry or top-up',
  entry_confirm_above: 'above this many credits in one entry or top-up, the amount must be typed back',
  customer_day_cap: "the most credits granted to one customer in a day of the customer's time zone",
  person_day_cap: 'the most credits of one currency that one person grants in a UTC day',
  team_day_cap: 'the most credits of one currency that everybody together grants in a UTC day',
  batch_cap: 'the most credits of one currency in one batch',
  batch_confirm_above: 'above this many credits of one currency in one batch, the amount must be typed back',
  'approval.from': 'above this many credits of one currency, a batch or an entry needs signatures',
} as const;

const rowRules = {
  batch_rows_cap: 'the most rows in one batch',
  batch_confirm_rows: 'above this many rows in one batch, their number must be typed back',
} as const;

const switchRules = {
  description_required: 'every entry needs a description: true or false',
  two_person: 'someone other than the planner must apply a batch (true or false); compares only user names',
} as const;

/** Writes that name a block or an invoice by its id, without an amount or a currency. */
export const typesOfObjects = ['block_delete', 'invoice_issue', 'invoice_mark_paid', 'invoice_void'] as const;

/** Types of writes that do not create an entry. */
const otherTypes: readonly string[] = ['top_up', ...typesOfObjects];

const listRules = {
  allowed_types: `entry types that may be written, or ${otherTypes.join(', ')}, separated by commas`,
  allowed_currencies: 'currencies that may be used, separated by commas',
  apply_by: 'users who may apply batches, separated by commas',
} as const;

const textRules = {
  description_pattern: 'a regular expression that every description must match, such as ^SUP-[0-9]+',
  default_expiry: 'the expiry of grants without --expires, such as +1y',
  'approval.signers': 'who may sign plans: the absolute path of an OpenSSH allowed_signers file',
  'approval.count': 'how many persons have to sign (default: 2)',
  'approval.valid': 'how long after planning a signed plan may be applied, such as 12h (default: 7d)',
} as const;

/** The meaning of each rule's value, by the rule's name. */
export const ruleMeanings = { ...amountRules, ...rowRules, ...switchRules, ...listRules, ...textRules };
export type RuleName = keyof typeof ruleMeanings;
export const ruleNames = Object.keys(ruleMeanings) as readonly RuleName[];

export type AmountRule = keyof typeof amountRules;
export type RowRule = keyof typeof rowRules;
export type SwitchRule = keyof typeof switchRules;
export type ListRule = keyof typeof listRules;

/** A rule's value, read from its text. */
export type RuleValue =
  | { readonly name: AmountRule; readonly limit: Amount }
  | { readonly name: RowRule; readonly rows: number }
  | { readonly name: SwitchRule; readonly isOn: boolean }
  | { readonly name: ListRule; readonly values: readonly string[] }
  | { readonly name: 'description_pattern'; readonly pattern: RegExp }
  | { readonly name: 'default_expiry'; readonly expiry: string }
  | SignersRule
  | { readonly name: 'approval.count'; readonly persons: number }
  | { readonly name: 'approval.valid'; readonly milliseconds: number };

/** Who may sign: an allowed_signers file, or in a shared policy that file's lines. */
export interface SignersRule {
  readonly name: 'approval.signers';
  readonly signers: { readonly file: string } | { readonly lines: string };
}

/** A rule in force and its source: `the profile "live"`, `the policy file /etc/…`. */
export type Rule = RuleValue & { readonly source: string };

/** Every rule applies, even if two sources set the same rule: no source can loosen another source's rule. */
export type Policy = readonly Rule[];

/** The values that `allowed_types` accepts. */
const allowableTypes: readonly string[] = [...creatableEntryTypes, ...otherTypes];

export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(ruleMeanings, name);
}

/** The JSON form that a rule's value may have in a shared file. */
export function ruleFormOf(name: RuleName): 'amount' | 'rows' | 'switch' | 'list' | 'text' {
  if (isIn(amountRules, name)) return 'amount';
  if (isIn(rowRules, name)) return 'rows';
  if (isIn(switchRules, name)) return 'switch';
  return isIn(listRules, name) ? 'list' : 'text';
}

type Reading = RuleValue | { readonly problem: string };

/** Reads a rule from its text, or returns a sentence fragment on what is wrong with the text. */
export function readRule(name: RuleName, text: string): Reading {
  if (isIn(amountRules, name)) {
    const reading = readAmount(text);
    return 'problem' in reading ? reading : { name, limit: reading.amount };
  }
  if (isIn(rowRules, name)) {
    if (/^\d{1,9}$/.test(text.trim())) return { name, rows: Number(text) };
    return { problem: `must be a whole number of rows: "${text}"` };
  }
  if (isIn(switchRules, name)) {
    if (text === 'true' || text === 'false') return { name, isOn: text === 'true' };
    return { problem: `must be true or false: "${text}"` };
  }
  if (isIn(listRules, name)) return readList(name, text);
  return textReaders[name](text);
}

const textReaders = {
  description_pattern: readPattern,
  default_expiry: readExpiry,
  'approval.signers': readSigners,
  'approval.count': readPersons,
  'approval.valid': readPeriod,
} as const satisfies Readonly<Record<keyof typeof textRules, (text: string) => Reading>>;

/** A line of an allowed_signers file: principals, options, key type and key. */
const signerLine = /\s(?:ssh-|ecdsa-|sk-)\S+\s+[A-Za-z0-9+/=]{16,}/;

function readSigners(text: string): Reading {
  const name = 'approval.signers';
  if (/^(?:\/|[A-Za-z]:[\\/])[^\n\r\0]*$/.test(text)) return { name, signers: { file: text } };
  if (signerLine.test(text)) return { name, signers: { lines: `${text.trim()}\n` } };
  return { problem: `must be the absolute path of an allowed_signers file: "${text}"` };
}

function readPersons(text: string): Reading {
  if (/^[1-9]\d?$/.test(text.trim())) return { name: 'approval.count', persons: Number(text) };
  return { problem: `must be a number of persons, 1 to 99: "${text}"` };
}

const periods: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function readPeriod(text: string): Reading {
  const [, count = '', unit = ''] = /^([1-9]\d{0,3})([mhdw])$/.exec(text.trim()) ?? [];
  const milliseconds = Number(count) * (periods[unit] ?? 0);
  if (milliseconds > 0) return { name: 'approval.valid', milliseconds };
  return { problem: `must be a period such as 12h or 7d: "${text}"` };
}

function readList(name: ListRule, text: string): Reading {
  const values = text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (values.length === 0) return { problem: 'is empty; name at least one, separated by commas' };
  const unknown =
    name === 'allowed_types' ? values.find((value) => !allowableTypes.includes(value)) : undefined;
  if (unknown === undefined) return { name, values };
  return { problem: unknownName('type', unknown) };
}

/** The list of names is long, so it is shown only where there is no good guess. */
export function unknownName(noun: 'rule' | 'type', name: string): string {
  const known = noun === 'rule' ? ruleNames : allowableTypes;
  return `has an unknown ${noun} "${name}"${guessOf(name, known) || `; choose from ${known.join(', ')}`}`;
}

function readExpiry(text: string): Reading {
  const expiry = text.trim();
  if (/^(\+\d{1,5}[dwmy]|eom|eoq|eoy|\d{4}-\d{2}-\d{2})$/.test(expiry))
    return { name: 'default_expiry', expiry };
  return { problem: `must be a date such as +1y, eoy or 2027-12-31: "${text}"` };
}

/** Longest regular expression for a description, in characters. */
const patternMax = 200;

function readPattern(text: string): Reading {
  if (text.length > patternMax) return { problem: `is longer than ${patternMax} characters` };
  if (mayBeEndless(text))
    return {
      problem: `could take forever to match, because of a nested repetition or a back-reference: "${text}"`,
    };
  try {
    return { name: 'description_pattern', pattern: new RegExp(text, 'u') };
  } catch {
    return { problem: `is not a regular expression: "${text}"` };
  }
}

const isIn = <Names extends object>(names: Names, name: PropertyKey): name is keyof Names =>
  Object.hasOwn(names, name);

const pieces =
  /\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|\)(?:[*+]|\{\d+,?\d*\})?|[*+?|]|\{\d+,?\d*\}/gs;

/** Whether some text could make the pattern backtrack without end. A back-reference counts as dangerous, too. */
function mayBeEndless(pattern: string): boolean {
  const varies = [false];
  for (const [piece] of pattern.matchAll(pieces)) {
    if (/^\\[1-9k]/.test(piece)) return true;
    if (piece.startsWith('\\') || piece.startsWith('[')) continue;
    if (piece.startsWith('(')) varies.push(false);
    else if (piece.startsWith(')')) {
      const inside = varies.pop() ?? false;
      if (inside && piece.length > 1) return true;
      varies.push((varies.pop() ?? false) || inside || piece.length > 1);
    } else varies[varies.length - 1] = true;
  }
  return false;
}
