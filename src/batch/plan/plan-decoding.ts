// Decodes the lines of a plan and trusts none of them, because anyone who can write a file can write a plan.
import { creatableEntryTypes, isPathSegment } from '../../credits/customer.ts';
import { type Amount, amountFromText, isNegative } from '../../credits/exact.ts';
import { type Movement, movements } from '../../requests/moved-credits.ts';
import { customerPath } from '../../requests/request.ts';
import { type Json, type JsonObject, numberText } from '../../wire/json.ts';
import { batchFormats, type Source } from '../input/records.ts';
import { batchNameProblem, isContentName, rowKeyForm } from '../input/row-key.ts';
import { delimiters, lineEnds, type TextForm } from '../input/text-form.ts';
import { PlanFields } from './plan-fields.ts';
import {
  type CurrencyTotals,
  type MoneyTotals,
  type PlanAccount,
  type PlanCustomer,
  type PlanEnd,
  type PlanHeader,
  type PlanRow,
  planVersion,
} from './plan-lines.ts';

/** Decodes the first line. Throws a `NoPlanLine` that names the invalid field. */
export function headerOf(line: Json): PlanHeader {
  const header = new PlanFields(line);
  const batch = header.within('batch');
  const id = batch.checked('id', (name) =>
    batchNameProblem(name) === undefined ? undefined : 'the name of a batch',
  );
  const isNamed = batch.isTrue('is_named');
  if (isNamed === isContentName(id)) batch.wrong('is_named', 'what its name says');
  const source = header.within('source');
  const account = header.within('account');
  return {
    creditctl_plan: planVersion,
    batch: { id, is_named: isNamed },
    source: {
      file: source.text('file'),
      format: source.oneOf('format', batchFormats),
      header: source.nullable('header', source.texts),
      ...(source.object.header_text === undefined ? {} : { header_text: source.text('header_text') }),
      form: formOfText(source.within('form')),
    },
    planned_at: header.time('planned_at'),
    planned_by: header.text('planned_by'),
    account: {
      origin: account.text('origin'),
      mode: account.oneOf('mode', ['live', 'test', 'sandbox']),
      ledger: account.nullable('ledger', account.text),
      customers: customersOf(account),
    },
    version: header.text('version'),
  };
}

/** The text form of the input, which result files keep. */
const formOfText = (form: PlanFields): TextForm => ({
  bom: form.isTrue('bom'),
  line_end: form.oneOf('line_end', lineEnds),
  ...(form.object.delimiter === undefined ? {} : { delimiter: form.oneOf('delimiter', delimiters) }),
  ...(form.object.says_delimiter === undefined || !form.isTrue('says_delimiter')
    ? {}
    : { says_delimiter: true as const }),
});

function customersOf(account: PlanFields): readonly string[] {
  const ids = account.texts('customers');
  const isRight = ids.length > 0 && ids.length <= 3 && ids.every(isPathSegment);
  return isRight ? ids : account.wrong('customers', 'one to three ids');
}

/** Decodes a row, whose request must be an entry for the row's customer. Throws a `NoPlanLine`. */
export function rowOf(line: Json): PlanRow {
  const row = new PlanFields(line);
  const key = row.checked('key', (text) => (rowKeyForm.test(text) ? undefined : 'the key of a row'));
  const customer = customerOf(row);
  const request = row.within('request');
  const wanted = `${customerPath({ by: 'id', id: customer.id })}/credits/ledger_entry`;
  return {
    row: row.count('row'),
    line: row.count('line'),
    key,
    customer,
    request: {
      method: request.oneOf('method', ['POST']),
      path: request.checked('path', (path) => (path === wanted ? undefined : 'that of its customer')),
      body: bodyOf(request),
    },
    source: sourceOf(row),
    ...(row.object.text === undefined ? {} : { text: row.text('text') }),
    ...(row.object.moves === undefined ? {} : { moves: notBelowZero(row, 'moves') }),
  };
}

function customerOf(line: PlanFields): PlanCustomer {
  const customer = line.within('customer');
  return {
    id: customer.checked('id', (id) => (isPathSegment(id) ? undefined : 'an id')),
    external_customer_id: customer.nullable('external_customer_id', customer.text),
  };
}

/** The body is sent unchanged, so the fields that a policy reads must be valid. */
function bodyOf(request: PlanFields): JsonObject {
  const body = request.within('body');
  body.oneOf('entry_type', creatableEntryTypes);
  const { amount, currency } = body.object;
  if (amount !== undefined && !isPlainAmount(amount)) body.wrong('amount', 'a number of credits');
  if (currency !== undefined && typeof currency !== 'string') body.wrong('currency', 'text');
  return body.object;
}

function isPlainAmount(value: Json): boolean {
  const text = numberText(value) ?? '';
  const amount = amountFromText(text);
  return amount !== undefined && amount === text && !isNegative(amount);
}

function sourceOf(row: PlanFields): Source {
  return typeof row.object.source === 'string' ? row.object.source : row.texts('source');
}

/** Decodes an `account` line. Throws a `NoPlanLine`. */
export function accountOf(line: Json): PlanAccount {
  const account = new PlanFields(line).within('account');
  return {
    customer: customerOf(account),
    currency: account.text('currency'),
    invoicing_currency: account.nullable('invoicing_currency', account.text),
    ledger_sequence_number: account.nullable('ledger_sequence_number', account.count),
    ledger_entry_id: account.nullable('ledger_entry_id', account.text),
    rows: account.count('rows'),
    ...movementsOf(account),
    balance_before: account.credits('balance_before'),
    balance_after: account.credits('balance_after'),
    revenue: account.money('revenue'),
    invoices: account.count('invoices'),
    invoiced: account.money('invoiced'),
    largest_row: notBelowZero(account, 'largest_row'),
    refusals: account.count('refusals'),
  };
}

function movementsOf(line: PlanFields): Readonly<Record<Movement, Amount>> {
  const sums = movements.map((name) => [name, notBelowZero(line, name)] as const);
  return Object.fromEntries(sums) as Record<Movement, Amount>;
}

function notBelowZero(line: PlanFields, name: string): Amount {
  const amount = line.credits(name);
  return isNegative(amount) ? line.wrong(name, 'zero or more') : amount;
}

/** Decodes the last line, without its hash. Throws a `NoPlanLine`. */
export function endOf(line: Json): Omit<PlanEnd, 'sha256'> {
  const end = new PlanFields(line);
  const totals = end.within('totals');
  const byType = totals.within('rows_by_type');
  const rows = end.count('rows');
  if (totals.count('rows') !== rows) totals.wrong('rows', 'the number of its rows');
  return {
    rows,
    totals: {
      rows,
      rows_by_type: Object.fromEntries(Object.keys(byType.object).map((type) => [type, byType.count(type)])),
      customers: totals.count('customers'),
      refusals: totals.count('refusals'),
      credits: totals.list('credits').map(
        (sums): CurrencyTotals => ({
          currency: sums.text('currency'),
          rows: sums.count('rows'),
          ...movementsOf(sums),
          largest_row: notBelowZero(sums, 'largest_row'),
        }),
      ),
      money: totals.list('money').map(
        (sums): MoneyTotals => ({
          currency: sums.nullable('currency', sums.text),
          revenue: sums.money('revenue'),
          invoices: sums.count('invoices'),
          invoiced: sums.money('invoiced'),
        }),
      ),
    },
  };
}
