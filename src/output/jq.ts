// Runs `--jq <expression>` with jq as WebAssembly, loaded only then. Numbers keep all digits, as in jq 1.7 and later.
import { loadJq } from 'jq-wasm/inline';
import { CreditctlError, usageErrorAt } from '../errors.ts';
import type { Format } from './render.ts';
import { cleanText } from './shown-text.ts';

/** jq's last line about an expression that it cannot read. Its exit code, 3, may also come from `halt_error(3)`. */
const notReadable = /^jq: \d+ compile errors?$/m;

/** Filters a JSON text: one result a line, strings without quotes. Throws a `failure` error if the filter fails on the text. */
type JqFilter = (json: string) => Promise<string>;

/** What a filter runs with: an endless expression blocks Node, so the system must handle signals meanwhile. */
export interface Filtering {
  readonly interruption: AbortSignal;
  readonly system: {
    readonly process: { readonly runBlocking: <Result>(work: () => Result) => Promise<Result> };
  };
}

/** Makes a filter. Throws a `usage` error that says where the expression is wrong, before any request is sent. */
export async function jqFilter(expression: string, { interruption, system }: Filtering): Promise<JqFilter> {
  const jq = await loadJq();
  const run = async (json: string, flags: string[]) => {
    try {
      return await system.process.runBlocking(() => {
        interruption.throwIfAborted();
        return jq.raw(json, expression, flags);
      });
    } catch (error) {
      // WebAssembly has less memory than Node, and jq ends when its memory is used up.
      if (error instanceof Error && error.name === 'RuntimeError') throw outOfMemory();
      throw error;
    }
  };
  // Otherwise jq could read the expression, whatever the result for null.
  const tried = await run('null', ['-c']);
  if (tried.exitCode === 3 && notReadable.test(tried.stderr))
    throw usageErrorAt('--jq', `is not a jq expression: ${sentence(tried.stderr)}`);
  return async (json) => {
    const { stdout, stderr, exitCode } = await run(json, ['-c']);
    if (exitCode !== 0) throw new CreditctlError('failure', `--jq: ${sentence(stderr)}`);
    return stdout === '' ? '' : stdout.split('\n').map(resultLine).join('');
  };
}

/** A result as `jq -r` prints it. The package trims jq's output, so a string comes in quotes and keeps its blanks. */
const resultLine = (json: string): string => `${json.startsWith('"') ? JSON.parse(json) : json}\n`;

/** Adds whether the results are shown on a terminal. */
export interface ShownFiltering extends Filtering {
  readonly terminal: { readonly showsTables: boolean };
}

/** Makes a filter for the output of a JSON format, piece by piece. Throws as `jqFilter` does. */
export async function textFilter(expression: string, format: Format, shown: ShownFiltering) {
  const plain = await jqFilter(expression, shown);
  // jq writes strings as the API sent them. A terminal must not obey their escape sequences; a pipe gets every character.
  const filter: JqFilter = shown.terminal.showsTables ? async (json) => cleanText(await plain(json)) : plain;
  return (pieces: AsyncIterable<string>) => filtered(pieces, format, filter);
}

/** Lines of NDJSON are filtered as they come; a document has to be whole first. */
async function* filtered(
  pieces: AsyncIterable<string>,
  format: Format,
  filter: JqFilter,
): AsyncGenerator<string> {
  if (format === 'ndjson') {
    for await (const lines of pieces) yield await filter(lines);
    return;
  }
  const whole: string[] = [];
  for await (const piece of pieces) whole.push(piece);
  yield await filter(whole.join(''));
}

const outOfMemory = (): CreditctlError =>
  new CreditctlError(
    'failure',
    '--jq: there is not enough memory for jq to do this. With -o ndjson a list is filtered entry by entry, at any length.',
  );

/** jq's own message in one line, without its name and the count of errors. */
const sentence = (stderr: string): string =>
  stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(jq: \d+ compile error|\^+)/.test(line))
    .join(' ')
    .replace(/^jq: error:? ?/, '');
