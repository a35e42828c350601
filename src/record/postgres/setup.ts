// Creates a record on PostgreSQL, upgrades its schema, and grants roles access to it; each all or nothing.
import { hash } from 'node:crypto';
import { type CreditctlError, notApplied } from '../../errors.ts';
import { appendFunction } from './append-function.ts';
import { appendParts } from './append-parts.ts';
import { fixedSearchPath, type PostgresConnection } from './connection.ts';
import { ownerFunctions, personFunctions } from './owner-functions.ts';
import { oldestForm, oldestProgram, schemaForm, tables } from './tables.ts';
import { transitionFunctions } from './transition-functions.ts';
import { literal } from './values.ts';

/** The state of the database before the set-up. */
export interface SetupState {
  readonly role: string;
  /** The version of the schema; `undefined` without a record. */
  readonly form: number | undefined;
  /** Whether the functions of the schema are exactly the ones of this program. */
  readonly hasFunctions: boolean;
  /** Roles that may change a table directly, and PUBLIC if it may call a function. */
  readonly openTo: readonly string[];
  readonly owner: string | undefined;
  /** Whether the role is the owner, or a member of the owner. */
  readonly isOwner: boolean;
  /** Whether the schema exists and is empty, as one that an administrator created. */
  readonly isEmpty: boolean;
  /** The statement that lets the role create a schema in the database; `undefined` if it may. */
  readonly missingRight: string | undefined;
  /** The given roles that the server does not have. */
  readonly unknownRoles: readonly string[];
}

/** Checks the columns, because another program may use the same names. Reads only system catalogues: no right is needed. */
const hasRecord = `exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'creditctl' and c.relname = 'record' and c.relkind = 'r' and 5 = (select count(*) from pg_attribute a
    where a.attrelid = c.oid and not a.attisdropped
      and (a.attname, a.atttypid::regtype::text) in (('id', 'text'), ('salt', 'text'), ('form', 'integer'),
        ('oldest_form', 'integer'), ('oldest_program', 'text'))))`;

/**
 * Throws a `refused` error if the server cannot keep a record: no UTF8, a version before 13, or `fsync` off; also for a
 * record without a table or its identity row.
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
      ${hasRecord} as is_there,
      (select jsonb_agg(name) from unnest(array[${tableNames.map(literal).join(', ')}]) as t (name) where not exists (
        select from pg_class c ${ofRecord} c.relnamespace where c.relname = name)) as lost_tables,
      exists (select from pg_namespace n where n.nspname = 'creditctl' and not exists (
        select from pg_depend d where d.refclassid = 'pg_namespace'::regclass and d.refobjid = n.oid)) as is_empty,
      case when not has_database_privilege(current_database(), 'CREATE') then
        format('grant create on database %I to %I', current_database(), session_user) end as missing_right,
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
  const isThere = row.flag('is_there');
  if (isThere) for (const table of row.texts('lost_tables')) throw lost(name, `its table "${table}"`);
  return {
    role: row.text('role'),
    form: isThere ? await formOf(connection) : undefined,
    hasFunctions: row.maybeText('has_functions') === 't',
    openTo: row.texts('open_to'),
    owner: row.maybeText('owner') ?? undefined,
    isOwner: row.maybeText('is_owner') === 't',
    isEmpty: row.flag('is_empty'),
    missingRight: row.maybeText('missing_right') ?? undefined,
    unknownRoles: roles.filter((role) => !known.includes(role)),
  };
}

/**
 * Problems that the owner repairs with `record init`, each as the rest of a sentence after the record's name. The server
 * does not know which version of creditctl created the functions.
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

const tableNames = [...tables.matchAll(/create table creditctl\.(\w+)/g)].map(([, name = '']) => name);

const ofRecord = `join pg_namespace n on n.nspname = 'creditctl' and n.oid =`;

/** Reads only system catalogues. A right that a role has by membership is listed for the granted role. */
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
  throw lost(connection.name, 'its own identity');
}

const lost = (name: string, what: string): CreditctlError =>
  notApplied('refused', `${name} has lost ${what}; nothing was changed`, ['Restore it from a backup']);

const refusal = (text: string, next: string): CreditctlError =>
  notApplied('refused', `${text}, so it cannot keep a record; nothing was changed`, [next]);

const functions = [appendParts, transitionFunctions, appendFunction, ownerFunctions].join('\n');

/** The name of each function with the SHA-256 of its body, which the server stores as `prosrc`. */
const functionMarks = (): readonly string[] =>
  [...functions.matchAll(/ creditctl\.(\w+)\([^$]*\$body\$(.*?)\$body\$/gs)].map(
    ([, name = '', body = '']) => name + hash('sha256', body),
  );

/**
 * The statements that create or upgrade the record, as one transaction. A second set-up waits for the first, and finds the
 * tables.
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

/** A lock serialises set-ups, because two that change one function or right at once would both fail. */
const begin = `begin isolation level read committed;\n${fixedSearchPath}
select pg_advisory_xact_lock(hashtext('creditctl record init'));`;

const identity = `insert into creditctl.record (id, salt, form, oldest_form, oldest_program)
  values (gen_random_uuid(), gen_random_uuid() || '/' || gen_random_uuid(), ${schemaForm}, ${oldestForm},
    ${literal(oldestProgram)});`;

const formUpdate = `update creditctl.record set form = ${schemaForm}, oldest_form = ${oldestForm},
  oldest_program = ${literal(oldestProgram)} where form < ${schemaForm};`;

/** PostgreSQL grants EXECUTE on a new function to PUBLIC, so the right is revoked. */
const closed = 'revoke all on all routines in schema creditctl from public;';

/** A role with rights on a table could change the table without a check, a stamp or a link of the chain. */
const tablesClosed = (role: string): string =>
  `revoke insert, update, delete, truncate, trigger on all tables in schema creditctl from ${role === 'PUBLIC' ? role : identifier(role)};`;

/** Grants a role SELECT on all tables and EXECUTE on `personFunctions`, and no other right. */
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

/** The name of a role, quoted for a statement. */
const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Creates or upgrades the record, all or nothing, and revokes these roles' table rights. May run twice at once. */
export async function setUp(connection: PostgresConnection, openTo: readonly string[] = []): Promise<void> {
  await connection.script(setupScript(openTo));
}

export async function grant(connection: PostgresConnection, role: string): Promise<void> {
  await connection.script(grantScript(role));
}
