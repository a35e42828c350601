// Runs every check of `doctor` in the order of its report; the checks of Node and the terminal are here.
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { GlobalFlags, Runtime } from '../runtime/runtime.ts';
import { connectionFindings } from './connection.ts';
import {
  configurationVerdict,
  credentialsVerdict,
  diskVerdict,
  hasLocalRecord,
  stateVerdict,
} from './files.ts';
import { type Finding, failed, finding, ok, type Verdict, warning } from './finding.ts';
import { installationVerdict } from './installation.ts';
import { recordVerdict, sandboxVerdict } from './stored-data.ts';

/** Makes every check, whatever the results of the others. Rejects only if the program is interrupted. */
export async function examine(flags: GlobalFlags, runtime: Runtime): Promise<readonly Finding[]> {
  const { env, folders } = runtime;
  const profile = (): string => runtime.target(flags).profile;
  const { node, canKeepCode, shortLivedDisk, started } = runtime.system.machine;
  const of = (check: string, verdict: () => Verdict | Promise<Verdict>): Promise<Finding> =>
    finding(check, verdict, runtime.interruption);
  return [
    await of('version', () => ok(runtime.version)),
    await of('installation', () => installationVerdict(started())),
    await of('node', () => nodeVerdict(node, runtime.env.NODE_EXTRA_CA_CERTS)),
    await of('code cache', () => codeCacheVerdict(canKeepCode())),
    await of('configuration', () => configurationVerdict(folders.config)),
    await of('credentials', () => credentialsVerdict(folders.config)),
    await of('state folder', async () =>
      stateVerdict(folders.state, {
        hasRecord: hasLocalRecord(profile, { env, folders, config: folders.config }),
        shortLived: await shortLivedDisk(folders.state),
      }),
    ),
    await of('disk space', () => diskVerdict(folders.state)),
    ...(await connectionFindings(flags, runtime)),
    await of('record', () => recordVerdict(flags, runtime)),
    await of('sandbox', () => sandboxVerdict(flags, runtime)),
    await of('terminal', () => terminalVerdict(runtime)),
  ];
}

/** As in `engines` of package.json. */
const nodeLeast = [20, 20] as const;

/**
 * Node itself reports certificates that it cannot read, before this program begins, and then goes on without them.
 * @param version such as `20.20.2`
 */
function nodeVerdict(version: string, certificates: string | undefined): Verdict {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = nodeLeast;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor))
    return failed(`${version} is too old`, `Install Node ${nodeLeast.join('.')} or newer`);
  const why = certificates ? whyPassedOver(certificates) : undefined;
  if (why === undefined) return ok(version);
  return warning(
    `${version}, without the certificates of ${certificates}, which ${why}`,
    'Set NODE_EXTRA_CA_CERTS to a PEM file that you can read, or unset it',
  );
}

function whyPassedOver(certificates: string): string | undefined {
  try {
    const isPem = /-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/.test(readFileSync(certificates, 'latin1'));
    return isPem ? undefined : 'has no certificate';
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** @param canKeep `undefined` if the program was not started from its build */
function codeCacheVerdict(canKeep: boolean | undefined): Verdict {
  if (canKeep === true) return ok("kept in this user's cache folder");
  return warning(
    'cannot be kept, so every start is slower',
    'Give yourself a cache folder that only you can write: ~/.cache, or another one in XDG_CACHE_HOME',
  );
}

async function terminalVerdict({ env, terminal }: Runtime): Promise<Verdict> {
  if (!terminal.showsTables) return ok('stdout is not a terminal: tables are plain text, with nothing cut');
  const { showsColour } = await import('../output/terminal/streams.ts');
  const colours = showsColour(env, { isTty: terminal.showsTables }) ? 'colours' : 'no colours';
  const found = `${terminal.width} columns, ${colours}`;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((name) => name !== undefined && name !== '');
  // Windows and many macOS terminals use UTF-8 without setting a locale.
  const isSilent = locale === undefined && os.platform() !== 'linux';
  if (isSilent || /utf-?8/i.test(locale ?? '')) return ok(`${found}, UTF-8`);
  return warning(
    `${found}, locale ${locale ?? 'not set'}: lines and arrows may look wrong`,
    'Set a UTF-8 locale, such as LANG=C.UTF-8',
  );
}
