// `customers create` as a request (contract: NewCustomer).
import { isTimeZone } from '../credits/calendar.ts';
import type { Problem } from '../errors.ts';
import type { JsonObject } from '../wire/json.ts';
import { flagWords } from './command-text.ts';
import { readMetadata } from './metadata.ts';
import type { ApiRequest } from './request.ts';

export interface CustomerDraft {
  readonly name?: string;
  readonly email?: string;
  readonly externalId?: string;
  readonly timezone?: string;
  readonly currency?: string;
  /** Each `key=value`. */
  readonly metadata?: readonly string[];
}

/** The required fields a draft does not have yet, in the order to ask for them. */
export function missingCustomerFields(draft: CustomerDraft): readonly ('name' | 'email')[] {
  return (['name', 'email'] as const).filter((field) => draft[field] === undefined);
}

export function customerRequest(
  draft: CustomerDraft,
): { request: ApiRequest } | { problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const wrong = (where: string, problem: string): void => void problems.push({ where, problem });
  for (const field of missingCustomerFields(draft)) {
    problems.push({ where: `--${field}`, problem: 'is missing: a customer needs it', isMissing: true });
  }
  if (draft.name !== undefined) {
    if (draft.name.trim() === '') wrong('--name', 'is empty');
    if (draft.name.length > 500) wrong('--name', 'is longer than 500 characters');
  }
  if (draft.email !== undefined && !looksLikeEmail(draft.email))
    wrong('--email', `is not an e-mail address: "${draft.email}"`);
  if (draft.externalId?.trim() === '') wrong('--external-id', 'is empty');
  if (draft.timezone !== undefined && !isTimeZone(draft.timezone)) {
    wrong('--timezone', `is not an IANA time zone such as America/Los_Angeles: "${draft.timezone}"`);
  }
  if (draft.currency !== undefined && !/^[A-Z]{3}$/.test(draft.currency)) {
    wrong('--currency', `must be an ISO 4217 code such as USD: "${draft.currency}"`);
  }
  const metadata = readMetadata(draft.metadata ?? [], problems);
  if (problems.length > 0) return { problems };
  const body: JsonObject = {
    name: draft.name,
    email: draft.email,
    ...(draft.externalId === undefined ? {} : { external_customer_id: draft.externalId }),
    ...(draft.timezone === undefined ? {} : { timezone: draft.timezone }),
    ...(draft.currency === undefined ? {} : { currency: draft.currency }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  return { request: { method: 'POST', path: '/customers', body } };
}

/** The API decides what an address is; this only catches a slip of the keyboard. */
export function looksLikeEmail(text: string): boolean {
  return text.length <= 500 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
}

/** The words of `customers create` for a draft. */
export function newCustomerWords({
  name,
  email,
  externalId,
  timezone,
  currency,
  metadata = [],
}: CustomerDraft): readonly string[] {
  return [
    ...['customers', 'create'],
    ...flagWords('--name', name),
    ...flagWords('--email', email),
    ...flagWords('--external-id', externalId),
    ...flagWords('--timezone', timezone),
    ...flagWords('--currency', currency),
    ...metadata.flatMap((pair) => ['--metadata', pair]),
  ];
}
