// Which room of the house may import which; a room is a folder or file of `src`, or a part of `batch` or `sandbox`.
import { expect, test } from 'vitest';
import { filesBelow, importsOf, said } from './support/imports.ts';

/** Every room, from the ground up, and the rooms that it may import, types included. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  credits: [],
  'errors.ts': [],
  'nearest.ts': [],
  wire: [],
  output: ['errors.ts', 'nearest.ts', 'wire'],
  platform: ['errors.ts'],
  requests: ['credits', 'errors.ts', 'nearest.ts', 'wire'],
  'sandbox/ledger': ['credits'],
  reports: ['credits'],
  pages: ['credits', 'output', 'reports'],
  policy: ['credits', 'nearest.ts', 'requests', 'wire'],
  prompts: ['credits', 'errors.ts', 'output', 'requests'],
  database: ['credits', 'errors.ts', 'platform'],
  'sandbox/store': ['credits', 'database', 'errors.ts', 'platform', 'sandbox/ledger'],
  views: ['credits', 'output', 'requests', 'wire'],
  profiles: ['errors.ts', 'nearest.ts', 'platform', 'policy'],
  'sandbox/server': [
    'credits',
    'database',
    'errors.ts',
    'platform',
    'sandbox/ledger',
    'sandbox/store',
    'wire',
  ],
  record: ['credits', 'database', 'errors.ts', 'platform', 'profiles', 'requests', 'views', 'wire'],
  'sandbox/admin': [
    'credits',
    'database',
    'errors.ts',
    'sandbox/ledger',
    'sandbox/server',
    'sandbox/store',
    'wire',
  ],
  orb: ['credits', 'errors.ts', 'output', 'platform', 'profiles', 'requests', 'wire'],
  'sandbox/delivery': ['database', 'errors.ts', 'platform', 'sandbox/store', 'wire'],
  sandbox: ['database', 'sandbox/admin', 'sandbox/delivery', 'sandbox/server', 'sandbox/store', 'wire'],
  runtime: [
    'credits',
    'errors.ts',
    'orb',
    'output',
    'platform',
    'policy',
    'profiles',
    'prompts',
    'record',
    'sandbox',
    'wire',
  ],
  'batch/input': ['credits', 'errors.ts', 'nearest.ts', 'output', 'platform', 'requests', 'runtime', 'wire'],
  cli: [
    'credits',
    'errors.ts',
    'nearest.ts',
    'orb',
    'output',
    'platform',
    'profiles',
    'prompts',
    'requests',
    'runtime',
    'sandbox',
    'wire',
  ],
  doctor: ['credits', 'errors.ts', 'output', 'profiles', 'record', 'runtime', 'sandbox', 'wire'],
  writes: [
    'credits',
    'errors.ts',
    'orb',
    'output',
    'policy',
    'profiles',
    'prompts',
    'record',
    'requests',
    'runtime',
    'views',
    'wire',
  ],
  'batch/plan': [
    'batch/input',
    'credits',
    'errors.ts',
    'orb',
    'platform',
    'policy',
    'record',
    'requests',
    'runtime',
    'wire',
    'writes',
  ],
  'batch/approval': [
    'batch/plan',
    'credits',
    'errors.ts',
    'output',
    'platform',
    'policy',
    'profiles',
    'requests',
    'runtime',
    'writes',
  ],
  'batch/select': [
    'batch/approval',
    'batch/input',
    'credits',
    'errors.ts',
    'platform',
    'requests',
    'runtime',
    'wire',
  ],
  undo: ['credits', 'errors.ts', 'orb', 'record', 'requests', 'wire', 'writes'],
  'batch/apply': [
    'batch/approval',
    'batch/input',
    'batch/plan',
    'credits',
    'errors.ts',
    'orb',
    'output',
    'platform',
    'policy',
    'profiles',
    'record',
    'requests',
    'runtime',
    'views',
    'wire',
    'writes',
  ],
  'batch/undo': [
    'batch/apply',
    'batch/plan',
    'credits',
    'errors.ts',
    'orb',
    'platform',
    'policy',
    'record',
    'requests',
    'runtime',
    'undo',
    'views',
    'wire',
    'writes',
  ],
  commands: [
    'batch/apply',
    'batch/approval',
    'batch/input',
    'batch/plan',
    'batch/select',
    'batch/undo',
    'cli',
    'credits',
    'doctor',
    'errors.ts',
    'nearest.ts',
    'orb',
    'output',
    'pages',
    'platform',
    'policy',
    'profiles',
    'prompts',
    'record',
    'reports',
    'requests',
    'runtime',
    'undo',
    'views',
    'wire',
    'writes',
  ],
  'start.ts': ['cli', 'commands', 'errors.ts', 'output', 'platform', 'runtime'],
  'start-completion.ts': ['cli', 'commands', 'runtime', 'start.ts'],
};

const code = filesBelow('src').filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
const imports = code.flatMap(importsOf).filter(({ isOurs }) => isOurs);

function roomOf(file: string): string {
  const [, first = '', second = '', third] = file.split('/');
  return third !== undefined && ['batch', 'sandbox'].includes(first) ? `${first}/${second}` : first;
}

test('every room has its line, and every line its room', () => {
  expect(Object.keys(mayImport).sort()).toEqual([...new Set(code.map(roomOf))].sort());
});

for (const [room, allowed] of Object.entries(mayImport)) {
  test(`${room} imports only ${allowed.length === 0 ? 'itself' : allowed.join(', ')}, and all of them`, () => {
    const crossing = imports.filter(({ from, to }) => roomOf(from) === room && roomOf(to) !== room);
    const others = new Set(crossing.map(({ to }) => roomOf(to)));
    expect(crossing.filter(({ to }) => !allowed.includes(roomOf(to))).map(said)).toEqual([]);
    // A permission that nobody uses any more would let a later import pass unseen.
    expect(allowed.filter((other) => !others.has(other))).toEqual([]);
  });
}

test('no room imports, by whatever way, a room that imports it', () => {
  // The lines stand from the ground up, so a circle would need one that points upwards.
  const order = Object.keys(mayImport);
  const upwards = Object.entries(mayImport).flatMap(([room, allowed]) =>
    allowed
      .filter((other) => order.indexOf(other) > order.indexOf(room))
      .map((other) => `${room} → ${other}`),
  );
  expect(upwards).toEqual([]);
});

test('a file of ours imports few others on average', () => {
  const distinct = new Set(imports.map(said));
  expect(distinct.size / code.length).toBeLessThan(5.26);
});
