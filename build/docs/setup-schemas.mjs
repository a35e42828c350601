// Describes the documents of set-up, embedded ledger and webhooks in JSON Schema: strict, because they are the program's own.
import {
  all,
  anything,
  closed,
  count,
  credits,
  mapOf,
  number,
  oneOf,
  orNull,
  text,
  texts,
  time,
  whole,
  yesOrNo,
} from './schema-forms.mjs';

const modes = oneOf(['live', 'test', 'sandbox']);

const setUp = ({ settingNames }) => ({
  connection: {
    title: 'The connection in use, and whether its key works',
    ...closed({ profile: text, mode: modes, host: text, key_source: text, key_accepted: yesOrNo }),
  },
  profile: {
    title: 'A profile',
    ...closed({ name: text, kind: oneOf(['orb', 'sandbox']), mode: modes, target: text, current: yesOrNo }),
  },
  setting: {
    title: 'A setting as it counts now, and where it comes from',
    ...closed({
      setting: oneOf(['profile', ...settingNames, 'api_key']),
      value: orNull(text),
      source: oneOf(['flag', 'environment', 'profile', 'default']),
      from: orNull(text),
    }),
  },
  'setting-value': {
    title: 'One setting under its name',
    type: 'object',
    properties: all(settingNames, orNull(text)),
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  },
  'configuration-path': { title: 'Where the configuration file is', ...closed({ path: text }) },
  finding: {
    title: 'What one check of doctor found',
    ...closed({ check: text, status: oneOf(['ok', 'warning', 'failed']), found: text, remedy: texts }),
  },
  version: {
    title: 'The version of the program and of what runs it',
    ...closed({ version: text, node: text, platform: text }),
  },
  'completion-script': { title: 'The script that completes words in a shell', ...closed({ script: text }) },
});

const deletion = { title: 'What was deleted', ...closed({ id: text, deleted: oneOf([true]) }) };

const sandbox = {
  clock: {
    title: 'The time of the embedded ledger',
    ...closed({ now: time, real: time, ahead_seconds: whole }),
  },
  fault: {
    title: 'A kind of fault that is set on the embedded ledger',
    ...closed({ kind: text, probability: { ...number, minimum: 0, maximum: 1 }, seed: whole }),
  },
  unit: {
    title: 'A pricing unit or currency of the embedded ledger',
    ...closed({ id: text, kind: oneOf(['given', 'added', 'currency']) }),
  },
  price: {
    title: 'What an event costs on the embedded ledger',
    ...closed({
      event: text,
      credits,
      currency: text,
      property: orNull(text),
      item: text,
      price: text,
      created_at: time,
    }),
  },
  'new-webhook': {
    title: 'A new address of webhooks with its secret',
    ...closed({ url: text, secret: text }),
  },
  webhook: {
    title: 'An address to which webhooks go',
    ...closed({ url: text, created_at: time, waiting: count }),
  },
  'webhook-delivery': {
    title: 'An event that was sent to an address, or waits',
    ...closed({
      ...all(['event', 'type', 'customer'], text),
      created_at: time,
      url: text,
      state: oneOf(['waiting', 'delivered', 'failed', 'removed']),
      attempts: count,
      answer: orNull(text),
    }),
  },
  'sandbox-status': {
    title: 'The database of the embedded ledger, and what is set on it',
    ...closed({
      database: text,
      ...all(['bytes', 'schema_version', 'customers', 'ledgers', 'blocks', 'entries'], count),
      now: time,
      clock_ahead_seconds: whole,
      faults: orNull(mapOf(number)),
      is_intact: yesOrNo,
      problems: texts,
    }),
  },
  'sandbox-load': {
    title: 'Customers and entries that were added to the embedded ledger',
    ...closed({ customers: count, entries: count, seed: whole, external_id_prefix: text, seconds: number }),
  },
  'sandbox-copy': {
    title: 'Customers that were copied into an embedded ledger',
    ...closed({
      ...all(['from', 'db'], text),
      ...all(['customers', 'ledgers', 'blocks', 'entries'], count),
      seconds: number,
    }),
  },
  server: {
    title: 'Where the embedded ledger is served; the first line of stdout',
    ...closed({ base_url: text, api_key: text }),
  },
};

const webhookCheck = {
  title: 'Whether a captured webhook is what its signature says',
  ...closed({
    valid: yesOrNo,
    signature_matches: yesOrNo,
    age_seconds: orNull(whole),
    id: orNull(text),
    type: orNull(text),
  }),
};

const note = {
  title: 'What a command says on stderr with a machine format, one object a line, besides an error',
  description: 'Each note is named by its fields, of which more may come.',
  type: 'object',
  minProperties: 1,
  properties: {
    error: false,
    note: text,
    done: { ...text, description: 'what was written, in a sentence' },
    connection: { description: 'the account that is written to; "lost" and "back" in a feed' },
    write: { type: 'object', description: 'whether it was sent now, and under which key' },
    idempotency_key: text,
    command: { ...text, description: 'the same as a line without questions' },
    retry: closed({ why: text, pause_ms: number }),
    next_cursor: { ...text, description: 'where a list goes on: --cursor' },
    progress: { type: 'object' },
  },
};

/** By file name. */
export const setupSchemas = (program) => ({
  ...setUp(program),
  deletion,
  ...sandbox,
  'webhook-check': webhookCheck,
  answer: { title: 'An answer of the API, as it came', ...anything },
  note,
});
