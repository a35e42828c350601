// Whether a JSON value is what a declared type says: every field that must be there, of its kind, and no other field.
import type TS from 'typescript-api';
import { ts } from '../../support/typescript.ts';

/** Fields that the client itself gives an error. */
const ofTheClient = new Set(['headers', 'error', 'name', 'message', 'stack', 'cause', 'requestID']);

const kinds = [
  [ts.TypeFlags.String, 'string'],
  [ts.TypeFlags.Number, 'number'],
  [ts.TypeFlags.Boolean, 'boolean'],
] as const;

/** Compares values with types of one program. */
export class Fitting {
  readonly #checker: TS.TypeChecker;

  constructor(checker: TS.TypeChecker) {
    this.#checker = checker;
  }

  /** What is wrong with a value, each with its place; nothing if it fits. */
  misfits(value: unknown, type: TS.Type, at = 'body'): string[] {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return [];
    if (type.isUnion()) return least(type.types.map((each) => this.misfits(value, each, at)));
    if (this.#checker.isArrayType(type)) return this.#listMisfits(value, type, at);
    const isPlain = this.#isPlain(value, type);
    if (isPlain === undefined) return this.#objectMisfits(value, type, at);
    return isPlain ? [] : [`${at}: ${shown(value)} is not ${this.#checker.typeToString(type)}`];
  }

  /** Whether a value is of a type that has no fields; `undefined` for one that has. */
  #isPlain(value: unknown, type: TS.Type): boolean | undefined {
    const { flags } = type;
    if (flags & ts.TypeFlags.Null) return value === null;
    if (flags & ts.TypeFlags.Undefined) return value === undefined;
    if (type.isStringLiteral() || type.isNumberLiteral()) return value === type.value;
    if (flags & ts.TypeFlags.BooleanLiteral) return value === (this.#checker.typeToString(type) === 'true');
    const kind = kinds.find(([flag]) => flags & flag)?.[1];
    return kind === undefined ? undefined : typeof value === kind;
  }

  #listMisfits(value: unknown, type: TS.Type, at: string): string[] {
    if (!Array.isArray(value)) return [`${at}: ${shown(value)} is no list`];
    const [of] = this.#checker.getTypeArguments(type as TS.TypeReference);
    return of === undefined ? [] : value.flatMap((item, index) => this.misfits(item, of, `${at}[${index}]`));
  }

  #objectMisfits(value: unknown, type: TS.Type, at: string): string[] {
    const checker = this.#checker;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return [`${at}: ${shown(value)} is no ${checker.typeToString(type)}`];
    const fields = new Map(Object.entries(value));
    const problems: string[] = [];
    for (const property of checker.getPropertiesOfType(type)) {
      const { name } = property;
      const of = checker.getTypeOfSymbol(property);
      if (fields.has(name)) problems.push(...this.misfits(fields.get(name), of, `${at}.${name}`));
      else if (!(property.flags & ts.SymbolFlags.Optional) && !ofTheClient.has(name))
        problems.push(`${at}.${name} is missing`);
      fields.delete(name);
    }
    const others = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    for (const [name, item] of fields)
      problems.push(
        ...(others === undefined
          ? [`${at}.${name} is no field of ${checker.typeToString(type)}`]
          : this.misfits(item, others, `${at}.${name}`)),
      );
    return problems;
  }
}

/** Of several types, the one that comes closest says what is wrong. */
const least = (each: readonly string[][]): string[] =>
  each.reduce((fewest, next) => (next.length < fewest.length ? next : fewest));

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60);
