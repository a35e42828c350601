// The policy in force for a profile: its own rules, those of a file that a team shares, and what holds unasked. Pure.
import { isJsonObject, type Json, numberText, parseJson } from '../wire/json.ts';
import { isRuleName, type Policy, type Rule, type RuleName, readRule, ruleNames } from './rules.ts';

export interface PolicyInputs {
  readonly profile: string;
  /** What the key opens: live has limits of its own. */
  readonly kind: 'live' | 'test' | 'sandbox';
  /** The rules of the profile, as text under their names. */
  readonly rules: Readonly<Partial<Record<RuleName, string>>>;
  /** The shared file and its text. */
  readonly file: { readonly name: string; readonly text: string } | undefined;
  /** The team's policy that the record keeps; its rules come first, and those above can only add to them. */
  readonly team?: Policy;
}

/** The rules of a live key that no source sets. */
const liveDefaults = {
  entry_confirm_above: '10000',
  batch_confirm_above: '100000',
  batch_confirm_rows: '1000',
} as const;

/** The policy, or the sentence fragment that says what is wrong with the file. */
export function policyOf({
  profile,
  kind,
  rules,
  file,
  team = [],
}: PolicyInputs): Policy | { readonly problem: string } {
  const own = rulesOf(Object.entries(rules), `the profile "${profile}"`);
  if ('problem' in own) return own;
  const shared = file === undefined ? [] : policyFromText(file.text, `the policy file ${file.name}`);
  if ('problem' in shared) return shared;
  const said = [...team, ...own, ...shared];
  const unsaid = Object.entries(kind === 'live' ? liveDefaults : {}).filter(
    ([name]) => !said.some((rule) => rule.name === name),
  );
  const defaults = rulesOf(unsaid, 'the default for live keys');
  return 'problem' in defaults ? defaults : [...said, ...defaults];
}

/** What is wrong with the text of a policy, as a sentence fragment; `undefined` if nothing is. */
export function policyProblem(text: string): string | undefined {
  const rules = policyFromText(text, 'the policy');
  return 'problem' in rules ? rules.problem : undefined;
}

/**
 * The rules in the text of a shared policy, or the sentence fragment that says what is wrong with it.
 * @param source as refusals name it: "the policy file /etc/…", "the record's policy 3"
 */
export function policyFromText(text: string, source: string): Policy | { readonly problem: string } {
  let document: Json;
  try {
    document = parseJson(text);
  } catch {
    return { problem: 'is not JSON' };
  }
  if (!isJsonObject(document)) return { problem: 'must hold one JSON object of rules' };
  // An editor finds the schema of the file there; it is no rule.
  const { $schema, ...rules } = document;
  if ($schema !== undefined && typeof $schema !== 'string')
    return { problem: 'has a "$schema" that is not text' };
  return rulesOf(
    Object.entries(rules).map(([name, value]) => [name, ruleText(name, value)]),
    source,
  );
}

/** Lists may be written as arrays, and amounts as numbers. */
function ruleText(name: string, value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
    return value.join(name === 'approval.signers' ? '\n' : ',');
  return numberText(value);
}

function rulesOf(
  entries: readonly (readonly [name: string, text: string | undefined])[],
  source: string,
): readonly Rule[] | { readonly problem: string } {
  const rules: Rule[] = [];
  for (const [name, text] of entries) {
    if (!isRuleName(name))
      return { problem: `has an unknown rule "${name}"; choose from ${ruleNames.join(', ')}` };
    const value =
      text === undefined ? { problem: 'must be text, a number, true or false' } : readRule(name, text);
    if ('problem' in value) return { problem: `has a rule ${name} that ${value.problem}` };
    rules.push({ ...value, source });
  }
  return rules;
}

/** The expiry that a grant gets which says none: the record's policy first, then the profile's, then the file's. */
export function defaultExpiry(policy: Policy): string | undefined {
  for (const rule of policy) if (rule.name === 'default_expiry') return rule.expiry;
  return undefined;
}
