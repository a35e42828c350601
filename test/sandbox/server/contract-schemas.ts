// The request bodies of the contract as data, written a second time for the tests, and every way to break one of them.

type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export interface Schema {
  readonly of: 'string' | 'number' | 'integer' | 'boolean' | 'list' | 'map' | 'object';
  readonly nullable?: boolean;
  /** A text of the right type that is not in the enumeration, has not the format, or is too long or too short. */
  readonly wrong?: readonly JsonValue[];
  /** Of a list or map. */
  readonly each?: Schema;
  /** Of an object. */
  readonly fields?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Whether further fields are allowed. */
  readonly open?: boolean;
}

const text: Schema = { of: 'string' };
const number: Schema = { of: 'number' };
const flag: Schema = { of: 'boolean' };
const oneOf: Schema = { of: 'string', wrong: ['nonsense', ''] };
const dated: Schema = { of: 'string', wrong: ['soon', '2026-13-01', ''] };
const decimal: Schema = { of: 'string', wrong: ['much', ''] };
const orNull = (schema: Schema): Schema => ({ ...schema, nullable: true });
const list = (each: Schema, wrong: readonly JsonValue[] = []): Schema => ({ of: 'list', each, wrong });
const object = (
  fields: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
  open = true,
): Schema => ({ of: 'object', fields, required, open });
const closed = (fields: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema =>
  object(fields, required, false);

const metadata = orNull({ of: 'map', each: orNull(text) });
const address = orNull(
  object({
    line1: orNull(text),
    line2: orNull(text),
    city: orNull(text),
    state: orNull(text),
    postal_code: orNull(text),
    country: orNull(text),
  }),
);

const customerFields = {
  metadata,
  payment_provider_id: orNull(text),
  payment_provider: orNull(oneOf),
  shipping_address: address,
  billing_address: address,
  currency: orNull({ of: 'string', wrong: ['usd', 'credits', 'ZZZ', ''] }),
  tax_id: orNull(object({ country: oneOf, type: oneOf, value: text }, ['country', 'type', 'value'])),
  auto_collection: orNull(flag),
  auto_issuance: orNull(flag),
  email_delivery: orNull(flag),
  tax_configuration: orNull(
    closed(
      {
        tax_exempt: flag,
        tax_provider: oneOf,
        automatic_tax_enabled: orNull(flag),
        tax_exemption_code: orNull(text),
      },
      ['tax_exempt', 'tax_provider'],
    ),
  ),
  reporting_configuration: orNull(object({ exempt: flag }, ['exempt'])),
  accounting_sync_configuration: orNull(
    object({
      excluded: orNull(flag),
      accounting_providers: orNull(
        list(
          object({ provider_type: oneOf, external_provider_id: text }, [
            'provider_type',
            'external_provider_id',
          ]),
        ),
      ),
    }),
  ),
  payment_configuration: orNull(
    object({
      payment_providers: list(
        object(
          {
            provider_type: oneOf,
            excluded_payment_method_types: list(text),
            default_shared_payment_token: orNull(text),
          },
          ['provider_type'],
        ),
      ),
    }),
  ),
  hierarchy: orNull(object({ child_customer_ids: list(text) })),
};
const long = 'x'.repeat(501);
const email: Schema = { of: 'string', wrong: ['nobody', `${long}@example.com`] };

export const newCustomer = closed(
  {
    ...customerFields,
    name: { of: 'string', wrong: ['', long] },
    email,
    timezone: orNull({ of: 'string', wrong: ['Mars/Olympus'] }),
    additional_emails: orNull(list(email)),
  },
  ['name', 'email'],
);
export const customerEdit = closed({
  ...customerFields,
  name: orNull({ of: 'string', wrong: ['', long] }),
  email: orNull(email),
  additional_emails: orNull(list(text, [['a@b.example', 'a@b.example']])),
});

const entry = { metadata, currency: orNull(text), description: orNull(text), entry_type: oneOf };
const amount: Schema = { of: 'number', wrong: [0, -1] };
const filter = object({ field: oneOf, operator: oneOf, values: list(text, [[], ['a', 'a']]) }, [
  'field',
  'operator',
  'values',
]);
const invoiceSettings = object(
  {
    auto_collection: flag,
    net_terms: { of: 'integer', wrong: [0.5, -1] },
    memo: orNull(text),
    require_successful_payment: flag,
    invoice_date: orNull(dated),
    item_id: orNull(text),
    mark_as_paid: flag,
  },
  ['auto_collection', 'net_terms'],
);
export const increment = closed(
  {
    ...entry,
    amount,
    expiry_date: orNull(dated),
    effective_date: orNull(dated),
    per_unit_cost_basis: decimal,
    invoice_settings: invoiceSettings,
    filters: orNull(list(filter)),
  },
  ['entry_type', 'amount'],
);
export const decrement = closed({ ...entry, amount }, ['entry_type', 'amount']);
export const voiding = closed({ ...entry, amount, block_id: text, void_reason: orNull(oneOf) }, [
  'entry_type',
  'amount',
  'block_id',
]);
export const amendment = closed({ ...entry, amount, block_id: text }, ['entry_type', 'amount', 'block_id']);
export const expirationChange = closed(
  {
    ...entry,
    amount: orNull(amount),
    expiry_date: orNull(dated),
    block_id: orNull(text),
    target_expiry_date: { of: 'string', wrong: ['soon', '2027-01-01T00:00:00Z'] },
  },
  ['entry_type', 'target_expiry_date'],
);

export const topUp = closed(
  {
    currency: text,
    threshold: decimal,
    amount: decimal,
    per_unit_cost_basis: decimal,
    invoice_settings: object(
      {
        auto_collection: flag,
        net_terms: { of: 'integer', wrong: [0.5] },
        memo: orNull(text),
        require_successful_payment: flag,
      },
      ['auto_collection', 'net_terms'],
    ),
    expires_after: { of: 'integer', wrong: [0.5, 0] },
    expires_after_unit: oneOf,
    active_from: orNull(dated),
  },
  ['currency', 'threshold', 'amount', 'per_unit_cost_basis', 'invoice_settings'],
);
export const alert = closed(
  { type: oneOf, currency: text, thresholds: orNull(list(object({ value: number }, ['value']))) },
  ['type', 'currency'],
);

export interface Broken {
  readonly body: JsonValue;
  /** Where and how. */
  readonly how: string;
}

const samples: readonly JsonValue[] = ['text', 7, true, [], {}, null];

function typeOf(value: JsonValue): Schema['of'] | 'null' {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'object';
  return typeof value as 'string' | 'number' | 'boolean';
}

function fits(value: JsonValue, schema: Schema): boolean {
  const type = typeOf(value);
  if (type === 'null') return schema.nullable === true;
  const wanted = schema.of === 'integer' ? 'number' : schema.of === 'map' ? 'object' : schema.of;
  return type === wanted;
}

/** Every body that is the valid one but for one thing that its schema forbids. */
export function* broken(value: JsonValue, schema: Schema, at = 'body'): Iterable<Broken> {
  for (const sample of samples)
    if (!fits(sample, schema)) yield { body: sample, how: `${at} is ${JSON.stringify(sample)}` };
  for (const wrong of schema.wrong ?? []) yield { body: wrong, how: `${at} is ${JSON.stringify(wrong)}` };
  if (Array.isArray(value) && schema.each !== undefined) {
    for (const { body, how } of broken(value[0], schema.each, `${at}[0]`)) yield { body: [body], how };
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    yield* brokenObject(value as Readonly<Record<string, JsonValue>>, schema, at);
  }
}

function* brokenObject(
  value: Readonly<Record<string, JsonValue>>,
  { fields, each, required = [], open }: Schema,
  at: string,
): Iterable<Broken> {
  for (const name of required) {
    const { [name]: _, ...rest } = value;
    yield { body: rest, how: `${at} without ${name}` };
  }
  if (open === false) yield { body: { ...value, stranger: 1 }, how: `${at} with a stranger` };
  for (const [name, own] of Object.entries(value)) {
    const schema = fields === undefined ? each : fields[name];
    if (schema === undefined) throw new Error(`the sample has ${at}.${name}, which no schema has`);
    for (const { body, how } of broken(own, schema, `${at}.${name}`))
      yield { body: { ...value, [name]: body }, how };
  }
}
