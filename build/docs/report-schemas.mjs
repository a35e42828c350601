// Describes reports and ledger checks in JSON Schema: strict, because the documents are the program's own.
import {
  all,
  anything,
  closed,
  count,
  credits,
  day,
  documentOf,
  list,
  money,
  oneOf,
  orNull,
  text,
  texts,
  time,
  whole,
  yesOrNo,
} from './schema-forms.mjs';

const whose = { customer: text, currency: text };

/** The amounts of a period, which add up. */
const sums = ({ amountNames, valueNames }) => ({
  ...all(amountNames, credits),
  pending: count,
  ...all(valueNames, credits),
});

const balance = {
  title: 'The balance of a customer',
  ...closed({
    ...whose,
    ...all(['available', 'pending_payment', 'not_yet_effective'], credits),
    next_expiry: orNull(closed({ at: time, amount: credits })),
    blocks: list(documentOf('block')),
  }),
};

const movements = (program) => ({
  title: 'The movements of a ledger in one period',
  ...closed(
    {
      ...whose,
      period: text,
      ...sums(program),
      value_currency: orNull(text),
      since: day,
      until: day,
      complete_until: day,
    },
    { group: { ...orNull(text), description: 'with --group' } },
  ),
});

const burndown = {
  title: 'How fast a balance is used, and when it runs out',
  ...closed({
    ...whose,
    as_of: day,
    balance: credits,
    per_day: credits,
    ...all(['run_out_on', 'run_out_earliest', 'run_out_latest'], orNull(day)),
    expiring_unused: credits,
    basis_days: count,
  }),
};

const expiring = {
  title: 'A block that expires soon, and how much of it will likely be lost',
  ...closed({ ...whose, block: text, balance: credits, expires_on: day, likely_lost: credits }),
};

const statement = (program) => ({
  title: 'The statement of one ledger for one month',
  ...closed({
    customer: text,
    customer_name: text,
    currency: text,
    month: { type: 'string', pattern: '^\\d{4}-\\d{2}$' },
    time_zone: text,
    ...sums(program),
    value_currency: orNull(text),
    complete_until: day,
    blocks_as_of: day,
    movements: list(documentOf('entry')),
    blocks: list(documentOf('block')),
  }),
});

const difference = {
  title: 'What changed in a closed period since a report was printed',
  ...closed(
    { ...whose, period: text, field: text, before: orNull(credits), after: orNull(credits) },
    { group: { ...orNull(text), description: 'where the earlier report has groups' } },
  ),
};

const verified = {
  title: 'Whether each balance of a ledger follows from the one before it',
  ...closed({
    ...whose,
    entries: count,
    ok: yesOrNo,
    first_break: orNull(closed({ ledger_sequence_number: orNull(whole), id: orNull(text), what: text })),
    notes: texts,
  }),
};

const reconciliation = ({ findingKinds }) => ({
  title: 'A difference between what should have been granted and what was',
  ...closed({
    finding: oneOf(findingKinds),
    ...whose,
    ...all(['expected_amount', 'actual_amount'], orNull(credits)),
    ...all(['expected_expiry', 'actual_expiry', 'entry'], orNull(text)),
    line: { ...orNull(count), description: 'of the file; its header is line 1' },
    matched_by: oneOf(['reference', 'guess', null]),
    reference: orNull(text),
    ...all(['expected_cost_basis', 'actual_cost_basis'], orNull(money)),
  }),
});

const audit = {
  title: 'A difference between the ledger and the record',
  ...closed({
    finding: oneOf(['not_in_record', 'not_in_ledger', 'differs']),
    ...whose,
    at: { ...time, description: 'of the entry; of a missing entry, when its write began' },
    ...all(['entry', 'entry_type', 'block'], orNull(text)),
    amount: orNull(credits),
    key: orNull(text),
    who: orNull(text),
    approved_by: texts,
  }),
};

const effectOfEntry = {
  currency: text,
  ...all(['balance_before', 'balance_after'], credits),
  blocks: list(
    closed({
      id: orNull(text),
      ...all(['balance_before', 'balance_after'], credits),
      expires: orNull(text),
    }),
  ),
  revenue_recognised: orNull(money),
  invoice_total: orNull(money),
  notes: texts,
};

const dryRun = {
  title: 'What a write would send and do, with --dry-run',
  ...closed(
    {
      dry_run: oneOf([true]),
      request: closed({ method: text, path: text, body: anything }),
      effect: {
        description: 'null where the request says it all; an entry has all of these fields',
        type: ['object', 'null'],
        properties: effectOfEntry,
      },
    },
    { added_when_sent: texts },
  ),
};

/** By file name. */
export const reportSchemas = (program) => ({
  balance,
  movements: movements(program),
  burndown,
  expiring,
  statement: statement(program),
  difference,
  'verified-ledger': verified,
  reconciliation: reconciliation(program),
  audit,
  'dry-run': dryRun,
});
