// Words of a command line as a shell reads them back, and the flags that choose a connection. Pure.

import { shellText } from '../errors.ts';

/** A flag with its value, or nothing where there is none. A value that could be taken for a flag is joined to it. */
export function flagWords(flag: string, value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  return value.startsWith('-') ? [`${flag}=${value}`] : [flag, value];
}

/** The flags that choose a connection, each as it would be typed; empty where it was not said. */
export type ConnectionTexts = Readonly<Record<'profile' | 'sandbox' | 'db', string>>;

/** The flags of a connection that was chosen so. */
export const connectionTexts = ({
  profile,
  sandbox,
  db,
}: {
  readonly profile?: string | undefined;
  readonly sandbox?: boolean;
  readonly db?: string | undefined;
}): ConnectionTexts => ({
  profile: shellText(flagWords('--profile', profile)),
  sandbox: sandbox === true ? '--sandbox' : '',
  db: shellText(flagWords('--db', db)),
});

/** A command line of this program. @param where made by `connectionTexts`; said before the last words */
export function commandLine(
  words: readonly string[],
  where: Partial<ConnectionTexts> = {},
  last: readonly string[] = [],
): string {
  const parts = [shellText(['creditctl', ...words]), ...Object.values(where), shellText(last)];
  return parts.filter((part) => part !== '').join(' ');
}

/** The note after an interactive run. @param command what does the same without questions */
export const withoutQuestions = (command: string) => ({
  text: `To run this without questions:\n  ${command}`,
  data: { command },
});
