// Runs one command line in this process, with strict fakes at every edge: a question that was not planned, a planned
// answer that nobody asked for, a request that was not planned or a planned one that never came, each fail the test.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { lineOf } from '../../src/cli/argv.ts';
import { program } from '../../src/commands/program.ts';
import { CreditctlError } from '../../src/errors.ts';
import { runProgram } from '../../src/platform/program.ts';
import type { KeychainReply, KeychainRequest } from '../../src/profiles/keychain.ts';
import type { CommandEnd } from '../../src/profiles/shell-command.ts';
import { type Prompter, StepBack } from '../../src/prompts/prompter.ts';
import { openSqliteRecord } from '../../src/record/sqlite/store.ts';
import { makeRuntime } from '../../src/runtime/make-runtime.ts';
import { type System, thisSystem } from '../../src/runtime/system.ts';
import { openSandbox } from '../../src/sandbox/sandbox.ts';
import { main } from '../../src/start.ts';
import { type Exchange, TransportFailure, type WireAnswer, type WireRequest } from '../../src/wire/json.ts';
import { freshSandbox } from './fresh-ledger.ts';

/** One planned exchange: what the request must look like, and what comes back (an error is thrown). */
export interface PlannedExchange {
  readonly method: string;
  /** The path with its query, as it would stand in a URL. */
  readonly path: string;
  /** Of `json` that is a function, what it makes of the request. */
  readonly answer?: Partial<WireAnswer> & { readonly json?: unknown };
  readonly fail?: Error;
  /** Comes at least once, and every further request must be the same. */
  readonly again?: true;
}

/** One planned question: how its message begins, and what the person answers. */
export interface PlannedAnswer {
  readonly message: string;
  /** For choose and search: the name of a choice, or how it begins. */
  readonly answer: string | boolean | typeof escapeKey | typeof ctrlC;
  /** What happens while the person thinks. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** As an answer: the Escape key, which leads back. */
export const escapeKey = Symbol('Escape');
/** As an answer: the keys that leave the command. */
export const ctrlC = Symbol('Ctrl-C');

/** One planned shell command, and how it ends. */
export interface PlannedCommand extends Partial<CommandEnd> {
  readonly command: string;
  /** What it says on stderr. */
  readonly says?: readonly string[];
}

export interface RunOptions {
  /** The home folder; default: a fresh one. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** stdin, stdout and stderr are a terminal of so many columns. */
  readonly terminal?: number;
  /** The disk below stdout is full. */
  readonly fullStdout?: true;
  readonly answers?: readonly PlannedAnswer[];
  /** Answers in place of an HTTP API; default: the embedded ledger. */
  readonly exchanges?: readonly PlannedExchange[];
  /** Stands between the program and the embedded ledger: a test can cut it off, or let others write meanwhile. */
  readonly between?: (request: WireRequest, exchange: Exchange) => Promise<WireAnswer>;
  /** A database that answers for an HTTP API too. */
  readonly served?: string;
  /** Shell commands that will be run for their output, in order. */
  readonly commands?: readonly PlannedCommand[];
  /** The OS keychain: keys by account. Where not said, the machine has none. */
  readonly keychain?: Map<string, string>;
  /** The version of Node that seems to run this. */
  readonly node?: string;
  readonly canKeepCode?: boolean;
  /** The kind of the state folder's disk, if that does not last. */
  readonly shortLivedDisk?: string;
  /** The file that was started; without one, a single executable. */
  readonly started?: string;
  /** Milliseconds that pass whenever the program measures time. */
  readonly slowness?: number;
  /** The clock, milliseconds since the epoch. */
  readonly now?: number;
  readonly signal?: AbortSignal;
  /** The user of the operating system. */
  readonly who?: string;
  /** The id by which the system knows that user. */
  readonly userId?: number;
  /** Replaces edges of the machine. */
  readonly system?: (usual: System) => System;
}

/** The API carries writes out, and their answers are lost. */
export const losingAnswers: Required<Pick<RunOptions, 'between'>> = {
  between: async (request, exchange) => {
    const answer = await exchange(request);
    if (request.method === 'POST') throw new TransportFailure('the connection was cut', 'maybe');
    return answer;
  },
};

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly home: string;
  /** What left for the API, in order. */
  readonly requests: readonly WireRequest[];
  /** With which key each connection to an HTTP API was opened. */
  readonly keys: readonly (string | undefined)[];
  /** What the keychain was asked, in order. */
  readonly keychainActs: readonly string[];
  /** Milliseconds that each command was given. */
  readonly limits: readonly number[];
}

/** 2026-11-23T12:00:00Z */
export const noon = Date.UTC(2026, 10, 23, 12);

export function freshHome(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'creditctl-test-'));
}

/** A home with a file in it. */
export function homeWith(text: string, name = 'x.csv'): string {
  const home = freshHome();
  writeFileSync(path.join(home, name), text);
  return home;
}

/** `key-1` is the first key in a home, and no key comes twice in it. */
const keysGiven = new Map<string, number>();

/** Another home in which the same has happened; cheaper than to let it happen again. */
export function copyOfHome(home: string): string {
  const copy = freshHome();
  copyFolder(home, copy);
  keysGiven.set(copy, keysGiven.get(home) ?? 0);
  if (withRecord.has(home)) withRecord.add(copy);
  if (withLedger.has(home)) withLedger.add(copy);
  return copy;
}

/** Homes by what has happened in them. */
const madeHomes = new Map<string, Promise<string>>();

/** A home of its own, where what is named has happened: once, and then it is copied. */
export async function homeAfter(what: string, make: () => Promise<string>): Promise<string> {
  const made = madeHomes.get(what) ?? make();
  madeHomes.set(what, made);
  return copyOfHome(await made);
}

const withLedger = new Set<string>();

/** Whether a home needs its first database, where it usually is; a second one has to get an id of its own. */
function isFirst(home: string, db: string): boolean {
  if (withLedger.has(home) || existsSync(db) || !existsSync(home)) return false;
  if (path.dirname(path.resolve(db)) !== path.join(home, '.local', 'state', 'creditctl')) return false;
  withLedger.add(home);
  return true;
}

/** A record with nothing in it, copied because that is faster; one that is made again is another one. */
let emptyRecord: Promise<string> | undefined;
const withRecord = new Set<string>();

async function copyRecord(file: string, home: string): Promise<void> {
  const usual = path.join(home, '.local', 'state', 'creditctl', 'record.db');
  if (withRecord.has(home)) return;
  withRecord.add(home);
  if (file !== usual || existsSync(file) || !existsSync(home)) return;
  emptyRecord ??= makeRecord();
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  copyFileSync(await emptyRecord, file);
}

async function makeRecord(): Promise<string> {
  const file = path.join(freshHome(), 'record.db');
  const process = { who: 'tester' };
  const store = await openSqliteRecord(file, { purpose: 'write', now: () => noon, process });
  await store.close();
  return file;
}

/** Five times as fast as `cpSync`, which asks of each file what it is. */
function copyFolder(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isFile()) copyFileSync(source, target);
    if (!entry.isDirectory()) continue;
    mkdirSync(target, { mode: 0o700 });
    copyFolder(source, target);
  }
}

/** Runs `creditctl` with these words. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { home = freshHome(), now = noon, terminal } = options;
  const out = sink(terminal, options.fullStdout);
  const err = sink(terminal);
  const answers = [...(options.answers ?? [])];
  const planned = options.exchanges === undefined ? undefined : [...options.exchanges];
  const requests: WireRequest[] = [];
  const keys: (string | undefined)[] = [];
  const keychainActs: string[] = [];
  const limits: number[] = [];
  const commands = [...(options.commands ?? [])];
  const come = new Set<PlannedExchange>();
  const surprises: string[] = [];
  let ids = 0;
  let slept = 0;
  const clock = () => now + slept;
  const randomBytes = (length: number) => {
    ids += 1;
    return Uint8Array.from({ length }, (_, index) => (ids * 31 + index * 17) % 256);
  };
  const sandbox: System['sandbox'] = async (db, opening) => {
    const isFresh = isFirst(home, db);
    const open = isFresh ? freshSandbox : openSandbox;
    const opened = await open({ path: db, now: clock, randomBytes: uniqueBytes(randomBytes) });
    if (opened.created || isFresh)
      opening.note({ text: `Created the embedded ledger ${db}`, data: { sandbox_created: { db } } });
    return opened;
  };
  const system: System = {
    now: clock,
    monotonic: () => {
      slept += options.slowness ?? 0;
      return slept;
    },
    random: () => 0.5,
    newKey: () => {
      const key = (keysGiven.get(home) ?? 0) + 1;
      keysGiven.set(home, key);
      return `key-${key}`;
    },
    // Nobody waits, but time passes: a budget of retries ends.
    sleep: async (ms) => {
      slept += ms;
    },
    process: {
      who: options.who ?? 'tester',
      userId: options.userId ?? process.geteuid?.(),
      host: 'test',
      runner: { machine: 'test', pid: process.pid },
      isAlive: () => false,
      runBlocking: async (work) => work(),
    },
    machine: {
      node: options.node ?? '20.20.2',
      platform: 'linux-x64',
      zone: () => 'Asia/Tokyo',
      started: () => ({
        file: options.started ?? process.execPath,
        isExecutable: options.started === undefined,
      }),
      canKeepCode: () => options.canKeepCode ?? true,
      shortLivedDisk: async () => options.shortLivedDisk,
    },
    prompter: async () => prompterFrom(answers, surprises, (line) => err.stream.write(`${line}\n`)),
    sandbox,
    record: async (choice, opening) => {
      if (choice.kind === 'sqlite' && opening.purpose === 'write') await copyRecord(choice.file, home);
      return thisSystem.record(choice, opening);
    },
    runCommand: async (command, { limit, say }) => {
      const next = commands.shift();
      if (next?.command !== command) {
        surprises.push(`a command that was not planned: ${command}`);
        return { how: 'not started', stdout: '' };
      }
      limits.push(limit);
      for (const line of next.says ?? []) say(line);
      return { how: 0, stdout: '', ...next };
    },
    // The real one: no fake of ssh-keygen would say what the real one accepts.
    runProgram,
    askKeychain: async (request) => {
      keychainActs.push(request.operation);
      return keychainReply(request, options.keychain);
    },
    exchange: async (choice, opening) => {
      if (choice.kind === 'orb') keys.push(await opening.keyOf(choice));
      if (planned !== undefined) {
        const exchange = plannedExchange(planned, come, surprises);
        const recorded = recording(exchange, requests);
        return {
          exchange: (request, signal) => (isRecognition(request) ? exchange : recorded)(request, signal),
          close: () => {},
        };
      }
      const db = choice.kind === 'sandbox' ? choice.db : options.served;
      if (db === undefined) throw new Error('a test without planned exchanges must use the sandbox');
      const opened = await sandbox(db, opening);
      const { between = (request, exchange) => exchange(request) } = options;
      return {
        exchange: recording(
          (request, signal) => between(request, (each) => opened.exchange(each, signal)),
          requests,
        ),
        // Over HTTP only answers say which ledger it is, and what time it has.
        ...(choice.kind === 'sandbox' ? { ledger: opened.ledger, now: opened.clock.now } : {}),
        close: () => opened.close(),
      };
    },
  };
  const code = await main(
    makeRuntime({
      version: '0.0.0-test',
      argv,
      line: lineOf(program, argv),
      env: { HOME: home, ...options.env },
      streams: {
        stdin: Readable.from([Buffer.from(options.stdin ?? '')]),
        stdinIsTerminal: terminal !== undefined,
        stdout: out.stream,
        stderr: err.stream,
        screen: err.stream,
      },
      interruption: options.signal ?? new AbortController().signal,
      system: options.system?.(system) ?? system,
    }),
  );
  const left = [
    ...surprises,
    ...commands.map(({ command }) => `a command that nobody ran: ${command}`),
    ...answers.map(({ message }) => `an answer that nobody asked for: ${message}`),
    ...(planned ?? [])
      .filter((exchange) => !(exchange.again === true && come.has(exchange)))
      .map(({ method, path: where }) => `a planned request that never came: ${method} ${where}`),
  ];
  if (left.length > 0) throw new Error(`${left.join('\n')}\nstderr was:\n${err.text()}`);
  const printed = { code, stdout: out.text(), stderr: err.text() };
  return { ...printed, home, requests, keys, keychainActs, limits };
}

function keychainReply(
  { operation, account, key = '' }: KeychainRequest,
  keychain: Map<string, string> | undefined,
): KeychainReply {
  if (keychain === undefined) return { problem: 'this machine has none' };
  if (operation === 'keep') keychain.set(account, key);
  if (operation === 'forget') keychain.delete(account);
  const found = operation === 'read' ? keychain.get(account) : undefined;
  return found === undefined ? {} : { key: found };
}

function sink(columns: number | undefined, isFull?: true) {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (isFull) return done(Object.assign(new Error('no space is left'), { code: 'ENOSPC' }));
      text += chunk.toString();
      done();
    },
  });
  if (columns !== undefined) Object.assign(stream, { isTTY: true, columns });
  return { stream, text: () => text };
}

/** The same bytes never twice, over all runs of a test file, so that ids of one database never collide. */
let counter = 0;
type Bytes = (length: number) => Uint8Array;
const uniqueBytes = (base: Bytes) => (length: number) => {
  counter += 1;
  const bytes = base(length);
  for (let index = 0, rest = counter; rest > 0 && index < length; index += 1, rest = Math.floor(rest / 57)) {
    bytes[index] = rest % 57;
  }
  return bytes;
};

function recording(exchange: Exchange, requests: WireRequest[]): Exchange {
  return (request, signal) => {
    requests.push(request);
    return exchange(request, signal);
  };
}

function plannedExchange(
  planned: PlannedExchange[],
  come: Set<PlannedExchange>,
  surprises: string[],
): Exchange {
  return async (request) => {
    const query = request.query.map(([name, value]) => `${name}=${value}`).join('&');
    const asked = `${request.method} ${request.path}${query === '' ? '' : `?${query}`}`;
    const [next] = planned;
    if (`${next?.method} ${next?.path}` !== asked && isRecognition(request)) return someCustomers;
    if (next?.again !== true) planned.shift();
    if (next === undefined || `${next.method} ${next.path}` !== asked) {
      const surprise = `a request that was not planned: ${asked}`;
      surprises.push(surprise);
      // Not an answer: those of the 500s would be tried again.
      throw new Error(surprise);
    }
    come.add(next);
    if (next.fail !== undefined) throw next.fail;
    const { json, ...answer } = next.answer ?? {};
    const body = json === undefined ? '' : JSON.stringify(typeof json === 'function' ? json(request) : json);
    return { status: 200, headers: { 'content-type': 'application/json' }, body, ...answer };
  };
}

/** An account that the record does not know is recognised by its customers, before the first write. */
const isRecognition = ({ method, path: where, query }: WireRequest): boolean =>
  method === 'GET' && where === '/customers' && query.flat().join() === 'limit,3';

const recognised = {
  ...{ id: 'cus-of-account', name: 'A customer', email: 'a@example.com', timezone: 'Etc/UTC' },
  ...{ external_customer_id: null, created_at: '2026-01-01T00:00:00Z', currency: null, metadata: {} },
};
const someCustomers: WireAnswer = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    data: [recognised],
    pagination_metadata: { has_more: false, next_cursor: null },
  }),
};

function prompterFrom(answers: PlannedAnswer[], surprises: string[], say: (line: string) => void): Prompter {
  const answerTo = async (message: string): Promise<string | boolean> => {
    const next = answers.shift();
    if (next !== undefined && message.startsWith(next.message)) {
      await next.meanwhile?.();
      if (next.answer === escapeKey) throw new StepBack();
      if (next.answer === ctrlC) throw new CreditctlError('interrupted', 'Interrupted: nothing was written');
      return next.answer;
    }
    surprises.push(`a question that was not planned: ${message}`);
    throw new Error(`a question that was not planned: ${message}`);
  };
  const checked = (answer: string, check?: (text: string) => string | undefined): string => {
    const problem = check?.(answer);
    if (problem === undefined) return answer;
    surprises.push(`an answer that was refused: ${problem}`);
    throw new Error(problem);
  };
  const chosen = <Value>(choices: readonly { name: string; value: Value }[], answer: string): Value => {
    const choice = choices.find(({ name }) => name.startsWith(answer));
    if (choice !== undefined) return choice.value;
    const names = choices.map(({ name }) => name).join(' | ');
    surprises.push(`no choice begins with "${answer}": ${names}`);
    throw new Error(`no choice begins with "${answer}": ${names}`);
  };
  return {
    // Enter alone leaves what stands in the line.
    text: async ({ message, initial = '', check }) =>
      checked(String(await answerTo(message)) || initial, check),
    secret: async ({ message, check }) => checked(String(await answerTo(message)), check),
    confirm: async ({ message }) => (await answerTo(message)) === true,
    choose: async ({ message, choices }) => chosen(choices, String(await answerTo(message))),
    search: async ({ message, find, lookUp }) => {
      const answer = String(await answerTo(message));
      const found = await find(answer);
      return chosen(found.length === 0 ? ((await lookUp?.(answer)) ?? []) : found, answer);
    },
    hint: (text) => say(text),
  };
}
