import { expect, test } from 'vitest';
import { type ProgramCall, runProgram } from '../../src/platform/program.ts';

const call = (script: string, more: Partial<ProgramCall> = {}): ProgramCall => ({
  program: process.execPath,
  args: ['-e', script],
  env: {},
  isAttended: false,
  signal: new AbortController().signal,
  ...more,
});

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < count; piece += 1) yield Buffer.alloc(1 << 16, piece % 256);
}

test('a program reads all of its input, and says how it ended', async () => {
  const script =
    'let n = 0; process.stdin.on("data", (b) => (n += b.length)).on("end", () => { console.log(n); console.error("e"); process.exitCode = 3; })';
  const end = await runProgram(call(script, { input: pieces(64) }));
  expect(end).toEqual({ how: 3, stdout: `${64 << 16}\n`, stderr: 'e\n' });
});

test('a program that reads nothing of its input just ends', async () => {
  expect(await runProgram(call('process.exit(0)', { input: pieces(1000) }))).toMatchObject({ how: 0 });
});

test('a program that is not there is missing', async () => {
  expect(await runProgram(call('', { program: '/nowhere/program' }))).toMatchObject({ how: 'missing' });
});

test('an input that breaks off ends the program and is thrown', async () => {
  const failing = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x');
    throw new Error('broken off');
  };
  const script = 'process.stdin.on("end", () => {}).resume()';
  await expect(runProgram(call(script, { input: failing() }))).rejects.toThrow('broken off');
});

test('an interruption ends the program, and its reason is thrown', async () => {
  const controller = new AbortController();
  const running = runProgram(call('setInterval(() => {}, 1000)', { signal: controller.signal }));
  setTimeout(() => controller.abort(new Error('interrupted')), 50);
  await expect(running).rejects.toThrow('interrupted');
});

test('without a person the program has no terminal to ask on', async () => {
  const script =
    'try { require("node:fs").openSync("/dev/tty", "r"); console.log("asked") } catch { console.log("none") }';
  expect(await runProgram(call(script))).toMatchObject({ stdout: 'none\n' });
});
