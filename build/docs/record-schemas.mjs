// Describes writes, batches and the record in JSON Schema: strict, because the documents are the program's own.
import {
  all,
  anything,
  closed,
  count,
  credits,
  hash,
  list,
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

const writeFields = ({ outcomes }) => ({
  key: text,
  account: whole,
  kind: text,
  origin: text,
  at: time,
  who: text,
  os_user: text,
  machine: text,
  pid: whole,
  actor: orNull(text),
  command: orNull(text),
  what: text,
  why: orNull(text),
  customer: orNull(text),
  request: orNull(closed({ method: text, path: text, body: anything })),
  outcome: oneOf(outcomes),
  outcome_at: orNull(time),
  outcome_by: orNull(text),
  status: orNull(whole),
  request_id: orNull(text),
  replayed: orNull(yesOrNo),
  message: orNull(text),
  entry: orNull(text),
  answer: anything,
  reported: yesOrNo,
  approved_by: texts,
  ...all(['undoes', 'undone_by', 'undone_by_who', 'batch'], orNull(text)),
  row: orNull(whole),
});

const event = {
  type: 'object',
  properties: { event: whole, at: time, kind: text, who: text },
  required: ['event', 'at', 'kind', 'who'],
  description: 'and what this kind of event says',
};

const writeWithEvents = (program) => ({
  title: 'A write of the record, with all that happened to it',
  ...closed({ ...writeFields(program), events: list(event) }),
});

const settled = ({ outcomes }) => ({
  title: 'A write whose outcome was looked for',
  ...closed({
    key: text,
    at: time,
    who: text,
    what: text,
    step: oneOf(['resend', 'look', 'ask', 'wait']),
    outcome: oneOf(outcomes),
    entry: orNull(text),
    note: orNull(text),
  }),
});

const recordCheck = {
  title: 'Whether the chain of an account in the record is intact',
  ...closed({
    account: whole,
    origin: text,
    intact: yesOrNo,
    events: count,
    writes: count,
    link: count,
    hash,
    problem: orNull(text),
  }),
};

const recordHead = {
  title: 'How far the chain of an account in the record goes',
  ...closed({ account: whole, origin: text, link: count, hash }),
};

const recordStatus = {
  title: 'An account of the record, and whether its chain holds what this machine saw',
  ...closed({
    account: whole,
    origin: text,
    mode: text,
    ledger: orNull(text),
    writes: count,
    open: count,
    link: count,
    hash,
    seen_link: count,
    holds_seen: yesOrNo,
  }),
};

const recordEvent = {
  title: 'An event of the record, as it is hashed',
  ...closed({
    account: whole,
    seq: count,
    link: count,
    at: text,
    who: text,
    kind: text,
    key: text,
    attempt: count,
    prev: count,
    hash,
    body: { type: 'object' },
  }),
};

/** The credits that rows move in one currency. */
export const moved = ({ movements }) => ({ currency: text, rows: count, ...all(movements, credits) });
const reasons = list(closed({ reason: text, rows: count }));

const batchRun = (program) => ({
  title: 'A batch that was applied, in numbers',
  ...closed({
    batch: text,
    plan: text,
    sha256: hash,
    ...all(['rows', 'succeeded', 'already', 'failed', 'unknown', 'unprocessed'], count),
    credits: list(closed(moved(program))),
    credits_now: list(closed(moved(program))),
    reasons,
    results: mapOf(text),
    ...all(['seconds', 'rows_per_second'], number),
    retries: count,
  }),
});

const batch = {
  title: 'A batch that was begun on this machine',
  ...closed({
    batch: text,
    state: oneOf(['running', 'unfinished', 'finished', 'partly_undone', 'undone']),
    ...all(['rows', 'succeeded', 'failed', 'unknown', 'unprocessed', 'undo_writes'], count),
    rows_per_second: number,
    who: text,
    begun_at: time,
    last_run_at: time,
    ended_at: orNull(time),
    ...all(['profile', 'kind', 'host'], text),
    held_by: orNull(text),
    plan: text,
    results: text,
  }),
};

const batchUndo = (program) => ({
  title: 'A batch that was taken back, in numbers',
  ...closed({
    batch: text,
    ...all(['rows', 'taken_back', 'not_taken_back', 'writes', 'already'], count),
    credits: list(closed(moved(program))),
    reasons,
  }),
});

const approval = (program) => ({
  title: 'A signature of a plan',
  ...closed({
    plan: text,
    batch: text,
    rows: count,
    credits: list(closed(moved(program))),
    sha256: hash,
    principal: orNull(text),
    key_fingerprint: text,
    signed_by: texts,
    needed: orNull(count),
  }),
});

/** By file name. */
export const recordSchemas = (program) => ({
  write: { title: 'A write of the record', ...closed(writeFields(program)) },
  'write-with-events': writeWithEvents(program),
  'settled-write': settled(program),
  'record-check': recordCheck,
  'record-head': recordHead,
  'record-status': recordStatus,
  'record-event': recordEvent,
  'batch-run': batchRun(program),
  batch,
  'batch-undo': batchUndo(program),
  approval: approval(program),
});
