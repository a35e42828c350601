// Makes a record on PostgreSQL, brings it to this program's form, and lets roles write to it; each all or nothing.
import { hash } from 'node:crypto';
import { type CreditctlError, notApplied } from '../../errors.ts';
import { appendFunction } from './append-function.ts';
import { appendParts } from './append-parts.ts';
import { ownNames, type PostgresConnection } from './connection.ts';
import { ownerFunctions, personFunctions } from './owner-functions.ts';
import { oldestForm, oldestProgram, schemaForm, tables } from './tables.ts';
import { transitionFunctions } from './transition-functions.ts';
import { literal } from './values.ts';

/** What is there before anything is made. */
export interface SetupState {
  readonly role: string;
  /** The form of the schema; `undefined` where there is none. */
  readonly form: number | undefined;
  /** Whether its functions are the ones that this program makes. */
  readonly hasFunctions: boolean;
  /** Roles, and PUBLIC, that the schema is open to in another way than by the functions for persons. */
  readonly openTo: readonly string[];
  readonly owner: string | undefined;
  /** Whether the role is the owner, or a member of it. */
  readonly isOwner: boolean;
  /** Whether the schema is there with nothing in it, as one that an administrator made. */
  readonly isEmpty: boolean;
  /** Whether the role may make a schema in the database. */
  readonly mayCreate: boolean;
  /** Of the roles asked about, those that the server does not have. */
  readonly unknownRoles: readonly string[];
}

/** Tables of another program are recognised by their columns. Asks the catalogues alone, so that no right is needed. */
const isThere = `exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'creditctl' and c.relname = 'record' and c.relkind = 'r' and 5 = (select count(*) from pg_attribute a
    where a.attrelid = c.oid and not a.attisdropped
      and (a.attname, a.atttypid::regtype::text) in (('id', 'text'), ('salt', 'text'), ('form', 'integer'),
        ('oldest_form', 'integer'), ('oldest_program', 'text'))))`;

/**
 * Throws a `refused` error where the server cannot keep a record: no UTF8, too old, or without waiting for its disk; and
 * for a record that lost its identity.
 */
export async function readSetup(
  connection: PostgresConnection,
  roles: readonly string[],
): Promise<SetupState> {
  const named = roles.map(literal).join(', ') || 'null';
  const [row] = await connection.rows(
    `select session_user::text as role, current_setting('server_encoding') as encoding,
      current_setting('server_version_num') as version, current_setting('server_version') as version_text,
      current_setting('fsync') as fsync,
      ${isThere} as is_there,
      exists (select from pg_namespace n where n.nspname = 'creditctl' and not exists (
        select from pg_depend d where d.refclassid = 'pg_namespace'::regclass and d.refobjid = n.oid)) as is_empty,
      has_database_privilege(current_database(), 'CREATE') as may_create,
      (select nspowner::regrole::text from pg_namespace where nspname = 'creditctl') as owner,
      (select pg_has_role(session_user, nspowner, 'MEMBER') from pg_namespace where nspname = 'creditctl') as is_owner,
      ${findings()},
      (select jsonb_agg(rolname) from pg_roles where rolname in (${named})) as roles`,
  );
  if (row === undefined) throw new TypeError('the server says nothing of itself');
  const { name } = connection;
  if (row.text('encoding') !== 'UTF8')
    throw refusal(`${name} is encoded in ${row.text('encoding')}`, 'createdb --encoding UTF8 creditctl');
  if (row.number('version') < 130_000)
    throw refusal(`${name} is PostgreSQL ${row.text('version_text')}`, 'Use PostgreSQL 13 or newer');
  if (row.text('fsync') !== 'on')
    throw refusal(`${name} does not wait for its disk (fsync is off)`, 'Switch fsync on at the server');
  const known = row.texts('roles');
  return {
    role: row.text('role'),
    form: row.flag('is_there') ? await formOf(connection) : undefined,
    hasFunctions: row.maybeText('has_functions') === 't',
    openTo: row.texts('open_to'),
    owner: row.maybeText('owner') ?? undefined,
    isOwner: row.maybeText('is_owner') === 't',
    isEmpty: row.flag('is_empty'),
    mayCreate: row.flag('may_create'),
    unknownRoles: roles.filter((role) => !known.includes(role)),
  };
}

/**
 * What the owner mends with `record init`, each as the rest of a sentence that begins with the name of the record. A server
 * does not say which version of this program made its functions.
 */
export async function flawsOf(connection: PostgresConnection): Promise<readonly string[]> {
  const [row] = await connection.rows(`select ${findings()}`);
  if (row === undefined) throw new TypeError('the server says nothing of the record');
  const openTo = row.texts('open_to');
  return [
    ...(row.maybeText('has_functions') === 't' ? [] : ['has functions of another version of creditctl']),
    ...(openTo.length === 0 ? [] : [`can be changed without its functions by ${openTo.join(', ')}`]),
  ];
}

const ofRecord = `join pg_namespace n on n.nspname = 'creditctl' and n.oid =`;

/** Asks the catalogues alone. A right that is held by being a member of a role is that role's. */
const findings = (): string => `(select
    array_agg(proname || encode(sha256(convert_to(prosrc, 'UTF8')), 'hex')) @> array[${functionMarks().map(literal).join(', ')}]
    from pg_proc p ${ofRecord} p.pronamespace) as has_functions,
  (select jsonb_agg(distinct case grantee when 0 then 'PUBLIC' else pg_get_userbyid(grantee)::text end) from (
    select relowner as owner, (aclexplode(relacl)).* from pg_class c ${ofRecord} c.relnamespace where relkind = 'r'
    union all
    select relowner, (aclexplode(attacl)).* from pg_attribute a join pg_class c on c.oid = a.attrelid ${ofRecord} c.relnamespace
    union all
    select proowner, (aclexplode(coalesce(proacl, acldefault('f', proowner)))).* from pg_proc p ${ofRecord} p.pronamespace
  ) granted where grantee <> owner and (privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
    or (privilege_type = 'EXECUTE' and grantee = 0))) as open_to`;

async function formOf(connection: PostgresConnection): Promise<number> {
  const [row] = await connection.rows('select form from creditctl.record');
  if (row !== undefined) return row.number('form');
  throw notApplied('refused', `${connection.name} has lost its own identity; nothing was changed`, [
    'Restore it from a backup',
  ]);
}

const refusal = (text: string, next: string): CreditctlError =>
  notApplied('refused', `${text}, so it cannot keep a record; nothing was changed`, [next]);

const functions = [appendParts, transitionFunctions, appendFunction, ownerFunctions].join('\n');

/** Of each function its name and the SHA-256 of what the server keeps of it: all between the marks of its body. */
const functionMarks = (): readonly string[] =>
  [...functions.matchAll(/ creditctl\.(\w+)\([^$]*\$body\$(.*?)\$body\$/gs)].map(
    ([, name = '', body = '']) => name + hash('sha256', body),
  );

/**
 * The statements that make the record or bring it to this form. As one message they are one transaction. Whoever comes
 * second waits for the first, and finds the tables there.
 */
function setupScript(openTo: readonly string[]): string {
  return `${begin}
do $setup$
begin
  if to_regnamespace('creditctl') is null then
    create schema creditctl;
  end if;
  if to_regclass('creditctl.record') is null then
    ${tables}
    ${identity}
  end if;
end
$setup$;
${functions}\n${[closed, ...openTo.map(tablesClosed)].join('\n')}\n${formUpdate}\ncommit;`;
}

/** One after the other, whatever a role is set to: two that change one function or one right at once would both fail. */
const begin = `begin isolation level read committed;\n${ownNames}
select pg_advisory_xact_lock(hashtext('creditctl record init'));`;

const identity = `insert into creditctl.record (id, salt, form, oldest_form, oldest_program)
  values (gen_random_uuid(), gen_random_uuid() || '/' || gen_random_uuid(), ${schemaForm}, ${oldestForm},
    ${literal(oldestProgram)});`;

const formUpdate = `update creditctl.record set form = ${schemaForm}, oldest_form = ${oldestForm},
  oldest_program = ${literal(oldestProgram)} where form < ${schemaForm};`;

/** PostgreSQL lets everybody call a new function, unless the right is taken away. */
const closed = 'revoke all on all routines in schema creditctl from public;';

/** A table that is open to a role is changed by it without a check, a stamp and a link of the chain. */
const tablesClosed = (role: string): string =>
  `revoke insert, update, delete, truncate, trigger on all tables in schema creditctl from ${role === 'PUBLIC' ? role : identifier(role)};`;

/** Lets a role read everything, and call the functions that add to it; nothing else. */
function grantScript(role: string): string {
  const name = identifier(role);
  return [
    `${begin}
grant usage on schema creditctl to ${name}`,
    `grant select on all tables in schema creditctl to ${name}`,
    ...personFunctions.map((signature) => `grant execute on routine creditctl.${signature} to ${name}`),
    'commit',
  ].join(';\n');
}

/** A name of a role as it stands in a statement. */
const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Makes or completes the record, all or nothing, and closes its tables to these roles. Two at once do no harm: the second finds everything there. */
export async function setUp(connection: PostgresConnection, openTo: readonly string[] = []): Promise<void> {
  await connection.script(setupScript(openTo));
}

export async function grant(connection: PostgresConnection, role: string): Promise<void> {
  await connection.script(grantScript(role));
}
