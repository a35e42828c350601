import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../src/record/chain-line.ts';
import { chainedFile, pathsOf } from '../../src/record/chained-file.ts';
import { type Bundled, bundled } from '../support/bundled.ts';
import { runs } from '../support/runs.ts';

const locking = { runner: { machine: 'm', pid: 1 }, isAlive: () => false };
const fresh = (): string =>
  path.join(mkdtempSync(path.join(os.tmpdir(), 'creditctl-chain-')), 'journal', 'p.ndjson');
const at = (file: string) => chainedFile(file, locking);
const textOf = (file: string): string => readFileSync(file, 'utf8');
const findings = (file: string): string[] =>
  at(file)
    .verify()
    .findings.map(({ line, kind, isFault }) => `${line} ${kind}${isFault ? '' : ' (no fault)'}`);

/** A file with so many lines, `{"n":1}` and so on. */
function chainOf(count: number): string {
  const file = fresh();
  at(file).appendAll(Array.from({ length: count }, (_, index) => ({ n: index + 1, text: `é ${index}` })));
  return file;
}

test('a line is the fact, its number, the hash of the line before and its own, over the bytes before it', () => {
  const file = fresh();
  const chained = at(file);
  chained.appendAll([{ event: 'first', word: 'é' }]);
  chained.appendAll([{ event: 'second' }]);
  const [first = '', second = ''] = textOf(file).trimEnd().split('\n');
  const covered = `{"v":2,"event":"first","word":"é","line":1,"prev":"${'0'.repeat(64)}"`;
  expect(first).toBe(`${covered},"hash":"${sha256(covered)}"}`);
  expect(second).toMatch(
    new RegExp(`^\\{"v":2,"event":"second","line":2,"prev":"${sha256(covered)}","hash":"[0-9a-f]{64}"\\}$`),
  );
  const { hash } = JSON.parse(second) as { hash: string };
  expect(at(file).verify()).toEqual({ lines: 2, end: { line: 2, hash }, findings: [] });
  expect(JSON.parse(textOf(pathsOf(file).head))).toEqual({ v: 2, line: 2, hash, flushed: 2 });
});

test('a fact cannot take the names of the chain', () => {
  for (const name of ['v', 'unchained', 'line', 'prev', 'hash'])
    expect(() => at(fresh()).appendAll([{ [name]: 1 }])).toThrow(TypeError);
});

test('a file that is not there has no lines and no faults, and looking makes none', () => {
  const file = fresh();
  expect(at(file).verify()).toMatchObject({ lines: 0, findings: [] });
  expect([...at(file).lines()]).toEqual([]);
  expect(existsSync(path.dirname(file))).toBe(false);
});

test('two that append in turns keep one chain, whoever saw the file last', () => {
  const file = fresh();
  const [one, other] = [at(file), at(file)];
  for (let turn = 0; turn < 20; turn += 1) (turn % 3 === 0 ? one : other).appendAll([{ turn }]);
  expect(at(file).verify()).toMatchObject({ lines: 20, findings: [] });
});

test('an open turn sees what was appended before it and is followed by what comes after', () => {
  const file = chainOf(2);
  const seen = at(file).exclusively((append) => {
    const before = [...at(file).lines()].length;
    append([{ n: before + 1 }]);
    return before;
  });
  expect(seen).toBe(2);
  expect(at(file).verify()).toMatchObject({ lines: 3, findings: [] });
});

test('lines that hold a text are found over the borders of what is read at once', () => {
  const file = fresh();
  const long = 'x'.repeat(300_000);
  at(file).appendAll(Array.from({ length: 12 }, (_, n) => ({ n, long, mark: n % 5 === 0 ? 'here' : 'no' })));
  const found = [...at(file).linesHolding(Buffer.from('"here"'))];
  expect(found.map(({ bytes }) => (JSON.parse(bytes.toString()) as { n: number }).n)).toEqual([0, 5, 10]);
  expect([...at(file).lines()].map(({ number }) => number)).toEqual(
    Array.from({ length: 12 }, (_, n) => n + 1),
  );
  expect(at(file).verify()).toMatchObject({ lines: 12, findings: [] });
});

test('wherever a crash cut the last line, it is told as torn, and the chain goes on from the last whole one', () => {
  const file = chainOf(3);
  const whole = textOf(file);
  const end = Buffer.byteLength(whole);
  const start = Buffer.from(whole).lastIndexOf(0x0a, end - 2) + 1;
  const earlier = chainOf(2);
  for (let cut = start + 1; cut < end; cut += 5) {
    writeFileSync(file, whole.slice(0, start));
    // A crash in the middle of a line comes before its head.
    writeFileSync(pathsOf(file).head, textOf(pathsOf(earlier).head));
    writeFileSync(file, Buffer.from(whole).subarray(0, cut));
    writeFileSync(pathsOf(file).head, headOf(file));
    expect(findings(file)).toEqual(['3 torn (no fault)']);
    at(file).appendAll([{ n: 'after' }, { n: 'and on' }]);
    expect(findings(file)).toEqual(['3 torn (no fault)']);
    const after = Buffer.from(textOf(file));
    after[start] = 0x7e;
    writeFileSync(file, after);
    expect(findings(file)).toEqual(['3 changed']);
  }
});

/** The head as it was when only the whole lines of a file were there. */
function headOf(file: string): string {
  const lines = textOf(file).split('\n').slice(0, -1);
  const { hash } = JSON.parse(lines.at(-1) ?? '') as { hash: string };
  return JSON.stringify({ v: 2, line: lines.length, hash, flushed: lines.length });
}

test('a head that lags behind is no fault, and one that is missing is', () => {
  const file = chainOf(3);
  const { head } = pathsOf(file);
  const late = textOf(head);
  at(file).appendAll([{ n: 4 }]);
  writeFileSync(head, late);
  expect(findings(file)).toEqual([]);
  rmSync(head);
  expect(findings(file)).toEqual(['5 head-missing']);
});

test('lines removed at the end are found, and stay found after the next line', () => {
  const file = chainOf(5);
  const lines = textOf(file).split('\n');
  writeFileSync(file, `${lines.slice(0, 3).join('\n')}\n`);
  expect(findings(file)).toEqual(['4 removed']);
  at(file).appendAll([{ n: 'next' }]);
  expect(at(file).verify().findings).toEqual([
    { line: 4, kind: 'removed', isFault: true, text: 'lines 4 to 5 of the chain are missing before it' },
  ]);
  rmSync(file);
  expect(findings(file)).toEqual(['1 removed']);
});

test('a last line that was not flushed may be lost in a power cut: told, and healed by the next', () => {
  const file = chainOf(2);
  const { length } = Buffer.from(textOf(file));
  at(file).appendLazily({ event: 'told' });
  expect(findings(file)).toEqual([]);
  truncateSync(file, length);
  expect(at(file).verify().findings).toEqual([
    {
      line: 3,
      kind: 'removed',
      isFault: true,
      text: 'line 3 of the chain is missing at the end: removed, or lost in a power cut',
    },
  ]);
  at(file).appendAll([{ n: 3 }]);
  expect(findings(file)).toEqual([]);
});

test('lines of a version without a chain are told as such, and are covered from the next line on', () => {
  const file = chainOf(1);
  const early = '{"v":1,"event":"intended","key":"a"}\n{"v":1,"event":"settled","key":"a"}\n';
  for (const path of Object.values(pathsOf(file))) rmSync(path, { recursive: true });
  writeFileSync(file, early);
  expect(findings(file)).toEqual(['1 before (no fault)']);
  at(file).appendAll([{ n: 1 }]);
  expect(findings(file)).toEqual(['1 before (no fault)']);
  writeFileSync(file, textOf(file).replace('"key":"a"', '"key":"b"'));
  expect(findings(file)).toEqual(['1 changed']);
});

test('a line that somebody else put in is found', () => {
  const file = chainOf(2);
  appendFileSync(file, '{"v":1,"event":"settled","key":"a"}\n');
  expect(findings(file)).toEqual(['3 changed']);
  appendFileSync(file, '{"v":1,"event":"settled","key":"b"}\n');
  at(file).appendAll([{ n: 3 }]);
  expect(findings(file)).toEqual(['3 added']);
});

/** Where the first byte of two texts differs, as the number of its line. */
function firstDifference(before: Buffer, after: Buffer): number {
  let index = 0;
  while (index < before.length && before[index] === after[index]) index += 1;
  return before.subarray(0, index).filter((byte) => byte === 0x0a).length + 1;
}

const sixLines = Buffer.from(textOf(chainOf(6)));
const sixHead = headOf(chainOf(6));
const tampered = (bytes: Buffer): ReturnType<ReturnType<typeof at>['verify']> => {
  const file = chainOf(1);
  writeFileSync(file, bytes);
  writeFileSync(pathsOf(file).head, sixHead);
  return at(file).verify();
};

test('any byte that is changed is found, and the first finding is at its line', () => {
  expect(tampered(sixLines).findings).toEqual([]);
  const changes = fc.tuple(fc.nat(sixLines.length - 1), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(changes, ([index, difference]) => {
      const changed = Buffer.from(sixLines);
      changed[index] = (changed[index] ?? 0) ^ difference;
      const [first] = tampered(changed).findings;
      expect(first).toMatchObject({ isFault: true, line: firstDifference(sixLines, changed) });
    }),
    { numRuns: runs(150) },
  );
});

const lines = sixLines.toString().trimEnd().split('\n');
const joined = (all: readonly string[]): Buffer => Buffer.from(all.map((line) => `${line}\n`).join(''));
const position = fc.nat(lines.length - 1);

test('any line that is removed, and any run of them, is found where it stood', () => {
  fc.assert(
    fc.property(position, fc.integer({ min: 1, max: 6 }), (from, count) => {
      const left = [...lines.slice(0, from), ...lines.slice(from + count)];
      expect(tampered(joined(left)).findings[0]).toMatchObject({
        isFault: true,
        kind: 'removed',
        line: from + 1,
      });
    }),
  );
});

test('any two lines that are swapped are found, and the first is named', () => {
  fc.assert(
    fc.property(position, position, (one, other) => {
      fc.pre(one !== other);
      const swapped = lines.map((line, index) =>
        index === one ? (lines[other] ?? '') : index === other ? (lines[one] ?? '') : line,
      );
      expect(tampered(joined(swapped)).findings[0]).toMatchObject({
        isFault: true,
        line: Math.min(one, other) + 1,
      });
    }),
  );
});

test('any line that is there twice is found where it stands the second time', () => {
  fc.assert(
    fc.property(position, position, (which, where) => {
      const twice = lines.toSpliced(where + 1, 0, lines[which] ?? '');
      // A copy right before its line cannot be told from one right after it.
      const second = which === where + 1 ? where + 3 : where + 2;
      expect(tampered(joined(twice)).findings[0]).toMatchObject({ isFault: true, line: second });
    }),
  );
});

test('a line that was made anew with a hash of its own does not fit the next', () => {
  const forged = lines.map((line, index) => {
    if (index !== 2) return line;
    const covered = line.slice(0, -75).replace('"n":3', '"n":300');
    return `${covered},"hash":"${sha256(covered)}"}`;
  });
  expect(tampered(joined(forged)).findings).toMatchObject([{ isFault: true, kind: 'changed', line: 4 }]);
  const last = lines.with(5, forged[2]?.replace('"line":3', '"line":6') ?? '');
  expect(tampered(joined(last)).findings[0]).toMatchObject({ isFault: true, line: 6 });
});

let program: Bundled;
beforeAll(async () => {
  program = await bundled(path.join(import.meta.dirname, 'appender.ts'));
});
afterAll(() => program.remove());

function appender(
  file: string,
  name: string,
  count: number,
): { child: ChildProcess; ended: Promise<string> } {
  const child = spawn(process.execPath, [program.file, file, name, String(count)]);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  return { child, ended: new Promise((resolve) => child.on('close', () => resolve(text))) };
}

test('a disk that is full in the middle of a line leaves a chain that goes on when there is room', async () => {
  const file = fresh();
  at(file).appendAll([{ n: 0 }]);
  // A limit on the size of files stands in for the end of the disk: it takes a part of a line, then no more.
  const line = `ulimit -f 4; exec "$0" "$@"`;
  const child = spawn('bash', ['-c', line, process.execPath, program.file, file, 'a', '100']);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  await new Promise((resolve) => child.on('close', resolve));
  expect(text).toContain('EFBIG');
  expect(textOf(file).endsWith('\n')).toBe(true);
  expect(findings(file)).toEqual([]);
  const before = at(file).verify().lines;
  expect(before).toBeGreaterThan(3);
  at(file).appendAll([{ n: 'room again' }]);
  expect(at(file).verify()).toMatchObject({ lines: before + 1, findings: [] });
});

const factsOf = (file: string) =>
  [...at(file).lines()].flatMap(({ bytes }) => {
    try {
      return [JSON.parse(bytes.toString()) as { by: string; turn: number; part: number }];
    } catch {
      return [];
    }
  });

test('several processes append to one chain at once, and no line is lost', async () => {
  const file = fresh();
  const texts = await Promise.all(['a', 'b', 'c', 'd'].map((name) => appender(file, name, 100).ended));
  for (const text of texts) expect(text.trimEnd().split('\n')).toHaveLength(100);
  expect(findings(file)).toEqual([]);
  const turns = factsOf(file).map(({ by, turn, part }) => `${by} ${turn} ${part}`);
  // Of three turns the first has one part, the second two, the third three.
  expect(new Set(turns).size).toBe(4 * (33 * 6 + 1));
  expect(turns).toHaveLength(4 * (33 * 6 + 1));
});

test('whatever is killed at any instant, what was acknowledged is there and the chain holds', async () => {
  const file = fresh();
  for (let round = 0; round < 4; round += 1) {
    const runs = ['a', 'b'].map((name) => appender(file, `${name}${round}`, 100_000));
    await new Promise((resolve) => setTimeout(resolve, 80 + ((round * 141) % 97)));
    for (const { child } of runs) child.kill('SIGKILL');
    const texts = await Promise.all(runs.map(({ ended }) => ended));
    expect(
      at(file)
        .verify()
        .findings.filter(({ isFault }) => isFault),
    ).toEqual([]);
    const there = new Set(factsOf(file).map(({ by, turn }) => `${by} ${turn}`));
    for (const [index, text] of texts.entries())
      for (const turn of text.split('\n').slice(0, -1))
        expect(there).toContain(`${'ab'[index]}${round} ${turn}`);
  }
  // One that is killed in the first moments of a lock keeps the next one waiting for ten seconds.
}, 90_000);
