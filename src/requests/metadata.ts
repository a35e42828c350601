// `--metadata key=value` flags as the contract's string-to-string object.
import type { Problem } from '../errors.ts';
import type { JsonObject } from '../wire/json.ts';

/** Reads repeated `key=value` pairs; `undefined` where there are none. The value may hold further `=`. */
export function readMetadata(
  pairs: readonly string[],
  problems: Problem[],
  where = '--metadata',
): JsonObject | undefined {
  if (pairs.length === 0) return undefined;
  const read = new Map<string, string>();
  for (const pair of pairs) {
    const split = pair.indexOf('=');
    const key = pair.slice(0, split);
    if (split < 1) problems.push({ where, problem: `must be key=value: "${pair}"` });
    else if (read.has(key)) problems.push({ where, problem: `sets the key "${key}" twice` });
    else read.set(key, pair.slice(split + 1));
  }
  return Object.fromEntries(read);
}
