// Which characters a terminal can be expected to draw: line and block characters, or only ASCII.

/**
 * Whether pictures are drawn in plain ASCII: on a terminal that says it can do little, and where the locale names a
 * character set other than UTF-8. Where nothing is said, the terminal is one of today.
 */
export function drawsAscii({
  TERM,
  LC_ALL,
  LC_CTYPE,
  LANG,
}: Readonly<Record<string, string | undefined>>): boolean {
  if (TERM === 'dumb' || TERM === 'linux') return true;
  // POSIX: the first of these that is set and not empty decides.
  const locale = LC_ALL || LC_CTYPE || LANG;
  return locale !== undefined && locale !== '' && !/utf-?8/i.test(locale);
}
