import { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { ClosedPipe, makePaint, showsColour, terminalOn } from '../../../src/output/terminal/streams.ts';

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

function failing(code: string): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });
}

const around = (changes: object) => ({
  stdin: Readable.from([]),
  stdinIsTerminal: false,
  stdout: nowhere(),
  stderr: nowhere(),
  screen: nowhere(),
  ...changes,
});

test('a reader of stdout who has gone away is no fault', async () => {
  const terminal = terminalOn(around({ stdout: failing('EPIPE') }));
  await expect(terminal.out('x')).rejects.toBeInstanceOf(ClosedPipe);
  await expect(terminal.out('y')).rejects.toBeInstanceOf(ClosedPipe);
});

test('a stdout that cannot be written is a failure of the machine, not a defect', async () => {
  const terminal = terminalOn(around({ stdout: failing('ENOSPC') }));
  await expect(terminal.out('x')).rejects.toMatchObject({
    kind: 'failure',
    message: 'stdout cannot be written (ENOSPC): the output is cut short',
  });
});

test('a log that nobody reads ends nothing', () => {
  const terminal = terminalOn(around({ stderr: failing('EPIPE') }));
  expect(() => terminal.say('a line')).not.toThrow();
});

test('only stdin and stderr decide whether a person can be asked, and only stdout whether tables are drawn', () => {
  const tty = () => Object.assign(nowhere(), { isTTY: true, columns: 72 });
  const facts = (changes: object) => {
    const { isInteractive, showsTables, width } = terminalOn(around(changes));
    return { isInteractive, showsTables, width };
  };
  expect(facts({ stdinIsTerminal: true, stderr: tty() })).toEqual({
    isInteractive: true,
    showsTables: false,
    width: 80,
  });
  expect(facts({ stdout: tty(), stderr: tty() })).toEqual({
    isInteractive: false,
    showsTables: true,
    width: 72,
  });
  expect(facts({ stdinIsTerminal: true })).toEqual({ isInteractive: false, showsTables: false, width: 80 });
});

test('on a build server with a terminal nobody is asked, and no line is wrapped or redrawn', () => {
  const written: string[] = [];
  const stderr = Object.assign(nowhere(), { isTTY: true, columns: 72 });
  stderr.write = (text: string) => written.push(text) > 0;
  const streams = around({ stdinIsTerminal: true, stderr });
  const { isInteractive, noteWidth, draw } = terminalOn(streams, undefined, true);
  draw('50 %');
  expect({ isInteractive, noteWidth, written }).toEqual({
    isInteractive: false,
    noteWidth: undefined,
    written: [],
  });
  terminalOn(streams).draw('50 %');
  expect(written).toHaveLength(1);
});

test('whatever is written next erases the drawn line first', async () => {
  const written: string[] = [];
  const kept = (isTTY: boolean) => {
    const stream = Object.assign(nowhere(), { isTTY, columns: 72 });
    stream.write = (text: string, ...more: unknown[]) => {
      written.push(text);
      for (const done of more) if (typeof done === 'function') done();
      return true;
    };
    return stream;
  };
  const { draw, say, out } = terminalOn(around({ stdout: kept(false), stderr: kept(true) }));
  say('a note');
  draw('50 %');
  draw('50 %');
  say('Interrupted');
  draw('60 %');
  await out('a row\n');
  draw('');
  expect(written).toEqual([
    'a note\n',
    '\r\u001b[2K50 %',
    '\r\u001b[2K',
    'Interrupted\n',
    '\r\u001b[2K60 %',
    '\r\u001b[2K',
    'a row\n',
  ]);
});

test('stdin is read to its end, characters whole over the borders of chunks', async () => {
  const bytes = Buffer.from('{"a":"é€"}');
  const pieces = [...bytes].map((byte) => Buffer.from([byte]));
  const input = await terminalOn(around({ stdin: Readable.from(pieces) })).readInput();
  expect(input.toString()).toBe('{"a":"é€"}');
});

test('a stdin without an end is given up at the limit of files', async () => {
  const piece = Buffer.alloc(1024 * 1024);
  let given = 0;
  const stdin = new Readable({
    read() {
      given += 1;
      this.push(piece);
    },
  });
  await expect(terminalOn(around({ stdin })).readInput()).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('stdin is longer than 64 MiB'),
  });
  expect(given).toBeLessThan(70);
});

test('an interruption ends the wait for stdin with its own reason', async () => {
  const stop = new AbortController();
  const input = terminalOn(around({ stdin: new Readable({ read() {} }) })).readInput(stop.signal);
  stop.abort(new CreditctlError('interrupted', 'Interrupted'));
  await expect(input).rejects.toMatchObject({ kind: 'interrupted' });
});

test('a stdin that cannot be read is named in words', async () => {
  const stdin = new Readable({
    read() {
      this.destroy(Object.assign(new Error('no'), { code: 'EIO' }));
    },
  });
  await expect(terminalOn(around({ stdin })).readInput()).rejects.toMatchObject({
    kind: 'usage',
    message: 'stdin cannot be read (EIO)',
  });
});

test('sentences are broken at the width of stderr, which may change, and only where it is a terminal', () => {
  const stderr = Object.assign(nowhere(), { isTTY: true, columns: 60 });
  const terminal = terminalOn(around({ stderr }));
  expect(terminal.noteWidth).toBe(60);
  stderr.columns = 90;
  expect(terminal.noteWidth).toBe(90);
  stderr.columns = 0;
  expect(terminal.noteWidth).toBeUndefined();
  const file = Object.assign(nowhere(), { columns: 60 });
  expect(terminalOn(around({ stderr: file })).noteWidth).toBeUndefined();
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '1', TERM: 'dumb' }, true, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: 'false' }, true, false],
  [{ FORCE_COLOR: '' }, false, false],
  [{ TERM: 'dumb' }, true, false],
  [{ TERM: 'xterm-256color' }, true, true],
])('%j on a terminal: %s means colour: %s', (env, isTty, colour) => {
  expect(showsColour(env, { isTty })).toBe(colour);
});

test('without colour, paint leaves a text as it is', async () => {
  expect((await makePaint(false))('bad', 'no')).toBe('no');
});

test('with colour, each meaning has its own', async () => {
  const paint = await makePaint(true);
  const painted = (['good', 'warning', 'bad', 'muted', 'strong'] as const).map((each) => paint(each, 'x'));
  expect(painted).toEqual([
    '\u001b[32mx\u001b[39m',
    '\u001b[33mx\u001b[39m',
    '\u001b[31mx\u001b[39m',
    '\u001b[90mx\u001b[39m',
    '\u001b[1mx\u001b[22m',
  ]);
});
