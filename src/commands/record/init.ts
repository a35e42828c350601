// `record init`: creates the team's record in a PostgreSQL database or upgrades an older one, and lets roles write to it.
import { type CreditctlError, notApplied, usageErrorAt, valueArgs } from '../../errors.ts';
import { readConfig } from '../../profiles/config-file.ts';
import { chooseRecord } from '../../profiles/record-and-policy.ts';
import { grant, readSetup, type SetupState, setUp } from '../../record/postgres/setup.ts';
import { connectionTo, readFirst } from '../../record/postgres/store.ts';
import { schemaForm } from '../../record/postgres/tables.ts';
import { passwordSources } from '../../runtime/record-of.ts';
import { checkPlainOutput, type Invocation, type ReadCommand, type SwitchFlags } from '../../runtime/show.ts';
import { askYes, checkConsentIsPossible } from '../../writes/consent.ts';

export type RecordInitFlags = SwitchFlags<'yes'> & { readonly grant?: readonly string[] };

export const run: ReadCommand<RecordInitFlags> = async (_args, flags, runtime) => {
  checkPlainOutput(flags);
  const roles = [...new Set(flags.grant ?? [])];
  const connection = connectionOf({ flags, runtime });
  try {
    const state = await readFirst(connection, () => readSetup(connection, roles), runtime.interruption);
    checkState(state, connection.name);
    const steps = stepsOf(state, roles);
    if (steps.length === 0) {
      const text = `${connection.name} has a record for this creditctl: there is nothing to do`;
      runtime.note({ text, data: { record: connection.name, changed: false } });
      return;
    }
    await confirm(steps, connection.name, { flags, runtime });
    // A newer creditctl may have upgraded the record during the question, and its functions must stay.
    checkState(await readSetup(connection, roles), connection.name);
    const { form, hasFunctions, openTo } = state;
    if (form !== schemaForm || !hasFunctions || openTo.length > 0) await setUp(connection, openTo);
    for (const role of roles) await grant(connection, role);
    runtime.note({
      text: `✓ ${connection.name} keeps the record. See it: creditctl record status`,
      data: { record: connection.name, changed: true, granted: roles },
    });
  } finally {
    connection.close();
  }
};

function connectionOf({ flags, runtime }: Invocation<RecordInitFlags>) {
  const { env, folders, target } = runtime;
  const choice = chooseRecord(target(flags).profile, { env, config: readConfig(folders.config), folders });
  if (choice.kind === 'sqlite')
    throw usageErrorAt('The setting record', 'names no PostgreSQL database; a local record needs no set-up', [
      'creditctl config set record postgres://db.example.com/creditctl',
      'Or set CREDITCTL_RECORD',
    ]);
  return connectionTo(choice, { env, ...passwordSources(runtime) });
}

/** Throws a `refused` error for a step that this role cannot do, before any question. */
function checkState(state: SetupState, name: string): void {
  const { form, owner, role, missingRight, unknownRoles } = state;
  const refused = (text: string, next: string): CreditctlError =>
    notApplied('refused', `${text}; nothing was changed`, [next]);
  if (form !== undefined && form > schemaForm)
    throw refused(`${name} was made for a newer creditctl`, 'Install a newer creditctl');
  if (owner !== undefined && form === undefined && !state.isEmpty)
    throw refused(
      `${name} has a schema "creditctl" that is no record`,
      'Use another database: createdb credit_record',
    );
  if (owner !== undefined && !state.isOwner)
    throw refused(`The record in ${name} belongs to ${owner}, and you are ${role}`, `Connect as ${owner}`);
  if (owner === undefined && missingRight !== undefined)
    throw refused(
      `${name} does not let ${role} make a schema`,
      `As the owner of the database: ${missingRight}`,
    );
  const [unknown] = unknownRoles;
  if (unknown !== undefined)
    throw refused(
      `--grant: the server has no role "${unknown}"`,
      `createuser --pwprompt ${valueArgs(unknown)}`,
    );
}

/** The steps of the command, each a sentence. */
function stepsOf(
  { form, hasFunctions, openTo, role }: SetupState,
  roles: readonly string[],
): readonly string[] {
  const schema =
    form === undefined
      ? [`Make the schema "creditctl" with tables and functions, which ${role} owns.`]
      : form < schemaForm
        ? [`Upgrade the schema "creditctl" from version ${form} to version ${schemaForm}.`]
        : hasFunctions
          ? []
          : ['Write the functions of the schema "creditctl" anew, since they were changed.'];
  const closing = openTo.map((name) => `Take from ${name} the right to change it without its functions.`);
  return [...schema, ...closing, ...roles.map((name) => `Let ${name} read the record, and add to it.`)];
}

async function confirm(
  steps: readonly string[],
  name: string,
  { flags, runtime }: Invocation<RecordInitFlags>,
): Promise<void> {
  runtime.note({
    text: [`In ${name}, this will:`, ...steps.map((step) => `- ${step}`)].join('\n'),
    data: { record: name, steps },
  });
  checkConsentIsPossible(flags, runtime, ['Add --yes to do it']);
  await askYes('Do this?', 'nothing was changed', { flags, runtime });
}
