// Describes the lines of a plan file (header, rows, accounts, end) and the printed documents about a plan in JSON Schema.
import { moved } from './record-schemas.mjs';
import {
  all,
  closed,
  count,
  credits,
  hash,
  list,
  mapOf,
  money,
  oneOf,
  open,
  orNull,
  text,
  texts,
  time,
  yesOrNo,
} from './schema-forms.mjs';

/** The totals in the last line of a plan and in its summary. */
const planTotals = (program) =>
  closed({
    rows: count,
    rows_by_type: mapOf(count),
    customers: count,
    refusals: count,
    credits: list(closed({ ...moved(program), largest_row: { ...credits, minimum: 0 } })),
    money: list(closed({ currency: orNull(text), revenue: money, invoices: count, invoiced: money })),
  });

/** The effect of a plan on one customer in one currency. */
const planAccount = ({ movements }) =>
  closed({
    customer: closed({ id: text, external_customer_id: orNull(text) }),
    currency: text,
    invoicing_currency: orNull(text),
    ledger_sequence_number: orNull(count),
    ledger_entry_id: orNull(text),
    rows: count,
    ...all(movements, { ...credits, minimum: 0 }),
    ...all(['balance_before', 'balance_after'], credits),
    revenue: money,
    invoices: count,
    invoiced: money,
    largest_row: { ...credits, minimum: 0 },
    refusals: count,
  });

const planSummary = (program) => ({
  title: 'A plan in short: what it does to each customer in each currency',
  ...closed({
    plan: text,
    batch: text,
    planned_at: time,
    planned_by: text,
    rows: count,
    totals: planTotals(program),
    accounts: list(planAccount(program)),
    sha256: hash,
  }),
});

const header = ({ planVersion, batchFormats, lineEnds, delimiters }) =>
  closed({
    creditctl_plan: { const: planVersion },
    batch: closed({ id: text, is_named: yesOrNo }),
    source: closed(
      {
        file: text,
        format: oneOf(batchFormats),
        header: orNull(texts),
        form: closed(
          { bom: yesOrNo, line_end: oneOf(lineEnds) },
          { delimiter: oneOf(delimiters), says_delimiter: { const: true } },
        ),
      },
      { header_text: text },
    ),
    planned_at: time,
    planned_by: text,
    account: closed({
      origin: text,
      mode: oneOf(['live', 'test', 'sandbox']),
      ledger: orNull(text),
      customers: { ...texts, minItems: 1, maxItems: 3 },
    }),
    version: text,
  });

const row = ({ creatableEntryTypes, rowKeyForm }) =>
  closed(
    {
      row: count,
      line: count,
      key: { type: 'string', pattern: rowKeyForm.source },
      customer: closed({ id: text, external_customer_id: orNull(text) }),
      request: closed({
        method: { const: 'POST' },
        path: { ...text, description: 'that of the customer’s ledger entries' },
        body: open(
          { entry_type: oneOf(creatableEntryTypes) },
          { amount: { ...credits, minimum: 0 }, currency: text },
        ),
      }),
      source: { description: 'the record of the input: cells of CSV, or a line', anyOf: [text, texts] },
    },
    { text, moves: { ...credits, minimum: 0 } },
  );

/** By file name. */
export const planSchemas = (program) => ({
  plan: {
    title: 'A line of a plan file',
    description:
      'The first line is a header, then come rows, then accounts, and the last line is the end. ' +
      'The file is read byte by byte: a field more, such as $schema, makes it another plan.',
    oneOf: ['header', 'row', 'account', 'end'].map((name) => ({ $ref: `#/$defs/${name}` })),
    $defs: {
      header: header(program),
      row: row(program),
      account: closed({ account: planAccount(program) }),
      end: closed({
        end: { const: true },
        rows: count,
        totals: planTotals(program),
        sha256: { ...hash, description: 'of every byte of the file before it' },
      }),
    },
  },
  'plan-summary': planSummary(program),
});
