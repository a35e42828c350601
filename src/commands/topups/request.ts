// Makes the requests that list, create and delete a customer's top-ups (contract: AddCreditTopUpRequestParams).

import { readDate, startOfDay, zonedText } from '../../credits/calendar.ts';
import { type CustomerRef, defaultCurrency } from '../../credits/customer.ts';
import { type Amount, type Instant, isZero, readAmount } from '../../credits/exact.ts';
import type { TopUpExpiryUnit } from '../../credits/top-up.ts';
import { flagArgs, type Problem } from '../../errors.ts';
import { customerArgs } from '../../requests/command-args.ts';
import { type ApiRequest, customerPath } from '../../requests/request.ts';
import { definedFields, type Json, type JsonObject, jsonNumber } from '../../wire/json.ts';

/** The raw values of a top-up, not checked yet. */
export interface TopUpDraft {
  readonly threshold?: string;
  readonly amount?: string;
  readonly costBasis?: string;
  readonly currency?: string;
  readonly netTerms?: string;
  readonly autoCollect?: boolean;
  readonly memo?: string;
  readonly requirePayment?: boolean;
  /** `30d` or `6m`. */
  readonly expiresAfter?: string;
  readonly activeFrom?: string;
}

/** The flag of each field and the API's field for it, in the order of problems and questions. */
export const topUpFields = {
  threshold: { flag: '--threshold', body: 'threshold' },
  amount: { flag: '--amount', body: 'amount' },
  costBasis: { flag: '--cost-basis', body: 'per_unit_cost_basis' },
  currency: { flag: '--currency', body: 'currency' },
  netTerms: { flag: '--net-terms', body: 'invoice_settings.net_terms' },
  autoCollect: { flag: '--auto-collect', body: 'invoice_settings.auto_collection' },
  memo: { flag: '--memo', body: 'invoice_settings.memo' },
  requirePayment: { flag: '--require-payment', body: 'invoice_settings.require_successful_payment' },
  expiresAfter: { flag: '--expires-after', body: 'expires_after' },
  activeFrom: { flag: '--active-from', body: 'active_from' },
} as const satisfies Readonly<Record<keyof TopUpDraft, { readonly flag: string; readonly body: string }>>;

/** Required fields in the order of the questions. */
export const requiredTopUpFields = ['threshold', 'amount', 'costBasis', 'netTerms'] as const;

export interface TopUpContext {
  readonly now: Instant;
  /** The customer's IANA time zone; while the zone is not known, only the form of a date is checked. */
  readonly zone: string | undefined;
}

/** How far back a top-up may be active from, in milliseconds (contract: active_from). */
const activeFromPast = 10 * 86_400_000;

/** The body of `POST …/credits/top_ups`, or every problem of the draft. */
export function topUpBody(
  draft: TopUpDraft,
  context: TopUpContext,
): { readonly body: JsonObject } | { readonly problems: readonly Problem[] } {
  const missing = requiredTopUpFields.filter((field) => draft[field] === undefined);
  const problems: Problem[] = missing.map((field) => ({
    where: topUpFields[field].flag,
    problem: 'is missing: a top-up needs it',
    isMissing: true,
  }));
  const note = (field: keyof TopUpDraft, problem: string): void => {
    problems.push({ where: topUpFields[field].flag, problem });
  };
  const body = {
    threshold: quantity('threshold', draft, note),
    amount: quantity('amount', draft, note),
    per_unit_cost_basis: quantity('costBasis', draft, note),
    currency: text('currency', draft, note) ?? defaultCurrency,
    invoice_settings: definedFields({
      auto_collection: draft.autoCollect === true,
      net_terms: netTerms(draft, note),
      memo: text('memo', draft, note),
      require_successful_payment: draft.requirePayment === true ? true : undefined,
    }),
    ...expiry(draft, note),
    active_from: start(draft, context, note),
  };
  return problems.length > 0 ? { problems } : { body: definedFields(body) };
}

type Note = (field: keyof TopUpDraft, problem: string) => void;

function quantity(
  field: 'threshold' | 'amount' | 'costBasis',
  { [field]: typed }: TopUpDraft,
  note: Note,
): Amount | undefined {
  if (typed === undefined) return undefined;
  const reading = readAmount(typed);
  if ('problem' in reading) note(field, reading.problem);
  else if (field === 'amount' && isZero(reading.amount)) note(field, 'must be above 0');
  else return reading.amount;
  return undefined;
}

function text(field: 'currency' | 'memo', { [field]: typed }: TopUpDraft, note: Note): string | undefined {
  if (typed?.trim() === '') note(field, 'is empty');
  return typed;
}

function netTerms({ netTerms: typed }: TopUpDraft, note: Note): Json | undefined {
  if (typed === undefined) return undefined;
  if (/^\d{1,4}$/.test(typed.trim())) return jsonNumber(String(Number(typed)));
  const isEmpty = typed.trim() === '';
  note(
    'netTerms',
    isEmpty
      ? 'is empty; write a whole number of days such as 30'
      : `must be a whole number of days: "${typed}"`,
  );
  return undefined;
}

function expiry({ expiresAfter: typed }: TopUpDraft, note: Note): Readonly<Record<string, Json>> {
  if (typed === undefined) return {};
  const reading = readExpiresAfter(typed);
  if ('problem' in reading) {
    note('expiresAfter', reading.problem);
    return {};
  }
  return { expires_after: jsonNumber(String(reading.count)), expires_after_unit: reading.unit };
}

const units: Readonly<Record<string, TopUpExpiryUnit>> = { d: 'day', m: 'month' };

/** Reads `30d` or `6m`: how long the credits of each purchase last. */
export function readExpiresAfter(
  typed: string,
): { readonly count: number; readonly unit: TopUpExpiryUnit } | { readonly problem: string } {
  const [, digits = '', letter = ''] = /^\+?(\d{1,5})\s*([a-z])$/i.exec(typed.trim()) ?? [];
  const count = Number(digits);
  const unit = units[letter.toLowerCase()];
  if (unit !== undefined && count > 0) return { count, unit };
  const wayOut = { w: `${count * 7}d`, y: `${count * 12}m` }[letter.toLowerCase()];
  const hint = wayOut !== undefined && count > 0 ? `: write ${wayOut}` : ', such as 30d or 6m';
  return { problem: `must be days or months${hint}: "${typed}"` };
}

/** A date means its first moment in the customer's zone, as in every command. */
function start(
  { activeFrom: typed }: TopUpDraft,
  { now, zone }: TopUpContext,
  note: Note,
): string | undefined {
  if (typed === undefined) return undefined;
  const reading = readDate(typed, now, zone ?? 'UTC');
  if (reading.kind === 'problem') {
    note('activeFrom', reading.problem);
    return undefined;
  }
  const at = reading.kind === 'date' ? startOfDay(reading.date, zone ?? 'UTC') : reading.at;
  const isExact = zone !== undefined || reading.kind === 'instant';
  if (isExact && at < now - activeFromPast)
    note('activeFrom', `is more than 10 days in the past: "${typed}"`);
  return zonedText(at, zone ?? 'UTC');
}

const topUpsPath = (customer: CustomerRef): string => `${customerPath(customer)}/credits/top_ups`;

/** `GET …/credits/top_ups` without its page: the top-ups of all currencies. */
export function topUpsQuery(customer: CustomerRef): ApiRequest {
  return { method: 'GET', path: topUpsPath(customer) };
}

/** @param body made by `topUpBody` */
export function topUpRequest(customer: CustomerRef, body: JsonObject): ApiRequest {
  return { method: 'POST', path: topUpsPath(customer), body };
}

export function topUpDeletion(customer: CustomerRef, topUp: string): ApiRequest {
  return { method: 'DELETE', path: `${topUpsPath(customer)}/${encodeURIComponent(topUp)}` };
}

/** Command-line arguments of `topups create` for a draft. */
export function topUpArgs(customer: CustomerRef, draft: TopUpDraft): readonly string[] {
  const flags = Object.entries(topUpFields).flatMap(([field, { flag }]) => {
    const value = draft[field as keyof TopUpDraft];
    if (value === undefined || value === false) return [];
    return value === true ? [flag] : flagArgs(flag, value);
  });
  return ['topups', 'create', ...customerArgs(customer), ...flags];
}
