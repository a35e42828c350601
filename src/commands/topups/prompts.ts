// Asks for the values of a new top-up or which top-up is meant, and previews the write: its price, and what it replaces.
import { type CustomerRef, customerRefText, unitAfter } from '../../credits/customer.ts';
import {
  type Amount,
  amount,
  compare,
  counted,
  type Instant,
  multiply,
  parseInstant,
  readAmount,
} from '../../credits/exact.ts';
import { foreignMoney } from '../../credits/real-money.ts';
import type { TopUp } from '../../credits/top-up.ts';
import { notApplied } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { Row } from '../../output/view.ts';
import { type Prompter, textStep, type WizardStep } from '../../prompts/prompter.ts';
import { idList } from '../../requests/command-args.ts';
import { balanceOf } from '../../views/balance.ts';
import { moneyText } from '../../views/prediction.ts';
import { type Preview, previewLine } from '../../views/preview.ts';
import { isJsonObject, type JsonObject, jsonNumber, numberText } from '../../wire/json.ts';
import { customerBlocks } from '../../writes/customer.ts';
import { requiredTopUpFields, type TopUpDraft, topUpBody, topUpFields, topUpsQuery } from './request.ts';
import { expiryText, lastingText, topUpText } from './view.ts';

export async function askTopUp(prompter: Prompter, topUps: readonly TopUp[]): Promise<TopUp> {
  if (topUps.length === 0)
    throw notApplied('failure', 'The customer has no top-ups', [
      'Create one: creditctl topups create <customer>',
    ]);
  return prompter.choose({
    message: 'Which top-up?',
    choices: topUps.map((topUp) => ({
      name: `${topUp.id}  ${topUpText(topUp)}`,
      value: topUp,
      hint: `credits expire after: ${lastingText(topUp)} · invoice due after: ${counted(topUp.invoice_settings.net_terms, 'day')}`,
    })),
  });
}

/** A question for each required field, and one for the lifetime of the credits. */
export const topUpSteps = (prompter: Prompter): readonly WizardStep<TopUpDraft>[] =>
  [...requiredTopUpFields, 'expiresAfter' as const].map((field) => {
    const question = { message: messages[field], check: (answer: string) => answerProblem(field, answer) };
    return textStep(
      field,
      ({ amount }) =>
        field === 'costBasis' ? { ...question, explain: (price) => priceText(amount, price) } : question,
      prompter,
    );
  });

const messages = {
  threshold: 'Buy credits when the balance is at or below',
  amount: 'How many credits to buy each time',
  costBasis: "Price of one credit, in the currency of the customer's invoices",
  netTerms: 'Days until each invoice is due (0: immediately)',
  expiresAfter: 'Credits expire after (such as 30d or 6m; Enter for never)',
} as const;

/** The problem that the flag of the field would have. */
function answerProblem(field: keyof typeof messages, answer: string): string | undefined {
  if (field === 'expiresAfter' && answer.trim() === '') return undefined;
  const reading = topUpBody({ [field]: answer }, { now: 0, zone: undefined });
  const problems = 'problems' in reading ? reading.problems : [];
  const wrong = problems.find(({ where }) => where === topUpFields[field].flag);
  return wrong && `This ${wrong.problem}`;
}

/** Price of each purchase; `undefined` while a number is missing or invalid. */
function priceText(amount: string | undefined, price: string): string | undefined {
  const count = readAmount(amount ?? '');
  const each = readAmount(price);
  if ('problem' in count || 'problem' in each) return undefined;
  return `${multiply(count.amount, each.amount)} on each invoice`;
}

/** The customer of the top-ups, and the connection. */
export interface TopUpTarget {
  readonly connection: Connection;
  readonly customer: CustomerRef;
}

/** Reads all top-ups of a customer; there is at most one for each currency. */
export async function topUpsOf(
  { api }: Connection,
  customer: CustomerRef,
): Promise<readonly Row<TopUp, JsonObject>[]> {
  const rows: Row<TopUp, JsonObject>[] = [];
  for await (const row of api.topUps(topUpsQuery(customer), {})) rows.push(row);
  return rows;
}

/** Looks up the current balance, the top-up that would be replaced, and the customer's currency. */
export async function topUpPreview(
  title: string,
  body: JsonObject,
  { connection, customer }: TopUpTarget,
): Promise<Preview> {
  const currency = String(body.currency);
  const topUps = await topUpsOf(connection, customer);
  const blocks = await customerBlocks(connection, customer, { currency });
  const now = connection.now();
  const { available } = balanceOf(blocks, { customer: customerRefText(customer), currency, now });
  const replaced = topUps.find(({ record }) => record.currency === currency);
  const { currency: money } = (await connection.api.customer(customer)).record;
  return newTopUpPreview(title, body, { replaced, available, now, money });
}

/** Looks up the top-up to delete. Throws a `not-found` error if the customer has none with this id. */
export async function topUpDeletionPreview(
  title: string,
  id: string,
  { connection, customer }: TopUpTarget,
): Promise<Preview> {
  const row = (await topUpsOf(connection, customer)).find(({ record }) => record.id === id);
  if (row === undefined)
    throw notApplied('not-found', `The customer ${customerRefText(customer)} has no top-up "${id}"`, [
      idList('<top-up>', customer),
    ]);
  const lines = [
    previewLine('top-up', topUpText(row.record)),
    previewLine('invoices', 'unpaid invoices of its credits will be voided'),
  ];
  return { lines: [title, ...lines], document: { deletes: row.document } };
}

export interface TopUpGround {
  /** The top-up in the same currency, which the new one replaces (contract: top_ups). */
  readonly replaced: Row<TopUp, JsonObject> | undefined;
  /** Credits that can be used now, in the currency of the top-up. */
  readonly available: Amount;
  /** The customer's currency; `null` if the customer has no currency yet. */
  readonly money: string | null;
  readonly now: Instant;
}

/** @param body made by `topUpBody` */
export function newTopUpPreview(
  title: string,
  body: JsonObject,
  { replaced, available, now, money }: TopUpGround,
): Preview {
  const price = multiply(text(body, 'amount'), text(body, 'per_unit_cost_basis'));
  const buysAtOnce = hasBegun(body, now) && compare(available, text(body, 'threshold')) <= 0;
  const currency = String(body.currency);
  const balance = `${available} ${unitAfter(available, currency)} now`;
  const foreign = foreignMoney(currency, money);
  const notes = foreign === undefined ? [] : [`The API will refuse this: ${foreign}.`];
  return {
    lines: [
      title,
      previewLine('balance', buysAtOnce ? `${balance}, so the first purchase happens immediately` : balance),
      previewLine('invoice', `${moneyText(price, money)} each time, due ${dueText(body)}`),
      previewLine(
        'credits',
        `${expiryText(lastingOf(body))}${waits(body) ? '; usable after the invoice is paid' : ''}`,
      ),
      ...(body.active_from === undefined ? [] : [previewLine('active', `from ${String(body.active_from)}`)]),
      previewLine(
        'replaces',
        replaced === undefined ? 'nothing' : `${replaced.record.id}: ${topUpText(replaced.record)}`,
      ),
      ...notes.map((note) => previewLine('note', note)),
    ],
    document: {
      balance: jsonNumber(available),
      buys_at_once: buysAtOnce,
      invoice_total: price,
      replaces: replaced?.document ?? null,
      notes,
    },
  };
}

const text = (body: JsonObject, field: string): Amount => amount(String(body[field]));

const settings = ({ invoice_settings: found }: JsonObject): JsonObject => (isJsonObject(found) ? found : {});

function dueText(body: JsonObject): string {
  const days = numberText(settings(body).net_terms) ?? '0';
  const terms = days === '0' ? 'immediately' : `${days} day${days === '1' ? '' : 's'} after issue`;
  return settings(body).auto_collection === true ? `${terms}, collected automatically` : terms;
}

const lastingOf = ({ expires_after: count, expires_after_unit: unit }: JsonObject) => ({
  expires_after: numberText(count) ?? null,
  expires_after_unit: typeof unit === 'string' ? unit : null,
});

const waits = (body: JsonObject): boolean => settings(body).require_successful_payment === true;

function hasBegun({ active_from: from }: JsonObject, now: Instant): boolean {
  return typeof from !== 'string' || (parseInstant(from) ?? now) <= now;
}
