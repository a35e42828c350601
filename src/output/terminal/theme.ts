// The colours of meanings, and whether there are any; the only place that knows chalk.
import type { Paint } from '../table-style.ts';
import type { Meaning } from '../view.ts';

const colours = {
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  muted: 'gray',
  strong: 'bold',
} as const satisfies Record<Meaning, string>;

/** What paints a text by its meaning. chalk takes a while to load, so without colour it is not. */
export async function makePaint(colour: boolean): Promise<Paint> {
  if (!colour) return (_meaning, text) => text;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return (meaning, text) => chalk[colours[meaning]](text);
}

/** Whether a stream gets colours: the person's word first, then what the terminal can do. */
export function colourLevel(env: Readonly<Record<string, string | undefined>>, isTty: boolean): boolean {
  // By their own conventions, both variables count as unset when they are empty.
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTty && env.TERM !== 'dumb';
}
