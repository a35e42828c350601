// Reads `-o`, `--json`, `--columns` and `--jq` as one choice of output.
import type { ChoiceProblem } from './choices.ts';
import type { ShownFiltering } from './jq.ts';
import { type Format, formatNames, isDocumentFormat } from './render.ts';

export interface OutputFlags {
  readonly output?: string;
  /** Fields separated by commas; `true` for all of them. */
  readonly json?: string | true;
  readonly columns?: string;
  /** A jq expression over the JSON. */
  readonly jq?: string;
}

export interface OutputChoice {
  readonly format: Format;
  readonly fields?: readonly string[];
  readonly columns?: readonly string[];
  readonly jq?: string | undefined;
}

export function readOutputFlags(flags: OutputFlags): OutputChoice | { readonly problem: ChoiceProblem } {
  const { output, json, columns, jq } = flags;
  const isJson = json !== undefined || jq !== undefined;
  const format = formatNames.find((name) => name === (output ?? (isJson ? 'json' : 'table')));
  if (format === undefined) return { problem: formatProblem(output) };
  const hasFields = format === 'json' || format === 'ndjson';
  if (json !== undefined && !hasFields)
    return { problem: { where: '--json', problem: `cannot be used with -o ${format}` } };
  if (jq !== undefined && !hasFields)
    return { problem: { where: '--jq', problem: `filters JSON, so it cannot be used with -o ${format}` } };
  if (jq?.trim() === '')
    return { problem: { where: '--jq', problem: 'is empty; write an expression such as .id' } };
  if (columns !== undefined && isDocumentFormat(format)) {
    const instead = hasFields
      ? `for ${format} use --json field,field`
      : `${format} prints whole documents; for some of their fields use -o json --json field,field`;
    return { problem: { where: '--columns', problem: `works only with table, csv and md; ${instead}` } };
  }
  return {
    format,
    ...(typeof json === 'string' ? { fields: names(json) } : {}),
    ...(columns === undefined ? {} : { columns: names(columns) }),
    jq,
  };
}

/** The filter of `--jq`; without the flag, text is unchanged. Throws a `usage` error for an invalid expression. */
export async function filterOf({ format, jq }: Pick<OutputChoice, 'format' | 'jq'>, shown: ShownFiltering) {
  if (jq === undefined) return (pieces: AsyncIterable<string>) => pieces;
  return (await import('./jq.ts')).textFilter(jq, format, shown);
}

/** The problem with an unknown format. @param more formats that only this command has */
export const formatProblem = (output: string | undefined, ...more: readonly string[]): ChoiceProblem => ({
  where: '--output',
  problem: `must be one of ${[...formatNames, ...more].join(', ')}: "${output}"`,
});

const names = (list: string): readonly string[] =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
