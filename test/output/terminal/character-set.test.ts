import { expect, test } from 'vitest';
import { drawsAscii } from '../../../src/output/terminal/character-set.ts';

test.each([
  [{}, false],
  [{ TERM: 'xterm-256color', LANG: 'en_US.UTF-8' }, false],
  [{ LANG: 'de_DE.utf8' }, false],
  [{ LC_ALL: '', LANG: 'C.UTF-8' }, false],
  [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, true],
  [{ LC_CTYPE: 'en_US.ISO-8859-1', LANG: 'en_US.UTF-8' }, true],
  [{ LANG: 'POSIX' }, true],
  [{ TERM: 'dumb', LANG: 'en_US.UTF-8' }, true],
  [{ TERM: 'linux', LANG: 'en_US.UTF-8' }, true],
  [{ NO_COLOR: '1' }, false],
])('%j draws in ASCII: %s', (env, isAscii) => expect(drawsAscii(env)).toBe(isAscii));
