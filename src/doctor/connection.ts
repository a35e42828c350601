// The connection in use, by one request: whether the API is there, what its clock says and whether it takes the key.

import type { OrbChoice } from '../profiles/choose-connection.ts';
import { noCredentials } from '../profiles/connection-in-use.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { type Finding, failed, ok, type Verdict, verdictOn, warning } from './finding.ts';
import { type Probe, probe } from './probe.ts';

/** The findings on connection, clock and key. Rejects only if the program is interrupted. */
export async function connectionFindings(flags: GlobalFlags, runtime: Runtime): Promise<readonly Finding[]> {
  const told = (connection: Verdict, clock: Verdict, key: Verdict): readonly Finding[] => [
    { check: 'connection', ...connection },
    { check: 'clock', ...clock },
    { check: 'key', ...key },
  ];
  try {
    const choice = runtime.choice(flags);
    if (choice.kind === 'sandbox') return told(...embedded(choice.db));
    const key = await keyToTry(choice, runtime);
    const result = await probe(choice, 'value' in key ? key.value : undefined, runtime);
    const keyFound = 'value' in key ? keyVerdict(key.source, result) : key.verdict;
    return told(reachVerdict(result, choice), clockVerdict(result), keyFound);
  } catch (error) {
    if (runtime.interruption.aborted) throw runtime.interruption.reason;
    return told(verdictOn(error), untold, untold);
  }
}

const embedded = (db: string): [Verdict, Verdict, Verdict] => [
  ok(`embedded ledger ${db}: no network is needed`),
  ok('the embedded ledger has its own: creditctl sandbox clock'),
  ok('none is needed'),
];

type KeyToTry =
  | { readonly source: string; readonly value: string }
  /** Why there is none. */
  | { readonly verdict: Verdict };

async function keyToTry(choice: OrbChoice, runtime: Runtime): Promise<KeyToTry> {
  if (choice.key === undefined) {
    const { next = [] } = noCredentials(choice.profile).facts;
    return { verdict: failed(`there is none for the profile "${choice.profile}"`, ...next) };
  }
  try {
    return { source: choice.key.source, value: await runtime.keyOf(choice) };
  } catch (error) {
    if (runtime.interruption.aborted) throw runtime.interruption.reason;
    return { verdict: verdictOn(error) };
  }
}

const untold = warning('not known, because nothing answered: see the connection');

function reachVerdict(result: Probe, { profile, mode, baseUrl, proxy }: OrbChoice): Verdict {
  const through = proxy === undefined ? '' : ` through the proxy ${proxy.url} (${proxy.variable})`;
  const named = `${mode}, profile ${profile}, ${new URL(baseUrl).host}${through}`;
  if ('failure' in result) {
    const { failure, next = [] } = result;
    const remedy = next.length > 0 ? next : ['Check the network, base_url and ORB_BASE_URL'];
    return failed(`${mode}, profile ${profile}: ${failure}`, ...remedy);
  }
  const { status, body } = result.answer;
  if (status >= 500) return warning(`${named} answered ${status}`, 'Try again later');
  const isOurs = status === 401 || status === 403 || (status < 300 && isJsonObject(body));
  if (isOurs) return ok(`${named} answers`);
  return failed(
    `${named} answered ${status}, and not as the API does`,
    'Check base_url and ORB_BASE_URL; the path ends in /v1',
  );
}

function isJsonObject(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null;
  } catch {
    return false;
  }
}

const minute = 60_000;

/**
 * How far this machine's clock is from the server's. Keys are taken to be forgotten after 48 hours by this machine's
 * clock, and times of entries are the server's.
 */
export function clockVerdict(result: Probe): Verdict {
  if ('failure' in result) return untold;
  const { answer, sentAt, receivedAt } = result;
  const there = Date.parse(answer.headers.date ?? '');
  if (Number.isNaN(there)) return ok('not compared: the API does not tell the time');
  // The header leaves out the fraction of a second, on average half of one.
  const seconds = Math.round((there + 500 - (sentAt + receivedAt) / 2) / 1000);
  const off = Math.abs(seconds);
  const found =
    off <= 1 ? 'agrees with the server' : `${off} s ${seconds > 0 ? 'behind' : 'ahead of'} the server`;
  const remedy = 'Set the clock of this machine, best by NTP';
  if (off > (5 * minute) / 1000) return failed(found, remedy);
  return off > 30 ? warning(found, remedy) : ok(found);
}

function keyVerdict(source: string, result: Probe): Verdict {
  if (result === undefined || 'failure' in result) {
    return warning(
      `from ${source}; not tried, because nothing answered`,
      'See the finding on the connection',
    );
  }
  const { status, body } = result.answer;
  if (status === 401 || status === 403) {
    return failed(
      `from ${source}; the API does not accept it (${status})`,
      'Check that it is whole and for this host, then: creditctl auth login',
    );
  }
  if (status < 300 && isJsonObject(body)) return ok(`from ${source}; the API accepts it`);
  return warning(`from ${source}; not known, because the API answered ${status}`);
}
