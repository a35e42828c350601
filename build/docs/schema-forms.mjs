// The words of which the JSON Schemas are made.

export const text = { type: 'string' };
export const texts = { type: 'array', items: text };
export const yesOrNo = { type: 'boolean' };
export const whole = { type: 'integer' };
/** Nothing can be counted below zero. */
export const count = { type: 'integer', minimum: 0 };
/** Credits are numbers, of which a reader must keep all digits. */
export const credits = { type: 'number' };
export const number = credits;
/** Money travels as text. */
export const money = { type: 'string', pattern: '^-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?$' };
export const time = { type: 'string', format: 'date-time' };
export const day = { type: 'string', format: 'date' };
export const hash = { type: 'string', pattern: '^[0-9a-f]{64}$' };
export const anything = {};

export const oneOf = (values) => ({ enum: [...values] });
export const list = (items) => ({ type: 'array', items });
export const mapOf = (values) => ({ type: 'object', additionalProperties: values });
export const orNull = (schema) =>
  typeof schema.type === 'string' && schema.enum === undefined
    ? { ...schema, type: [schema.type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] };
/** The document that a file of this folder describes. */
export const documentOf = (name) => ({ $ref: `${name}.json` });

/** An object with all of these fields, perhaps the optional ones, and no other. */
export const closed = (properties, optional = {}) => ({
  type: 'object',
  properties: { ...properties, ...optional },
  required: Object.keys(properties),
  additionalProperties: false,
});

/** An object with all of these fields, perhaps the optional ones, and others that the API may have added. */
export const open = (properties, optional = {}) => ({
  ...closed(properties, optional),
  additionalProperties: true,
});

/** The same fields under the same form. */
export const all = (names, form) => Object.fromEntries(names.map((name) => [name, form]));
