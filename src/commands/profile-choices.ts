// Lists the profiles to choose from, for a command that needs one.
import { missingValue, type Problem } from '../errors.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** Problem of a command line without a profile. @param where `<profile>` or a flag @param what as in `missingValue` */
export const profileMissing = (
  where: string,
  { profiles, target }: Pick<Runtime, 'profiles' | 'target'>,
  what?: string,
): Problem =>
  missingValue(where, what, async () =>
    profiles.names().map((value) => {
      const { kind, host } = target({ profile: value });
      return { value, hint: `${kind} · ${host}` };
    }),
  );
