// Provides the building blocks of the JSON Schemas.

export const text = { type: 'string' };
export const texts = { type: 'array', items: text };
export const yesOrNo = { type: 'boolean' };
export const whole = { type: 'integer' };
/** Counts are never negative. */
export const count = { type: 'integer', minimum: 0 };
/** Credits are numbers; a reader must keep all digits. */
export const credits = { type: 'number' };
export const number = credits;
/** Money is decimal text. */
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
/** A reference to the document in another file of the folder. */
export const documentOf = (name) => ({ $ref: `${name}.json` });

/** An object with all of these fields, perhaps the optional fields, and no others. */
export const closed = (properties, optional = {}) => ({
  type: 'object',
  properties: { ...properties, ...optional },
  required: Object.keys(properties),
  additionalProperties: false,
});

/** An object with all of these fields, perhaps the optional fields, and any field that the API adds. */
export const open = (properties, optional = {}) => ({
  ...closed(properties, optional),
  additionalProperties: true,
});

/** An object's properties that share one form. */
export const all = (names, form) => Object.fromEntries(names.map((name) => [name, form]));
