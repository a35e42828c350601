// The view of an audit: what the ledger has and the record has not, and the other way round.
import type { Amount } from '../credits/exact.ts';
import { plainColumn, type Row, viewOf } from '../output/view.ts';
import { jsonNumber } from '../wire/json.ts';

export interface AuditRow {
  readonly finding: string;
  readonly customer: string;
  readonly currency: string;
  readonly entry: string | null;
  readonly amount: Amount | null;
  readonly key: string | null;
  readonly who: string | null;
  readonly approved_by: readonly string[];
}

export function auditRow(found: AuditRow): Row<AuditRow> {
  const { amount } = found;
  return { record: found, document: { ...found, amount: amount === null ? null : jsonNumber(amount) } };
}

const plain = plainColumn<AuditRow>;

export const auditView = viewOf<AuditRow>({
  columns: [
    { ...plain('finding'), show: ({ finding }) => ({ text: finding, meaning: 'bad' }) },
    plain('customer'),
    plain('currency', 3),
    plain('entry', 1),
    { ...plain('amount'), align: 'right' },
    plain('key', 2),
    plain('who', 1),
    { ...plain('approved_by', 4), text: ({ approved_by }) => approved_by.join(', ') },
  ],
  none: 'the record and the ledger agree',
});
