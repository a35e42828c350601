// Decides which characters a terminal can draw: line and block characters, or only ASCII.

/**
 * Whether pictures are drawn in plain ASCII: on a terminal with few abilities, and where the locale names a character set
 * other than UTF-8. Without a locale, the terminal can draw UTF-8.
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
