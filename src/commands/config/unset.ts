// `config unset <setting>`: removes a setting of the profile in use or of `--profile`.
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { run as set } from './set.ts';

export const run = ([setting]: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> =>
  set(setting === undefined ? [] : [setting], { ...flags, unset: true }, runtime);
