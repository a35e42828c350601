// Defines the view of top-ups: threshold, amount, price and invoice terms.
import { unitAfter } from '../../credits/customer.ts';
import type { TopUp } from '../../credits/top-up.ts';
import { type Column, numberColumn, plainColumn, type View } from '../../output/view.ts';

function settingColumn(
  setting: keyof TopUp['invoice_settings'],
  { header, hideRank }: { readonly header: string; readonly hideRank: number },
): Column<TopUp> {
  const text = ({ invoice_settings }: TopUp): string => String(invoice_settings[setting] ?? '');
  const said = (topUp: TopUp): string => ({ true: 'yes', false: 'no' })[text(topUp)] ?? text(topUp);
  return {
    name: `invoice_settings.${setting}`,
    header,
    hideRank,
    text,
    show: (topUp) => ({ text: said(topUp) }),
  };
}

/** Lifetime of the credits: `30 days`, `1 month`; `never` without an expiry. */
export function lastingText({ expires_after: count, expires_after_unit: unit }: Lasting): string {
  if (count === null) return 'never';
  return `${count} ${unit ?? 'unit'}${String(count) === '1' ? '' : 's'}`;
}

/** Lifetime of credits, as a top-up has it, or as digits of a request. */
interface Lasting {
  readonly expires_after: string | number | null;
  readonly expires_after_unit: string | null;
}

const plain = plainColumn<TopUp>;
const number = numberColumn<TopUp>;

export const topUpsView: View<TopUp> = {
  columns: [
    { name: 'id', header: 'top-up', text: ({ id }) => id },
    { name: 'threshold', header: 'at or below', align: 'right', text: ({ threshold }) => threshold },
    { name: 'amount', align: 'right', text: ({ amount }) => amount },
    { name: 'currency', hideRank: 1, isUnit: true, text: ({ currency }) => currency },
    { ...number('per_unit_cost_basis', 2), header: 'cost basis' },
    {
      name: 'expires_after',
      hideRank: 3,
      text: ({ expires_after }) => String(expires_after ?? ''),
      show: (topUp) => ({
        text: lastingText(topUp),
        ...(topUp.expires_after === null ? { meaning: 'muted' } : {}),
      }),
    },
    { ...plain('expires_after_unit', 7), header: 'unit' },
    { ...settingColumn('net_terms', { header: 'net terms', hideRank: 4 }), align: 'right' },
    settingColumn('auto_collection', { header: 'auto-collect', hideRank: 5 }),
    settingColumn('require_successful_payment', { header: 'requires payment', hideRank: 6 }),
    { ...settingColumn('memo', { header: 'memo', hideRank: 8 }), shortens: true },
  ],
  usual: [
    'id',
    'threshold',
    'amount',
    'currency',
    'per_unit_cost_basis',
    'expires_after',
    'expires_after_unit',
    'invoice_settings.net_terms',
    'invoice_settings.auto_collection',
    'invoice_settings.require_successful_payment',
  ],
  fields: [
    'id',
    'currency',
    'threshold',
    'amount',
    'per_unit_cost_basis',
    'invoice_settings',
    'invoice_settings.auto_collection',
    'invoice_settings.net_terms',
    'invoice_settings.memo',
    'invoice_settings.require_successful_payment',
    'expires_after',
    'expires_after_unit',
  ],
  none: 'no top-ups',
};

/** One top-up in a line: `500 credits at or below 100, for 0.2 each, which never expire`. */
export function topUpText(topUp: TopUp): string {
  const { amount, currency, threshold, per_unit_cost_basis: price } = topUp;
  return `${amount} ${unitAfter(amount, currency)} at or below ${threshold}, for ${price} each, which ${expiryText(topUp)}`;
}

/** Expiry of the credits: `expire after 30 days`, `never expire`. */
export const expiryText = (lasting: Lasting): string =>
  lasting.expires_after === null ? 'never expire' : `expire after ${lastingText(lasting)}`;
