// `--jq <expression>`: jq itself, as WebAssembly, loaded only then. Numbers keep all their digits, as in jq 1.7 and later.
import { loadJq } from 'jq-wasm/inline';
import { CreditctlError, usageErrorAt } from '../errors.ts';
import { cleanText } from './clean-text.ts';
import type { Format } from './render.ts';

/** The exit status with which jq refuses an expression that it cannot read. */
const notReadable = 3;

/**
 * What the filter makes of a JSON text: one result a line, a text without its quotes. Throws a `failure` error if it fails
 * on it.
 */
type JqFilter = (json: string) => Promise<string>;

/** Where a filter runs: an endless expression hears no signal. */
export interface Filtering {
  readonly interruption: AbortSignal;
  readonly parts: {
    readonly process: { readonly leaveToSignals: <Result>(work: () => Result) => Promise<Result> };
  };
}

/** Throws a `usage` error that says where the expression is wrong, before anything is asked of an API. */
export async function jqFilter(expression: string, { interruption, parts }: Filtering): Promise<JqFilter> {
  const jq = await loadJq();
  const run = async (json: string, flags: string[]) => {
    try {
      return await parts.process.leaveToSignals(() => {
        interruption.throwIfAborted();
        return jq.raw(json, expression, flags);
      });
    } catch (error) {
      // WebAssembly has less memory than Node, and jq ends where it is used up.
      if (error instanceof Error && error.name === 'RuntimeError') throw outOfMemory();
      throw error;
    }
  };
  // Whatever it makes of null: it could be read.
  const tried = await run('null', ['-c']);
  if (tried.exitCode === notReadable)
    throw usageErrorAt('--jq', `is not a jq expression: ${sentence(tried.stderr)}`);
  return async (json) => {
    const { stdout, stderr, exitCode } = await run(json, ['-r', '-c']);
    if (exitCode !== 0) throw new CreditctlError('failure', `--jq: ${sentence(stderr)}`);
    return stdout === '' ? '' : `${stdout}\n`;
  };
}

/** The same, with where its results are shown. */
export interface ShownFiltering extends Filtering {
  readonly terminal: { readonly showsTables: boolean };
}

/** The same for the text of a JSON format as it comes. Throws as `jqFilter` does. */
export async function textFilter(expression: string, format: Format, shown: ShownFiltering) {
  const plain = await jqFilter(expression, shown);
  // jq writes a text as the API said it. A terminal must not obey that; a pipe gets every character.
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
