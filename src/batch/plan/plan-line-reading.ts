// Reads the lines of a plan strictly: each must equal, byte for byte, what creditctl writes for it.
import { type CreditctlError, notApplied } from '../../errors.ts';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  numberText,
  parseJson,
  parseWrittenJson,
  writeJson,
} from '../../wire/json.ts';
import { accountOf, endOf, headerOf, rowOf } from './plan-decoding.ts';
import { NoPlanLine } from './plan-fields.ts';
import {
  accountDocument,
  endDocument,
  headerDocument,
  otherPlan,
  type PlanAccount,
  type PlanEnd,
  type PlanHeader,
  type PlanRow,
  planVersion,
  rowDocument,
} from './plan-lines.ts';

/** A line and its number in the file, from 1; `undefined` if unknown. */
interface PlacedText {
  readonly line: string;
  readonly place: number | undefined;
}

/** Throws a `usage` error for a file that is not a plan, and a `refused` error for a plan of another version. */
export function readHeaderLine(line: string, file: string): PlanHeader {
  const document = parseJson(line);
  const version = isJsonObject(document) ? numberText(document.creditctl_plan) : undefined;
  const form = { parse: parseJson, decode: headerOf, document: headerDocument };
  if (version === String(planVersion)) return decoded({ line, place: 1 }, form, file);
  throw version === undefined
    ? noPlan(file, 'is not a plan of creditctl')
    : noPlan(
        file,
        `is a plan of version ${version}, and this creditctl reads version ${planVersion}`,
        'refused',
      );
}

export const readRowLine = (text: PlacedText, file: string): PlanRow =>
  decoded(text, { parse: parseWrittenJson, decode: rowOf, document: rowDocument }, file);

/** Reads a line that `readRowLine` accepted before, byte for byte. */
export const readSameRowLine = ({ line }: PlacedText): PlanRow => rowOf(parseWrittenJson(line));

export const readAccount = (text: PlacedText, file: string): PlanAccount =>
  decoded(
    text,
    {
      parse: parseJson,
      decode: accountOf,
      document: (account) => ({ account: accountDocument(account) }),
    },
    file,
  );

/** @param line the last line up to its hash, which opening the file already verified */
export const readEnd = (line: string, file: string): Omit<PlanEnd, 'sha256'> =>
  decoded(
    { line: `${line}}`, place: undefined },
    { parse: parseJson, decode: endOf, document: endDocument },
    file,
  );

interface LineForm<Line> {
  readonly parse: (text: string) => Json;
  readonly decode: (document: Json) => Line;
  /** The JSON that is written for the line. */
  readonly document: (line: Line) => JsonObject;
}

function decoded<Line>(
  { line, place }: PlacedText,
  { parse, decode, document }: LineForm<Line>,
  file: string,
): Line {
  const where = place === undefined ? 'a line of it' : `line ${place}`;
  try {
    const read = decode(parse(line));
    if (writeJson(document(read)) === line) return read;
  } catch (error) {
    if (error instanceof NoPlanLine)
      throw noPlan(file, `is not valid: in ${where}, ${error.message}`, 'refused');
    if (!(error instanceof SyntaxError)) throw error;
    throw noPlan(file, `is not valid: ${where} is not JSON`, 'refused');
  }
  const what = 'has other fields, spaces or digits than batch plan writes';
  throw noPlan(file, `is not valid: ${where} ${what}`, 'refused');
}

/** @param problem the end of a sentence that begins with the file's name */
export function noPlan(file: string, problem: string, kind: 'usage' | 'refused' = 'usage'): CreditctlError {
  return notApplied(kind, `The plan ${file} ${problem}`, otherPlan);
}
