// A person at a real pseudo-terminal: `script` of util-linux makes it, a terminal emulator reads the screen, keys go in.
import { spawn, spawnSync } from 'node:child_process';
import xterm from '@xterm/headless';
import { cleanEnvironment, program } from './built-program.ts';

/** Whether this machine has the `script` that makes pseudo-terminals (util-linux; the BSD one takes other flags). */
export const hasScript = /util-linux/.test(
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '',
);

export const keys = {
  enter: '\r',
  up: '\u001b[A',
  down: '\u001b[B',
  ctrlC: '\u0003',
  ctrlD: '\u0004',
  ctrlZ: '\u001a',
  escape: '\u001b',
  backspace: '\u007f',
} as const;

export interface SeatOptions {
  readonly home: string;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Seat {
  /** Presses keys. */
  type(text: string): void;
  /** Waits until the screen shows a text and stands still, then returns the whole screen; fails with it after a while. */
  see(text: string | RegExp): Promise<string>;
  /** All lines so far, as they stand on the screen and above it. */
  screen(): string;
  /** Every byte that came, escape sequences included. */
  raw(): string;
  /** Closes the terminal, as when its window is closed. */
  close(): void;
  /** The exit code, once the program has ended. */
  readonly ended: Promise<number | undefined>;
}

const patience = 10_000;

/** Starts the built program with these words at a terminal. */
export const seat = (words: readonly string[], options: SeatOptions): Seat =>
  seatOf([process.execPath, program, ...words], options);

/** Starts any command at a terminal, such as a shell. */
export function seatOf(command: readonly string[], { home, columns = 100, env = {} }: SeatOptions): Seat {
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const line = `stty cols ${columns} rows 40; exec ${quoted.join(' ')}`;
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    env: { ...cleanEnvironment(home, env), SHELL: '/bin/sh' },
  });
  const emulator = new xterm.Terminal({ cols: columns, rows: 40, scrollback: 2000, allowProposedApi: true });
  let raw = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text;
    emulator.write(text);
  });
  child.stdin.on('error', () => {});
  const ended = new Promise<number | undefined>((resolve) => {
    child.on('close', (code) => emulator.write('', () => resolve(code ?? undefined)));
  });
  const screen = (): string => {
    const { active } = emulator.buffer;
    const lines = Array.from({ length: active.length }, (_, row) =>
      active.getLine(row)?.translateToString(true),
    );
    return lines.join('\n').trimEnd();
  };
  return {
    type: (text) => void child.stdin.write(text),
    screen,
    close: () => void child.kill('SIGKILL'),
    raw: () => raw,
    ended,
    see: async (text) => {
      const isThere = (shown: string): boolean =>
        typeof text === 'string' ? shown.includes(text) : text.test(shown);
      let before = '';
      for (const end = Date.now() + patience; Date.now() < end; ) {
        const shown = screen();
        // A screen comes in several pieces: what still changes is not yet whole.
        if (shown === before && isThere(shown)) return shown;
        before = shown;
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
      child.kill();
      throw new Error(`the screen never showed ${String(text)}; it shows:\n${screen()}`);
    },
  };
}
