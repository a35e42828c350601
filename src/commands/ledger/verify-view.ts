// Defines the view of verified ledgers: whether each balance follows from the one before it, and the first that does not.

import type { LedgerVerdict } from '../../credits/ledger-check.ts';
import { type Row, viewOf } from '../../output/view.ts';

export interface VerifiedLedger extends LedgerVerdict {
  /** The external id, or `id:…`. */
  readonly customer: string;
  readonly currency: string;
}

export const isOk = ({ firstBreak }: LedgerVerdict): boolean => firstBreak === null;

export function verifiedRow(ledger: VerifiedLedger): Row<VerifiedLedger> {
  const { customer, currency, entries, firstBreak, notes } = ledger;
  const broken = firstBreak === null ? null : { ...firstBreak };
  return {
    record: ledger,
    document: { customer, currency, entries, ok: isOk(ledger), first_break: broken, notes },
  };
}

export const verifiedView = viewOf<VerifiedLedger>({
  columns: [
    { name: 'customer', text: ({ customer }) => customer },
    { name: 'currency', text: ({ currency }) => currency },
    { name: 'entries', align: 'right', hideRank: 2, text: ({ entries }) => String(entries) },
    {
      name: 'ok',
      text: (ledger) => String(isOk(ledger)),
      show: (ledger) => (isOk(ledger) ? { text: 'yes', meaning: 'good' } : { text: 'no', meaning: 'bad' }),
    },
    { name: 'first_break', hideRank: 1, wraps: true, text: ({ firstBreak }) => firstBreak?.what ?? '' },
    { name: 'notes', hideRank: 3, wraps: true, text: ({ notes }) => notes.join('; ') },
  ],
  fields: [
    ...['customer', 'currency', 'entries', 'ok', 'notes'],
    ...['first_break', 'first_break.ledger_sequence_number', 'first_break.id', 'first_break.what'],
  ],
  none: 'no customers',
});
