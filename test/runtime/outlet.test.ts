// Writing without a stream takes what is taken at once, and never waits.
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { isTerminal, outletBy, outletOn } from '../../src/runtime/outlet.ts';
import { freshHome } from '../support/run.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** An outlet whose writes are answered one after the other: a number of bytes, or a code to fail with. */
function outlet(answers: readonly (number | string)[], isTerminal = false) {
  const [now, later]: [string[], string[]] = [[], []];
  const left = [...answers];
  const stream = Object.assign(
    new Writable({
      write: (chunk, _encoding, done) => {
        later.push(String(chunk));
        done(null);
      },
    }),
    { columns: 72 },
  );
  let streams = 0;
  const made = outletBy({
    isTerminal,
    stream: () => {
      streams += 1;
      return stream;
    },
    writeNow: (bytes) => {
      const answer = left.shift() ?? bytes.length;
      if (typeof answer === 'string') throw failure(answer);
      now.push(Buffer.from(bytes.subarray(0, answer)).toString());
      return answer;
    },
  });
  const write = (text: string) => new Promise((resolve) => void made.write(text, resolve));
  return { made, write, now, later, stream, streams: () => streams };
}

test('what is taken in pieces is written whole and in order, without a stream', async () => {
  const { write, now, streams } = outlet([3, 2]);
  expect(await write('a line\n')).toBeUndefined();
  await write('');
  await write('and one more');
  expect([now.join('|'), streams()]).toEqual(['a l|in|e\n|and one more', 0]);
});

test('from the first byte that is not taken at once, all goes through the stream', async () => {
  const { write, now, later, streams } = outlet([3, 'EAGAIN', 100]);
  await write('a line\n');
  await write('the next');
  expect([now, later, streams()]).toEqual([['a l'], ['ine\n', 'the next'], 1]);
});

test('a fault reaches the writer, and is none of the stream', async () => {
  const { write, streams } = outlet(['EPIPE', 'ENOSPC']);
  expect(await write('x')).toMatchObject({ code: 'EPIPE' });
  expect(await write('x')).toMatchObject({ code: 'ENOSPC' });
  expect(streams()).toBe(0);
});

test('a fault of the stream reaches those who listened before it was made', async () => {
  const { made, write, stream } = outlet([0]);
  const heard: (string | undefined)[] = [];
  made.on('error', ({ code }) => heard.push(code));
  await write('x');
  stream.emit('error', failure('EPIPE'));
  expect(heard).toEqual(['EPIPE']);
});

test('only a terminal is measured', () => {
  const file = outlet([]);
  expect([file.made.isTTY, file.made.columns, file.streams()]).toEqual([false, 0, 0]);
  const terminal = outlet([], true);
  expect([terminal.made.isTTY, terminal.made.columns, terminal.streams()]).toEqual([true, 72, 1]);
});

/** Real descriptors; @returns the texts that went to the stream */
function real(descriptor: number) {
  const later: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      later.push(String(chunk));
      done(null);
    },
  });
  const made = outletOn(descriptor, { isTerminal: false, stream: () => stream });
  return { later, write: (text: string) => new Promise((resolve) => void made.write(text, resolve)) };
}

test('a file is written to where it stands', async () => {
  const file = path.join(freshHome(), 'out');
  const descriptor = openSync(file, 'a');
  const { write, later } = real(descriptor);
  await write('one\n');
  await write('zwei €\n');
  closeSync(descriptor);
  expect([readFileSync(file, 'utf8'), later]).toEqual(['one\nzwei €\n', []]);
});

test.runIf(process.platform === 'linux')(
  'a pipe that nobody empties is filled, and not waited for',
  async () => {
    const file = path.join(freshHome(), 'pipe');
    execFileSync('mkfifo', [file]);
    const descriptor = openSync(file, constants.O_RDWR);
    const { write, later } = real(descriptor);
    const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at}\n`).join('');
    await write(lines);
    const read = Buffer.alloc(lines.length);
    const inPipe = read.toString('latin1', 0, readSync(descriptor, read));
    closeSync(descriptor);
    expect(inPipe.length).toBeGreaterThan(4000);
    expect(inPipe + later.join('')).toBe(lines);
  },
);

test.runIf(process.platform === 'linux')('a socket takes no more than a fresh one has room for', async () => {
  const file = path.join(freshHome(), 'socket');
  const server = createServer().listen(file);
  onTestFinished(() => void server.close());
  const arrived = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const { connect } = await import('node:net');
  const near = connect(file);
  const far = await arrived;
  onTestFinished(() => void [near, far].map((each) => each.destroy()));
  const { fd } = Reflect.get(near, '_handle') as { readonly fd: number };
  const { write, later } = real(fd);
  const [short, long] = ['x'.repeat(60_000), 'y'.repeat(10_000)];
  await write(short);
  await write(long);
  expect(later).toEqual([long]);
  let read = 0;
  while (read < short.length)
    read += ((await new Promise((resolve) => far.once('data', resolve))) as Buffer).length;
  expect(read).toBe(short.length);
});

test('a file and the null device are no terminal', () => {
  for (const name of [import.meta.filename, '/dev/null']) {
    const descriptor = openSync(name, 'r');
    expect(isTerminal(descriptor)).toBe(false);
    closeSync(descriptor);
  }
});
