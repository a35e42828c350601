// Values as they stand in a statement for PostgreSQL. Pure.
import { CreditctlError } from '../../errors.ts';

/** A value as it stands in a statement. */
export function literal(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return String(value);
  if (value.includes('\0'))
    throw new CreditctlError('refused', 'A record on PostgreSQL cannot hold the character NUL');
  const quoted = value.replaceAll("'", "''");
  // Written so, a backslash means the same whatever the server is set to.
  return quoted.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** A value as JSON in a statement. */
export const jsonLiteral = (value: unknown): string => `${literal(JSON.stringify(value))}::jsonb`;
