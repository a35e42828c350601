// The published schemas: what keeps a document from being the one that the index says a command prints.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import { parseDate } from '../../src/credits/calendar.ts';
import { parseInstant } from '../../src/credits/exact.ts';

const folder = path.join(import.meta.dirname, '..', '..', 'docs', 'schema');
const textOf = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

const ajv = new Ajv.default({
  allErrors: true,
  allowUnionTypes: true,
  formats: {
    'date-time': (text: string) => parseInstant(text) !== undefined,
    date: (text: string) => parseDate(text) !== undefined,
  },
});
for (const file of readdirSync(folder))
  if (file.endsWith('.json')) ajv.addSchema(JSON.parse(textOf(file)) as object, file);

/** What is wrong with a document; empty if nothing is. @param schema `entry`, or `entry[]` for an array of them */
export function schemaProblem(schema: string, document: unknown): string {
  const [, name = '', isList] = /^([a-z-]+)(\[\])?$/.exec(schema) ?? [];
  const validate = ajv.getSchema(isList === undefined ? `${name}.json` : `${name}.json#/$defs/list`);
  if (validate === undefined) return `there is no schema ${schema}`;
  return validate(document) === true ? '' : ajv.errorsText(validate.errors, { separator: '\n' });
}

/** What the index says that a command prints, such as `block[]`. */
function printedBy(words: string): readonly string[] {
  const rows = [...textOf('README.md').matchAll(/^\| `([a-z -]+)` \| (.*) \|$/gm)];
  const [, , documents = ''] = rows.find(([, name]) => words === name || words.startsWith(`${name} `)) ?? [];
  return [...documents.matchAll(/(an array of )?\[([a-z-]+)\]/g)].map(
    ([, list, name]) => `${name}${list === undefined ? '' : '[]'}`,
  );
}

/** Why a document is none that the index names for a command; empty if it is one. @param words without `creditctl` */
export function printedProblem(words: string, document: unknown, isLine = false): string {
  const names = printedBy(words).map((name) => (isLine ? name.replace('[]', '') : name));
  if (names.length === 0) return `docs/schema/README.md does not say what ${words} prints`;
  const problems = names.map((name) => schemaProblem(name, document));
  return problems.includes('') ? '' : problems.join('\n');
}
