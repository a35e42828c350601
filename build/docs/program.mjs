// Runs the program for the documents: bundled in memory from `src`, in this process, with a fixed clock and fixed
// chance, so that the output is the same every time. Everything else is as on an operator's machine.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { startupPlugin } from '../startup-plugin.mjs';
import { expand, readLine } from './command-text.mjs';

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
export const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** The time at which everything in the documents happens. */
const noon = Date.UTC(2026, 10, 23, 12);

const entry = `
export { program } from './src/commands/program.ts';
export { commandsOf, paragraphsOf, isGroup } from './src/cli/command-tree.ts';
export { helpText } from './src/cli/command-line.ts';
export { helpDocument } from './src/cli/help/help-document.ts';
export { lineOf } from './src/cli/argv.ts';
export { topics } from './src/cli/help/topics.ts';
export { CreditctlError, exitCodes } from './src/errors.ts';
export { ruleFormOf, ruleMeanings } from './src/policy/rules.ts';
export { settingMeanings, settingNames } from './src/profiles/settings.ts';
export { schemaPlace } from './src/profiles/config-file.ts';
export { blockSources, blockStatuses, creatableEntryTypes, entryStatuses } from './src/credits/customer.ts';
export { invoiceStatuses } from './src/credits/invoice.ts';
export { topUpExpiryUnits } from './src/credits/top-up.ts';
export { findingKinds } from './src/reports/reconciliation.ts';
export { amountNames, valueNames } from './src/commands/report/movements-view.ts';
export { movements } from './src/requests/moved-credits.ts';
export { outcomes } from './src/views/history.ts';
export { planVersion } from './src/batch/plan/plan-lines.ts';
export { batchFormats } from './src/batch/input/records.ts';
export { delimiters } from './src/batch/input/text-form.ts';
export { lineEnds } from './src/batch/input/text-form.ts';
export { rowKeyForm } from './src/batch/input/row-key.ts';
export { main } from './src/start.ts';
export { makeRuntime } from './src/runtime/make-runtime.ts';
export { thisSystem } from './src/runtime/system.ts';
`;

/** Bundles and loads the program. Nothing is written to disk. */
export async function loadProgram() {
  const bundle = await build({
    absWorkingDir: root,
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['@libsql/*'],
    supported: { 'dynamic-import': false },
    // These modules only use their address to create a `require`, which CommonJS has anyway.
    define: {
      'import.meta.url': JSON.stringify(`file://${root}/index.js`),
      'import.meta.dirname': JSON.stringify(path.join(root, 'dist')),
    },
    plugins: [startupPlugin],
    logLevel: 'error',
  });
  const code = bundle.outputFiles[0].text;
  const chance = fixedChance();
  const module = { exports: {} };
  const names = ['exports', 'require', 'module', '__filename', '__dirname', 'crypto'];
  const body = compileFunction(`${code}\nreturn module.exports;`, names, {
    filename: path.join(root, 'documents.cjs'),
  });
  const exported = body(
    module.exports,
    createRequire(path.join(root, 'index.js')),
    module,
    '',
    root,
    chance.crypto,
  );
  return { ...exported, chance };
}

/** One person's machine with an empty home folder, for several command lines in a row. */
export class World {
  #program;
  // Not the folder of TMPDIR, because the length of the path decides where lines break.
  #home = mkdtempSync('/tmp/creditctl-docs-');
  #clock = noon;
  /** Replacements in the output, such as for the home folder. */
  #names = new Map();
  variables = {};

  constructor(program) {
    this.#program = program;
    this.#names.set(this.#home, '~');
    program.chance.reset();
  }

  /** Prints one text in place of another. */
  rename(actual, shown) {
    this.#names.set(actual, shown);
  }

  write(name, text) {
    const file = path.join(this.#home, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  advance(hours) {
    this.#clock += hours * 60 * 60 * 1000;
  }

  /**
   * Runs one command line as typed.
   * @param {string} line
   * @param {{ terminal?: number, colour?: boolean, answer?: string, interrupt?: 'SIGHUP' | 'SIGINT' | 'SIGTERM', signal?: AbortSignal }} [how]
   *   `terminal`: columns; `answer`: to the confirmation; `interrupt`: the signal sent at the first pause
   */
  async run(line, { terminal, colour = false, answer, interrupt, signal } = {}) {
    const { words, env, input } = readLine(line, this.variables);
    const streams = new Streams(terminal);
    const stop = new AbortController();
    const { lineOf, main, makeRuntime, program, thisSystem, CreditctlError } = this.#program;
    const system = {
      ...thisSystem,
      now: () => this.#clock,
      monotonic: () => this.#clock,
      random: () => 0.99,
      sleep: async (milliseconds) => {
        this.#clock += milliseconds;
        if (interrupt === undefined) return;
        const names = {
          SIGHUP: ['hung-up', 'The terminal was closed'],
          SIGINT: ['interrupted', 'Interrupted'],
          SIGTERM: ['terminated', 'Terminated'],
        };
        throw new CreditctlError(...names[interrupt]);
      },
      process: { ...thisSystem.process, who: 'maya' },
      prompter: async () => ({ confirm: async () => answer === 'yes', hint: () => {} }),
    };
    const folder = process.cwd();
    process.chdir(this.#home);
    try {
      const runtime = makeRuntime({
        version,
        argv: words,
        line: lineOf(program, words),
        env: { HOME: this.#home, ...(colour ? {} : { NO_COLOR: '1' }), ...this.#actual(env) },
        streams: streams.standard(input === undefined ? '' : readFileSync(input, 'utf8')),
        interruption: signal ?? stop.signal,
        system,
      });
      const code = await main(runtime);
      return { code, printed: this.#shown(streams.printed), stdout: this.#shown(streams.data) };
    } finally {
      process.chdir(folder);
    }
  }

  /** Serves the embedded ledger until the function it returns is called. */
  async serve() {
    const stop = new AbortController();
    let ready;
    const first = new Promise((resolve) => {
      ready = resolve;
    });
    const { lineOf, main, makeRuntime, program, thisSystem } = this.#program;
    const serving = ['sandbox', 'serve', '--port', '0'];
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        ready(JSON.parse(String(chunk)));
        done();
      },
    });
    const runtime = makeRuntime({
      version,
      argv: serving,
      line: lineOf(program, serving),
      env: { HOME: this.#home },
      streams: { ...new Streams().standard(''), stdout },
      interruption: stop.signal,
      system: { ...thisSystem, now: () => this.#clock },
    });
    const ended = main(runtime);
    const { base_url: baseUrl, api_key: key } = await first;
    const close = async () => {
      stop.abort();
      await ended;
    };
    return { baseUrl, key, close };
  }

  end() {
    rmSync(this.#home, { recursive: true, force: true });
  }

  #actual(env) {
    const pairs = Object.entries(env).map(([name, value]) => {
      const known = [...this.#names]
        .filter(([, shown]) => shown !== '~')
        .map(([real, shown]) => [shown, real]);
      return [name, expand(renamed(value, known), this.variables)];
    });
    return Object.fromEntries(pairs);
  }

  #shown(text) {
    return renamed(text, [...this.#names]).replace(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g, anyHash);
  }
}

/** The hash covers the home folder, which differs in each run. */
const anyHash = '0123456789abcdef'.repeat(4);

/**
 * Replaces all names in one pass, the longest first, so that no replacement is replaced again: a free port may begin
 * with the digits of the port that replaces it.
 */
export function renamed(text, names) {
  const byName = new Map(names);
  const longestFirst = [...byName.keys()].sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return text;
  const escaped = longestFirst.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return text.replace(new RegExp(escaped.join('|'), 'g'), (name) => byName.get(name));
}

/** The three streams of a command line; stdout and stderr are kept together in the order of the writes. */
class Streams {
  printed = '';
  data = '';
  #columns;

  constructor(columns) {
    this.#columns = columns;
  }

  standard(input) {
    const about = this.#columns === undefined ? {} : { isTTY: true, columns: this.#columns };
    const to = (keep) =>
      Object.assign(
        new Writable({
          write(chunk, _encoding, done) {
            keep(String(chunk));
            done();
          },
        }),
        about,
      );
    const stdout = to((text) => {
      this.data += text;
      this.printed += text;
    });
    const stderr = to((text) => {
      this.printed += text;
    });
    const stdin = Readable.from([Buffer.from(input)]);
    return { stdin, stdinIsTerminal: this.#columns !== undefined, stdout, stderr };
  }
}

/** Ids and keys that look random but are the same in every run. */
function fixedChance() {
  let state = 0;
  const next = () => {
    // Mulberry32 is small, and good enough to make ids differ.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) & 0xff;
  };
  const getRandomValues = (bytes) => bytes.map((_, index) => Reflect.set(bytes, index, next())) && bytes;
  const randomUUID = () => {
    const hex = Array.from({ length: 16 }, () => next().toString(16).padStart(2, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  const reset = () => {
    state = 20_261_123;
  };
  return { crypto: { getRandomValues, randomUUID }, reset };
}
