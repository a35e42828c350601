// Reads the path of `api <METHOD> <path>`, in whichever form it was copied, as path and query below the base URL.
import type { ApiRequest } from './request.ts';

export type RawTarget = Required<Pick<ApiRequest, 'path' | 'query'>>;

/**
 * Reads `customers`, `/customers`, `/v1/customers` and the whole URL alike; a query may follow. The segments are encoded
 * anew, so that an encoded letter cannot bypass a policy rule about paths.
 * @param baseUrl where the key may be sent; a URL to any other place is refused
 */
export function readTarget(
  text: string,
  baseUrl: string | undefined,
): RawTarget | { readonly problem: string } {
  const below = belowBase(text.trim(), baseUrl);
  if (typeof below !== 'string') return below;
  if (below.includes('#')) return { problem: `must not hold a "#": "${text}"; a value with one writes %23` };
  const mark = below.indexOf('?');
  const segments = withoutVersion((mark < 0 ? below : below.slice(0, mark)).replace(/^\//, '').split('/'));
  const path = segments.map(decoded);
  const query = mark < 0 ? [] : queryOf(below.slice(mark + 1));
  if (segments.join('') === '')
    return { problem: 'names nothing below the base URL; say customers, for example' };
  if (path.some((segment) => segment === undefined) || query === undefined)
    return { problem: `holds a "%" that encodes nothing: "${text}"; a plain one writes %25` };
  if (path.some((segment) => segment === '.' || segment === '..'))
    return { problem: `must not hold "." or ".." between slashes: "${text}"` };
  if (path.includes('')) return { problem: `has nothing between two slashes or after the last: "${text}"` };
  return { path: `/${path.map((segment) => encodeURIComponent(segment ?? '')).join('/')}`, query };
}

/** The text after the base URL, or the problem with a URL that does not begin with the base URL. */
function belowBase(text: string, baseUrl: string | undefined): string | { readonly problem: string } {
  if (!/^(?:[a-z][a-z\d+.-]*:)?(?:\/\/|\\)/i.test(text)) return text;
  const base = baseUrl?.replace(/\/+$/, '');
  if (base !== undefined && (text === base || text.startsWith(`${base}/`))) return text.slice(base.length);
  const home = base ?? 'the embedded ledger, which has no address';
  return {
    problem: `is not below ${home}: "${text}". The key is sent nowhere else. Give only the path`,
  };
}

/** The base URL ends in `/v1`, so a copied path that begins with `/v1` would have it twice. */
const withoutVersion = (segments: readonly string[]): readonly string[] =>
  segments[0] === 'v1' ? segments.slice(1) : segments;

function queryOf(text: string): RawTarget['query'] | undefined {
  const pairs = text.split('&').filter((pair) => pair !== '');
  const query: [string, string][] = [];
  for (const pair of pairs) {
    const split = pair.indexOf('=');
    // A `+` is not a blank here: RFC 3339 offsets contain it, and this API reads no form encoding.
    const name = decoded(split < 0 ? pair : pair.slice(0, split));
    const value = decoded(split < 0 ? '' : pair.slice(split + 1));
    if (name === undefined || value === undefined) return undefined;
    query.push([name, value]);
  }
  return query;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
