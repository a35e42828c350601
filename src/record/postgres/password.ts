// Finds the password of a record: in the URL, PGPASSWORD, a command's output, the stored secret, or a .pgpass file.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { CreditctlError, notApplied, shellText } from '../../errors.ts';
import { type Environment, variable } from '../../profiles/environment.ts';
import { type CommandEnd, endText } from '../../profiles/shell-command.ts';
import type { PostgresAddress } from './address.ts';

/** The sources of passwords beside the URL, and the masking of found passwords. */
export interface PasswordSources {
  readonly env: Environment;
  readonly home: string | undefined;
  /** Called with each found password, so that output masks it. */
  readonly learn: (secret: string) => void;
  readonly runCommand: (command: string) => Promise<CommandEnd>;
  /** The password that `auth login --record` stored for a profile; `undefined` if there is none. */
  readonly keptPassword: (profile: string) => Promise<string | undefined>;
}

/** The settings of a profile for the password of its record. */
export interface ProfilePassword {
  /** A shell command that prints the password. */
  readonly passwordCommand?: string | undefined;
  readonly profile?: string;
}

/**
 * The password of a role; `undefined` if no source has one: some servers need none. Throws a `credentials` error for a
 * command that prints no password, and for a keychain that does not answer.
 */
export async function passwordOf(
  address: PostgresAddress & { readonly user: string },
  { env, home, learn, runCommand, keptPassword }: PasswordSources,
  { passwordCommand: command, profile }: ProfilePassword,
): Promise<string | undefined> {
  const said = address.password ?? env.PGPASSWORD;
  const printed =
    said === undefined && command !== undefined ? passwordOfEnd(await runCommand(command)) : said;
  const kept = printed ?? (profile === undefined ? undefined : await keptPassword(profile));
  const password = kept ?? fromFile(address, passwordFile(env, home));
  if (password !== undefined && password !== '') learn(password);
  return password;
}

/** The output without its line end. The error never repeats the output. */
function passwordOfEnd({ how, stdout }: CommandEnd): string {
  const password = stdout.replace(/\r?\n$/, '');
  const problem =
    how !== 0 ? endText(how) : password === '' ? 'printed nothing' : 'printed more than one line';
  if (how === 0 && password !== '' && !/[\r\n]/.test(password)) return password;
  throw new CreditctlError('credentials', `The record_password_command ${problem}; nothing was sent`, {
    applied: 'no',
    retrySafe: true,
    next: ['Run it by hand to see why: creditctl config get record_password_command', 'Or set PGPASSWORD'],
  });
}

function passwordFile(env: Environment, home: string | undefined): string | undefined {
  return variable(env, 'PGPASSFILE') ?? (home === undefined ? undefined : path.join(home, '.pgpass'));
}

/** Throws a `credentials` error for a file that other users of the machine can read. */
function fromFile(
  address: PostgresAddress & { readonly user: string },
  file: string | undefined,
): string | undefined {
  if (file === undefined) return undefined;
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return undefined;
  if ((stats.mode & 0o077) !== 0)
    throw notApplied('credentials', `Others can read the passwords in ${file}; nothing was sent`, [
      `chmod 600 ${shellText([file])}`,
    ]);
  return passwordIn(readFileSync(file, 'utf8'), address);
}

/** The password of the first matching line of a .pgpass file, by the rules of libpq. Pure. */
export function passwordIn(
  text: string,
  { host, port, database, user }: PostgresAddress & { readonly user: string },
): string | undefined {
  // In a .pgpass file, a unix socket is `localhost`.
  const wanted = [host.startsWith('/') ? 'localhost' : host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    // A field ends at a colon without a backslash before it.
    const fields = line.match(/(?:\\.|[^:\\])+/g)?.map((field) => field.replace(/\\(.)/g, '$1')) ?? [];
    const [password] = fields.slice(4);
    if (password !== undefined && wanted.every((value, place) => ['*', value].includes(fields[place] ?? '')))
      return password;
  }
  return undefined;
}
