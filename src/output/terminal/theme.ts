// Defines the colour of each meaning, and decides whether to use colours. Only this file uses chalk.
import type { Meaning, Paint } from '../view.ts';

const colours = {
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  muted: 'gray',
  strong: 'bold',
} as const satisfies Record<Meaning, string>;

/** A function that colours a text by its meaning. chalk is slow to load, so it is loaded only for colours. */
export async function makePaint(colour: boolean): Promise<Paint> {
  if (!colour) return (_meaning, text) => text;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return (meaning, text) => chalk[colours[meaning]](text);
}

/** The kind of account that a write goes to, from the most to the least serious. */
export type TargetKind = 'live' | 'test' | 'sandbox';

/** ANSI codes: white on red, black on yellow, and plain green. Not made by chalk, which takes long to load for one word. */
const badges: Readonly<Record<TargetKind, string>> = { live: '1;97;41', test: '1;30;43', sandbox: '32' };

/** Colours the first word of a line by the target, so that LIVE is never taken for SANDBOX. */
export function withBadge(line: string, kind: TargetKind): string {
  const [word = ''] = line.split(' ', 1);
  const shown = kind === 'sandbox' ? word : ` ${word} `;
  return `\u001b[${badges[kind]}m${shown}\u001b[0m${line.slice(word.length)}`;
}

/** Whether a stream gets colours: NO_COLOR and FORCE_COLOR first, then what the terminal can do. */
export function showsColour(
  env: Readonly<Record<string, string | undefined>>,
  { isTty }: { readonly isTty: boolean },
): boolean {
  // By their own conventions, both variables count as unset when they are empty.
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTty && env.TERM !== 'dumb';
}
