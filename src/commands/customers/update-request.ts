// Makes the request of `customers update` (contract: EditCustomer), with only the named fields.
import type { CustomerRef } from '../../credits/customer.ts';
import { flagArgs, type Problem } from '../../errors.ts';
import { customerArgs, readMetadata } from '../../requests/command-args.ts';
import { type ApiRequest, customerPath } from '../../requests/request.ts';
import { definedFields, type JsonObject } from '../../wire/json.ts';
import { type CustomerDraft, fieldProblems, looksLikeEmail } from './create-request.ts';

/** The raw values of the changes, not checked yet. */
export interface CustomerEdit extends CustomerDraft {
  /** All additional addresses. A single empty string removes every address. */
  readonly additionalEmail?: readonly string[];
  /** `on` or `off`. */
  readonly autoCollection?: string;
  readonly emailDelivery?: string;
  /** `on`, `off`, or `account` for the setting of the account. */
  readonly autoIssuance?: string;
  /** Each `key=value`; an empty value removes the key. */
  readonly metadata?: readonly string[];
  readonly unsetMetadata?: readonly string[];
  /** Always refused: a time zone cannot change. */
  readonly timezone?: string;
}

export type EditField = Exclude<keyof CustomerEdit, 'timezone'>;

interface EditRule {
  readonly flag: string;
  /** Name of the field in the API's body and in the API's customer. */
  readonly body: string;
  /** The words that a switch takes, with the API's value of each word. */
  readonly switch?: Readonly<Record<string, boolean | null>>;
}

const onOff = { on: true, off: false } as const;

const rules = {
  name: { flag: '--name', body: 'name' },
  email: { flag: '--email', body: 'email' },
  additionalEmail: { flag: '--additional-email', body: 'additional_emails' },
  externalId: { flag: '--external-id', body: 'external_customer_id' },
  currency: { flag: '--currency', body: 'currency' },
  autoCollection: { flag: '--auto-collection', body: 'auto_collection', switch: onOff },
  emailDelivery: { flag: '--email-delivery', body: 'email_delivery', switch: onOff },
  autoIssuance: { flag: '--auto-issuance', body: 'auto_issuance', switch: { ...onOff, account: null } },
  metadata: { flag: '--metadata', body: 'metadata' },
  unsetMetadata: { flag: '--unset-metadata', body: 'metadata' },
} as const satisfies Readonly<Record<EditField, EditRule>>;

/** Every field that can be changed, in the order of display. */
export const editRules: Readonly<Record<EditField, EditRule>> = rules;

/** Names of the API's fields that an edit can set; a test checks them against the official client's types. */
export type EditBodyField = (typeof rules)[EditField]['body'];

export const editFields = Object.keys(editRules) as EditField[];

/** Whether an edit names any field. A time zone counts, so that its refusal is reported. */
export function hasChanges(edit: CustomerEdit): boolean {
  return [...editFields, 'timezone' as const].some((field) => edit[field] !== undefined);
}

/** The body of the request, or every problem of the edit. */
export function customerEditBody(
  edit: CustomerEdit,
): { readonly body: JsonObject } | { readonly problems: readonly Problem[] } {
  const { timezone, ...changes } = edit;
  const fixed = timezone === undefined ? [] : [timezoneFixed];
  const problems: Problem[] = [...fixed, ...nothingSaid(edit), ...fieldProblems(changes)];
  const { name, email, externalId, currency } = edit;
  const body: JsonObject = {
    ...definedFields({ name, email }),
    ...definedFields({ additional_emails: additionalEmails(edit, problems) }),
    ...definedFields({ external_customer_id: externalId, currency }),
    ...switches(edit, problems),
    ...definedFields({ metadata: metadataChanges(edit, problems) }),
  };
  return problems.length > 0 ? { problems } : { body };
}

/** `PUT` on the customer, which leaves fields unchanged that the body does not name. */
export function customerEditRequest(customer: CustomerRef, body: JsonObject): ApiRequest {
  return { method: 'PUT', path: customerPath(customer), body };
}

/** Command-line arguments of `customers update` for an edit. */
export function customerEditArgs(customer: CustomerRef, edit: CustomerEdit): readonly string[] {
  const flags = editFields.flatMap((field) => {
    const said = edit[field] ?? [];
    const values = typeof said === 'string' ? [said] : said;
    return values.flatMap((value) => flagArgs(editRules[field].flag, value));
  });
  return ['customers', 'update', ...customerArgs(customer), ...flags];
}

const timezoneFixed: Problem = {
  where: '--timezone',
  problem: "cannot be changed: a customer's time zone is set once, when the customer is created",
};

function nothingSaid(edit: CustomerEdit): readonly Problem[] {
  if (hasChanges(edit)) return [];
  const flags = editFields.map((field) => editRules[field].flag).join(', ');
  return [{ where: '', problem: `Nothing to change: add at least one of ${flags}`, isMissing: true }];
}

/** Most addresses of a customer, including the primary one (contract: EditCustomer.additional_emails). */
const emailsMax = 50;

function additionalEmails(
  { additionalEmail: said }: CustomerEdit,
  problems: Problem[],
): readonly string[] | undefined {
  if (said === undefined) return undefined;
  if (said.length === 1 && said[0] === '') return [];
  const where = '--additional-email';
  for (const email of said)
    if (!looksLikeEmail(email)) problems.push({ where, problem: `is not an e-mail address: "${email}"` });
  if (new Set(said).size < said.length) problems.push({ where, problem: 'contains an address twice' });
  if (said.length >= emailsMax)
    problems.push({ where, problem: `can be given at most ${emailsMax - 1} times` });
  return said;
}

function switches(edit: CustomerEdit, problems: Problem[]): JsonObject {
  const said: [string, boolean | null][] = [];
  for (const field of editFields) {
    const { flag, body, switch: words } = editRules[field];
    const word = edit[field];
    if (words === undefined || typeof word !== 'string') continue;
    const meant = Object.hasOwn(words, word) ? words[word] : undefined;
    if (meant !== undefined) said.push([body, meant]);
    else problems.push({ where: flag, problem: `must be ${Object.keys(words).join(' or ')}: "${word}"` });
  }
  return Object.fromEntries(said);
}

/** Null removes a key of the metadata (contract: numbers); keys that are not named stay. */
function metadataChanges(edit: CustomerEdit, problems: Problem[]): JsonObject | undefined {
  const { metadata = [], unsetMetadata = [] } = edit;
  if (metadata.length + unsetMetadata.length === 0) return undefined;
  const set = readMetadata(metadata, problems) ?? {};
  for (const key of unsetMetadata) {
    if (key === '') problems.push({ where: '--unset-metadata', problem: 'is empty: enter a key' });
    if (Object.hasOwn(set, key))
      problems.push({
        where: '--unset-metadata',
        problem: `removes the key "${key}", which --metadata sets`,
      });
  }
  const changes = Object.entries(set).map(([key, value]) => [key, value === '' ? null : value] as const);
  return Object.fromEntries([...changes, ...unsetMetadata.map((key) => [key, null] as const)]);
}
