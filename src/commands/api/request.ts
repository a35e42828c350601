// Reads the arguments and flags of `api` as one request, and collects every problem, not only the first.
import type { Problem } from '../../errors.ts';
import { type RawTarget, readTarget } from '../../requests/raw-target.ts';
import { type ApiRequest, isEntryWrite, markerName } from '../../requests/request.ts';
import { isJsonObject, type JsonObject, type Method } from '../../wire/json.ts';
import { fieldsAsBody, fieldsAsQuery, type RawField, readRawFields } from './fields.ts';

export interface RawFlags {
  readonly field?: readonly string[];
  readonly rawField?: readonly string[];
  /** `--input`. The name `input` belongs to `--no-input`. */
  readonly inputFile?: string;
  readonly paginate?: boolean;
  readonly idempotencyKey?: string;
}

export interface RawDraft {
  readonly method: Method;
  readonly target: RawTarget;
  readonly fields: readonly RawField[];
  /** File that holds the body, `-` for stdin. */
  readonly input: string | undefined;
}

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Reads everything but the content of files. @param baseUrl see `readTarget` */
export function readRawRequest(
  args: readonly string[],
  flags: RawFlags,
  baseUrl: string | undefined,
): { readonly draft: RawDraft } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  // A path without a method means GET.
  const [first = ''] = args;
  const isPath = args.length === 1 && !methods.some((name) => name === first.toUpperCase());
  const [methodWord = '', pathWord] = isPath && first !== '' ? ['GET', first] : args;
  const method = methods.find((name) => name === methodWord.toUpperCase());
  if (method === undefined) problems.push({ where: '<METHOD>', problem: methodProblem(methodWord) });
  const target = pathWord === undefined ? { problem: 'is missing' } : readTarget(pathWord, baseUrl);
  if ('problem' in target) problems.push({ where: '<path>', problem: target.problem });
  const fields = [
    ...readRawFields('-F', flags.field ?? [], problems),
    ...readRawFields('-f', flags.rawField ?? [], problems),
  ];
  problems.push(...togetherProblems(method, fields, flags));
  if (method !== undefined && hasBody(method)) fieldsAsBody(fields, problems);
  if (problems.length > 0 || method === undefined || 'problem' in target) return { problems };
  return { draft: { method, target, fields, input: flags.inputFile } };
}

function methodProblem(word: string): string {
  if (word === '') return `is missing: ${methods.join(', ')}`;
  return `must be one of ${methods.join(', ')}: "${word}"`;
}

const hasBody = (method: Method): boolean => method !== 'GET' && method !== 'DELETE';

function togetherProblems(
  method: Method | undefined,
  fields: readonly RawField[],
  { inputFile: input, paginate, idempotencyKey }: RawFlags,
): readonly Problem[] {
  const problems: Problem[] = [];
  if (input !== undefined && fields.length > 0)
    problems.push({ where: '--input', problem: 'is the whole body, so it cannot be used with -F or -f' });
  if ([input, ...fields.map(({ file }) => file)].filter((file) => file === '-').length > 1)
    problems.push({ where: '-F', problem: 'reads stdin a second time; stdin can be read only once' });
  if (method === undefined) return problems;
  if (input !== undefined && !hasBody(method))
    problems.push({
      where: '--input',
      problem: `sets a body, but ${method} has none; -F sets query parameters`,
    });
  if (paginate === true && method !== 'GET')
    problems.push({ where: '--paginate', problem: `works only with GET, not with ${method}` });
  if (idempotencyKey !== undefined && method === 'GET')
    problems.push({ where: '--idempotency-key', problem: 'is only for writes, and GET writes nothing' });
  return problems;
}

/** Makes the request, once the files are read. @param fields of the draft, with the content of files as values */
export function rawRequest(
  { method, target }: RawDraft,
  fields: readonly RawField[],
  input: JsonObject | undefined,
): ApiRequest {
  if (!hasBody(method))
    return { method, path: target.path, query: [...target.query, ...fieldsAsQuery(fields)] };
  const body = input ?? (fields.length === 0 ? undefined : fieldsAsBody(fields, []));
  return {
    method,
    path: target.path,
    ...(target.query.length === 0 ? {} : { query: target.query }),
    ...(body === undefined ? {} : { body }),
  };
}

/** Problems of metadata that keep the marker out of an entry. The marker never replaces metadata of the user. */
export function markProblems(request: ApiRequest): readonly Problem[] {
  const { metadata = null } = request.body ?? {};
  if (!isEntryWrite(request) || metadata === null) return [];
  if (!isJsonObject(metadata))
    return [{ where: 'body: metadata', problem: 'must be an object, such as -F metadata[ticket]=4711' }];
  if (!(markerName in metadata)) return [];
  const problem = `cannot set ${markerName}: creditctl uses it to recognise its entries`;
  return [{ where: 'body: metadata', problem }];
}
