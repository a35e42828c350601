// Command lines as one text, and what a test asks of their streams and of the record they leave.
import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { isRepetition } from '../../src/errors.ts';
import type { WireRequest } from '../../src/wire/json.ts';
import { recordedIn } from './recorded.ts';
import { type RunOptions, type RunResult, run } from './run.ts';

/** The words of a command line, as a shell would split them; quotes group, nothing else is special. */
export function words(line: string): string[] {
  const found = line.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return found.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}

/** Runs `creditctl` with the words of a line. */
export const creditctl = (line: string, options?: RunOptions): Promise<RunResult> =>
  run(words(line), options);

/** A profile for an HTTP API, whose answers the test plans. */
export const orb: Readonly<Record<string, string>> = {
  ORB_API_KEY: 'key_of_a_test',
  ORB_BASE_URL: 'https://orb.example/v1',
};

/** The error object, which must be the last line of stderr and have these fields and no other. */
export function errorOf({ stderr }: Pick<RunResult, 'stderr'>): Record<string, unknown> {
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  const document = JSON.parse(last) as { error: Record<string, unknown> };
  expect(Object.keys(document)).toEqual(['error']);
  expect(Object.keys(document.error)).toEqual([
    ...['code', 'message', 'exit_code', 'status', 'request_id', 'idempotency_key'],
    ...['applied', 'retry_safe', 'next'],
  ]);
  const { retry_safe: isSafe, next } = document.error as { retry_safe: boolean; next: string[] };
  // A step that adds a flag repeats another line.
  if (!isSafe)
    expect(next.filter((step) => isRepetition(step) && !step.includes(' again with '))).toEqual([]);
  return document.error;
}

/** Every line of stderr as JSON: what a machine format promises of it. */
export const notesOf = ({ stderr }: Pick<RunResult, 'stderr'>): Record<string, unknown>[] =>
  stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

export const linesOf = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

export const csvOf = (text: string): Record<string, string>[] =>
  parse(text, { columns: true }) as Record<string, string>[];

/** The requests of a run that create something. */
export const posts = ({ requests }: Pick<RunResult, 'requests'>): WireRequest[] =>
  requests.filter(({ method }) => method === 'POST');

/** The records of a list that was printed as JSON. */
export const rowsOf = ({ stdout }: Pick<RunResult, 'stdout'>): Record<string, unknown>[] =>
  JSON.parse(stdout) as Record<string, unknown>[];

/** What a request to create an entry says, without the mark of this tool, which must be the request's own key. */
export function sentBody(request: Pick<WireRequest, 'body' | 'headers'> | undefined): unknown {
  const { metadata, ...body } = JSON.parse(request?.body ?? '') as { metadata: Record<string, string> };
  const { creditctl_key: mark, ...rest } = metadata;
  expect(mark).toBe(request?.headers['idempotency-key']);
  return Object.keys(rest).length === 0 ? body : { ...body, metadata: rest };
}

export const yamlOf = (text: string): unknown => parseYaml(text) as unknown;

/** The rows of a Markdown table by the names in its header; escapes stay. */
export function mdOf(text: string): Record<string, string>[] {
  const cells = (line: string): string[] => line.slice(2, -2).split(/(?<!\\)\|/);
  const [header = '', rule = '', ...rows] = text.trimEnd().split('\n');
  const names = cells(header).map((name) => name.trim());
  expect(rule.split('|').length - 2).toBe(names.length);
  return rows.map((row) => {
    expect(cells(row)).toHaveLength(names.length);
    return Object.fromEntries(cells(row).map((cell, index) => [names[index] ?? '', cell.trim()]));
  });
}

/** What stderr says to a person, also where it says it as JSON. */
function inWords(result: RunResult): string {
  if (!result.stderr.startsWith('{')) return result.stderr;
  const { message, next } = errorOf(result);
  return [String(message), ...(next as string[]).map((step) => `→ ${step}`)].join('\n');
}

/** A usage error as every one must be: exit 2, these parts in its text, nothing on stdout, nothing sent, nothing recorded. */
export function expectUsage(result: RunResult, parts: readonly string[]): void {
  for (const part of parts) expect(inWords(result)).toContain(part);
  expect(result.stderr).not.toContain('defect');
  expect(result.stdout).toBe('');
  expect(result.requests).toEqual([]);
  expect(recordedIn(result.home)).toEqual([]);
  expect(result.code).toBe(2);
}
