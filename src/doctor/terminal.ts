// The terminal, as far as it shows: colours, width, and whether it is said to take UTF-8.
import os from 'node:os';
import type { Runtime } from '../runtime/runtime.ts';
import { ok, type Verdict, warning } from './finding.ts';

export async function terminalVerdict({ env, terminal }: Runtime): Promise<Verdict> {
  if (!terminal.showsTables) return ok('stdout is no terminal: tables are plain and whole');
  const { colourLevel } = await import('../output/terminal/theme.ts');
  const colours = colourLevel(env, terminal.showsTables) ? 'colours' : 'no colours';
  const found = `${terminal.width} columns, ${colours}`;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((name) => name !== undefined && name !== '');
  // Windows and many terminals of macOS take UTF-8 without saying so there.
  const isSilent = locale === undefined && os.platform() !== 'linux';
  if (isSilent || /utf-?8/i.test(locale ?? '')) return ok(`${found}, UTF-8`);
  return warning(
    `${found}, locale ${locale ?? 'not set'}: lines and arrows may look wrong`,
    'Set a UTF-8 locale, such as LANG=C.UTF-8',
  );
}
