// Defines the view of an audit: what only the ledger has, and what only the record has.
import { plainColumn, type Row, viewOf } from '../../output/view.ts';
import type { AuditFinding } from '../../record/audit.ts';
import { instantColumn } from '../../views/column-kinds.ts';
import { jsonNumber } from '../../wire/json.ts';

export function auditRow(found: AuditFinding): Row<AuditFinding> {
  const { amount, isOpen: _open, ...printed } = found;
  return { record: found, document: { ...printed, amount: amount === null ? null : jsonNumber(amount) } };
}

const plain = plainColumn<AuditFinding>;

export const auditView = viewOf<AuditFinding>({
  columns: [
    { ...plain('finding'), show: ({ finding }) => ({ text: finding, meaning: 'bad' }) },
    plain('customer'),
    plain('currency', 5),
    instantColumn({ name: 'at', hideRank: 4 }, ({ at }) => at),
    { ...plain('entry_type'), header: 'type' },
    plain('entry', 1),
    { ...plain('amount'), align: 'right' },
    plain('block', 1),
    plain('key', 2),
    plain('who', 3),
    { ...plain('approved_by', 5), text: ({ approved_by }) => approved_by.join(', ') },
  ],
  none: 'the record and the ledger agree',
});
