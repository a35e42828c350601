// `config list`: lists the profiles, the target of each, and which profile is in use.
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { profileRow, profilesView } from './view.ts';

export const run: ReadCommand = async (_args, flags, runtime) => {
  const choice = checkOutput(flags, profilesView);
  const inUse = runtime.profiles.nameInUse(flags);
  const names = [...new Set([...runtime.profiles.names(), inUse])].sort();
  const rows = names.map((name) => {
    // --sandbox may choose the profile in use, and --db its file.
    const { kind, host } = runtime.target(name === inUse ? flags : { profile: name });
    const line = { name, kind: kind === 'sandbox' ? kind : ('orb' as const), mode: kind, target: host };
    return profileRow({ ...line, current: name === inUse });
  });
  await show(rows, { view: profilesView, shape: 'list', choice }, runtime);
};
