// Words of a command line as a shell reads them back, and the flags that choose a connection. Pure.

/** Words joined so that a POSIX shell reads them back as they are. */
export function shellText(words: readonly string[]): string {
  return words
    .map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** A flag with its value, or nothing where there is none. A value that could be taken for a flag is joined to it. */
export function flagWords(flag: string, value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  return value.startsWith('-') ? [`${flag}=${value}`] : [flag, value];
}

/** The flags that choose a connection, as far as they were said. */
export function connectionWords({
  profile,
  sandbox,
  db,
}: {
  readonly profile?: string;
  readonly sandbox?: boolean;
  readonly db?: string;
}): readonly string[] {
  return [
    ...flagWords('--profile', profile),
    ...(sandbox === true ? ['--sandbox'] : []),
    ...flagWords('--db', db),
  ];
}
