// A sandbox in a temporary folder with a clock that a test sets, and requests to it in one line.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { storeProblems } from '../../src/sandbox/store/check.ts';
import type { Method } from '../../src/wire/json.ts';
import { freshSandbox } from '../support/fresh-ledger.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read documents of many shapes
  readonly json: any;
}

export interface TestSandbox {
  readonly sandbox: Sandbox;
  readonly path: string;
  /** Sets the clock to an instant. */
  readonly at: (instant: string) => void;
  readonly get: (path: string, query?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly post: (path: string, body: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly put: (path: string, body: unknown) => Promise<Answer>;
  readonly remove: (path: string) => Promise<Answer>;
  /** POSTs a ledger entry for `acme`. */
  readonly add: (body: object, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** All entries of `acme`, oldest first. */
  readonly ledger: (query?: Readonly<Record<string, string>>) => Promise<Answer['json'][]>;
  /** The blocks of `acme`, newest first. */
  readonly blocks: (query?: Readonly<Record<string, string>>) => Promise<Answer['json'][]>;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const acme = '/customers/external_customer_id/acme';

/** @param start where the clock stands at first */
export async function sandboxAt(start: string): Promise<TestSandbox> {
  const path = join(temporaryFolder(), 'sandbox.db');
  let now = Date.parse(start);
  const sandbox = await freshSandbox({ path, now: () => now, randomBytes });
  onTestFinished(() => sandbox.close());
  const send = async (method: Method, path: string, rest: object): Promise<Answer> => {
    const answer = await sandbox.exchange({ method, path, query: [], headers: {}, ...rest });
    return { ...answer, text: answer.body, json: answer.body === '' ? undefined : JSON.parse(answer.body) };
  };
  const get: TestSandbox['get'] = (path, query = {}) => send('GET', path, { query: Object.entries(query) });
  const post: TestSandbox['post'] = (path, body, headers = {}) =>
    send('POST', path, { headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return {
    sandbox,
    path,
    at: (instant) => {
      now = Date.parse(instant);
    },
    get,
    post,
    put: (path, body) => send('PUT', path, { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    remove: (path) => send('DELETE', path, {}),
    add: (body, headers) => post(`${acme}/credits/ledger_entry`, body, headers),
    ledger: async (query) =>
      (await get(`${acme}/credits/ledger`, { limit: '1000', ...query })).json.data.reverse(),
    blocks: async (query) => (await get(`${acme}/credits`, { limit: '100', ...query })).json.data,
  };
}

/** What the ledgers find wrong with themselves. */
export const problemsOf = ({ sandbox: { database } }: TestSandbox): readonly string[] =>
  database.read(() => storeProblems(database, 10));

/** Grants credits that are effective from 2026-01-01, and returns the id of their block. */
export async function granted({ add }: TestSandbox, amount: number, more: object = {}): Promise<string> {
  const body = { entry_type: 'increment', amount, effective_date: '2026-01-01', ...more };
  const { status, json, text } = await add(body);
  expect(status, text).toBe(201);
  expect(json).toMatchObject({ entry_type: 'increment', amount });
  return json.credit_block.id;
}
