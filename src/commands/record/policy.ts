// `record policy [set <file>]`: shows the team's policy of an account, or sets it; local files may only tighten it.
import { hash } from 'node:crypto';
import { missingValue, notApplied, usageError, usageErrorAt } from '../../errors.ts';
import { policyProblem } from '../../policy/policy-of.ts';
import { accountName, noAccountOf } from '../../runtime/record-of.ts';
import {
  checkDocumentOutput,
  checkPlainOutput,
  documentsView,
  type Invocation,
  type ReadCommand,
  type SwitchFlags,
  show,
  type TextFlags,
} from '../../runtime/show.ts';
import { parseJson } from '../../wire/json.ts';
import { askYes, checkConsentIsPossible } from '../../writes/consent.ts';

export type RecordPolicyFlags = TextFlags<'account'> & SwitchFlags<'yes'>;

export const run: ReadCommand<RecordPolicyFlags> = async (args, flags, runtime) => {
  const [action, file] = args;
  if (action === undefined || action === 'show') return showPolicy({ flags, runtime });
  if (action !== 'set') throw usageErrorAt('<action>', `must be show or set: "${action}"`);
  if (file === undefined) throw usageError([missingValue('<file>', 'a JSON file with the rules')]);
  return setPolicy(file, { flags, runtime });
};

async function showPolicy({ flags, runtime }: Invocation<RecordPolicyFlags>): Promise<void> {
  const choice = checkDocumentOutput(flags);
  const { store, accounts, all } = await runtime.recordToRead(flags);
  if (accounts.length === 0 && all.length > 0) throw noAccountOf(runtime.target(flags).profile, []);
  const account = accounts[0];
  const policy = account && (await store.of(account).policy());
  if (account === undefined || policy === undefined) {
    const what = account === undefined ? `The record ${store.name}` : `A${accountName(account).slice(1)}`;
    return runtime.note({ text: `${what} has no policy.`, data: { policy: null } });
  }
  const { version, sha256, text } = policy;
  runtime.note({
    text: `Policy ${version} of ${accountName(account)}, SHA-256 ${sha256}`,
    data: { policy: { account: account.id, version, sha256 } },
  });
  const document = parseJson(text);
  await show([{ record: document, document }], { view: documentsView, shape: 'one', choice }, runtime);
}

async function setPolicy(file: string, { flags, runtime }: Invocation<RecordPolicyFlags>): Promise<void> {
  checkPlainOutput(flags);
  const text = await runtime.readText(file, '<file>');
  const problem = policyProblem(text);
  if (problem !== undefined) throw usageErrorAt(file, problem);
  checkConsentIsPossible(flags, runtime, ['Add --yes to set it']);
  const connection = await runtime.connect(flags);
  const record = await runtime.record(connection);
  const name = accountName(record.account);
  const { profile } = connection.target;
  if (flags.account !== undefined && flags.account !== String(record.account.id)) {
    const problem = `is another account than the profile ${profile} leads to, which is ${name}`;
    throw usageErrorAt('--account', problem, ['creditctl record status']);
  }
  await record.checkOwner();
  const before = await record.policy();
  const version = (before?.version ?? 0) + 1;
  const question = `Set policy ${version} for everybody who writes to ${name} of profile ${profile}?`;
  await askYes(question, 'no policy was set', { flags, runtime });
  const sha256 = hash('sha256', text);
  const fact = { kind: 'policy_set', version, sha256 } as const;
  const { kind } = await record.append([{ fact, texts: { policy: text } }]);
  // A policy that this person has not seen must not be replaced, or taken for theirs.
  if (kind !== 'appended')
    throw notApplied('refused', `Policy ${version} of ${name} was set meanwhile; yours was not`, [
      'See the policy in force, then set yours again: creditctl record policy',
    ]);
  runtime.note({
    text: `✓ Policy ${version} holds for every write to ${name}`,
    data: { policy: { account: record.account.id, version, sha256 } },
  });
}
