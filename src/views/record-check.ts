// Shows the check of a record: how far the chain of each account goes, and the first problem.
import { type Row, viewOf } from '../output/view.ts';

export interface CheckedRecord {
  readonly account: number;
  readonly origin: string;
  readonly events: number;
  readonly writes: number;
  readonly link: number;
  /** SHA-256 of the last link, in hex. */
  readonly hash: string;
  /** The first problem as a sentence; `null` for none. */
  readonly problem: string | null;
}

export const recordCheckRow = (checked: CheckedRecord): Row<CheckedRecord> => ({
  record: checked,
  document: { intact: checked.problem === null, ...checked },
});

export const recordCheckView = viewOf<CheckedRecord>({
  columns: [
    { name: 'account', hideRank: 1, text: ({ account }) => String(account) },
    { name: 'origin', hideRank: 4, text: ({ origin }) => origin },
    {
      name: 'intact',
      text: ({ problem }) => String(problem === null),
      show: ({ problem }) =>
        problem === null ? { text: 'yes', meaning: 'good' } : { text: 'no', meaning: 'bad' },
    },
    { name: 'events', align: 'right', hideRank: 2, text: ({ events }) => String(events) },
    { name: 'writes', align: 'right', hideRank: 3, text: ({ writes }) => String(writes) },
    { name: 'link', align: 'right', hideRank: 1, text: ({ link }) => String(link) },
    { name: 'hash', hideRank: 3, text: ({ hash }) => hash },
    { name: 'problem', wraps: true, text: ({ problem }) => problem ?? '' },
  ],
  none: 'nothing was written yet',
});
