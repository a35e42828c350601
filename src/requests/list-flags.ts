// `--limit`, `--all` and `--cursor`: how much of a list, and from where.
import type { Problem } from '../errors.ts';

/** How many records a list shows by default. */
export const limitUsual = 20;

export interface ListFlags {
  readonly limit?: string;
  readonly all?: boolean;
  readonly cursor?: string;
}

export interface ListSpan {
  /** `undefined` for all of them. */
  readonly limit?: number;
  readonly cursor?: string;
}

export function readListFlags({ limit, all, cursor }: ListFlags): {
  span: ListSpan;
  problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  if (limit !== undefined && all === true)
    problems.push({ where: '--limit', problem: 'cannot be used with --all' });
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) {
    problems.push({ where: '--limit', problem: `must be a whole number above 0: "${limit}"` });
  }
  if (cursor?.trim() === '') problems.push({ where: '--cursor', problem: 'is empty' });
  const span = {
    ...(all === true ? {} : { limit: limit === undefined ? limitUsual : Number(limit) }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  return { span, problems };
}
