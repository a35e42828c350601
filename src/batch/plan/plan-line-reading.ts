// Reads the lines of a plan strictly: each must have exactly the bytes that this program would write for it.
import { type CreditctlError, notApplied } from '../../errors.ts';
import { type Json, type JsonObject, parseJson, parseWrittenJson, writeJson } from '../../wire/json.ts';
import { accountOf, endOf, formOf, headerOf, rowOf } from './plan-decoding.ts';
import { NoPlanLine } from './plan-fields.ts';
import {
  accountDocument,
  endDocument,
  headerDocument,
  type PlanAccount,
  type PlanEnd,
  type PlanHeader,
  type PlanRow,
  planVersion,
  rowDocument,
} from './plan-lines.ts';

/** A line and where it stands in the file, from 1; `undefined` where that is not known. */
interface PlacedText {
  readonly line: string;
  readonly place: number | undefined;
}

/** Throws a `usage` error for what is no plan, and a `refused` one for a plan of another form. */
export function readHeaderLine(line: string, file: string): PlanHeader {
  const version = formOf(parseJson(line));
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

/** A line that `readRowLine` has read before, byte for byte. */
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

/** @param line the last one up to its hash, which was checked with the file */
export const readEnd = (line: string, file: string): Omit<PlanEnd, 'sha256'> =>
  decoded(
    { line: `${line}}`, place: undefined },
    { parse: parseJson, decode: endOf, document: endDocument },
    file,
  );

interface LineForm<Line> {
  readonly parse: (text: string) => Json;
  readonly decode: (document: Json) => Line;
  /** As the line is written. */
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

/** @param problem the end of a sentence that begins with the file */
export function noPlan(file: string, problem: string, kind: 'usage' | 'refused' = 'usage'): CreditctlError {
  return notApplied(kind, `The plan ${file} ${problem}`, ['creditctl batch plan <file> --out <plan>']);
}
