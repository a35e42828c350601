// The view of `record status`: the accounts of a record, how far each chain goes, and whether it holds what this machine saw.
import type { Column, Row, View } from '../../output/view.ts';

export interface RecordStatusRow {
  /** As `--account` takes it. */
  readonly account: number;
  readonly origin: string;
  readonly mode: string;
  readonly ledger: string | null;
  readonly writes: number;
  /** Writes whose outcome is not known. */
  readonly open: number;
  readonly link: number;
  readonly hash: string;
  /** The last link that this machine saw; 0 if it never wrote there. */
  readonly seen_link: number;
  /** Whether the chain holds that link. */
  readonly holds_seen: boolean;
}

export const statusRow = (record: RecordStatusRow): Row<RecordStatusRow> => ({
  record,
  document: { ...record },
});

type C = Column<RecordStatusRow>;
const column = (name: keyof RecordStatusRow, more: Omit<C, 'name' | 'text'>): C => ({
  name,
  ...more,
  text: (row) => String(row[name] ?? ''),
});

export const recordStatusView: View<RecordStatusRow> = {
  columns: [
    column('account', { header: 'account', align: 'right' }),
    column('origin', { header: 'origin', yields: 1 }),
    column('mode', { header: 'mode' }),
    column('ledger', { header: 'ledger', yields: 6 }),
    column('writes', { header: 'writes', align: 'right', yields: 2 }),
    column('open', { header: 'open', align: 'right' }),
    column('link', { header: 'link', align: 'right', yields: 3 }),
    column('hash', { header: 'hash', yields: 7 }),
    column('seen_link', { header: 'seen link', align: 'right', yields: 5 }),
    {
      ...column('holds_seen', { header: 'complete' }),
      show: ({ holds_seen }) => ({
        text: holds_seen ? 'yes' : 'no: writes are missing',
        meaning: holds_seen ? 'good' : 'bad',
      }),
    },
  ],
  usual: ['account', 'origin', 'mode', 'writes', 'open', 'link', 'holds_seen'],
  fields: [
    'account',
    'origin',
    'mode',
    'ledger',
    'writes',
    'open',
    'link',
    'hash',
    'seen_link',
    'holds_seen',
  ],
  none: 'The record has no writes yet.',
};
