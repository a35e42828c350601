// Writes docs/schema: a JSON Schema of every document, from the names in the program, and the page that lists them.
import { apiSchemas } from './api-schemas.mjs';
import { helpSchemas } from './help-schemas.mjs';
import { planSchemas } from './plan-schemas.mjs';
import { printed, schemaIndex } from './printed-documents.mjs';
import { recordSchemas } from './record-schemas.mjs';
import { reportSchemas } from './report-schemas.mjs';
import { closed } from './schema-forms.mjs';
import { setupSchemas } from './setup-schemas.mjs';

const draft = 'https://json-schema.org/draft/2020-12/schema';

/** The text of each file, by its path. Throws if a document's fields differ from those that its command offers. */
export async function schemas(program) {
  const all = await withOffered(program, {
    error: errorSchema(program),
    configuration: configurationSchema(program),
    policy: policySchema(program),
    ...apiSchemas(program),
    ...reportSchemas(program),
    ...recordSchemas(program),
    ...planSchemas(program),
    ...setupSchemas(program),
    ...helpSchemas,
  });
  const listed = [...Object.values(printed).flat(), 'dry-run[]'];
  const files = Object.entries(all).map(([name, schema]) => [
    `docs/schema/${name}.json`,
    schemaText(program, name, { ...schema, ...(listed.includes(`${name}[]`) ? { $defs: { list } } : {}) }),
  ]);
  return { ...Object.fromEntries(files), 'docs/schema/README.md': schemaIndex(program, all) };
}

const list = { type: 'array', items: { $ref: '#' } };

function schemaText({ schemaPlace }, name, schema) {
  return `${JSON.stringify({ $schema: draft, $id: `${schemaPlace}/${name}.json`, ...schema }, null, 2)}\n`;
}

/**
 * Adds to the schemas every field that `--json` offers for a command's first document. Fields that the API may leave out
 * have any type. Throws if a document of the program's own has other fields.
 */
async function withOffered({ program, commandsOf }, all) {
  const full = { ...all };
  for (const { path, shows } of commandsOf(program)) {
    const name = path.join(' ');
    const document = printed[name]?.[0].replace('[]', '');
    const schema = full[document];
    if (shows === undefined || schema?.properties === undefined) continue;
    const offered = [...new Set((await shows()).fields.map((field) => field.split('.')[0]))];
    const more = offered.filter((field) => schema.properties[field] === undefined);
    const isOwn = schema.additionalProperties === false;
    const strays = [
      ...Object.keys(schema.properties).filter((field) => !offered.includes(field)),
      ...(isOwn ? more : []),
    ];
    if (strays.length > 0) throw new Error(`${name}: --json and the schema differ in ${strays.join(', ')}`);
    const properties = { ...schema.properties, ...Object.fromEntries(more.map((field) => [field, {}])) };
    full[document] = { ...schema, properties };
  }
  return full;
}

const textOrNull = { type: ['string', 'null'] };

function errorSchema({ exitCodes }) {
  const fields = {
    code: { enum: Object.keys(exitCodes) },
    message: { type: 'string' },
    exit_code: { enum: [...new Set(Object.values(exitCodes))] },
    status: { type: ['integer', 'null'], description: 'the status of the HTTP answer' },
    request_id: textOrNull,
    idempotency_key: textOrNull,
    applied: { enum: ['yes', 'no', 'unknown'], description: 'whether this run wrote anything' },
    retry_safe: {
      type: 'boolean',
      description: 'the same command line, run again, writes nothing twice',
    },
    next: { type: 'array', items: { type: 'string' }, description: 'what can be done now' },
  };
  const pairs = Object.entries(exitCodes).map(([code, exit]) => ({
    if: { properties: { code: { const: code } } },
    // biome-ignore lint/suspicious/noThenProperty: this is a keyword of JSON Schema.
    then: { properties: { exit_code: { const: exit } } },
  }));
  return {
    title: 'The error that a command prints on stderr with a machine format',
    ...closed({ error: { ...closed(fields), allOf: pairs } }),
  };
}

const choices = { kind: ['orb', 'sandbox'], mode: ['live', 'test'] };

function configurationSchema({ settingMeanings }) {
  const properties = Object.fromEntries(
    settingMeanings.map(([name, description]) => [
      name,
      { type: 'string', description, ...(choices[name] === undefined ? {} : { enum: choices[name] }) },
    ]),
  );
  const profile = { type: 'object', properties, additionalProperties: false };
  return {
    title: 'The configuration file of creditctl',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      current: {
        type: 'string',
        description: 'the profile in use where neither flag nor variable names one',
      },
      profiles: {
        type: 'object',
        propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
        additionalProperties: profile,
      },
    },
    additionalProperties: false,
  };
}

const texts = { type: 'array', items: { type: 'string' } };
const forms = {
  amount: { type: ['number', 'string'] },
  rows: { type: ['integer', 'string'] },
  switch: { enum: [true, false, 'true', 'false'] },
  list: { anyOf: [{ type: 'string' }, texts] },
  text: { anyOf: [{ type: ['string', 'number'] }, texts] },
};

function policySchema({ ruleFormOf, ruleMeanings }) {
  const rules = Object.entries(ruleMeanings).map(([name, description]) => [
    name,
    { ...forms[ruleFormOf(name)], description },
  ]);
  return {
    title: 'A file of rules for writes, as policy.file names it',
    type: 'object',
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(rules) },
    additionalProperties: false,
  };
}
