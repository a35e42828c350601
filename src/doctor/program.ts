// The program itself: the Node that runs it, its version, and the machine code kept for a faster start.
import { failed, ok, type Verdict, warning } from './finding.ts';

/** As in `engines` of package.json. */
const nodeLeast = [20, 20] as const;

/** @param version such as `20.20.2` */
export function nodeVerdict(version: string): Verdict {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = nodeLeast;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return ok(version);
  return failed(`${version}, which is too old`, `Install Node ${nodeLeast.join('.')} or newer`);
}

/** @param fits whether V8 took the kept code; `undefined` where the program was not started from its build */
export function codeCacheVerdict(fits: boolean | undefined, node: string): Verdict {
  if (fits === true) return ok(`fits Node ${node}`);
  return warning(
    `does not fit Node ${node}, so every start takes longer`,
    'Build again with this Node: npm run build',
  );
}
