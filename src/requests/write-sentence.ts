// Describes a request in a few words for a list: "increment 100 credits → acme".
import { customerRefText, defaultCurrency, unitAfter } from '../credits/customer.ts';
import { type JsonObject, numberText } from '../wire/json.ts';
import { type ApiRequest, customerPath, subjectOf } from './request.ts';

/** The words for each write, by its method and path; the group captures the id of the changed object. */
const sentences: readonly (readonly [form: RegExp, sentence: (id: string, body: JsonObject) => string])[] = [
  [/^POST \/customers\/.+\/ledger_entry()$/, (_, body) => `${String(body.entry_type)} ${creditsOf(body)}`],
  [/^POST \/customers\/.+\/top_ups()$/, (_, body) => `create top-up of ${creditsOf(body)}`],
  [/^DELETE \/customers\/.+\/top_ups\/([^/]+)$/, (id) => `delete top-up ${id}`],
  [/^DELETE \/credit_blocks\/([^/]+)$/, (id) => `delete block ${id}`],
  [/^POST \/invoices\/([^/]+)\/issue$/, (id) => `issue invoice ${id}`],
  [/^POST \/invoices\/([^/]+)\/mark_paid$/, (id) => `mark invoice ${id} as paid`],
  [/^POST \/invoices\/([^/]+)\/void$/, (id) => `void invoice ${id}`],
  [/^POST \/alerts\/(?:external_)?customer_id\/[^/]+()$/, (_, { type }) => `create alert ${String(type)}`],
  [/^POST \/alerts\/([^/]+)\/enable$/, (id) => `enable alert ${id}`],
  [/^POST \/alerts\/([^/]+)\/disable$/, (id) => `disable alert ${id}`],
  [/^DELETE \/alerts\/([^/]+)$/, (id) => `delete alert ${id}`],
];

/** In a body, the amount of an entry is a number, and that of a top-up is decimal text. */
export function creditsOf({ amount, currency }: JsonObject): string {
  const unit = typeof currency === 'string' ? currency : defaultCurrency;
  const digits = (typeof amount === 'string' ? amount : numberText(amount)) ?? 'all';
  return `${digits} ${unitAfter(digits, unit)}`;
}

/** @param name the customer's name, if it is known from elsewhere than the request */
export function writeSentence(request: ApiRequest, name: string | null = null): string {
  const { method, path, body = {} } = request;
  const target = `${method} ${path}`;
  const customer = subjectOf(request);
  const whom = name ?? (customer && customerRefText(customer));
  if (target === 'POST /customers')
    return `create customer ${String(body.external_customer_id ?? body.name ?? '')}`.trimEnd();
  if (customer !== undefined && target === `PUT ${customerPath(customer)}`) return `update customer ${whom}`;
  for (const [form, sentence] of sentences) {
    const [, id] = form.exec(target) ?? [];
    if (id === undefined) continue;
    const what = sentence(decodeURIComponent(id), body);
    return whom === undefined ? what : `${what} → ${whom}`;
  }
  return target;
}
