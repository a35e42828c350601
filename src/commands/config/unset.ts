// `config unset <setting>`: removes a setting of the profile in use or of `--profile`.
import type { ReadCommand } from '../../runtime/show.ts';
import { run as set } from './set.ts';

export const run: ReadCommand = ([setting], flags, runtime) =>
  set(setting === undefined ? [] : [setting], { ...flags, unset: true }, runtime);
