// docs/schema: JSON Schemas of the error, the configuration and the policy, made from the names that the program knows.

const draft = 'https://json-schema.org/draft/2020-12/schema';
const place = 'https://raw.githubusercontent.com/creditctl/creditctl/main/docs/schema';

/** The text of each file, by its path. */
export function schemas(program) {
  const all = {
    error: errorSchema(program),
    configuration: configurationSchema(program),
    policy: policySchema(program),
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, schema]) => [
      `docs/schema/${name}.json`,
      `${JSON.stringify({ $schema: draft, $id: `${place}/${name}.json`, ...schema }, null, 2)}\n`,
    ]),
  );
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

/** An object with all of these fields and no other. */
const closed = (properties) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

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
