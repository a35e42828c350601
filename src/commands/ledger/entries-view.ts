// Defines the view of listed entries, with two more columns that only the record of writes can fill.
import type { LedgerEntry } from '../../credits/customer.ts';
import type { View } from '../../output/view.ts';
import { entriesView } from '../../views/entries.ts';

export interface RecordedEntry extends LedgerEntry {
  /** The person who wrote the entry; empty for an entry that the record does not have. */
  readonly who?: string;
  readonly approvedBy?: readonly string[];
}

/** The columns that the record fills. */
export const recordedColumns = ['who', 'approved_by'] as const;

export const recordedEntriesView: View<RecordedEntry> = {
  ...entriesView,
  columns: [
    ...entriesView.columns,
    { name: 'who', hideRank: 5, text: ({ who }) => who ?? '' },
    { name: 'approved_by', hideRank: 6, text: ({ approvedBy = [] }) => approvedBy.join(', ') },
  ],
};
