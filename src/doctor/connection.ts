// Checks the connection in use with one request: whether the API answers, its clock, and whether it accepts the key.

import { noCredentials, type OrbChoice } from '../profiles/choose-connection.ts';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { type Finding, failed, ok, type Verdict, verdictOn, warning } from './finding.ts';
import { answersPing, type Probe, probe } from './probe.ts';

/** The findings on connection, clock and key. Rejects only if the program is interrupted. */
export async function connectionFindings(flags: GlobalFlags, runtime: Runtime): Promise<readonly Finding[]> {
  const findings = (connection: Verdict, clock: Verdict, key: Verdict): readonly Finding[] => [
    { check: 'connection', ...connection },
    { check: 'clock', ...clock },
    { check: 'key', ...key },
  ];
  try {
    const choice = runtime.choice(flags);
    if (choice.kind === 'sandbox') return findings(...embedded(choice.db));
    const key = await keyToTry(choice, runtime);
    const result = await probe(choice, 'value' in key ? key.value : undefined, runtime);
    const keyFound = 'value' in key ? keyVerdict(key.source, result) : key.verdict;
    return findings(reachVerdict(result, choice), clockVerdict(result), keyFound);
  } catch (error) {
    if (runtime.interruption.aborted) throw runtime.interruption.reason;
    return findings(verdictOn(error), unknownVerdict, unknownVerdict);
  }
}

const embedded = (db: string): [Verdict, Verdict, Verdict] => [
  ok(`embedded ledger ${db}; needs no network`),
  ok('the embedded ledger has its own clock: creditctl sandbox clock'),
  ok('not needed'),
];

type KeyToTry =
  | { readonly source: string; readonly value: string }
  /** Why there is no key to try. */
  | { readonly verdict: Verdict };

async function keyToTry(choice: OrbChoice, runtime: Runtime): Promise<KeyToTry> {
  if (choice.key === undefined) {
    const { next = [] } = noCredentials(choice.profile).facts;
    return { verdict: failed(`no API key for the profile "${choice.profile}"`, ...next) };
  }
  try {
    return { source: choice.key.source, value: await runtime.keyOf(choice) };
  } catch (error) {
    if (runtime.interruption.aborted) throw runtime.interruption.reason;
    return { verdict: verdictOn(error) };
  }
}

const unknownVerdict = warning('unknown: there was no answer (see connection)');

function reachVerdict(result: Probe, { profile, mode, baseUrl, proxy }: OrbChoice): Verdict {
  const through = proxy === undefined ? '' : ` through the proxy ${proxy.url} (${proxy.variable})`;
  const named = `${mode}, profile ${profile}, ${new URL(baseUrl).host}${through}`;
  if ('failure' in result) {
    const { failure, next = [] } = result;
    const remedy = next.length > 0 ? next : ['Check the network, base_url and ORB_BASE_URL'];
    return failed(`${mode}, profile ${profile}: ${failure}`, ...remedy);
  }
  const { status } = result.answer;
  if (status >= 500 || status === 429) return warning(`${named} answered ${status}`, 'Try again later');
  const isOurs = status === 401 || status === 403 || answersPing(result.answer);
  if (isOurs) return ok(`${named} answers`);
  return failed(
    `${named} answered ${status}, which is not an answer of the API`,
    'Check base_url and ORB_BASE_URL; the path ends in /v1',
  );
}

const minute = 60_000;

/**
 * The difference between this machine's clock and the server's. This machine's clock decides when a key's 48 hours are
 * over, but the times of entries are the server's.
 */
function clockVerdict(result: Probe): Verdict {
  if ('failure' in result) return unknownVerdict;
  const { answer, sentAt, receivedAt } = result;
  const there = Date.parse(answer.headers.date ?? '');
  if (Number.isNaN(there)) return ok('not compared: the answer has no date');
  // The `Date` header drops the fraction of a second: half a second on average.
  const seconds = Math.round((there + 500 - (sentAt + receivedAt) / 2) / 1000);
  const off = Math.abs(seconds);
  const found =
    off <= 1 ? 'agrees with the server' : `${off} s ${seconds > 0 ? 'behind' : 'ahead of'} the server`;
  const remedy = "Set this machine's clock, preferably with NTP";
  if (off > (5 * minute) / 1000) return failed(found, remedy);
  return off > 30 ? warning(found, remedy) : ok(found);
}

function keyVerdict(source: string, result: Probe): Verdict {
  if ('failure' in result) {
    return warning(`from ${source}; not tried: there was no answer`, 'Fix the connection first');
  }
  const { status } = result.answer;
  if (status === 401 || status === 403) {
    return failed(
      `from ${source}; the API does not accept it (${status})`,
      'Check that the key is complete and for this host, then run: creditctl auth login',
    );
  }
  if (answersPing(result.answer)) return ok(`from ${source}; the API accepts it`);
  return warning(`from ${source}; unknown: the answer was ${status} (see connection)`);
}
