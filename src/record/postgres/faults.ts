// Turns errors of PostgreSQL into errors with a sentence and a kind, and decides whether a retry may help. Pure.
import { CreditctlError, type ErrorKind, flagArgs, repetition, shellText, valueArgs } from '../../errors.ts';
import { addressName, type PostgresAddress } from './address.ts';

/** The code of an error: from PostgreSQL (`28P01`), the system (`ECONNREFUSED`) or TLS. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === poolerRefusal) return codeOfRefusal(textOf(error));
  if (typeof code === 'string') return code;
  // The driver's own errors have only a text.
  const text = textOf(error);
  if (/Connection terminated|Client has encountered|Client was closed|not queryable/.test(text))
    return 'lost';
  if (/timeout expired|Query read timeout/.test(text)) return 'timeout';
  if (/client password must be a (non-empty )?string/.test(text)) return 'no-password';
  if (/password must be a|SASL|client password/i.test(text)) return 'password';
  return /does not support SSL/.test(text) ? 'no-tls' : '';
}

/** The code of PgBouncer for whatever it refuses itself, a password or a database too; PostgreSQL has a code for each. */
const poolerRefusal = '08P01';

function codeOfRefusal(text: string): string {
  if (/authentication failed|no such user/.test(text)) return '28P01';
  return /^database .* does not exist|no such database/.test(text) ? '3D000' : poolerRefusal;
}

const textOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return textOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
};

/** Whether the connection was lost, or the server did not answer in time. The statement may have run. */
export function isLost(error: unknown): boolean {
  // 57P01 to 57P03 and 57P05: the server stops or starts. 08…: the connection failed, perhaps behind a pooler.
  return /^(lost|timeout|EPIPE|ECONNRESET|ETIMEDOUT|57P0[1235]|08.*)$/.test(codeOf(error));
}

/** Whether the server may be restarting. */
export const isStarting = (error: unknown): boolean =>
  /^(ECONNREFUSED|ENOENT)$/.test(codeOf(error)) || isLost(error);

/** Whether the server is a read-only standby, which may become the primary soon. */
export const isReadOnly = (error: unknown): boolean => codeOf(error) === '25006';

/** Whether the server did not answer in time. */
export const isTooSlow = (error: unknown): boolean => codeOf(error) === 'timeout';

interface Said {
  readonly kind: ErrorKind;
  readonly text: string;
  readonly next: readonly string[];
}

/** A record, as messages name it. */
interface RecordPlace {
  readonly name: string;
  readonly database: string;
  readonly user: string;
}

/** A name as a person types it in SQL, quoted because it may be a word of the language, such as `user`. */
const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const initialise = 'As the owner of the database: creditctl record init';
const again = repetition();

/** Sentences by error code, or by the class of a code: its first two characters. */
const known: Readonly<Record<string, (place: RecordPlace, text: string) => Said>> = {
  '28P01': passwordRefused,
  '28000': passwordRefused,
  password: passwordRefused,
  'no-password': (place) => passwordRefused(place, 'none is known here'),
  '3D000': ({ name, database }, text) =>
    refused(
      `${name} does not exist: ${text}`,
      `createdb --encoding UTF8 --owner <owner> ${valueArgs(database)}`,
    ),
  '3F000': noSchema,
  '42P01': noSchema,
  '42703': noSchema,
  '42883': noSchema,
  '42501': ({ name, database, user }, text) =>
    refused(
      `${name} does not let you do this: ${text}`,
      `Ask its owner to run: creditctl record init ${shellText(flagArgs('--grant', user))}`,
      `If the role may not even connect: grant connect on database ${sqlName(database)} to ${sqlName(user)}`,
    ),
  CC002: ({ name }) =>
    refused(
      `${name} has lost the account that this command began to write to: it was restored or replaced`,
      'creditctl record status',
    ),
  CC003: ({ name }) => refused(`Only the owner of ${name} may do this`, 'Ask the role that ran record init'),
  '22P05': ({ name }) => refused(`${name} cannot hold the character NUL`, 'Remove it from the request'),
  '25006': ({ name, user }) =>
    unreachable(
      `${name} takes no writes: it is a replica, or its transactions are read-only by default`,
      'Name the primary server',
      `Or for the role: alter role ${sqlName(user)} set default_transaction_read_only = off`,
    ),
  '53100': ({ name }, text) => ({
    kind: 'failure',
    text: `The disk of ${name} is full: ${text}`,
    next: ['Make room on the disk of the server', again],
  }),
  '57014': ({ name }, text) =>
    unreachable(`${name} cancelled a statement: ${text}`, again, 'Raise statement_timeout of the role'),
  '55P03': ({ name }) =>
    unreachable(`${name} is busy: another write holds it for more than 5 seconds`, again),
  XX: ({ name }, text) => refused(`${name} is damaged: ${text}`, 'creditctl history verify'),
  'no-tls': ({ name }) =>
    unreachable(`${name} offers no TLS, which is needed to another machine`, 'Switch ssl on at the server'),
};

function noSchema({ name }: RecordPlace): Said {
  return refused(`${name} holds no record yet, or not all of it`, initialise);
}

function passwordRefused({ name }: RecordPlace, text: string): Said {
  const next = [
    'For the record of a profile, store it: creditctl auth login --record',
    'Or set PGPASSWORD or record_password_command, or add a line to ~/.pgpass',
    'Or name another role in the URL',
  ];
  return { kind: 'credentials', text: `${name} refused the role or its password: ${text}`, next };
}

const refused = (text: string, ...next: readonly string[]): Said => ({ kind: 'refused', text, next });
const unreachable = (text: string, ...next: readonly string[]): Said => ({ kind: 'network', text, next });

/**
 * Turns any error into one that a person can read. A defect, such as an impossible transition, becomes a TypeError.
 * @param consequence the end of the sentence, such as `; nothing was sent`
 */
export function recordFault(
  error: unknown,
  address: PostgresAddress & { readonly user: string },
  consequence = '',
): Error {
  if (error instanceof CreditctlError) return error;
  const code = codeOf(error);
  const text = textOf(error).replace(/\s+/g, ' ');
  if (code === 'CC001') return new TypeError(text, { cause: error });
  const place = { ...address, name: addressName(address) };
  const said = (known[code] ?? known[code.slice(0, 2)])?.(place, text) ?? unreachableFor(place, code, text);
  return new CreditctlError(said.kind, `${said.text}${consequence}`, {
    applied: 'no',
    isOfRecord: true,
    next: said.next,
    cause: error,
  });
}

/**
 * Turns the error of a change that is the whole effect of a command, such as a new policy: if the connection was lost, the
 * change may have been made, so the outcome is unknown. @param error the error of `recordFault`
 */
export function asOutcomeUnknown(error: unknown): unknown {
  if (!(error instanceof CreditctlError) || !isStarting(error.facts.cause)) return error;
  const message = `${error.message}; whether it was done, the same command line finds out`;
  return new CreditctlError('outcome-unknown', message, {
    ...error.facts,
    applied: 'unknown',
    retrySafe: true,
  });
}

/** The classes of error codes which mean trouble of the server, not a wrong statement. */
const serverTrouble = /^(08|53|57|58)/;

/** What helps against a fault of a certificate: another authority changes neither its names nor its dates. */
function mendOf(code: string): string {
  if (code.includes('ALTNAME')) return 'In the URL, name the server as its certificate does';
  if (/EXPIRED|NOT_YET/.test(code)) return 'Renew the certificate, or correct the clock of this machine';
  return 'Name the authority that signed it: add ?sslrootcert=/path/to/ca.pem to the URL';
}

function unreachableFor({ name }: RecordPlace, code: string, text: string): Said {
  if (/^[0-9A-Z]{5}$/.test(code) && !serverTrouble.test(code) && /\d/.test(code))
    return { kind: 'failure', text: `${name} answers with an error (${code}): ${text}`, next: [again] };
  if (code === 'timeout') return unreachable(`${name} does not answer in time`, again);
  if (/CERT|SIGNED|SIGNATURE|TLS|SSL/.test(code))
    return unreachable(`The certificate of ${name} is not trusted: ${text}`, mendOf(code));
  return unreachable(`${name} cannot be reached: ${text}`, again);
}
