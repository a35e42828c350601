// The profiles to choose from, for a command that needs one.
import { missingValue, type Problem } from '../errors.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** What a line without a profile lacks. @param where `<profile>` or a flag @param what it is, as in `missingValue` */
export const profileMissing = (
  where: string,
  { profiles, place }: Pick<Runtime, 'profiles' | 'place'>,
  what?: string,
): Problem =>
  missingValue(where, what, async () =>
    profiles.names().map((value) => {
      const { kind, host } = place({ profile: value });
      return { value, hint: `${kind} · ${host}` };
    }),
  );
