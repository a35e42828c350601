// Makes the request of `customers create` (contract: NewCustomer).

import { isTimeZone, zoneName } from '../../credits/calendar.ts';
import { flagArgs, type Problem } from '../../errors.ts';
import { readMetadata } from '../../requests/command-args.ts';
import { definedFields } from '../../wire/json.ts';
import { zoneGuess } from './zone-guess.ts';

export interface CustomerDraft {
  readonly name?: string;
  readonly email?: string;
  readonly externalId?: string;
  readonly timezone?: string;
  readonly currency?: string;
  /** Each `key=value`. */
  readonly metadata?: readonly string[];
}

/** Spells the zone as the IANA database does: a zone can never be changed, and other programs compare it. */
export const withZoneName = ({ timezone, ...draft }: CustomerDraft): CustomerDraft =>
  timezone === undefined ? draft : { ...draft, timezone: zoneName(timezone) ?? timezone };

/** The required fields a draft does not have yet, in the order to ask for them. */
export function missingCustomerFields(draft: CustomerDraft): readonly ('name' | 'email')[] {
  return (['name', 'email'] as const).filter((field) => draft[field] === undefined);
}

/** `POST /customers`, or every problem of the draft. */
export function customerRequest(draft: CustomerDraft) {
  const missing = missingCustomerFields(draft).map((field) => ({
    where: `--${field}`,
    problem: 'is missing: a customer needs it',
    isMissing: true as const,
  }));
  const problems: Problem[] = [...missing, ...fieldProblems(draft)];
  const metadata = readMetadata(draft.metadata ?? [], problems);
  if (problems.length > 0) return { problems };
  const { name, email, externalId, timezone, currency } = draft;
  const body = {
    name,
    email,
    ...definedFields({ external_customer_id: externalId, timezone, currency, metadata }),
  };
  return { request: { method: 'POST', path: '/customers', body } as const };
}

/** Problems of the values, by the names of their flags. A missing value is no problem here. */
export function fieldProblems({
  name,
  email,
  externalId,
  timezone,
  currency,
}: CustomerDraft): readonly Problem[] {
  const isNoZone = timezone !== undefined && !isTimeZone(timezone);
  const rules: readonly (readonly [where: string, isWrong: boolean, problem: string])[] = [
    ['--name', name?.trim() === '', 'is empty'],
    ['--name', name !== undefined && [...name].length > 500, 'is longer than 500 characters'],
    ['--email', email !== undefined && !looksLikeEmail(email), `is not an e-mail address: "${email}"`],
    ['--external-id', externalId?.trim() === '', 'is empty'],
    [
      '--external-id',
      externalId === '.' || externalId === '..',
      `must not be "${externalId}": it cannot be part of a URL`,
    ],
    [
      '--timezone',
      isNoZone,
      // A question checks its answer at each key, and the guess compares it with hundreds of zones.
      `is not an IANA time zone such as America/Los_Angeles: "${timezone}"${isNoZone ? zoneGuess(timezone) : ''}`,
    ],
    [
      '--currency',
      currency !== undefined && !/^[A-Z]{3}$/.test(currency),
      `must be an ISO 4217 code such as USD: "${currency}"`,
    ],
  ];
  return rules.flatMap(([where, isWrong, problem]) => (isWrong ? [{ where, problem }] : []));
}

/** The API decides which address is valid. This check only catches typing mistakes. */
export function looksLikeEmail(text: string): boolean {
  return text.length <= 500 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
}

/** Command-line arguments of `customers create` for a draft. */
export function newCustomerArgs({
  name,
  email,
  externalId,
  timezone,
  currency,
  metadata = [],
}: CustomerDraft): readonly string[] {
  return [
    ...['customers', 'create'],
    ...flagArgs('--name', name),
    ...flagArgs('--email', email),
    ...flagArgs('--external-id', externalId),
    ...flagArgs('--timezone', timezone),
    ...flagArgs('--currency', currency),
    ...metadata.flatMap((pair) => flagArgs('--metadata', pair)),
  ];
}
