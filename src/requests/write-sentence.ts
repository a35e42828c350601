// What a request does, as a few words for a list: "increment 100 credits → acme".
import { customerRefText, defaultCurrency } from '../credits/customer.ts';
import { numberText } from '../wire/json.ts';
import { type ApiRequest, customerOf } from './request.ts';

const invoiceSentences: Readonly<Record<string, (id: string) => string>> = {
  issue: (id) => `issue invoice ${id}`,
  mark_paid: (id) => `mark invoice ${id} as paid`,
  void: (id) => `void invoice ${id}`,
};

export function writeSentence(request: ApiRequest): string {
  const { method, path, body = {} } = request;
  const customer = method === 'POST' ? customerOf(request) : undefined;
  if (customer !== undefined) {
    const unit = typeof body.currency === 'string' ? body.currency : defaultCurrency;
    const amount = numberText(body.amount);
    const what = amount === undefined ? `all ${unit}` : `${amount} ${unit}`;
    return `${String(body.entry_type)} ${what} → ${customerRefText(customer)}`;
  }
  if (method === 'POST' && path === '/customers')
    return `create customer ${String(body.external_customer_id ?? body.name ?? '')}`.trimEnd();
  const [, invoice = '', step = ''] = /^\/invoices\/([^/]+)\/(\w+)$/.exec(path) ?? [];
  const sentence = method === 'POST' ? invoiceSentences[step] : undefined;
  return sentence?.(decodeURIComponent(invoice)) ?? `${method} ${path}`;
}
