// Builds the policy in force for a profile: its own rules, a team's shared file and the defaults. Pure.
import { isJsonObject, type Json, numberText, parseJson } from '../wire/json.ts';
import { isRuleName, type Policy, type Rule, type RuleName, readRule, unknownName } from './rules.ts';

export interface PolicyInputs {
  readonly profile: string;
  /** Kind of account that the key opens; a live account has default limits. */
  readonly kind: 'live' | 'test' | 'sandbox';
  /** The rules of the profile, as text under their names. */
  readonly rules: Readonly<Partial<Record<RuleName, string>>>;
  readonly file: { readonly name: string; readonly text: string } | undefined;
  /** The team's policy from the record. Its rules come first; the rules above can only add to them. */
  readonly team?: Policy;
}

/** The rules of a live key that no source sets. */
export const liveDefaults = {
  entry_confirm_above: '10000',
  batch_confirm_above: '100000',
  batch_confirm_rows: '1000',
} as const;

/** The policy, or a sentence fragment on what is wrong with the profile's rules or the file. */
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

/** A sentence fragment on what is wrong with a policy's text; `undefined` if the text is valid. */
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
  // `$schema` lets an editor find the file's schema; it is not a rule.
  const { $schema, ...rules } = document;
  if ($schema !== undefined && typeof $schema !== 'string')
    return { problem: 'has a "$schema" that is not text' };
  return rulesOf(
    Object.entries(rules).map(([name, value]) => [name, ruleText(name, value)]),
    source,
  );
}

/** A shared file may write a list as an array and an amount as a number. */
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
    if (!isRuleName(name)) return { problem: unknownName('rule', name) };
    const value =
      text === undefined ? { problem: 'must be text, a number, true or false' } : readRule(name, text);
    if ('problem' in value) return { problem: `has a rule ${name} that ${value.problem}` };
    rules.push({ ...value, source });
  }
  return rules;
}

/** The expiry of a grant that names none. The record's policy comes first, then the profile's, then the file's. */
export function defaultExpiry(policy: Policy): string | undefined {
  for (const rule of policy) if (rule.name === 'default_expiry') return rule.expiry;
  return undefined;
}
